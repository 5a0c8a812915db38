"""What torch.export says of a model's parameters, which the newer exporter keeps in the file.

Constants that are computed of parameters lose their names: a parameter that no tensor is called
after is among them, and belongs to the module that it has its name from.
"""

from __future__ import annotations

import re
from math import isqrt
from typing import TYPE_CHECKING

from cnncalc.importers.onnx.noted import modules_of, noted, takes_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.importers.onnx.proto import File, Node

_ENTRY = re.compile(r"^\w+: (PARAMETER|BUFFER) target='([^']*)'", re.MULTILINE)
_LAYERS = "torch.nn.modules."
_TABLE = "relative_position_bias_table"  # as PyTorch's models of this kind call it
_PAIRS = 3  # axes: heads, and pairs of places


class Signature:
    """The parameters of the exported program.

    Attributes:
        parameters: their names; empty where the file does not say.
        buffers: the names of what is kept and not learned.
    """

    def __init__(self, file: File) -> None:
        entries = _ENTRY.findall(file.signature)
        self.parameters = frozenset(name for kind, name in entries if kind == "PARAMETER")
        self.buffers = frozenset(name for kind, name in entries if kind == "BUFFER")
        self._told = bool(entries)
        called = {tensor.name for tensor in file.tensors}
        called |= {name for node in file.nodes if node.op == "Identity" for name in node.outputs}
        self._absent = self.parameters - called
        self._missing = frozenset(map(_module, self._absent))

    def may_hold(self, node: Node, names: Sequence[str]) -> bool:
        """Whether constants that a node takes may be parameters.

        Args:
            node: an operator.
            names: of the tensors that a constant comes from.
        """
        if not self._told or not noted(node):
            return True
        modules = modules_of(node)
        path = ".".join(modules.path)
        named = self.parameters.intersection(names)
        if modules.classes and modules.classes[-1].startswith(_LAYERS):
            # A layer takes its own parameters only; equal ones of others have one tensor.
            return path in self._missing or any(_module(name) == path for name in named)
        if named or takes_rows(node):
            return True
        return any(one in self._missing for one in _around(modules.path))

    def table(self, node: Node, dims: Sequence[int]) -> tuple[str, int] | None:
        """The table of relative positions that a constant was written out from: name and size.

        A window of `side * side` places has `2 * side - 1` distances along each axis (Liu et
        al., Swin, 2021); a constant has a row of its own for each pair of places.

        Args:
            node: an operator that takes a constant.
            dims: the shape of the constant; the pairs are its last two axes, before them the heads.
        """
        if len(dims) < _PAIRS or dims[-1] != dims[-2] or not noted(node):
            return None
        side = isqrt(dims[-1])
        path = ".".join(modules_of(node).path)
        name = f"{path}.{_TABLE}" if path else _TABLE
        if side * side != dims[-1] or name not in self._absent:
            return None
        return name, (2 * side - 1) ** 2 * dims[-3]


def _module(name: str) -> str:
    return name.rpartition(".")[0]


def _around(path: Sequence[str]) -> Iterable[str]:
    """A module and those that it stands in."""
    return (".".join(path[:end]) for end in range(len(path) + 1))
