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
    from collections.abc import Mapping, Sequence

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
    ways: dict[int, list[_Run]] = {}
    for run in runs:
        ways.setdefault(run.source, []).append(run)
    lines: list[tuple[Point, ...]] = []
    for source, at in heads:
        line: list[Point] = [(0, tails[source])]
        way = ways.get(source, [])
        for run in way:
            along = _FIRST + _STEP * tracks[run]
            line += [(along, run.start), (along, at if run is way[-1] else run.ends[0])]
        lines.append((*line, (length, at)))
    return Channel(length, tuple(lines))


def _above(run: _Run, other: _Run) -> bool:
    """Whether a run must be in an earlier track: it comes from where the other goes to."""
    if run.source == other.source:
        return not run.late and other.late
    return run.start in other.ends


def _without_cycles(runs: list[_Run], taken: set[int]) -> list[_Run]:
    """Runs that wait for each other are broken by a detour: across, on, and across again."""
    done: list[_Run] = []
    rest = list(runs)
    while rest:
        free = [
            one for one in rest if not any(_above(other, one) for other in rest if other != one)
        ]
        if free:
            done += free
            rest = [one for one in rest if one not in free]
            continue
        broken = rest[0]
        over = _free_place(broken.start, taken)
        taken.add(over)
        early = _Run(broken.source, broken.start, (over,))
        late = _Run(broken.source, over, broken.ends, late=True)
        rest = [early, late, *rest[1:]]
    return sorted(done, key=lambda run: run.late)


def _free_place(start: int, taken: set[int]) -> int:
    """A place between others from which all lines are apart, as near as there is one."""
    low, high = min(taken), max(taken)
    places = sorted(range(low, high + 1), key=lambda one: (abs(one - start), one))
    for least in range(_APART, 0, -1):
        for place in places:
            if all(abs(place - other) >= least for other in taken):
                return place
    return high + 1


def _tracks(runs: Sequence[_Run]) -> dict[_Run, int]:
    """The track of each run: those that overlap one below the other, with few crossings.

    Of two that run to the right, the one that starts further right comes first, so that the
    other passes below it; to the left, the other way round.
    """

    def order(run: _Run) -> tuple[bool, int]:
        right = sum(run.ends) >= run.start * len(run.ends)
        return (not right, -run.start if right else run.start)

    rest = sorted(runs, key=order)
    tracks: dict[_Run, int] = {}
    while rest:
        run = next(
            one for one in rest if not any(_above(other, one) for other in rest if other != one)
        )
        rest.remove(run)
        tracks[run] = max(
            (
                track + 1
                for other, track in tracks.items()
                if (other.low <= run.high and run.low <= other.high) or _above(other, run)
            ),
            default=0,
        )
    return tracks
