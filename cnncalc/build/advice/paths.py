"""The paths through a half-built net: back to a common ancestor, or to an input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import ancestors
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


class Path(NamedTuple):
    """The layers from (not including) a start to a result, in order."""

    start: str
    nodes: tuple[Node, ...]


def paths_to(network: Network, names: Sequence[str]) -> list[Path]:
    """The path to each result from the last thing that all of them come from.

    Without a common ancestor each path begins at an input of the net.
    """
    above = [ancestors(network, [name]) for name in names]
    known = [
        {name, *(node.name for node in nodes), *(one for node in nodes for one in node.inputs)}
        for name, nodes in zip(names, above, strict=True)
    ]
    shared = set.intersection(*known)
    order = [*network.inputs, *(node.name for node in network.layers)]
    common = next((name for name in reversed(order) if name in shared), None)
    return [_path(network, name, common) for name in names]


def _path(network: Network, name: str, start: str | None) -> Path:
    after = {start}
    for node in network.layers:
        if any(one in after for one in node.inputs):
            after.add(node.name)
    found: list[Node] = []
    here = name
    while here != start and here not in network.inputs:
        node = network[here]
        found.append(node)
        here = next((one for one in node.inputs if one in after), node.inputs[0])
    return Path(here, tuple(reversed(found)))


def path_from_input(network: Network, name: str) -> Path:
    """The path to a result from an input of the net, by the first input of every merge."""
    return _path(network, name, None)


def accepts(layer: Layer, shapes: tuple[Shape, ...], layout: Layout) -> bool:
    """Whether a layer takes these shapes."""
    try:
        facts_of(layer, Inputs(shapes, layout))
    except LayerError:
        return False
    return True
