"""A picture line by line: a line for each box, and arcs beside them for what skips lines."""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING, Literal

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cnncalc.render.drawing.contents import Contents, Item


class Line(NamedTuple):
    """A line of the picture.

    Attributes:
        kind: a box, a box's result on its way to an arc, the first or the last line of a frame.
        depth: the frames around it.
        item: the box or the frame.
    """

    kind: Literal["box", "out", "head", "foot"]
    depth: int
    item: Item


class Arc(NamedTuple):
    """A result beside the picture, from a line to others further down, in one lane."""

    source: int
    start: int
    ends: tuple[int, ...]
    lane: int = 0


class _Lane:
    """The arcs of one lane, by where they start."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def free(self, arc: Arc) -> bool:
        """Whether no arc of the lane is beside a line of this one."""
        at = bisect(self.starts, arc.ends[-1])
        return not at or self.ends[at - 1] < arc.start

    def take(self, arc: Arc) -> None:
        """Add an arc."""
        at = bisect(self.starts, arc.start)
        self.starts.insert(at, arc.start)
        self.ends.insert(at, arc.ends[-1])


class Arcs(NamedTuple):
    """Arcs in lanes, and the sources of those that had no room, by the line where they end."""

    arcs: tuple[Arc, ...]
    told: Mapping[int, Sequence[int]]

    def going(self, count: int) -> Iterator[list[Arc]]:
        """For each of so many lines, the arcs beside it."""
        starting: dict[int, list[Arc]] = {}
        for arc in self.arcs:
            starting.setdefault(arc.start, []).append(arc)
        here: list[Arc] = []
        for at in range(count):
            here = [arc for arc in here if arc.ends[-1] >= at] + starting.get(at, [])
            yield here

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return 1 + max((arc.lane for arc in self.arcs), default=-1)


def lines(shown: Contents) -> tuple[Line, ...]:
    """The lines from top to bottom; a box with arcs into it and out of it has two."""
    bent = [box for box in shown.boxes if any(one != box.first - 1 for one in box.takes)]
    entered = {box.first for box in bent}
    giving = {one for box in bent for one in box.takes if one != box.first - 1}

    def inside(items: Iterable[Item], depth: int) -> Iterator[Line]:
        for item in items:
            if item.kind == "frame":
                yield Line("head", depth, item)
                yield from inside(item.children, depth + 1)
                yield Line("foot", depth, item)
                continue
            yield Line("box", depth, item)
            if item.first in entered and item.first in giving:
                yield Line("out", depth, item)

    return tuple(inside(shown.items, 0))


def arcs(shown: Contents, found: Sequence[Line], most: int) -> Arcs:
    """What does not come from the line above, shorter arcs inside of longer ones.

    Args:
        shown: the picture.
        found: its lines.
        most: the lanes that there is room for.
    """
    used: list[_Lane] = []
    placed: list[Arc] = []
    told: dict[int, list[int]] = {}
    unplaced = _arcs(shown, found)
    for arc in sorted(unplaced, key=lambda arc: (arc.ends[-1] - arc.start, arc.start)):
        lane = next((at for at, one in enumerate(used) if one.free(arc)), len(used))
        if lane >= most:
            for end in arc.ends:
                told.setdefault(end, []).append(arc.source)
            continue
        if lane == len(used):
            used.append(_Lane())
        placed.append(arc._replace(lane=lane))
        used[lane].take(arc)
    return Arcs(tuple(placed), told)


def _arcs(shown: Contents, found: Sequence[Line]) -> Iterator[Arc]:
    into: dict[int, int] = {}
    out: dict[int, int] = {}
    for number, line in enumerate(found):
        if line.kind == "box":
            into[line.item.first] = number
        if line.kind in {"box", "out"}:
            out[line.item.first] = number
    ends: dict[int, list[int]] = {}
    for box in shown.boxes:
        for source in dict.fromkeys(box.takes):
            if source != box.first - 1:
                ends.setdefault(source, []).append(into[box.first])
    for source, places in ends.items():
        yield Arc(source, out[source], tuple(places))
