"""Whether what arrives in a layer can be below 0, so that zeros around it change a maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.net.network import Network


def none_below_zero(network: Network, names: Iterable[str]) -> bool:
    """Whether no element of these results is below 0, as far as the layers that give them tell."""
    waiting, seen = list(names), set()
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
