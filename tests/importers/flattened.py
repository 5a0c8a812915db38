"""Nets of ours as a reader of files would give them: flat, with or without module paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.model import ImportedLayer, ImportedModel

if TYPE_CHECKING:
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


def flattened(network: Network, *, paths: bool = False) -> ImportedModel:
    """The net as a flat model; without paths its layers are `n0`, `n1`, ... ."""
    names = {node.name: f"n{place}" for place, node in enumerate(network.layers)}
    if paths:
        names = {node.name: node.name.replace("/", "_") for node in network.layers}
    return ImportedModel(
        name=network.name,
        framework="keras" if network.layout == "channels_last" else "pytorch",
        inputs=tuple(network.inputs.items()),
        layers=tuple(_layer(node, names, paths=paths) for node in network.layers),
        outputs=tuple(names[one] for one in network.outputs),
    )


def _layer(node: Node, names: dict[str, str], *, paths: bool) -> ImportedLayer:
    scopes = node.scopes if paths else ()
    return ImportedLayer(
        name=names[node.name],
        type=node.type,
        arguments={name: _plain(value) for name, value in _settings(node).items()},
        inputs=tuple(names.get(one, one) for one in node.inputs),
        path=tuple(scope.name.rpartition("/")[2] for scope in scopes),
        classes=tuple(scope.block for scope in scopes),
        shape=node.output_shape,
        parameters=node.params,
        shares=names[node.traits.shared_with] if node.traits.shared_with else None,
        trainable=node.traits.trainable,
    )


def _settings(node: Node) -> dict[str, object]:
    return {**node.layer.settings(), **node.layer.inert_settings()}


def _plain(value: object) -> object:
    """A list of one number, as a layer keeps it, is written as the number."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value
