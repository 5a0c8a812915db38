"""Several names in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def listed(names: Iterable[str], most: int = 20) -> str:
    """Names for the end of a sentence: the first of them, and how many more there are."""
    shown = list(names)
    more = len(shown) - most
    if not shown:
        return "none"
    return ", ".join(shown[:most]) + (f" and {more:,} more" if more > 0 else "")


def enumerated(words: Sequence[str]) -> str:
    """Words in the middle of a sentence: `1, 2 and 3`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
