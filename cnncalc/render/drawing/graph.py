"""The connections of a picture without coordinates, for formats whose readers lay them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.render.drawing.contents import Contents, Item


_FARTHEST = 2000  # boxes that are looked at for one


class LabelledEdge(NamedTuple):
    """A connection of two boxes; its label is the shape, at the first one that has it."""

    source: int
    target: int
    skips: bool
    label: str


def labelled_edges(shown: Contents) -> Iterator[LabelledEdge]:
    """All connections, in the order of their targets."""
    passed = skipping(shown.boxes)
    told: set[int] = set()
    for box in shown.boxes:
        for source in box.takes:
            label = "" if source in told else shown.boxes[source].shape
            told.add(source)
            yield LabelledEdge(source, box.first, source in passed[box.first], label)


def skipping(boxes: Sequence[Item]) -> list[set[int]]:
    """For each box, the sources that also arrive through another of its sources.

    A result that comes from further away than a search may go skips something for sure.
    """
    return [_passed(box, boxes) if len(box.takes) > 1 else set() for box in boxes]


def _passed(box: Item, boxes: Sequence[Item]) -> set[int]:
    sources = set(box.takes)
    first = min(sources)
    seen: set[int] = set()
    stack = [one for source in sources for one in boxes[source].takes]
    while stack and len(seen) < _FARTHEST:
        one = stack.pop()
        if one >= first and one not in seen:
            seen.add(one)
            stack += boxes[one].takes
    far = {one for one in sources if box.first - one > _FARTHEST}
    return sources & seen | far
