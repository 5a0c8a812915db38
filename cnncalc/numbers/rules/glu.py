"""The gated linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.axes import axis_of
from cnncalc.layers.glu import GLU
from cnncalc.numbers import functions
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Product
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(GLU, per_output=2)
def glu(work: Work) -> Tensor:
    """The first half times the sigmoid of the second."""
    shape = work.source.shape
    axis = axis_of(work.layer, work.layer.dim, len(shape), "dim")
    half = work.output[axis]
    values = []
    for index in indices(work.output):
        other = (*index[:axis], index[axis] + half, *index[axis + 1 :])
        gate = work.tape.add(Applied(functions.SIGMOID, work.source.at(other)), inline=True)
        values.append(work.tape.add(Product(work.source.at(index), gate)))
    return work.result(values)
