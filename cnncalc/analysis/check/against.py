"""Whether a net is the net of a model: differences layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.fused import apart
from cnncalc.analysis.check.rules import AGAINST
from cnncalc.analysis.compare.differences import other_settings
from cnncalc.analysis.compare.pairing import pair_layers
from cnncalc.analysis.compare.signatures import in_layout
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.layers.adaptive_pooling import AdaptivePooling
from cnncalc.layers.base.tensors import show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.alike import Kind
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


class Model(NamedTuple):
    """The net of a model, and what it is called.

    Attributes:
        name: what it is called.
        network: the net, with the batch norms that an exporter folded into convolutions.
        folded: the net as the file has it, without them; None where that is the same.
    """

    name: str
    network: Network
    folded: Network | None = None


def differences(network: Network, model: Model, source: str = "") -> tuple[Diagnostic, ...]:
    """A finding for each layer that only one of both has, or that has other figures.

    What acts in training alone is passed over: models are exported without it; so is an adaptive
    pooling that keeps every size. An activation may be fused into a layer or stand after it, and
    shapes may have their channels first or last. A net may have the batch norms that were folded
    in the model, or not: of both comparisons the one with fewer findings counts.

    Args:
        network: the net.
        model: what it is held to.
        source: where the net came from.
    """
    found = tuple(_differences(network, model.network, model.name, source))
    if not found or model.folded is None:
        return found
    as_held = tuple(_differences(network, model.folded, model.name, source))
    return min(found, as_held, key=len)


def _differences(network: Network, model: Network, name: str, source: str) -> Iterator[Diagnostic]:
    nodes, others = _compared(network), _compared(model)
    equal: set[tuple[Kind, Kind]] = set()  # kinds that have no difference
    for before, after in pair_layers(nodes, others):
        node = nodes[before] if before is not None else None
        other = others[after] if after is not None else None
        both = (kind_of(node), kind_of(other)) if node is not None and other is not None else None
        if both in equal:
            continue
        message = _message(node, other, name, network.layout)
        if both is not None and not message:
            equal.add(both)
        if message:
            place = node.origin.place if node is not None and node.origin is not None else None
            yield Diagnostic(AGAINST, message, place=place, source=source)


def _compared(network: Network) -> Sequence[Node]:
    return [node for layer in held(network) for node in apart(layer)]


def held(network: Network) -> Sequence[Node]:
    """The layers that are held to a model: those that compute something once a net is trained."""
    return [one for one in network.layers if not _gives_its_input(one) and not _pools_nothing(one)]


def _gives_its_input(node: Node) -> bool:
    """Whether it has a part in training alone, or in nothing: models are exported without it."""
    return node.layer.view == "identity" and not node.layer.weights(node.facts.inputs)


def _pools_nothing(node: Node) -> bool:
    """Whether each of its windows is a single element."""
    return isinstance(node.layer, AdaptivePooling) and node.input_shapes[0] == node.output_shape


def _message(node: Node | None, other: Node | None, model: str, layout: Layout) -> str:
    if node is None:
        return f"{model} has {_said(other)}, which is not in the net" if other is not None else ""
    if other is None:
        return f"{_said(node)} is not in {model}"
    parts = [
        _differing(what, mine, theirs)
        for what, mine, theirs in (
            ("type", node.type, other.type),
            ("output", show_shape(node.output_shape), show_shape(_told(other, node, layout))),
            ("parameters", f"{node.params:,}", f"{other.params:,}"),
            ("MACs", f"{node.macs:,}", f"{other.macs:,}"),
        )
        if mine != theirs
    ]
    if parts and node.type == other.type:
        parts = [*(_differing(*change) for change in other_settings(node, other)), *parts]
    return f"{node.name} is not as {other.name} in {model}: {'; '.join(parts)}" if parts else ""


def _told(other: Node, node: Node, layout: Layout) -> Shape:
    """The output of the other net's layer, as this net has it where they agree by axes."""
    shape = other.output_shape
    if shape == node.output_shape or in_layout(other, layout) != in_layout(node, layout):
        return shape
    return node.output_shape


def _differing(what: str, mine: str, theirs: str) -> str:
    return f"{what} {mine}, there {theirs}"


def _said(node: Node | None) -> str:
    if node is None:
        return ""
    shape = show_shape(node.facts.output_shape)
    return f"{node.name} ({node.type}, output {shape}, {node.params:,} parameters)"
