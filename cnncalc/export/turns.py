"""The turns of a loop in all places: what each begins with, and what the last one gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX
from cnncalc.export.places import Unsaid
from cnncalc.export.symbols import constant
from cnncalc.language.syntax import ForColumns, ForRows
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.places import Place
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done


class Turns(NamedTuple):
    """The turns of a loop in all its places; of those that are alike there, the first.

    Attributes:
        turns: what each does.
        places: where each is.
        owner: the number of the place of the loop that each is in.
        entering: the result that each begins with.
        finals: the result after the last, in each place of the loop.
    """

    turns: list[Done]
    places: list[Place]
    owner: list[int]
    entering: list[str]
    finals: list[str]


def turns_of(dones: Sequence[Done], places: Sequence[Place], arriving: Sequence[str]) -> Turns:
    """The turns of a loop; raises `Unsaid` for several results.

    Args:
        dones: the loop in each place.
        places: where it is.
        arriving: the result that it takes in each place; empty if it takes none.
    """
    found = Turns([], [], [], [], [])
    for at, (done, place) in enumerate(zip(dones, places, strict=True)):
        passed_on = arriving[at] if arriving else ""
        seen: set[object] = set()
        for turn in done.merges:
            unlike = turn.trace.of_turn(turn, passed_on)
            if unlike is None or unlike not in seen:
                seen.add(unlike)
                found.turns.append(turn)
                found.places.append(place.turn(turn.frame.variables))
                found.owner.append(at)
                found.entering.append(passed_on)
            if turn.result is not None:
                if len(turn.result) != 1:
                    raise Unsaid("several results")
                passed_on = turn.result[0]
        found.finals.append(passed_on)
    return found


def loop_names(loop: object) -> list[str]:
    """The variables of a `for`, in their order; none of anything else."""
    if isinstance(loop, ForColumns):
        return [key.text for key, _ in loop.columns.pairs]
    return list(loop.names) if isinstance(loop, ForRows) else []


def columns_of(dones: Sequence[Done]) -> list[list[Done]]:
    """Each turn in all places, for turns that are written out; raises `Unsaid`."""
    counts = {len(done.merges) for done in dones}
    if len(counts) > 1:
        raise Unsaid("a changing number of turns")
    return [[done.merges[at] for done in dones] for at in range(counts.pop())]


def values_of_turn(turns: Sequence[Done]) -> dict[str, Symbol]:
    """The variables of a turn, which are known where it is written out; raises `Unsaid`."""
    variables = [turn.frame.variables for turn in turns]
    found: dict[str, Symbol] = {}
    for one in variables[0].values:
        values = [each.find(one)[1] for each in variables]
        if any(value != values[0] for value in values):
            raise Unsaid("a turn that differs")
        found[one] = constant(values[0])
    if variables[0].counting and variables[0].index is not None:
        found[INDEX] = constant(variables[0].index)
    return found
