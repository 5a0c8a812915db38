"""Texts of a spec as they may stand on a terminal."""

from __future__ import annotations


def visible(text: str) -> str:
    """Control characters as their escapes, so that a spec cannot steer the terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
