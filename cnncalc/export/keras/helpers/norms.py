"""Norms, and learned factors."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "rms_norm": '''\
def rms_norm(x, epsilon, axis=-1):
    """Divided by the root of the mean square along an axis."""
    squares = ops.mean(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(squares + epsilon)
''',
    "local_response_norm": '''\
def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    """Divided by the squares of neighbouring channels (Krizhevsky et al., 2012)."""
    sides = [(0, 0)] * (len(x.shape) - 1) + [(size // 2, (size - 1) // 2)]
    squares = ops.pad(ops.square(x), sides)
    channels = x.shape[-1]
    total = sum(squares[..., at : at + channels] for at in range(size))
    return x / (k + alpha / size * total) ** beta
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
}
