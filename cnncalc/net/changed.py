"""A net asked again: what comes out with other layers, other inputs, or other results.

Only what a change reaches is computed anew; nothing is unrolled again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs, axis_names
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import KnownFacts
from cnncalc.net.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

_MOST_AXES = 3  # that are spatial
_SEQUENCE = 2  # the axes of a sequence: its length and its channels or features


class Changed(NamedTuple):
    """A net with some layers or inputs changed.

    Attributes:
        network: the net as it was.
        inputs: the shapes of the inputs that are others.
        nodes: the layers that come out otherwise, or may.
    """

    network: Network
    inputs: Mapping[str, Shape]
    nodes: Mapping[str, Node]

    def shape_of(self, name: str) -> Shape:
        """The shape of an input or of a layer's result, with the change."""
        if name in self.nodes:
            return self.nodes[name].output_shape
        return self.inputs.get(name) or self.network.shape_of(name)


def changed(  # noqa: PLR0913 - what may be changed
    network: Network,
    layers: Mapping[str, Layer] | None = None,
    *,
    inputs: Mapping[str, Shape] | None = None,
    results: Mapping[str, Shape] | None = None,
    among: Iterable[Node] | None = None,
    known: KnownFacts | None = None,
) -> Changed | None:
    """Ask a net again; None where a layer then refuses what arrives: there is no such net.

    Args:
        network: the net.
        layers: layers in place of others, by name; in place of all that share their weights, too.
        inputs: other shapes of inputs, by name.
        results: shapes of results to be believed, whatever the layer gives, by its name.
        among: the layers to be looked at, in order; all if None.
        known: facts that were found before; those that are found are added.
    """
    nodes = network.layers if among is None else among
    try:
        return _propagated(network, layers or {}, inputs or {}, results or {}, nodes, known)
    except LayerError:
        return None


def _propagated(  # noqa: PLR0913, PLR0917 - what may be changed
    network: Network,
    layers: Mapping[str, Layer],
    inputs: Mapping[str, Shape],
    results: Mapping[str, Shape],
    among: Iterable[Node],
    known: KnownFacts | None = None,
) -> Changed:
    """The net with the change; raises `LayerError`."""
    moved: dict[str, Shape] = dict(inputs)  # what makes a difference to the layers after it
    nodes: dict[str, Node] = {}
    asked = known or KnownFacts()  # a repeated layer is one object
    for node in among:
        name, own, taken, before, scope, traits, origin = node
        layer = layers.get(traits.shared_with or name, own) if layers else own
        if layer is own and name not in results and moved.keys().isdisjoint(taken):
            continue
        arriving = tuple(
            [moved.get(one, old) for one, old in zip(taken, before.inputs.shapes, strict=True)]
        )
        facts = asked.known.get((id(layer), arriving))
        if facts is None:
            facts = asked.of(layer, Inputs(arriving, network.layout))
        if name in results:
            shape = results[name]
            facts = facts._replace(output_shape=shape, macs=layer.macs(facts.inputs, shape))
        nodes[name] = Node(name, layer, taken, facts, scope, traits, origin)
        if facts.output_shape != before.output_shape:
            moved[name] = facts.output_shape
    return Changed(network, inputs, nodes)


def ancestors(network: Network, names: Iterable[str]) -> list[Node]:
    """These layers and all that they take something from, in order."""
    needed = set(names)
    found = []
    for node in reversed(network.layers):
        if node.name in needed:
            needed.update(node.inputs)
            found.append(node)
    found.reverse()
    return found


# -- other sizes of the inputs ----------------------------------------------------------------


class InputAxis(NamedTuple):
    """A spatial axis of inputs that move together, since they have the same size along it.

    Attributes:
        name: length; height, width; depth.
        size: as the net has it.
        inputs: the names of the inputs.
        places: where the axis is in the shape of each of them.
    """

    name: str
    size: int
    inputs: tuple[str, ...]
    places: tuple[int, ...]


def input_axes(network: Network) -> tuple[InputAxis, ...]:
    """The spatial axes of a net's inputs: those of one name and one size are one axis.

    Inputs of one size are there to meet; where sizes differ, each moves on its own.
    """
    found: dict[tuple[str, int], dict[str, int]] = {}
    for name, shape in network.inputs.items():
        for axis, place in zip(axes_of(shape), _places(network, name), strict=True):
            found.setdefault((axis, shape[place]), {})[name] = place
    return tuple(
        InputAxis(axis, size, tuple(places), tuple(places.values()))
        for (axis, size), places in found.items()
    )


def axes_of(shape: Shape) -> tuple[str, ...]:
    """The names of the spatial axes of a shape: `("height", "width")` for an image."""
    spatial = len(shape) - 1
    return axis_names(spatial) if 1 <= spatial <= _MOST_AXES else ()


def _places(network: Network, name: str) -> Sequence[int]:
    """Where the spatial axes are in an input's shape."""
    shape = network.inputs[name]
    first = int(network.layout == "channels_first")
    if len(shape) == _SEQUENCE and _learned(network, name, first):
        # (length, features) or (channels, length): no weight depends on the length.
        return (first,) if _learned(network, name, 1 - first) else (1 - first,)
    return range(first, first + len(axes_of(shape)))


def _learned(network: Network, name: str, place: int) -> bool:
    """Whether weights depend on the size of an input along an axis, or a layer declares it."""
    shape = network.inputs[name]
    other = (*shape[:place], 2 * shape[place], *shape[place + 1 :])
    try:
        found = _propagated(network, {}, {name: other}, {}, network.layers)
    except LayerError as error:
        return error.code == codes.DECLARED
    return any(
        node.facts.weights != network[node.name].facts.weights for node in found.nodes.values()
    )


def resized(network: Network, sizes: Mapping[InputAxis, int]) -> dict[str, Shape]:
    """The shapes of all inputs, with other sizes along some of their axes."""
    shapes = dict(network.inputs)
    for axis, size in sizes.items():
        for name, place in zip(axis.inputs, axis.places, strict=True):
            shape = shapes[name]
            shapes[name] = (*shape[:place], size, *shape[place + 1 :])
    return shapes
