"""Turns that follow one another: equal ones are a `repeat`, those of equal key a table.

The turns of a stage, which differ in the first alone, become a table with the first
turn and a `repeat` of the others.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import eq
from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.merging import merged
from cnncalc.importers.structured.slots import Scaled
from cnncalc.importers.structured.terms import LINE, Table, cost_of
from cnncalc.importers.structured.tree import opened
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.structured.facts import Facts
    from cnncalc.importers.structured.terms import Run, Term, Terms

LONGEST = 40  # terms of a turn
_WORK = LONGEST // 8  # for each term that is compared with those after it
_LONG = 8 * LINE  # a turn of which two are a loop
_MOST_ROWS = 64  # of a table that a person would read


class Span(NamedTuple):
    """A part of a run, and what would stand in its place."""

    start: int
    stop: int
    made: Run
    gain: int


def repeated(terms: Terms, run: Run, facts: Facts) -> Run:
    """The run with its equal turns folded, in all its parts first."""
    made = tuple(
        terms.like(term, term.slots, tuple(repeated(terms, part, facts) for part in term.parts))
        if term.parts
        else term
        for term in run
    )
    return folded(terms, made, facts)


def folded(terms: Terms, run: Run, facts: Facts) -> Run:
    """The run with its equal turns folded, shorter turns first."""
    terms.left -= _WORK * len(run)
    period = 1
    while period <= min(LONGEST, len(run) // 2):
        run = replaced(run, _repeats(terms, run, period, facts))
        period += 1
    return run


def _repeats(terms: Terms, run: Run, period: int, facts: Facts) -> list[Span]:
    found = []
    end = 0
    keys = [term.key for term in run]
    for start, length in _chains(keys, period):
        if start < end:
            continue
        first, turns = _turns(run, start, length, period)
        stages = _stages(terms, turns, facts)
        if stages is not None:
            end = first + period * len(turns)
            found.append(Span(first, end, (stages,), cost_of(run[first:end]) - stages.cost))
    taken = {place for span in found for place in range(span.start, span.stop)}
    forms = [-1 - place if place in taken else term.form for place, term in enumerate(run)]
    for start, length in _chains(forms, period):
        first, turns = _turns(run, start, length, period)
        term = repeat(terms, turns)
        stop = first + period * len(turns)
        gain = cost_of(run[first:stop]) - term.cost
        if gain > 0:
            found.append(Span(first, stop, (term,), gain))
    return sorted(found)


def repeat(terms: Terms, turns: Sequence[Run]) -> Term:
    """A `repeat` of equal turns."""
    return terms.make("repeat", None, (len(turns),), (_together(terms, turns),))


def _together(terms: Terms, turns: Sequence[Run]) -> Run:
    """One of several equal runs, which stands for the layers of all."""
    return tuple(
        terms.like(
            alike[0],
            alike[0].slots,
            tuple(
                _together(terms, runs) for runs in zip(*(one.parts for one in alike), strict=True)
            ),
            tuple(place for one in alike for place in one.places),
        )
        for alike in zip(*turns, strict=True)
    )


def tables(terms: Terms, run: Run, facts: Facts) -> Iterator[Span]:
    """The tables that turns of a run could become."""
    terms.left -= _WORK * len(run)
    keys = [term.key for term in run]
    for period in range(1, min(LONGEST, len(run) // 2) + 1):
        for start, length in _chains(keys, period):
            first, turns = _turns(run, start, length, period)
            if len(turns) > _MOST_ROWS:
                continue
            term = table(terms, turns, facts)
            if term is None or not _natural(term, turns[0]):
                continue
            stop = first + period * len(turns)
            gain = cost_of(run[first:stop]) - term.cost
            if gain > 0:
                yield Span(first, stop, (term,), gain)


def _natural(term: Term, turn: Run) -> bool:
    """Whether a person would make a loop of it: of plain values, and not for two short turns."""
    if any(isinstance(cell, Scaled) for cell in term.slots):
        return False
    return term.kind != "table" or term.head.rows > 2 or cost_of(turn) > _LONG  # noqa: PLR2004 - two turns


def table(terms: Terms, turns: Sequence[Run], facts: Facts) -> Term | None:
    """A loop over turns of equal key, a `repeat` where nothing differs; None if it cannot be."""
    found = merged(terms, turns, facts, closed=False)
    if found is None:
        return None
    if not found.columns:
        return terms.make("repeat", None, (len(turns),), (found.run,), ())
    variables = tuple(column.variable for column in found.columns)
    cells = tuple(
        cell for row in zip(*(c.cells for c in found.columns), strict=True) for cell in row
    )
    return terms.make("table", Table(variables, len(turns)), cells, (found.run,), ())


def _chains(numbers: Sequence[int], period: int) -> Iterator[tuple[int, int]]:
    """Where at least two turns of a length are equal: the place, and the length of all."""
    equal = bytes(map(eq, numbers, numbers[period:]))
    for found in re.finditer(rb"\x01{%d,}" % period, equal):
        yield found.start(), found.end() - found.start() + period


def _turns(run: Run, start: int, length: int, period: int) -> tuple[int, list[Run]]:
    """The turns of a chain: they begin where a person would begin them.

    Where more than whole turns are equal there is a choice. No turn begins with what
    belongs to the layer before; and a first turn that differs, in a stride, mostly ends as
    the others do, so that the spare layers are its own.
    """
    count, spare = divmod(length, period)
    first = min(range(start, start + spare + 1), key=lambda place: (_follows(run, place), -place))
    return first, [
        run[first + turn * period : first + (turn + 1) * period] for turn in range(count)
    ]


def _follows(run: Run, place: int) -> int:
    """How much the term at a place belongs to the one before it."""
    term = run[place]
    if place > 0 and term.kind == "layer" and term.head.follows:
        return 2
    return int(term.kind == "repeat")


def replaced(run: Run, spans: Sequence[Span]) -> Run:
    """The run with other terms in some places."""
    found: list[Term] = []
    done = 0
    for span in spans:
        if span.start >= done:
            found += (*run[done : span.start], *span.made)
            done = span.stop
    return (*found, *run[done:])


# -- stages -----------------------------------------------------------------------------------


def _stages(terms: Terms, turns: Sequence[Run], facts: Facts) -> Term | None:
    """A table of stages: a first turn, and equal ones after it that give the same shape."""
    stages = [list(group) for _, group in groupby(turns, key=lambda turn: _shape(turn, facts))]
    few = len(stages) < 3 and cost_of(turns[0]) < _LONG  # noqa: PLR2004 - a loop of two short turns
    if len(stages) in {1, len(turns)} or few:
        return None
    if any(len({_form(turn) for turn in stage[1:]}) > 1 for stage in stages):
        return None
    if all(len({_form(turn) for turn in stage}) == 1 for stage in stages):
        counted = [(repeat(terms, stage),) for stage in stages]
        return table(terms, counted, facts)
    spare = next(stage[1] for stage in stages if len(stage) > 1)
    rows = [
        (*stage[0], repeat(terms, stage[1:]))
        if len(stage) > 1
        else (*stage[0], terms.make("repeat", None, (0,), (opened(terms, spare),), ()))
        for stage in stages
    ]
    found = table(terms, rows, facts)
    return _counted(terms, found) if found is not None and found.kind == "table" else found


def _shape(turn: Run, facts: Facts) -> object:
    last = turn[-1]
    while last.kind in {"repeat", "table"}:
        last = last.parts[0][-1]
    return facts.shapes[last.places[-1]] if last.places else None


def _form(turn: Run) -> tuple[int, ...]:
    return tuple(term.form for term in turn)


def _counted(terms: Terms, term: Term) -> Term:
    """The table, where the first turn counts as well: `repeat: $count - 1`."""
    *before, last = term.parts[0]
    count = last.slots[0]
    if not isinstance(count, Scaled) or count != Scaled(count.variable):
        return term
    uses = _uses(term.parts[0], count.variable)
    if uses != 1:
        return term
    column = term.head.variables.index(count.variable)
    width = len(term.head.variables)
    cells = tuple(
        cell + 1 if place % width == column else cell for place, cell in enumerate(term.slots)
    )
    last = terms.like(last, (count._replace(plus=-1),), last.parts)
    return terms.like(term, cells, ((*before, last),))


def _uses(run: Run, variable: Any) -> int:  # noqa: ANN401 - a variable
    return sum(
        sum(isinstance(v, Scaled) and v.variable is variable for v in term.slots)
        + sum(_uses(part, variable) for part in term.parts)
        for term in run
    )
