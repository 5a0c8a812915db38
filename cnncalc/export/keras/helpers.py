"""Layers and functions that Keras has not, written into the file that needs them."""

from __future__ import annotations

from cnncalc.export.functions import ROUND_TO

#: The text of each, by its name.
HELPERS: dict[str, str] = {
    "padded": '''\
def padded(x, padding, value=0, mode="constant"):
    """`x` with more around its spatial axes: one number, or a pair for each."""
    if isinstance(padding, int):
        padding = [(padding, padding)] * (len(x.shape) - 2)
    pairs = [(one, one) if isinstance(one, int) else one for one in padding]
    sides = ((0, 0), *pairs, (0, 0))
    value = value if mode == "constant" else None
    return ops.pad(x, sides, mode=mode, constant_values=value)
''',
    "padded_to_windows": '''\
def padded_to_windows(x, kernel, stride):
    """`x` with what no maximum takes after its end, so that the last window fits."""
    sides = [(0, -(size - kernel) % stride) for size in x.shape[1:-1]]
    return padded(x, sides, value=float("-inf"))
''',
    "LayerScale": '''\
class LayerScale(layers.Layer):
    """A learned factor for each feature."""

    def __init__(self, init_value, **options):
        super().__init__(**options)
        self.init_value = init_value

    def build(self, shape):
        initial = keras.initializers.Constant(self.init_value)
        self.gamma = self.add_weight(shape=shape[-1:], initializer=initial)

    def call(self, x):
        return x * self.gamma
''',
    "ClassToken": '''\
class ClassToken(layers.Layer):
    """Learned tokens before a sequence."""

    def __init__(self, count=1, **options):
        super().__init__(**options)
        self.count = count

    def build(self, shape):
        self.token = self.add_weight(shape=(1, self.count, shape[-1]))

    def call(self, x):
        token = ops.zeros_like(x[:, :1]) + self.token
        return ops.concatenate([token, x], axis=1)
''',
    "PositionEmbedding": '''\
class PositionEmbedding(layers.Layer):
    """A learned table that is added to the input."""

    def build(self, shape):
        initial = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(1, *shape[1:]), initializer=initial)

    def call(self, x):
        return x + self.table
''',
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
    "not_written": '''\
def not_written(layer, *inputs):
    """Stands for a layer that has no counterpart in Keras."""
    raise NotImplementedError(f"{layer} has no counterpart in Keras")
''',
    "round_to": ROUND_TO,
}
