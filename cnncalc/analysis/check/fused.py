"""Layers with the activation that is fused into them taken apart, as another file may have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.argument import REQUIRED
from cnncalc.layers.base.tensors import Inputs
from cnncalc.net.facts import facts_of
from cnncalc.net.node import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.layers.base.layer import Layer
    from cnncalc.net.node import Node


def apart(node: Node) -> Iterator[Node]:
    """The layer alone, and its activation as a layer of its own.

    An `activation` is one of the output where what comes before it is linear; other layers,
    such as recurrent ones, have activations inside. An `activation: relu` becomes a `relu`.
    """
    name = getattr(node.layer, "activation", None)
    if node.type == "activation":
        if name != "linear":
            yield node._replace(layer=_function(str(name), node.layer))
    elif name is None or not node.layer.linear:
        yield node
    else:
        yield node._replace(layer=node.layer.replace(activation=None))
        if name != "linear":
            yield _activation(node, str(name))


def _activation(node: Node, name: str) -> Node:
    """The activation of a layer's output."""
    layer = _function(name, node.layer)
    inputs = Inputs((node.output_shape,), node.layer.layout_of(node.facts.inputs))
    return node._replace(
        name=f"{node.name}.activation", layer=layer, inputs=(node.name,),
        facts=facts_of(layer, inputs), traits=PLAIN,
    )  # fmt: skip


def _function(name: str, of: Layer) -> Layer:
    """The layer that is named after a function; some functions have none."""
    from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

    found = registry.find(name)
    if found is None or any(spec.default is REQUIRED for spec in found.layer.arguments.values()):
        found, given = registry.find("activation"), {"activation": name}
    else:
        given = {}
    assert found is not None  # noqa: S101 - `activation` is a type of ours
    return found.make(given, of.dialect)
