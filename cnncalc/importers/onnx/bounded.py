"""The data of an ONNX file, of which names, numbers and nodes are read within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx import wire
from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.importers.onnx.wire import Data

_MANY = 4096  # numbers in one attribute
_LONG = 1 << 16  # bytes of a name


class Bounded:
    """The data of a file, and how much of it may still be read.

    Its methods raise `ImportProblem` where that is less than what they read.

    Args:
        data: the file.
        most_nodes: the largest number of nodes.
        most_bytes: the largest size of all names, attributes and shapes.
    """

    def __init__(self, data: Data, most_nodes: int, most_bytes: int) -> None:
        self.data = data
        self._most_nodes = self._nodes_left = most_nodes
        self._most_bytes = self._bytes_left = most_bytes

    def fields(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """The fields of the message at a place, as `wire.fields`."""
        return wire.fields(self.data, start, stop)

    def text(self, start: int, stop: int) -> str:
        """A name, or another short text."""
        if stop - start > _LONG:
            raise ImportProblem(f"a name of {stop - start:,} bytes is too long")
        self.spend(stop - start)
        return wire.text(self.data, start, stop)

    def packed(self, start: int, stop: int) -> list[int]:
        """Numbers of variable length."""
        _limit(start, stop)
        return wire.packed(self.data, start, stop)

    def floats(self, start: int, stop: int) -> list[float]:
        """Numbers of 32 bits."""
        _limit(start, stop)
        return wire.numbers(self.data, start, stop, "f")

    def count_node(self) -> None:
        """Take one of the nodes that are left."""
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise ImportProblem(
                f"the graph has more than {self._most_nodes:,} nodes",
                "`--max-layers` raises the limit",
            )

    def spend(self, size: int) -> None:
        """Take a number of the bytes that are left, and some for what holds them."""
        self._bytes_left -= size + 16
        if self._bytes_left < 0:
            raise ImportProblem(
                f"the graph without its weights is larger than {self._most_bytes:,} bytes",
                "`--max-size` raises the limit",
            )


def _limit(start: int, stop: int) -> None:
    """Weights are tensors: no list of an attribute comes near the limit."""
    if stop - start > 10 * _MANY:
        raise ImportProblem(f"a list of {stop - start:,} bytes in an attribute is too long")
