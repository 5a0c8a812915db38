"""Maps in another size."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "linear_resized": '''\
def linear_resized(x, size=None, scale=1):
    """Linear along each spatial axis, its ends at the same places as before."""
    spatial = x.shape[1:-1]
    sizes = [size] * len(spatial) if isinstance(size, int) else size
    for axis, old in enumerate(spatial, start=1):
        new = old * scale if sizes is None else sizes[axis - 1]
        places = [place * (old - 1) / max(new - 1, 1) for place in range(new)]
        below = [int(place) for place in places]
        above = [min(place + 1, old - 1) for place in below]
        shares = [place - int(place) for place in places]
        shape = [-1 if at == axis else 1 for at in range(len(x.shape))]
        shares = ops.reshape(ops.array(shares, dtype=x.dtype), shape)
        low, high = ops.take(x, below, axis=axis), ops.take(x, above, axis=axis)
        x = low + shares * (high - low)
    return x
''',
    "nearest_resized": '''\
def nearest_resized(x, size=None, scale=1, exact=False):
    """The nearest element along each spatial axis, in PyTorch's way of rounding."""
    spatial = x.shape[1:-1]
    sizes = [size] * len(spatial) if isinstance(size, int) else size
    for axis, old in enumerate(spatial, start=1):
        new = old * scale if sizes is None else sizes[axis - 1]
        places = [(2 * at + exact) * old // (2 * new) for at in range(new)]
        x = ops.take(x, places, axis=axis)
    return x
''',
}
