"""Whether what arrives in a layer can be below 0, so that zeros around it change a maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


def takes_none_below_zero(network: Network, node: Node) -> bool:
    """Whether no element that arrives in a layer is below 0, as far as the layers before tell."""
    waiting, seen = list(node.inputs), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in network:
            return False
        before = network[name]
        layer = before.layer
        if layer.never_negative and not getattr(layer, "negative_slope", 0):
            continue
        if not (layer.view or layer.pools or layer.keeps_sign):
            return False
        waiting += before.inputs
    return True
