"""Activations that Keras has not, or not with these arguments."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "softplus": '''\
def softplus(x, beta=1, threshold=20):
    """`log(1 + exp(beta * x)) / beta`, but `x` itself above the threshold."""
    return ops.where(beta * x > threshold, x, ops.softplus(beta * x) / beta)
''',
    "RReLU": '''\
class RReLU(layers.Layer):
    """A rectifier whose slope below 0 is drawn for each element in training."""

    def __init__(self, lower=0.125, upper=1 / 3, **options):
        super().__init__(**options)
        self.lower = lower
        self.upper = upper
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, x, training=False):
        slope = (self.lower + self.upper) / 2
        if training:
            slope = keras.random.uniform(
                ops.shape(x), self.lower, self.upper, seed=self.seed_generator
            )
        return ops.where(x < 0, slope * x, x)
''',
}
