"""What is left out or added at random in training."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "StochasticDepth": '''\
class StochasticDepth(nn.Dropout1d):
    """Leaves out the whole branch of a sample at random in training."""

    def forward(self, x):
        return super().forward(x.flatten(1)).view_as(x)
''',
    "BatchDepth": '''\
class BatchDepth(nn.Dropout):
    """Leaves out the branch of the whole batch at random in training."""

    def forward(self, x):
        return x * super().forward(x.new_ones(1))
''',
    "GaussianDropout": '''\
class GaussianDropout(nn.Module):
    """Noise around 1 that multiplies every element in training."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training or self.rate == 0.0:
            return x
        deviation = (self.rate / (1 - self.rate)) ** 0.5
        return x * (1 + deviation * torch.randn_like(x))
''',
    "GaussianNoise": '''\
class GaussianNoise(nn.Module):
    """Noise around 0 that is added to every element in training."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x
''',
}
