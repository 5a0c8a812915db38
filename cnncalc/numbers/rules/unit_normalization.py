"""Scaling to length 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.axes import axis_of
from cnncalc.layers.unit_normalization import UnitNormalization
from cnncalc.numbers import functions
from cnncalc.numbers.normalizing import OPERATIONS, together
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Product, Quotient, Sum

if TYPE_CHECKING:
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(UnitNormalization, per_output=OPERATIONS)
def unit_norm(work: Work) -> Tensor:
    """Divided by the root of the sum of squares along the axes."""
    add, shape = work.tape.add, work.source.shape
    given = (-1,) if work.layer.axis is None else work.layer.axis
    axes = [axis_of(work.layer, axis, len(shape)) for axis in given]
    results: list[Value] = list(work.source.values)
    for offsets in together(shape, axes):
        values = [work.source.values[offset] for offset in offsets]
        squares = [add(Product(value, value), inline=True) for value in values]
        length = work.note("length", add(Applied(functions.ROOT, add(Sum(squares), inline=True))))
        for offset, value in zip(offsets, values, strict=True):
            results[offset] = add(Quotient(value, length))
    return work.result(results)
