"""The space between two rows, in which results are led from where they leave to where they enter.

A result runs along a straight line where it can; else across in a track of its own, so that no
two results run on top of each other (channel routing: Hashimoto and Stevens, Wire routing by
optimizing channel assignment within large apertures, 1971). Lines of different results cross
at right angles only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.render.drawing.data import Point

_STRAIGHT = 20  # the length of a channel without a track, an arrow head included
_FIRST, _STEP, _LAST = 10, 8, 20  # before the first track, between two, after the last
_APART = 4  # the least distance of a detour from every other line


class Terminal(NamedTuple):
    """Where a result leaves a row or enters one, across from the middle line."""

    source: int
    at: int


class Channel(NamedTuple):
    """How far it is along, and the line to each head: corners along and across."""

    length: int
    lines: tuple[tuple[Point, ...], ...]


class _Run(NamedTuple):
    """A result's way across: from one place to several; `late` is a part after a detour."""

    source: int
    start: int
    ends: tuple[int, ...]
    late: bool = False

    @property
    def order(self) -> tuple[bool, int]:
        """Where it stands among others that it need not be above or below of."""
        right = sum(self.ends) >= self.start * len(self.ends)
        return (not right, -self.start if right else self.start)

    @property
    def low(self) -> int:
        return min((self.start, *self.ends))

    @property
    def high(self) -> int:
        return max((self.start, *self.ends))


def channel(
    tails: Mapping[int, int], heads: Sequence[Terminal], *, straight: int = _STRAIGHT
) -> Channel:
    """Lead results from tails to heads.

    Args:
        tails: where each result comes from, by its source.
        heads: where results go.
        straight: the length of the channel where no result has to go across.
    """
    wanted: dict[int, list[int]] = {}
    for source, at in heads:
        wanted.setdefault(source, []).append(at)
    runs = [
        _Run(source, tails[source], tuple(ends))
        for source, ends in wanted.items()
        if ends != [tails[source]]
    ]
    runs = _without_cycles(runs, set(tails.values()) | {at for _, at in heads})
    tracks = _tracks(runs)
    used = 1 + max(tracks.values(), default=-1)
    length = _FIRST + _STEP * (used - 1) + _LAST if used else straight
    ways: dict[int, list[tuple[int, _Run]]] = {}
    for run in sorted(runs, key=lambda run: run.late):
        ways.setdefault(run.source, []).append((_FIRST + _STEP * tracks[run], run))
    lines: list[tuple[Point, ...]] = []
    for source, at in heads:
        line: list[Point] = [(0, tails[source])]
        way = ways.get(source, [])
        for number, (along, run) in enumerate(way, 1):
            line += [(along, run.start), (along, at if number == len(way) else run.ends[0])]
        lines.append((*line, (length, at)))
    return Channel(length, tuple(lines))


def _next_below(runs: Sequence[_Run]) -> dict[_Run, list[_Run]]:
    """For each run those that must be in a later track: it comes from where they go to."""
    goes_to = {end: run for run in runs for end in run.ends}
    late = {run.source: run for run in runs if run.late}
    found: dict[_Run, list[_Run]] = {}
    for run in runs:
        other = goes_to.get(run.start)
        found[run] = [other] if other is not None and other.source != run.source else []
        if not run.late and run.source in late:
            found[run].append(late[run.source])
    return found


def _sorted(runs: Sequence[_Run]) -> tuple[list[_Run], list[_Run]]:
    """Runs in an order in which each is above what must be below it; and those in cycles.

    Of two that run to the right, the one that starts further right comes first, so that the
    other passes below it; to the left, the other way round.
    """
    if len(runs) <= 1:
        return list(runs), []
    from heapq import heapify, heappop, heappush  # noqa: PLC0415 - few channels need it

    below = _next_below(runs)
    waiting = dict.fromkeys(runs, 0)
    for others in below.values():
        for one in others:
            waiting[one] += 1
    ready = [(run.order, run) for run in runs if not waiting[run]]
    heapify(ready)
    found: list[_Run] = []
    while ready:
        _, run = heappop(ready)
        found.append(run)
        for one in below[run]:
            waiting[one] -= 1
            if not waiting[one]:
                heappush(ready, (one.order, one))
    return found, [run for run in runs if waiting[run]]


def _without_cycles(runs: list[_Run], taken: set[int]) -> list[_Run]:
    """Runs that wait for each other are broken by a detour: across, on, and across again."""
    found, stuck = _sorted(runs)
    while stuck:
        broken = next(run for run in stuck if not run.late)
        over = _free_place(broken.start, taken)
        taken.add(over)
        runs = [run for run in runs if run is not broken]
        runs.append(_Run(broken.source, broken.start, (over,)))
        runs.append(_Run(broken.source, over, broken.ends, late=True))
        found, stuck = _sorted(runs)
    return found


def _free_place(start: int, taken: set[int]) -> int:
    """A place between others from which all lines are apart, as near as there is one."""
    low, high = min(taken), max(taken)
    places = sorted(range(low, high + 1), key=lambda one: (abs(one - start), one))
    for least in range(_APART, 0, -1):
        for place in places:
            if all(abs(place - other) >= least for other in taken):
                return place
    return high + 1


class _Used:
    """The last track in use on each stretch of places: a tree of halves, since runs may be many."""

    def __init__(self, places: int) -> None:
        self.size = places
        self.whole = [-1] * (2 * places)  # used along all of a part
        self.some = [-1] * (2 * places)  # used somewhere in a part

    def most(self, low: int, high: int) -> int:
        """The last track that is used anywhere from one place to another."""
        around = max(self.whole[part] for leaf in (low, high) for part in self._up(leaf))
        return max(around, *(self.some[part] for part in self._parts(low, high)))

    def use(self, low: int, high: int, track: int) -> None:
        """Use a track from one place to another."""
        for part in self._parts(low, high):
            self.whole[part] = max(self.whole[part], track)
            self.some[part] = max(self.some[part], track)
        for leaf in (low, high):
            for part in self._up(leaf):
                if part < self.size:
                    self.some[part] = max(self.some[part], *self.some[2 * part : 2 * part + 2])

    def _up(self, place: int) -> Iterator[int]:
        part = place + self.size
        while part:
            yield part
            part //= 2

    def _parts(self, low: int, high: int) -> Iterator[int]:
        left, right = low + self.size, high + self.size + 1
        while left < right:
            if left & 1:
                yield left
                left += 1
            if right & 1:
                right -= 1
                yield right
            left, right = left // 2, right // 2


def _tracks(runs: Sequence[_Run]) -> dict[_Run, int]:
    """The track of each run: of those that overlap, the first in order is above the others."""
    below = _next_below(runs)
    least = dict.fromkeys(runs, 0)
    tracks: dict[_Run, int] = {}
    places = sorted({place for run in runs for place in (run.low, run.high)})
    index = {place: at for at, place in enumerate(places)}
    used = _Used(len(places))
    for run in runs:
        stretch = index[run.low], index[run.high]
        tracks[run] = max(least[run], 1 + used.most(*stretch))
        used.use(*stretch, tracks[run])
        for one in below[run]:
            least[one] = max(least[one], tracks[run] + 1)
    return tracks
