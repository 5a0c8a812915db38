"""The memory of layers folded by block: one row for all layers of a block down to some depth."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cnncalc.analysis.memory.report import LayerMemory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.analysis.memory.report import Memory
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


def folded(network: Network, found: Memory, depth: int) -> Memory:
    """The same memory with the layers of each block below `depth` as one row.

    The row has the output of the block's last layer, all that its layers save, and
    the most that is alive while one of them runs.
    """
    return found._replace(layers=tuple(_rows(network.layers, found.layers, depth)))


def _rows(
    nodes: Iterable[Node], layers: Iterable[LayerMemory], depth: int
) -> Iterator[LayerMemory]:
    pairs = zip(nodes, layers, strict=True)
    for name, members in groupby(pairs, key=lambda pair: _row_of(pair[0], depth)):
        own = [layer for _, layer in members]
        saved = sum(layer.saved for layer in own)
        yield LayerMemory(name, own[-1].output, saved, max(layer.live for layer in own))


def _row_of(node: Node, depth: int) -> str:
    """The name of the block that stands for a layer, or its own."""
    scopes = node.scopes
    return scopes[depth - 1].name if len(scopes) >= depth else node.name
