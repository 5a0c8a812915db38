"""Normalisations of channels, as they are in evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.normalization import BatchNorm, GroupNorm, InstanceNorm
from cnncalc.numbers.normalizing import OPERATIONS, by_statistics, normalized, offsets_of, together
from cnncalc.numbers.registry import computes

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(BatchNorm, per_output=OPERATIONS)
def batch_norm(work: Work) -> Tensor:
    """(x - running_mean) / sqrt(running_variance + eps) * gamma + beta, channel by channel."""
    return by_statistics(work, work.layer.channel_axis(work.inputs))


@computes(GroupNorm, per_output=OPERATIONS)
def group_norm(work: Work) -> Tensor:
    """The channels of each group normalised together, over space."""
    axis = work.layer.channel_axis(work.inputs)
    shape = work.source.shape
    channels = shape[axis]
    groups = channels if work.layer.groups == -1 else work.layer.groups
    size = channels // groups
    sets = []
    for first in range(0, channels, size):
        ranges = [
            range(first, first + size) if a == axis else range(n) for a, n in enumerate(shape)
        ]
        sets.append(offsets_of(shape, ranges))
    return normalized(work, sets, lambda index: index[axis])


@computes(InstanceNorm, per_output=OPERATIONS)
def instance_norm(work: Work) -> Tensor:
    """Each channel normalised over space; by running statistics where they are kept."""
    shape = work.source.shape
    axis = 0 if work.layer.layout_of(work.inputs) == "channels_first" else len(shape) - 1
    if "running_mean" in work.weights:
        return by_statistics(work, axis)
    others = [a for a in range(len(shape)) if a != axis]
    return normalized(work, together(shape, others), lambda index: index[axis])
