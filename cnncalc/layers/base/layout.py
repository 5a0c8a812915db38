"""Channels and spatial axes of a shape, in either layout; shapes without the batch dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import axis_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.tensors import Layout, Shape

#: Of grey, coloured and transparent images.
IMAGE_CHANNELS = (1, 3, 4)
_SEQUENCE_AXES = 2
_IMAGE_AXES = 3
_LEAST_SIZE = 5  # the least height and width of what is taken for an image


def written_layout(shape: Shape) -> Layout | None:
    """The layout that the sizes of an image seem to be written in; None where they do not tell.

    Channels are few (1, 3, 4), or unlike the other sizes, which are all the same.
    """
    if len(shape) <= _SEQUENCE_AXES:
        return None
    first, last = shape[0] in IMAGE_CHANNELS, shape[-1] in IMAGE_CHANNELS
    if first == last:
        first = len(set(shape[1:])) == 1 and shape[0] != shape[1]
        last = len(set(shape[:-1])) == 1 and shape[-1] != shape[0]
    if first == last:
        return None
    return "channels_first" if first else "channels_last"


def channel_axis(layout: Layout, rank: int) -> int:
    """The index of the channels in a shape of this many axes."""
    return 0 if layout == "channels_first" else rank - 1


def feature_axis(layout: Layout, rank: int) -> int:
    """The index of what a normalisation of features acts on: a map's channels.

    A sequence is (length, features) in either layout, as attention and recurrent layers take it.
    """
    return rank - 1 if rank <= _SEQUENCE_AXES else channel_axis(layout, rank)


def channels_of(shape: Shape, layout: Layout) -> int:
    """The channels of a shape of one axis or more."""
    return shape[channel_axis(layout, len(shape))]


def spatial_of(shape: Shape, layout: Layout) -> Shape:
    """The sizes along the spatial axes: depth, height and width as far as there are any."""
    return shape[1:] if layout == "channels_first" else shape[:-1]


def parted(shape: Shape, layout: Layout) -> tuple[int, Shape]:
    """The channels of a shape, and the sizes along its spatial axes."""
    if layout == "channels_first":
        return shape[0], shape[1:]
    return shape[-1], shape[:-1]


def shaped(channels: int, sizes: Sequence[int], layout: Layout) -> Shape:
    """The shape of these channels and spatial sizes."""
    return (channels, *sizes) if layout == "channels_first" else (*sizes, channels)


def names_of_axes(rank: int, layout: Layout) -> tuple[str, ...]:
    """What the axes of a feature map are called; of other shapes, their numbers."""
    if rank == 1:
        return ("features",)
    if not 2 <= rank <= 4:  # noqa: PLR2004 - channels and one to three spatial axes
        return tuple(f"axis {index}" for index in range(rank))
    spatial = axis_names(rank - 1)
    return ("channels", *spatial) if layout == "channels_first" else (*spatial, "channels")


def opposite(layout: Layout) -> Layout:
    """The layout that this one is not."""
    return "channels_last" if layout == "channels_first" else "channels_first"


def may_be_opposite(shape: Shape, layout: Layout) -> bool:
    """Whether the sizes are those of an image whose channels are at the other end.

    >>> may_be_opposite((32, 32, 3), "channels_first")
    True
    >>> may_be_opposite((3, 32, 32), "channels_first")
    False
    """
    return (
        len(shape) == _IMAGE_AXES
        and channels_of(shape, opposite(layout)) in IMAGE_CHANNELS
        and channels_of(shape, layout) not in IMAGE_CHANNELS
    )


def may_have_batch(shape: Shape, layout: Layout) -> bool:
    """Whether the sizes are those of images with a batch axis before them.

    One image is told by its channels. Many are told in channels first alone: 16x112x112x3
    is a film of 16 pictures. A film in channels first has 3x16x112x112, one in grey 1x16x112x112.

    >>> may_have_batch((1, 3, 32, 32), "channels_first")
    True
    >>> may_have_batch((3, 16, 112, 112), "channels_first")
    False
    """
    if len(shape) != 1 + _IMAGE_AXES:
        return False
    count, image = shape[0], shape[1:]
    channels, sizes = parted(image, layout)
    if min(sizes) < _LEAST_SIZE:
        return False
    if count == 1:
        return channels in IMAGE_CHANNELS
    return layout == "channels_first" and count >= _LEAST_SIZE and channels in (1, 3)
