"""Whether what arrives in a layer can be below 0, so that zeros around it change a maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnncalc.net.node import Node


def none_below_zero(layer_of: Callable[[str], Node | None], names: Iterable[str]) -> bool:
    """Whether no element of these results is below 0, as far as the layers that give them tell.

    Args:
        layer_of: which layer gives a result; None for an input of the net.
        names: the results.
    """
    waiting, seen = list(names), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        before = layer_of(name)
        if before is None:
            return False
        layer = before.layer
        if layer.never_negative and not getattr(layer, "negative_slope", 0):
            continue
        if not (layer.view or layer.pools or layer.keeps_sign):
            return False
        waiting += before.inputs
    return True
