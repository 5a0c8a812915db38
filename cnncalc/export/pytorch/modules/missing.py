"""What stands for a layer that PyTorch has not."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "NotWritten": '''\
class NotWritten(nn.Module):
    """Stands for a layer that has no counterpart in PyTorch, and says why."""

    def __init__(self, layer, why):
        super().__init__()
        self.why = f"{layer} has no counterpart in PyTorch: {why}"

    def forward(self, *inputs):
        raise NotImplementedError(self.why)
''',
}
