"""Pooling with a sliding window."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.pooling import AvgPool, LPPool, MaxPool
from cnncalc.numbers import functions
from cnncalc.numbers.exact import exact
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Extreme, Product, Sum
from cnncalc.numbers.windows import fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.net.node import Node
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.windows import Field
    from cnncalc.numbers.work import Work


def _window_elements(node: Node) -> int:
    return product(window.kernel for window in node.layer.windows(node.facts.inputs))


@computes(MaxPool, per_output=_window_elements)
def max_pool(work: Work) -> Tensor:
    """The largest value of each window; padding never counts."""
    return _pooled(work, lambda values, _: work.tape.add(Extreme(values)))


@computes(AvgPool, per_output=_window_elements)
def average_pool(work: Work) -> Tensor:
    """The mean of each window.

    Zero padding counts unless `count_include_pad` is false (PyTorch); under Keras's
    names and with `padding: same` it does not.
    """
    layer = work.layer
    inside = not layer.count_include_pad or layer.dialect == "keras" or layer.padding == "same"

    def mean(values: list[Value], field: Field) -> Value:
        divisor = layer.divisor_override or (len(values) if inside else field.counted)
        return work.tape.add(Sum(values, divisor))

    return _pooled(work, mean)


@computes(LPPool, per_output=_window_elements)
def power_pool(work: Work) -> Tensor:
    """The p-th root of the sum of p-th powers of each window."""
    p = exact(work.layer.norm_type)
    add = work.tape.add

    whole = product(window.kernel for window in work.layer.windows(work.inputs))

    def norm(values: list[Value], field: Field) -> Value:
        raised = [add(Applied(functions.power(p), value), inline=True) for value in values]
        total = add(Sum(raised), inline=True)
        if field.counted < whole:  # it ends outside: PyTorch takes its mean, times a whole window
            share = work.constant(exact(Fraction(whole, field.counted)))
            total = add(Product(total, share), inline=True)
        return add(Applied(functions.power(1 / float(p)), total))

    return _pooled(work, norm)


def _pooled(work: Work, pool: Callable[[list[Value], Field], Value]) -> Tensor:
    """The windows of every channel, each made one value."""
    source, grid, out = work.source.values, work.grid, work.output_grid
    seen = fields(work.layer.windows(work.inputs), grid)
    results: list[Value] = [work.constant(0)] * product(work.output)
    for channel in range(out.channels):
        base = channel * grid.channel_step
        for (_, place), field in zip(out.positions(), seen, strict=True):
            values = [source[base + offset] for offset in field.offsets if offset is not None]
            results[place + channel * out.channel_step] = pool(values, field)
    return work.result(results)
