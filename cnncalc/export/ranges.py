"""Whether what arrives in a layer can be below 0, so that zeros around it change a maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cnncalc.net.node import Node


def none_below_zero(
    layer_of: Callable[[str], Node | None], names: Iterable[str], known: dict[str, bool]
) -> bool:
    """Whether no element of these results is below 0, as far as the layers that give them tell.

    Args:
        layer_of: which layer gives a result; None for an input of the net.
        names: the results.
        known: what is known of results of the net; more is added.
    """
    waiting = list(names)
    asked = tuple(waiting)
    while waiting:
        name = waiting[-1]
        if name in known:
            waiting.pop()
            continue
        needed = _needed(layer_of(name))
        unknown = [one for one in needed or () if one not in known]
        if unknown:
            waiting += unknown
        else:
            known[name] = needed is not None and all(known[one] for one in needed)
    return all(known[one] for one in asked)


def _needed(before: Node | None) -> Sequence[str] | None:
    """The results that a layer's own sign hangs on; None where it may be below 0 by itself."""
    if before is None:
        return None
    layer = before.layer
    if layer.never_negative and not getattr(layer, "negative_slope", 0):
        return ()
    return before.inputs if layer.view or layer.pools or layer.keeps_sign else None
