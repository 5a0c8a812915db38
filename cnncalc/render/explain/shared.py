"""What alike layers share is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.analysis.explain import LayerExplained

Written = TypeVar("Written")

_MOST_KNOWN = 1000  # different layers whose texts are kept for the alike ones


class Shared(Generic[Written]):
    """Keeps what is written of the parts that alike layers share, by the identity of these."""

    def __init__(self, write: Callable[[LayerExplained], Written]) -> None:
        self._write = write
        self._known: dict[tuple[int, ...], tuple[LayerExplained, Written]] = {}

    def of(self, layer: LayerExplained) -> Written:
        """What is written of a layer beside its name and its receptive field."""
        key = tuple(map(id, layer[1:-1]))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = layer, self._write(layer)
        return known[1]
