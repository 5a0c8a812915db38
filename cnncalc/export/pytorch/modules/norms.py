"""Norms, and fixed or learned factors and offsets."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "ChannelNorm": '''\
class ChannelNorm(nn.LayerNorm):
    """Layer normalisation of the channels at each place of a map."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "ChannelRMSNorm": '''\
class ChannelRMSNorm(nn.RMSNorm):
    """Root-mean-square normalisation of the channels at each place of a map."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "LayerScale": """\
class LayerScale(nn.Module):
    def __init__(self, features, init_value, dim=1):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((features,), init_value))
        self.dim = dim

    def forward(self, x):
        return x * self.gamma.view(-1, *(1,) * (x.dim() - 1 - self.dim))
""",
    "Offset": """\
class Offset(nn.Module):
    def __init__(self, features, dim=1):
        super().__init__()
        self.beta = nn.Parameter(torch.zeros(features))
        self.dim = dim

    def forward(self, x):
        return x + self.beta.view(-1, *(1,) * (x.dim() - 1 - self.dim % x.dim()))
""",
    "Normalization": '''\
class Normalization(nn.Module):
    """By the mean and variance of the data, which the buffers hold."""

    def __init__(self, *features, dim=1):
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("variance", torch.ones(features))
        self.register_buffer("count", torch.tensor(0))
        self.dim = dim

    def forward(self, x):
        shape = (-1, *(1,) * (x.dim() - 1 - self.dim))
        deviation = self.variance.sqrt().clamp(min=1e-7)
        return (x - self.mean.view(shape)) / deviation.view(shape)
''',
    "Denormalization": '''\
class Denormalization(Normalization):
    """The same the other way round."""

    def forward(self, x):
        shape = (-1, *(1,) * (x.dim() - 1 - self.dim))
        deviation = self.variance.sqrt().clamp(min=1e-7)
        return x * deviation.view(shape) + self.mean.view(shape)
''',
    "GivenNormalization": '''\
class GivenNormalization(nn.Module):
    """By a mean and a variance that are given; or the other way round."""

    def __init__(self, mean, variance, dim=1, invert=False):
        super().__init__()
        self.mean = mean
        self.variance = variance
        self.dim = dim
        self.invert = invert

    def forward(self, x):
        shape = (-1, *(1,) * (x.dim() - 1 - self.dim))
        mean = torch.as_tensor(self.mean).to(x).view(shape)
        variance = torch.as_tensor(self.variance).to(x).view(shape)
        deviation = variance.sqrt().clamp(min=1e-7)
        return x * deviation + mean if self.invert else (x - mean) / deviation
''',
    "Rescaling": """\
class Rescaling(nn.Module):
    def __init__(self, scale=1, offset=0):
        super().__init__()
        self.scale = scale
        self.offset = offset

    def forward(self, x):
        return x * self.scale + self.offset
""",
    "AxisRescaling": '''\
class AxisRescaling(nn.Module):
    """Fixed factors and offsets along an axis."""

    def __init__(self, scale=1, offset=0, dim=1):
        super().__init__()
        self.scale = scale
        self.offset = offset
        self.dim = dim

    def forward(self, x):
        return x * self.along(x, self.scale) + self.along(x, self.offset)

    def along(self, x, values):
        if isinstance(values, (int, float)):
            return values
        return x.new_tensor(values).view(-1, *(1,) * (x.dim() - 1 - self.dim))
''',
    "UnitNorm": '''\
class UnitNorm(nn.Module):
    """Scaled to length 1 along some axes."""

    def __init__(self, *dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        length = torch.linalg.vector_norm(x, dim=self.dims, keepdim=True)
        return x / length.clamp(min=1e-6)
''',
}
