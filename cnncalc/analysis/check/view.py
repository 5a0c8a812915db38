"""What lints look at: a net with its edges both ways, and what layers do to their input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.tensors import View as ViewOfInput
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

#: Layers that leave every value as it is, or, as dropout does, only while training.
TRANSPARENT: frozenset[ViewOfInput] = frozenset({"identity"})
#: And those that keep the values in order, in another shape.
RESHAPING: frozenset[ViewOfInput] = frozenset({"identity", "reshape"})

#: What the elements of an axis are called.
LINES = {"height": "rows", "width": "columns", "length": "steps", "depth": "planes"}


class View:
    """A net as lints see it."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.nodes = {node.name: node for node in network.layers}
        self.consumers: dict[str, list[Node]] = {}
        for node in network.layers:
            for name in node.inputs:
                self.consumers.setdefault(name, []).append(node)
        self._outputs = frozenset(network.outputs)
        self._pairs: dict[frozenset[ViewOfInput], Sequence[tuple[Node, Node]]] = {}
        self._windows: Sequence[tuple[Node, Window]] | None = None

    def before(self, node: Node, through: frozenset[ViewOfInput] = TRANSPARENT) -> Node | None:
        """The only layer that feeds this one alone, seen through such views of their input."""
        while len(node.inputs) == 1:
            above = self.nodes.get(node.inputs[0])
            if above is None or len(self.consumers[above.name]) > 1:
                return None
            if above.name in self._outputs:
                return None
            if above.layer.view not in through:
                return above
            node = above
        return None

    def pairs(self, through: frozenset[ViewOfInput] = TRANSPARENT) -> Sequence[tuple[Node, Node]]:
        """Every layer with the one before it, where that feeds nothing else.

        Of pairs that are alike, at the same places of the spec, there is the first.
        """
        if through not in self._pairs:
            found: dict[object, tuple[Node, Node]] = {}
            for node in self.network.layers:
                above = self.before(node, through) if node.layer.view not in through else None
                if above is not None:
                    found.setdefault((_kind(above), _kind(node)), (above, node))
            self._pairs[through] = tuple(found.values())
        return self._pairs[through]

    def windows(self) -> Sequence[tuple[Node, Window]]:
        """Every layer that slides windows over its input, with the window along each axis.

        Of layers that are alike, at the same place of the spec, there is the first.
        """
        if self._windows is None:
            found: dict[object, Node] = {}
            for node in self.network.layers:
                found.setdefault(_kind(node), node)
            self._windows = tuple(
                (node, window)
                for node in found.values()
                for window in node.layer.windows(node.facts.inputs)
                if isinstance(window, Window)
            )
        return self._windows


def _kind(node: Node) -> object:
    """What is the same of layers that a lint finds alike; names tell those without a place."""
    return id(node.layer), id(node.facts), node.name if node.origin is None else id(node.origin)


def is_activation(node: Node) -> bool:
    """Whether the layer is one of the activations."""
    return node.layer.activation_function


def is_learned_map(node: Node) -> bool:
    """Whether the layer is a linear map with learned kernels: a convolution, a dense layer."""
    return node.layer.linear and any(weight.role == "kernel" for weight in node.weights)


def is_convolution(node: Node) -> bool:
    """Whether the layer slides learned kernels over its input."""
    return is_learned_map(node) and any(
        isinstance(window, Window) for window in node.layer.windows(node.facts.inputs)
    )


def activation_of(node: Node) -> str:
    """The activation that a layer is or ends with (Keras), in lower case; else empty."""
    text = getattr(node.layer, "activation", None)
    if is_activation(node):
        return str(text or node.type).lower()
    return "" if text in (None, "linear") else str(text).lower()
