"""What lints look at: a net with its edges both ways, and what layers do to their input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

#: Layers that leave every value as it is, or, as dropout does, only while training.
TRANSPARENT = frozenset(
    {"identity", "dropout", "gaussian_noise", "activity_regularization", "stochastic_depth"}
)
RESHAPING = frozenset({"flatten", "reshape", "unflatten"})
NORMALIZATIONS = frozenset({"batchnorm", "instancenorm"})
CONVOLUTIONS = frozenset({"conv", "depthwise_conv", "separable_conv"})
PADDINGS = frozenset({"pad"})
LINEAR = frozenset({*CONVOLUTIONS, "dense"})

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

    def before(self, node: Node, through: frozenset[str] = TRANSPARENT) -> Node | None:
        """The only layer that feeds this one alone, seen through layers of these types."""
        while len(node.inputs) == 1:
            above = self.nodes.get(node.inputs[0])
            if above is None or len(self.consumers[above.name]) > 1:
                return None
            if above.name in self.network.outputs:
                return None
            if above.type not in through:
                return above
            node = above
        return None

    def pairs(self, through: frozenset[str] = TRANSPARENT) -> Iterator[tuple[Node, Node]]:
        """Every layer with the one before it, where that feeds nothing else."""
        for node in self.network.layers:
            above = self.before(node, through) if node.type not in through else None
            if above is not None:
                yield above, node

    def windows(self) -> Iterator[tuple[Node, Window]]:
        """Every layer that slides windows over its input, with the window along each axis."""
        for node in self.network.layers:
            for window in node.layer.windows(node.facts.inputs):
                if isinstance(window, Window):
                    yield node, window


def is_activation(node: Node) -> bool:
    """Whether the layer is one of the activations."""
    return node.layer.family == "activation"


def activation_of(node: Node) -> str:
    """The activation that a layer is or ends with (Keras), in lower case; else empty."""
    text = getattr(node.layer, "activation", None)
    if is_activation(node):
        return str(text or node.type).lower()
    return "" if text in (None, "linear") else str(text).lower()
