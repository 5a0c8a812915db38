"""The windows of a map as columns, and back."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "unfold": '''\
def unfold(x, kernel, dilation=1, padding=0, stride=1):
    """The windows of a map as rows, in the order of PyTorch's `Unfold`."""
    x = padded(x, padding)
    kernel, dilation, stride = (
        (one, one) if isinstance(one, int) else one
        for one in (kernel, dilation, stride)
    )
    rows, columns = (
        (x.shape[axis + 1] - dilation[axis] * (kernel[axis] - 1) - 1) // stride[axis]
        for axis in (0, 1)
    )
    parts = []
    for top in range(0, kernel[0] * dilation[0], dilation[0]):
        for left in range(0, kernel[1] * dilation[1], dilation[1]):
            bottom, right = top + rows * stride[0] + 1, left + columns * stride[1] + 1
            parts.append(x[:, top : bottom : stride[0], left : right : stride[1]])
    shape = ((rows + 1) * (columns + 1), x.shape[-1] * len(parts))
    return ops.reshape(ops.stack(parts, axis=-1), (-1, *shape))
''',
    "fold": '''\
def fold(x, size, kernel, dilation=1, padding=0, stride=1):
    """Columns as the windows of a map that overlap, as in PyTorch's `Fold`."""
    size, kernel, dilation, padding, stride = (
        (one, one) if isinstance(one, int) else one
        for one in (size, kernel, dilation, padding, stride)
    )
    height, width = (dilation[at] * (kernel[at] - 1) for at in (0, 1))
    rows, columns = (
        (size[at] + 2 * padding[at] - dilation[at] * (kernel[at] - 1) - 1) // stride[at]
        + 1
        for at in (0, 1)
    )
    elements = kernel[0] * kernel[1]
    x = ops.reshape(x, (-1, x.shape[1] // elements, elements, rows, 1, columns, 1))
    spread = [(0, stride[0] - 1), (0, 0), (0, stride[1] - 1)]
    x = ops.pad(x, [(0, 0)] * 4 + spread)
    x = ops.reshape(x, (-1, *x.shape[1:3], rows * stride[0], columns * stride[1]))
    total = 0
    for at in range(elements):
        top, left = at // kernel[1] * dilation[0], at % kernel[1] * dilation[1]
        sides = [(top, height - top), (left, width - left)]
        total = total + ops.pad(x[:, :, at], [(0, 0), (0, 0), *sides])
    (top, left), (height, width) = padding, size
    return total[:, :, top : top + height, left : left + width]
''',
}
