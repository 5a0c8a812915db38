"""Other views of the same elements, and what is taken of them."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "chunk": '''\
def chunk(x, chunks, index, axis=-1):
    """One of several equal parts along an axis."""
    return ops.split(x, chunks, axis=axis)[index]
''',
    "part": '''\
def part(x, start, stop, axis=-1):
    """The elements from one place to another along an axis."""
    return x[(slice(None),) * (axis % len(x.shape)) + (slice(start, stop),)]
''',
    "channel_shuffle": '''\
def channel_shuffle(x, groups):
    """The first channel of each group, then the second of each, and so on."""
    *_, channels = x.shape
    sizes = x.shape[1:-1]
    x = ops.reshape(x, (-1, *sizes, groups, channels // groups))
    return ops.reshape(ops.swapaxes(x, -1, -2), (-1, *sizes, channels))
''',
    "pixel_shuffle": '''\
def pixel_shuffle(x, factor):
    """Channels become space, in the order of PyTorch's `PixelShuffle`."""
    _, height, width, channels = x.shape
    channels //= factor**2
    x = ops.reshape(x, (-1, height, width, channels, factor, factor))
    x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
    return ops.reshape(x, (-1, height * factor, width * factor, channels))
''',
    "pixel_unshuffle": '''\
def pixel_unshuffle(x, factor):
    """Space becomes channels, in the order of PyTorch's `PixelUnshuffle`."""
    _, height, width, channels = x.shape
    height, width = height // factor, width // factor
    x = ops.reshape(x, (-1, height, factor, width, factor, channels))
    x = ops.transpose(x, (0, 1, 3, 5, 2, 4))
    return ops.reshape(x, (-1, height, width, channels * factor**2))
''',
}
