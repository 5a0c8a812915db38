"""Taking a part of a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import ceil_div
from cnncalc.layers.splitting import Chunk, Slice, Split
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Split, per_output=0)
def split(work: Work) -> Tensor:
    """One of the parts along the axis."""
    sizes, index = work.layer.sizes, work.layer.index
    return _part(work, index * sizes[0] if len(sizes) == 1 else sum(sizes[:index]))


@computes(Chunk, per_output=0)
def chunk(work: Work) -> Tensor:
    """One of nearly equal parts along the axis."""
    size = work.source.shape[work.layer.axis_index(work.inputs)]
    return _part(work, work.layer.index * ceil_div(size, work.layer.chunks))


@computes(Slice, per_output=0)
def sliced(work: Work) -> Tensor:
    """The elements from `start` up to `stop` along the axis."""
    size = work.source.shape[work.layer.axis_index(work.inputs)]
    return _part(work, slice(work.layer.start, work.layer.stop).indices(size)[0])


def _part(work: Work, first: int) -> Tensor:
    axis = work.layer.axis_index(work.inputs)
    return work.result(
        [
            work.source.at([i + first if a == axis else i for a, i in enumerate(index)])
            for index in indices(work.output)
        ]
    )
