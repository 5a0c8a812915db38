"""Other views of the same elements, and what is taken of them."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "Permute": """\
class Permute(nn.Module):
    def __init__(self, *dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(0, *self.dims)
""",
    "Reshape": """\
class Reshape(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)
""",
    "Roll": '''\
class Roll(nn.Module):
    """Elements moved round along some axes."""

    def __init__(self, shifts, dims):
        super().__init__()
        self.shifts = shifts
        self.dims = dims

    def forward(self, x):
        return x.roll(self.shifts, self.dims)
''',
    "Flip": '''\
class Flip(nn.Module):
    """The steps in reverse."""

    def forward(self, x):
        return x.flip(1)
''',
    "Chunk": """\
class Chunk(nn.Module):
    def __init__(self, chunks, index, dim=1):
        super().__init__()
        self.chunks = chunks
        self.index = index
        self.dim = dim

    def forward(self, x):
        return x.chunk(self.chunks, dim=self.dim)[self.index]
""",
    "Slice": """\
class Slice(nn.Module):
    def __init__(self, start, stop, dim=1):
        super().__init__()
        self.span = slice(start, stop)
        self.dim = dim

    def forward(self, x):
        return x[(slice(None),) * self.dim + (self.span,)]
""",
    "Split": '''\
class Split(nn.Module):
    """One of several parts along an axis, by their sizes."""

    def __init__(self, sizes, index, dim=1):
        super().__init__()
        self.sizes = sizes
        self.index = index
        self.dim = dim

    def forward(self, x):
        return x.split(self.sizes, dim=self.dim)[self.index]
''',
    "RepeatVector": '''\
class RepeatVector(nn.Module):
    """The same vector at every step."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def forward(self, x):
        return x.unsqueeze(1).expand(-1, self.count, -1)
''',
    "Reduce": '''\
class Reduce(nn.Module):
    """A mean, a sum or an extremum along some axes."""

    def __init__(self, function, dim, keepdim=False):
        super().__init__()
        self.function = function
        self.dim = dim
        self.keepdim = keepdim

    def forward(self, x):
        return self.function(x, dim=self.dim, keepdim=self.keepdim)
''',
}
