"""The ways through a half-built net: back to a common ancestor, and forward again with a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.node import Node


class Built(NamedTuple):
    """What stands of a net: its inputs, and the layers that fit, in order."""

    inputs: Mapping[str, Shape]
    nodes: Mapping[str, Node]
    layout: Layout

    def shape(self, name: str) -> Shape:
        """The shape of an input or of a layer's result."""
        return self.inputs[name] if name in self.inputs else self.nodes[name].output_shape

    def before(self, names: Sequence[str]) -> set[str]:
        """These and everything that leads to them."""
        seen: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in seen:
                seen.add(name)
                if name in self.nodes:
                    stack += self.nodes[name].inputs
        return seen


class Way(NamedTuple):
    """The layers from (not including) a start to a result, in order."""

    start: str
    nodes: tuple[Node, ...]


def built(nodes: Sequence[Node], inputs: Mapping[str, Shape], layout: Layout) -> Built:
    """What stands of a net, ready to be asked."""
    return Built(inputs, {node.name: node for node in nodes}, layout)


def ways_to(net: Built, names: Sequence[str]) -> list[Way]:
    """The way to each result from the last thing that all of them come from.

    Without a common ancestor each way begins at an input of the net.
    """
    shared = set.intersection(*(net.before([name]) for name in names))
    order = [*net.inputs, *net.nodes]
    common = next((name for name in reversed(order) if name in shared), None)
    return [_way(net, name, common) for name in names]


def _way(net: Built, name: str, start: str | None) -> Way:
    after = {start}
    for node in net.nodes.values():
        if any(one in after for one in node.inputs):
            after.add(node.name)
    found: list[Node] = []
    here = name
    while here != start and here in net.nodes:
        node = net.nodes[here]
        found.append(node)
        here = next((one for one in node.inputs if one in after), node.inputs[0])
    return Way(here, tuple(reversed(found)))


def from_input(net: Built, name: str) -> Way:
    """The way to a result from an input of the net, by the first input of every merge."""
    return _way(net, name, None)


def arriving(
    net: Built,
    names: Sequence[str],
    changes: Mapping[str, Layer],
    inputs: Mapping[str, Shape] | None = None,
) -> tuple[Shape, ...] | None:
    """The shapes of results if some layers or inputs were others; None where that breaks."""
    new: dict[str, Shape] = dict(inputs or {})
    needed = net.before(names)
    for node in net.nodes.values():
        affected = node.name in changes or any(one in new for one in node.inputs)
        if node.name not in needed or not affected:
            continue
        shapes = tuple(new.get(one) or net.shape(one) for one in node.inputs)
        try:
            facts = facts_of(changes.get(node.name, node.layer), Inputs(shapes, net.layout))
        except LayerError:
            return None
        new[node.name] = facts.output_shape
    return tuple(new.get(name) or net.shape(name) for name in names)


def takes(layer: Layer, shapes: tuple[Shape, ...] | None, layout: Layout) -> bool:
    """Whether a layer accepts these shapes."""
    if shapes is None:
        return False
    try:
        facts_of(layer, Inputs(shapes, layout))
    except LayerError:
        return False
    return True
