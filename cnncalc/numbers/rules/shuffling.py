"""Moving elements between channels and space, among the channels, or round along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.rolling import Roll
from cnncalc.layers.shuffling import ChannelShuffle, PixelShuffle, PixelUnshuffle
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(PixelShuffle, per_output=0)
def pixel_shuffle(work: Work) -> Tensor:
    """Channel c * r^2 + i * r + j becomes row offset i, column offset j of channel c."""
    r = work.layer.factor
    grid, out = work.grid, work.output_grid
    results: list[Value] = [work.constant(0)] * product(work.output)
    for (row, column), place in out.positions():
        source = (row // r) * grid.spatial_steps[0] + (column // r) * grid.spatial_steps[1]
        for channel in range(out.channels):
            within = channel * r * r + row % r * r + column % r
            value = work.source.values[source + within * grid.channel_step]
            results[place + channel * out.channel_step] = value
    return work.result(results)


@computes(PixelUnshuffle, per_output=0)
def pixel_unshuffle(work: Work) -> Tensor:
    """The inverse of pixel shuffle."""
    r = work.layer.factor
    grid, out = work.grid, work.output_grid
    results: list[Value] = [work.constant(0)] * product(work.output)
    for (row, column), place in out.positions():
        for channel in range(out.channels):
            within, inside = divmod(channel, r * r)
            at = (row * r + inside // r) * grid.spatial_steps[0]
            at += (column * r + inside % r) * grid.spatial_steps[1]
            value = work.source.values[within * grid.channel_step + at]
            results[place + channel * out.channel_step] = value
    return work.result(results)


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
