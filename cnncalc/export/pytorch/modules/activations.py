"""Activations."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "Absolute": """\
class Absolute(nn.Module):
    def forward(self, x):
        return x.abs()
""",
    "BoundedReLU": '''\
class BoundedReLU(nn.Module):
    """A rectifier that begins at a threshold, with a slope below and a bound above."""

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0):
        super().__init__()
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def forward(self, x):
        above = x if self.max_value is None else x.clamp(max=self.max_value)
        below = self.negative_slope * (x - self.threshold)
        return torch.where(x >= self.threshold, above, below)
''',
    "ElementwisePReLU": '''\
class ElementwisePReLU(nn.Module):
    """A learned slope below 0 for each element, or shared along axes of size 1."""

    def __init__(self, *shape, init=0.25):
        super().__init__()
        self.weight = nn.Parameter(torch.full(shape, init))

    def forward(self, x):
        return torch.where(x >= 0, x, self.weight * x)
''',
}
