"""Results of the turns of loops, and whether they are taken after the turn or by name in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.trace import Run
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.export.trace import Done, Trace


class Taken(NamedTuple):
    """Results of turns of loops that entries name, each with its trace.

    Attributes:
        after: those that are taken after the turn.
        within: those that are taken in the turn itself.
    """

    after: set[tuple[int, str]]
    within: set[tuple[int, str]]


def taken_of_turns(traces: Iterable[Trace], *, outputs: bool) -> Taken:
    """What is taken of the turns of all loops; `outputs`: the spec names the outputs of the net."""
    found = Taken(set(), set())
    for trace in traces:
        made: dict[str, tuple[int, ...]] = {}
        for done, turns in within(trace.root, ()):
            for one in done.named:
                around = made.get(one, ())
                if around:
                    inside = around == turns[: len(around)]
                    (found.within if inside else found.after).add((id(trace), one))
            for one in done.result or ():
                made.setdefault(one, turns)  # the last of a loop is its result, too
        for one in trace.network.outputs if outputs else ():
            if made.get(one):
                found.after.add((id(trace), one))
    return found


def within(run: Run, turns: tuple[int, ...]) -> Iterator[tuple[Done, tuple[int, ...]]]:
    """Every entry that has been placed, after those inside it, with the turns around it.

    Nothing takes a result of a block that is copied, nor has its weights.
    """
    for done in run.done if run.like is None else ():
        yield from _inside(done, turns)


def _inside(done: Done, turns: tuple[int, ...]) -> Iterator[tuple[Done, tuple[int, ...]]]:
    loops = done.entry.beside.loop is not None
    for part in done.parts:
        if isinstance(part, Run):
            yield from within(part, turns)
        else:
            turn = part.entry is done.entry and loops
            yield from _inside(part, (*turns, id(part)) if turn else turns)
    yield done, turns
