"""Softmax and its kin."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from cnncalc.layers.base.axes import axis_of
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.softmax import LogSoftmax, Softmax, Softmin
from cnncalc.numbers import functions
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Difference, Product, Quotient, Sum
from cnncalc.numbers.tensor import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Softmax, Softmin, LogSoftmax, per_output=4)
def softmax(work: Work) -> Tensor:
    """exp(x) / sum of exp, after the largest is taken off."""
    shape = work.source.shape
    axes = _softmax_axes(work)
    results: list[Value] = list(work.source.values)
    for offsets in _lines(shape, axes):
        values = [work.source.values[offset] for offset in offsets]
        for offset, one in zip(offsets, softmax_of(work, values, work.layer.type), strict=True):
            results[offset] = one
    return work.result(results)


def softmax_of(work: Work, values: list[Value], kind: str = "softmax") -> list[Value]:
    """The softmax, softmin or log-softmax of some values."""
    add = work.tape.add
    if kind == "softmin":
        values = [add(Product(work.constant(-1), value), inline=True) for value in values]
    # The largest is only an offset: it has no part in the derivative.
    largest = work.tape.leaf(max(value.number for value in values))
    shifted = [add(Difference(value, largest), inline=True) for value in values]
    grown = [add(Applied(functions.EXPONENTIAL, value), inline=True) for value in shifted]
    total = add(Sum(grown))
    if kind == "log_softmax":
        logarithm = add(Applied(functions.LOGARITHM, total), inline=True)
        return [add(Difference(value, logarithm)) for value in shifted]
    return [add(Quotient(value, total)) for value in grown]


def _softmax_axes(work: Work) -> tuple[int, ...]:
    layer, rank = work.layer, len(work.source.shape)
    if layer.axis is not None:
        return tuple(axis_of(layer, axis, rank) for axis in layer.axis)
    if layer.rank is not None:  # Softmax2d
        return (channel_axis(work.inputs.layout, rank),)
    if layer.dialect == "keras":
        return (rank - 1,)
    return (0 if layer.dialect == "torch" else channel_axis(work.inputs.layout, rank),)


def _lines(shape: Shape, axes: tuple[int, ...]) -> Iterator[list[int]]:
    """The offsets of the elements that are normalised together."""
    distances = steps(shape)
    inside = [range(size) if axis in axes else range(1) for axis, size in enumerate(shape)]
    outside = [range(1) if axis in axes else range(size) for axis, size in enumerate(shape)]
    for start in product(*outside):
        base = sum(i * s for i, s in zip(start, distances, strict=True))
        yield [
            base + sum(i * s for i, s in zip(index, distances, strict=True))
            for index in product(*inside)
        ]
