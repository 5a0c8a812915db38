"""More elements around the spatial axes."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
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
    "padded_by_elements": '''\
def padded_by_elements(x, padding, circular=False):
    """`x` with more around its spatial axes: its edges again, or its other ends."""
    if isinstance(padding, int):
        padding = [padding] * (len(x.shape) - 2)
    for axis, sides in enumerate(padding, start=1):
        before, after = (sides, sides) if isinstance(sides, int) else sides
        size = x.shape[axis]
        places = range(-before, size + after)
        if circular:
            places = [place % size for place in places]
        else:
            places = [min(max(place, 0), size - 1) for place in places]
        x = ops.take(x, places, axis=axis)
    return x
''',
}
