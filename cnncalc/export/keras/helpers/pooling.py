"""Pooling that Keras has not, or not with padding."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "average_pool": '''\
def average_pool(x, kernel, strides, padding=0, beyond=0, counted=False):
    """The mean of what each window has; of its padding only if that is counted."""

    def means(x, value):
        x = padded(padded(x, padding, value), beyond)
        return ops.average_pool(x, kernel, strides)

    return means(x, 0) / means(ops.ones_like(x), 1 if counted else 0)
''',
    "lp_pool": '''\
def lp_pool(x, norm_type, kernel, strides, padding=0, beyond=0):
    """The p-norm of each window, from the mean of what it has."""
    sizes = [kernel] * (len(x.shape) - 2) if isinstance(kernel, int) else kernel
    powers = ops.power(x, norm_type)
    means = average_pool(powers, kernel, strides, padding, beyond, counted=True)
    return ops.power(math.prod(sizes) * means, 1 / norm_type)
''',
}
