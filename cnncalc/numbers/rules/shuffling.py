"""Moving elements between channels and space, among the channels, or round along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.rolling import Roll
from cnncalc.layers.shuffling import ChannelShuffle, PixelShuffle, PixelUnshuffle
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(PixelShuffle, per_output=0)
def pixel_shuffle(work: Work) -> Tensor:
    """Channel c * r^2 + i * r + j becomes row offset i, column offset j of channel c."""
    r = work.layer.factor
    channel, row, column = _axes(work)
    values = []
    for index in indices(work.output):
        source = list(index)
        source[row], down = divmod(index[row], r)
        source[column], right = divmod(index[column], r)
        source[channel] = (index[channel] * r + down) * r + right
        values.append(work.source.at(source))
    return work.result(values)


@computes(PixelUnshuffle, per_output=0)
def pixel_unshuffle(work: Work) -> Tensor:
    """The inverse of pixel shuffle."""
    r = work.layer.factor
    channel, row, column = _axes(work)
    values = []
    for index in indices(work.output):
        source = list(index)
        source[channel], within = divmod(index[channel], r * r)
        down, right = divmod(within, r)
        source[row] = index[row] * r + down
        source[column] = index[column] * r + right
        values.append(work.source.at(source))
    return work.result(values)


def _axes(work: Work) -> tuple[int, int, int]:
    """The axes of channels, rows and columns; others may come before them."""
    rank = len(work.output)
    if work.layer.layout_of(work.inputs) == "channels_first":
        return rank - 3, rank - 2, rank - 1
    return rank - 1, rank - 3, rank - 2


@computes(ChannelShuffle, per_output=0)
def channel_shuffle(work: Work) -> Tensor:
    """Channels seen as (groups, n), transposed to (n, groups)."""
    axis = channel_axis(work.inputs.layout, len(work.output))
    groups = work.layer.groups
    size = work.output[axis] // groups
    values = []
    for index in indices(work.output):
        inside, group = divmod(index[axis], groups)
        moved = (*index[:axis], group * size + inside, *index[axis + 1 :])
        values.append(work.source.at(moved))
    return work.result(values)


@computes(Roll, per_output=0)
def roll(work: Work) -> Tensor:
    """Position i holds what was at i - shift, counted round the axis."""
    moved = work.layer.moved(len(work.output))
    sources = (
        [(i - moved.get(axis, 0)) % work.output[axis] for axis, i in enumerate(index)]
        for index in indices(work.output)
    )
    return work.result([work.source.at(index) for index in sources])
