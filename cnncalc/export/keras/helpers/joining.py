"""Products of two inputs."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "matmul": '''\
def matmul(a, b, transpose_a=False, transpose_b=False):
    """The matrix product along the last two axes, exchanged before where asked for."""
    a = ops.swapaxes(a, -1, -2) if transpose_a else a
    b = ops.swapaxes(b, -1, -2) if transpose_b else b
    return ops.matmul(a, b)
''',
    "Bilinear": '''\
class Bilinear(layers.Layer):
    """Sums of the products of two inputs, weighted for each output."""

    def __init__(self, units, use_bias=True, **options):
        super().__init__(**options)
        self.units = units
        self.use_bias = use_bias

    def build(self, first_shape, second_shape):
        sizes = (self.units, first_shape[-1], second_shape[-1])
        self.kernel = self.add_weight(shape=sizes)
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, first, second):
        x = ops.einsum("...a,kab,...b->...k", first, self.kernel, second)
        return x + self.bias if self.use_bias else x
''',
}
