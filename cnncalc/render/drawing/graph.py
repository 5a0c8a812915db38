"""The connections of a picture without coordinates, for formats whose readers lay them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.render.drawing.contents import Contents, Item


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
    """For each box, the sources that also arrive through another of its sources."""
    reached: list[int] = []  # as bits, the boxes from which a result arrives in any way
    found: list[set[int]] = []
    for box in boxes:
        through = 0
        for source in box.takes:
            through |= reached[source]
        found.append({source for source in box.takes if through >> source & 1})
        for source in box.takes:
            through |= 1 << source
        reached.append(through)
    return found
