"""What TensorFlow pads, which PyTorch does not."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "SamePad": '''\
class SamePad(nn.Module):
    """TensorFlow's `same`: ceil(size / stride) windows, the odd row at the end."""

    def __init__(self, kernel, stride, value=0.0, axes=2):
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.value = value
        self.axes = axes

    def forward(self, x):
        sides = []
        for axis in range(self.axes):
            total = self.kernel - 1 - (x.shape[-1 - axis] - 1) % self.stride
            total = torch.sym_max(total, 0)
            sides += [total // 2, total - total // 2]
        return nn.functional.pad(x, sides, value=self.value)
''',
    "SamePadding": '''\
class SamePadding(nn.Module):
    """TensorFlow's `same`, with a size for each axis, dilated, or otherwise filled."""

    def __init__(self, kernel, stride, dilation=1, mode="constant", value=None):
        super().__init__()
        self.windows = (kernel, stride, dilation)
        self.mode = mode
        self.value = value

    def forward(self, x):
        sides = []
        for axis in reversed(range(x.dim() - 2)):
            kernel, stride, dilation = (
                value if isinstance(value, int) else value[axis]
                for value in self.windows
            )
            size = x.shape[axis + 2]
            windows = -(-size // stride)
            total = (windows - 1) * stride + dilation * (kernel - 1) + 1 - size
            sides += [max(total, 0) // 2, max(total, 0) - max(total, 0) // 2]
        return nn.functional.pad(x, sides, mode=self.mode, value=self.value)
''',
    "SameAvgPool": '''\
class SameAvgPool(nn.Sequential):
    """Average pooling whose mean counts no padding."""

    def forward(self, x):
        return super().forward(x) / super().forward(torch.ones_like(x))
''',
}
