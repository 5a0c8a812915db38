"""The parametric rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.prelu import PReLU
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Product
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(PReLU, per_output=2)
def prelu(work: Work) -> Tensor:
    """`x` above 0, else alpha * x; alpha per layer, channel or element."""
    alpha, shape = work.weights["alpha"], work.source.shape
    add, one = work.tape.add, work.constant(1)
    values = []
    for value, index in zip(work.source.values, indices(shape), strict=True):
        if len(alpha.shape) == len(shape) and alpha.shape != (1,):
            learned = alpha.at([min(i, n - 1) for i, n in zip(index, alpha.shape, strict=True)])
        else:
            channel = index[channel_axis(work.inputs.layout, len(shape))]
            learned = alpha.values[channel if len(alpha.values) > 1 else 0]
        slope = one if value.number > 0 else learned
        values.append(add(Product(value, slope)))
    return work.result(values)
