"""Layers with learned tensors of their own."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "UnusedParameter": '''\
class UnusedParameter(layers.Layer):
    """A learned tensor that the data does not pass through."""

    def __init__(self, shape, **options):
        super().__init__(**options)
        shape = (shape,) if isinstance(shape, int) else shape
        self.kernel = self.add_weight(shape=shape, initializer="zeros")

    def call(self, x):
        return x
''',
    "SqueezeExcite": '''\
class SqueezeExcite(layers.Layer):
    """A gate on the channels, from their means (Hu et al., 2017)."""

    def __init__(self, squeezed, activation="relu", gate="sigmoid", **options):
        super().__init__(**options)
        self.squeeze = layers.Dense(squeezed, activation=activation)
        self.gate = gate

    def build(self, shape):
        self.excite = layers.Dense(shape[-1], activation=self.gate)
        self.squeeze.build(shape)
        self.excite.build((*shape[:-1], self.squeeze.units))

    def call(self, x):
        axes = tuple(range(1, len(x.shape) - 1))
        means = ops.mean(x, axis=axes, keepdims=True)
        return x * self.excite(self.squeeze(means))
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
}
