"""A treemap: rectangles whose areas are shares of a whole, as square as can be.

Source: Bruls, Huizing and van Wijk, Squarified treemaps (2000).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


def squarified(values: Sequence[float], box: Box) -> list[Box]:
    """A rectangle for each value, together the whole box; values are positive, the largest first.

    >>> squarified([1, 1], Box(0, 0, 4, 2))
    [Box(x=0, y=0.0, width=2.0, height=2.0), Box(x=2.0, y=0.0, width=2.0, height=2.0)]
    """
    found: list[Box] = []
    start = 0
    while start < len(values):
        rest = sum(values[start:])
        scale = box.width * box.height / rest
        row = values[start : _end(values, start, min(box.width, box.height), scale)]
        found += _row(row, box, sum(row) / rest)
        box = _left(box, sum(row) / rest)
        start += len(row)
    return found


def _end(values: Sequence[float], start: int, side: float, scale: float) -> int:
    """Where a row ends: before the rectangle that would make the worst of its ratios larger."""
    largest = whole = values[start]
    worst = _worst(largest, largest, whole * scale, side * side, scale)
    for at in range(start + 1, len(values)):
        whole += values[at]
        worse = _worst(largest, values[at], whole * scale, side * side, scale)
        if worse > worst:
            return at
        worst = worse
    return len(values)


def _worst(largest: float, least: float, whole: float, squared: float, scale: float) -> float:
    """The largest ratio of the sides of a row's rectangles, along a side given as its square."""
    if not squared or not whole:
        return float("inf")
    return max(squared * largest * scale / whole**2, whole**2 / (squared * least * scale))


def _row(row: Sequence[float], box: Box, part: float) -> list[Box]:
    """A row of rectangles along the shorter side."""
    whole, at, found = sum(row), 0.0, []
    for one in row:
        share = one / whole
        if box.width >= box.height:
            found.append(Box(box.x, box.y + at * box.height, box.width * part, box.height * share))
        else:
            found.append(Box(box.x + at * box.width, box.y, box.width * share, box.height * part))
        at += share
    return found


def _left(box: Box, part: float) -> Box:
    """What a row leaves of the box."""
    if box.width >= box.height:
        return Box(box.x + box.width * part, box.y, box.width * (1 - part), box.height)
    return Box(box.x, box.y + box.height * part, box.width, box.height * (1 - part))
