"""Merges: several inputs become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers import merging as layers
from cnncalc.layers.base.axes import axis_of
from cnncalc.layers.base.layout import channel_axis
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Difference, Extreme, Product, Sum
from cnncalc.numbers.tensor import Tensor, indices

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.net.node import Node
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.work import Work


def _inputs(node: Node) -> int:
    return len(node.inputs)


@computes(layers.Add, per_output=_inputs)
def add(work: Work) -> Tensor:
    """The sum of all inputs."""
    return _merged(work, lambda values: work.tape.add(Sum(values)))


@computes(layers.Average, per_output=_inputs)
def average(work: Work) -> Tensor:
    """The mean of all inputs."""
    return _merged(work, lambda values: work.tape.add(Sum(values, len(values))))


@computes(layers.Subtract)
def subtract(work: Work) -> Tensor:
    """The first input less the second."""
    return _merged(work, lambda values: work.tape.add(Difference(*values)))


@computes(layers.Multiply, per_output=_inputs)
def multiply(work: Work) -> Tensor:
    """The product of all inputs."""

    def multiplied(values: list[Value]) -> Value:
        result = values[0]
        for number, value in enumerate(values[1:], 2):
            result = work.tape.add(Product(result, value), inline=number < len(values))
        return result

    return _merged(work, multiplied)


@computes(layers.Maximum, per_output=_inputs)
def maximum(work: Work) -> Tensor:
    """The largest of all inputs; the gradient is split among equal ones."""
    return _merged(work, lambda values: work.tape.add(Extreme(values, split=True)))


@computes(layers.Minimum, per_output=_inputs)
def minimum(work: Work) -> Tensor:
    """The smallest of all inputs; the gradient is split among equal ones."""
    return _merged(work, lambda values: work.tape.add(Extreme(values, largest=False, split=True)))


def _merged(work: Work, merge: Callable[[list[Value]], Value]) -> Tensor:
    """Element by element, an axis of size 1 stretched."""
    rank = len(work.output)
    tensors = [
        Tensor((1,) * (rank - len(one.shape)) + one.shape, one.values) for one in work.tensors
    ]
    results = []
    for index in indices(work.output):
        picked = [
            one.at([i if size > 1 else 0 for i, size in zip(index, one.shape, strict=True)])
            for one in tensors
        ]
        results.append(merge(picked))
    return work.result(results)


@computes(layers.Concat)
def concat(work: Work) -> Tensor:
    """The inputs one after another along the axis."""
    rank = len(work.output)
    if work.layer.axis is None:
        axis = channel_axis(work.inputs.layout, rank)
    else:
        axis = axis_of(work.layer, work.layer.axis, rank)
    results: list[Value] = []
    blocks = [(product(one.shape[axis:]), one.values) for one in work.tensors]
    for outer in range(product(work.output[:axis])):
        for size, values in blocks:
            results += values[outer * size : (outer + 1) * size]
    return work.result(results)
