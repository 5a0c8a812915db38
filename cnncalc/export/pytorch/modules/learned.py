"""Learned tensors, and layers made of them."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "ClassToken": """\
class ClassToken(nn.Module):
    def __init__(self, features, count=1):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, count, features))

    def forward(self, x):
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)
""",
    "PositionEmbedding": """\
class PositionEmbedding(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.table = nn.Parameter(torch.empty(1, *shape).normal_(std=0.02))

    def forward(self, x):
        return x + self.table
""",
    "UnusedParameter": '''\
class UnusedParameter(nn.Module):
    """A learned tensor that the data does not pass through."""

    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return x
''',
    "EinsumDense": '''\
class EinsumDense(nn.Module):
    """A dense layer over the axes that an equation names."""

    def __init__(self, equation, kernel_shape, bias_shape=None):
        super().__init__()
        self.equation = equation
        self.kernel = nn.Parameter(torch.empty(kernel_shape).normal_(std=0.02))
        bias = None if bias_shape is None else torch.zeros(bias_shape)
        self.bias = None if bias is None else nn.Parameter(bias)

    def forward(self, x):
        result = torch.einsum(self.equation, x, self.kernel)
        return result if self.bias is None else result + self.bias
''',
    "SqueezeExcitation": '''\
class SqueezeExcitation(nn.Module):
    """A gate on the channels, from their means (Hu et al., 2017)."""

    def __init__(self, channels, squeezed, activation=None, gate=None):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = activation or nn.ReLU()
        self.scale_activation = gate or nn.Sigmoid()

    def forward(self, x):
        scale = self.activation(self.fc1(self.avgpool(x)))
        return x * self.scale_activation(self.fc2(scale))
''',
}
