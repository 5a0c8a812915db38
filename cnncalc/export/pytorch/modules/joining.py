"""Branches and inputs that are joined."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "Residual": """\
class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)
""",
    "Gate": """\
class Gate(nn.Sequential):
    def forward(self, x):
        return x * super().forward(x)
""",
    "Concat": """\
class Concat(nn.Module):
    def __init__(self, *branches, dim=1):
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.dim = dim

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=self.dim)
""",
    "Sum": """\
class Sum(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return sum(branch(x) for branch in self.branches)
""",
    "Dot": '''\
class Dot(nn.Module):
    """The products of two inputs, summed along the axis that both name."""

    def __init__(self, equation, normalized=None):
        super().__init__()
        self.equation = equation
        self.normalized = normalized

    def forward(self, a, b):
        if self.normalized is not None:
            first, second = self.normalized
            a = nn.functional.normalize(a, dim=first, eps=1e-6)
            b = nn.functional.normalize(b, dim=second, eps=1e-6)
        result = torch.einsum(self.equation, a, b)
        return result if result.dim() > 1 else result.unsqueeze(1)
''',
}
