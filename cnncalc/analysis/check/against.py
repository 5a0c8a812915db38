"""Whether a net is the net of a model: differences layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.analysis.check.rules import AGAINST
from cnncalc.analysis.compare.pairing import pair_layers
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

#: Types that compute nothing once a net is trained: models are exported without them.
_ONLY_TRAINING = frozenset({"dropout", "stochastic_depth", "identity", "gaussian_noise",
                            "activity_regularization"})  # fmt: skip


class Model(NamedTuple):
    """The net of a model, and what it is called."""

    name: str
    network: Network


def differences(network: Network, model: Model, source: str = "") -> Iterator[Diagnostic]:
    """A finding for each layer that only one of both has, or that has other figures.

    What acts in training alone is passed over: models are exported without it.

    Args:
        network: the net.
        model: what it is held to.
        source: where the net came from.
    """
    nodes, others = _compared(network), _compared(model.network)
    for before, after in pair_layers(nodes, others):
        node = nodes[before] if before is not None else None
        other = others[after] if after is not None else None
        message = _message(node, other, model.name)
        if message:
            place = node.origin.place if node is not None and node.origin is not None else None
            yield Diagnostic(AGAINST, message, place=place, source=source)


def _compared(network: Network) -> Sequence[Node]:
    return [node for node in network.layers if node.type not in _ONLY_TRAINING]


def _message(node: Node | None, other: Node | None, model: str) -> str:
    if node is None:
        return f"{model} has {_said(other)}, which is not in the net" if other is not None else ""
    if other is None:
        return f"{_said(node)} is not in {model}"
    parts = [
        f"{what} {mine}, there {theirs}"
        for what, mine, theirs in (
            ("type", node.type, other.type),
            ("output", show_shape(node.facts.output_shape), show_shape(other.facts.output_shape)),
            ("parameters", f"{node.params:,}", f"{other.params:,}"),
            ("MACs", f"{node.macs:,}", f"{other.macs:,}"),
        )
        if mine != theirs
    ]
    return f"{node.name} is not as {other.name} in {model}: {'; '.join(parts)}" if parts else ""


def _said(node: Node | None) -> str:
    if node is None:
        return ""
    shape = show_shape(node.facts.output_shape)
    return f"{node.name} ({node.type}, output {shape}, {node.params:,} parameters)"
