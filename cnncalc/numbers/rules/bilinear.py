"""Bilinear layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.bilinear import Bilinear
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Dot

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Bilinear)
def bilinear(work: Work) -> Tensor:
    """The matrix of each unit between a row of the first input and one of the second."""
    first, second = work.tensors
    kernel = work.weights["kernel"]
    units, rows, columns = kernel.shape
    values = []
    for place in range(len(first.values) // rows):
        left = first.values[place * rows : (place + 1) * rows]
        right = second.values[place * columns : (place + 1) * columns]
        for unit in range(units):
            terms = []
            for i, one in enumerate(left):
                start = (unit * rows + i) * columns
                weights = kernel.values[start : start + columns]
                pairs = list(zip(weights, right, strict=True))
                terms.append((one, work.tape.add(Dot(pairs), inline=True)))
            bias = work.weight("bias", unit) if "bias" in work.weights else None
            values.append(work.tape.add(Dot(terms, bias)))
    return work.result(values)
