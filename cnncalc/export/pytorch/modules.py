"""Modules that PyTorch has not, written into the file that needs them."""

from __future__ import annotations

from cnncalc.export.functions import ROUND_TO

#: The text of each, by its name.
MODULES: dict[str, str] = {
    "Residual": '''\
class Residual(nn.Module):
    """The sum of what a body and a shortcut make of the input."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        self.shortcut = nn.Identity() if shortcut is None else shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)
''',
    "Gate": '''\
class Gate(nn.Module):
    """The product of what a body and a shortcut make of the input."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        self.shortcut = nn.Identity() if shortcut is None else shortcut

    def forward(self, x):
        return self.body(x) * self.shortcut(x)
''',
    "Concat": '''\
class Concat(nn.Module):
    """The results of several branches, joined along an axis."""

    def __init__(self, *branches, dim=1):
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.dim = dim

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=self.dim)
''',
    "Sum": '''\
class Sum(nn.Module):
    """The sum of the results of several branches."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return sum(branch(x) for branch in self.branches)
''',
    "Permute": '''\
class Permute(nn.Module):
    """The axes after the batch in another order."""

    def __init__(self, *dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(0, *self.dims)
''',
    "Reshape": '''\
class Reshape(nn.Module):
    """The same elements in another shape, the batch aside."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)
''',
    "SamePad": '''\
class SamePad(nn.Module):
    """TensorFlow's `same`: ceil(size / stride) windows, the odd row at the end."""

    def __init__(self, kernel, stride, dilation=1, value=0.0):
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.value = value

    def forward(self, x):
        sides = []
        for axis in reversed(range(x.dim() - 2)):
            kernel, stride, dilation = (
                value if isinstance(value, int) else value[axis]
                for value in (self.kernel, self.stride, self.dilation)
            )
            size = x.shape[axis + 2]
            windows = -(-size // stride)
            total = (windows - 1) * stride + dilation * (kernel - 1) + 1 - size
            total = max(total, 0)
            sides += [total // 2, total - total // 2]
        return nn.functional.pad(x, sides, value=self.value)
''',
    "SameAvgPool": '''\
class SameAvgPool(nn.Module):
    """Average pooling with TensorFlow's padding `same`, which no mean counts."""

    def __init__(self, kernel, stride):
        super().__init__()
        self.pad = SamePad(kernel, stride)
        self.pool = nn.AvgPool2d(kernel, stride=stride)

    def forward(self, x):
        counted = self.pool(self.pad(torch.ones_like(x)))
        return self.pool(self.pad(x)) / counted
''',
    "ChannelNorm": '''\
class ChannelNorm(nn.LayerNorm):
    """Layer normalisation of the channels at each place of a map."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "LayerScale": '''\
class LayerScale(nn.Module):
    """A learned factor for each feature."""

    def __init__(self, features, init_value, spatial_axes=0):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((features,), init_value))
        self.shape = (features,) + (1,) * spatial_axes

    def forward(self, x):
        return x * self.gamma.view(self.shape)
''',
    "StochasticDepth": '''\
class StochasticDepth(nn.Module):
    """Leaves out the whole branch of a sample at random while training."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training or self.rate == 0.0:
            return x
        kept = x.new_empty(x.shape[0], *(1,) * (x.dim() - 1))
        return x * kept.bernoulli_(1 - self.rate) / (1 - self.rate)
''',
    "Chunk": '''\
class Chunk(nn.Module):
    """One of several equal parts along an axis."""

    def __init__(self, chunks, index, dim=1):
        super().__init__()
        self.chunks = chunks
        self.index = index
        self.dim = dim

    def forward(self, x):
        return x.chunk(self.chunks, dim=self.dim)[self.index]
''',
    "Slice": '''\
class Slice(nn.Module):
    """The elements from one place to another along an axis."""

    def __init__(self, start, stop, dim=1):
        super().__init__()
        self.span = slice(start, stop)
        self.dim = dim

    def forward(self, x):
        return x[(slice(None),) * self.dim + (self.span,)]
''',
    "ClassToken": '''\
class ClassToken(nn.Module):
    """Learned tokens before a sequence."""

    def __init__(self, features, count=1):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, count, features))

    def forward(self, x):
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)
''',
    "PositionEmbedding": '''\
class PositionEmbedding(nn.Module):
    """A learned table that is added to the input."""

    def __init__(self, *shape):
        super().__init__()
        self.table = nn.Parameter(torch.empty(1, *shape).normal_(std=0.02))

    def forward(self, x):
        return x + self.table
''',
    "SelfAttention": '''\
class SelfAttention(nn.MultiheadAttention):
    """Attention of a sequence to itself."""

    def __init__(self, features, heads, **options):
        super().__init__(features, heads, batch_first=True, **options)

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]
''',
    "NotWritten": '''\
class NotWritten(nn.Module):
    """Stands for a layer that has no counterpart in PyTorch."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, *inputs):
        raise NotImplementedError(f"{self.layer} has no counterpart in PyTorch")
''',
    "round_to": ROUND_TO,
}
