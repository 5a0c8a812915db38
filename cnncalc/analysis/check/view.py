"""What lints look at: a net with its edges both ways, and what layers do to their input."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cnncalc.arithmetic import Window
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.arithmetic import TransposedWindow
    from cnncalc.layers.base.tensors import View as ViewOfInput
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

    #: A layer, the one below it, and what is the same of pairs that are alike.
    _Pair = tuple[Node, Node, tuple[int, int]]

Said = TypeVar("Said")

#: Layers that leave every value as it is, or, as dropout does, only while training.
TRANSPARENT: frozenset[ViewOfInput] = frozenset({"identity"})
#: And those that keep the values in order, in another shape.
RESHAPING: frozenset[ViewOfInput] = frozenset({"identity", "reshape"})

#: What the elements of an axis are called.
LINES = {"height": "rows", "width": "columns", "length": "steps", "depth": "planes"}


class _Kind(NamedTuple):
    """What is the same of layers that are alike, and of those at the same place of the spec, too.

    Names tell those without a place.
    """

    alike: int
    placed: int


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
        self._pairs: dict[frozenset[ViewOfInput], Sequence[_Pair]] = {}
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

    def pairs(
        self, judge: Callable[[Node, Node], Said], through: frozenset[ViewOfInput] = TRANSPARENT
    ) -> Iterator[tuple[Node, Node, Said]]:
        """Every layer with the one before it of which there is something to say, with that.

        The one before feeds nothing else. Of pairs that are alike, at the same places of the spec,
        there is the first; wherever they are, they are judged once.
        """
        pairs = self._pairs_through(through)
        firsts = {alike: (above, node) for above, node, alike in reversed(pairs)}
        said = {alike: judge(above, node) for alike, (above, node) in firsts.items()}
        if any(said.values()):
            for above, node, alike in pairs:
                if said[alike]:
                    yield above, node, said[alike]

    def _pairs_through(self, through: frozenset[ViewOfInput]) -> Sequence[_Pair]:
        if through not in self._pairs:
            found: dict[tuple[int, int], _Pair] = {}
            kinds = self._kinds
            for node in self.network.layers:
                above = self.before(node, through) if node.layer.view not in through else None
                if above is not None:
                    kind, other = kinds[node.name], kinds[above.name]
                    if (other.placed, kind.placed) not in found:
                        pair = above, node, (other.alike, kind.alike)
                        found[other.placed, kind.placed] = pair
            self._pairs[through] = tuple(found.values())
        return self._pairs[through]

    @cached_property
    def _kinds(self) -> dict[str, _Kind]:
        """What kind each layer is of, by its name."""
        alike: dict[object, int] = {}
        placed: dict[object, _Kind] = {}
        kinds = {}
        for name, layer, _, facts, _, _, origin in self.network.layers:
            number = alike.setdefault((id(layer), id(facts)), len(alike))
            key = number, name if origin is None else id(origin)
            kinds[name] = placed.setdefault(key, _Kind(number, len(placed)))
        return kinds

    def windows(self) -> Sequence[tuple[Node, Window]]:
        """Every layer that slides windows over its input, with the window along each axis.

        Of layers that are alike, at the same place of the spec, there is the first.
        """
        if self._windows is None:
            self._windows = [
                (node, window)
                for node, windows in self.sliding()
                for window in windows
                if isinstance(window, Window)
            ]
        return self._windows

    def sliding(self) -> Iterator[tuple[Node, Sequence[Window | TransposedWindow]]]:
        """Every layer that slides over its input, or is the transpose of one that does.

        Of layers that are alike, at the same place of the spec, there is the first.
        """
        known: dict[int, Sequence[Window | TransposedWindow]] = {}
        seen: set[int] = set()
        for node in self.network.layers:
            alike, placed = self._kinds[node.name]
            if placed not in seen:
                seen.add(placed)
                if alike not in known:
                    known[alike] = node.layer.windows(node.facts.inputs)
                if known[alike]:
                    yield node, known[alike]


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
