"""Runs that appear several times become blocks, the most useful first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.structured.merging import SIZES, merged
from cnncalc.importers.structured.slots import ANY, Scaled, Variable
from cnncalc.importers.structured.terms import ARGUMENT, LINE, cost_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.structured.facts import Facts
    from cnncalc.importers.structured.merging import Column, Merged
    from cnncalc.importers.structured.terms import Run, Terms

LONGEST = 40  # terms of a block
_NAMED = 5  # a name that a person has to know


class Block:
    """A block; equal to no other.

    Attributes:
        variables: its arguments.
        defaults: what each is where a use does not say; None if all say.
    """

    __slots__ = ("defaults", "variables")

    def __init__(self, variables: tuple[Variable, ...], defaults: tuple[Any, ...]) -> None:
        self.variables = variables
        self.defaults = defaults

    def given(self, slots: Sequence[Any]) -> int:
        """How many arguments a use writes."""
        return sum(
            value is not ANY and (default is None or value != default)
            for value, default in zip(slots, self.defaults, strict=True)
        )


class Found(NamedTuple):
    """A run that appears several times.

    Attributes:
        gain: by how much the text gets shorter.
        where: the run that each appearance is in, by number, and the place in it.
        length: of the run, in terms.
        merged: what they have in common.
    """

    gain: int
    where: tuple[tuple[int, int], ...]
    length: int
    merged: Merged


def best_block(terms: Terms, runs: Sequence[Run], facts: Facts, least: int) -> Found | None:
    """The run among these that is the most useful block; None if none gains more than `least`."""
    best: Found | None = None
    for most, where, length in _candidates(runs, least):
        if most <= least:
            break
        found = _evaluated(terms, runs, facts, where, length)
        if found is not None and found.gain > least:
            best, least = found, found.gain
    return best


def _evaluated(
    terms: Terms,
    runs: Sequence[Run],
    facts: Facts,
    where: tuple[tuple[int, int], ...],
    length: int,
) -> Found | None:
    """What a block for these places gains; those that are too unlike the others left out."""
    rows = [runs[number][place : place + length] for number, place in where]
    common = merged(terms, rows, facts, closed=True)
    if common is None:
        return None
    gain = sum(map(cost_of, rows)) - _cost(common, len(where)) - _split(runs, where, length)
    best = Found(gain, where, length, common)
    odd = _odd(common, len(where))
    if odd and len(where) - len(odd) > 1:
        kept = tuple(one for row, one in enumerate(where) if row not in odd)
        other = _evaluated(terms, runs, facts, kept, length)
        if other is not None and other.gain > best.gain - LINE * len(odd):
            return other
    return best


def _odd(common: Merged, count: int) -> set[int]:
    """The rows that alone need two arguments or more, in which all others agree."""
    if count < 3:  # noqa: PLR2004 - who is odd?
        return set()
    alone: Counter[int] = Counter()
    for column in common.columns:
        values = Counter((type(cell), cell) for cell in column.cells)
        if len(values) == 2 and min(values.values()) == 1:  # noqa: PLR2004 - one and the rest
            alone.update(
                row for row, cell in enumerate(column.cells) if values[type(cell), cell] == 1
            )
    return {row for row, times in alone.items() if times > 1}


def _cost(common: Merged, count: int) -> int:
    """What a block and its uses take to read."""
    width = len(common.columns)
    head = 2 * LINE + _NAMED + (LINE + 2 * ARGUMENT * width if width else 0)
    given = sum(_given(column) for column in common.columns)
    return head + cost_of(common.run) + count * LINE + ARGUMENT * given


def _given(column: Column) -> int:
    """How many uses write an argument."""
    default = default_of(column)
    return sum(default is None or cell != default for cell in column.cells)


def default_of(column: Column) -> Any:  # noqa: ANN401 - any plain value
    """The default of an argument: what layers have, or what is usual; None if none is.

    Channels have none: there, no value is more usual than others.
    """
    variable = column.variable
    if variable.hint in SIZES:
        return None
    plain = [cell for cell in column.cells if not isinstance(cell, Scaled) and cell is not ANY]
    if variable.usual is not None and variable.usual in plain:
        return variable.usual
    if not plain:
        return None
    (_, value), count = Counter((type(cell), cell) for cell in plain).most_common(1)[0]
    return value if count > 1 and 2 * count >= len(column.cells) else None


def block_of(common: Merged) -> Block:
    """The block of what runs have in common; arguments with a default come last."""
    found = [(column.variable, default_of(column)) for column in common.columns]
    found.sort(key=lambda one: one[1] is not None)
    return Block(tuple(one for one, _ in found), tuple(default for _, default in found))


def _candidates(
    runs: Sequence[Run], least: int
) -> list[tuple[int, tuple[tuple[int, int], ...], int]]:
    """Runs that appear at least twice, with the most that a block of them can gain."""
    found = []
    places = [(number, place) for number, run in enumerate(runs) for place in range(len(run))]
    keys = [[term.key for term in run] for run in runs]
    costs = [[term.cost for term in run] for run in runs]
    classes: dict[Any, list[tuple[int, int]]] = {0: places}
    for length in range(1, LONGEST + 1):
        longer: dict[Any, list[tuple[int, int]]] = {}
        for name, members in classes.items():
            for number, place in members:
                if place + length <= len(keys[number]):
                    key = (name, keys[number][place + length - 1])
                    longer.setdefault(key, []).append((number, place))
        classes = {}
        for members in longer.values():
            if len(members) < 2:  # noqa: PLR2004 - alone
                continue
            classes[len(classes)] = members
            where = tuple(_apart(members, length))
            if len(where) < 2:  # noqa: PLR2004 - alone
                continue
            sizes = [sum(costs[number][place : place + length]) for number, place in where]
            most = sum(sizes) - min(sizes) - 2 * LINE - _NAMED - LINE * len(where)
            number, place = where[0]
            if most > least and _natural(runs[number][place : place + length]):
                found.append((most, where, length))
        if not classes:
            break
    return sorted(found, key=lambda one: (-one[0], one[2], one[1]))


def _natural(run: Run) -> bool:
    """Whether a person would make a block of it: more than a loop, which can stay outside."""
    rest = [term for term in run if term.kind not in {"repeat", "table"}]
    return len(rest) == len(run) or cost_of(rest) > 2 * LINE + 2 * ARGUMENT


def _apart(members: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """Those that do not overlap."""
    last = (-1, 0)
    for number, place in members:
        if number != last[0] or place >= last[1]:
            yield number, place
            last = number, place + length


def _split(runs: Sequence[Run], where: Sequence[tuple[int, int]], length: int) -> int:
    """What it costs that a block tears apart what belongs together."""
    number, place = where[0]
    run = runs[number]
    torn: int = sum(
        bool(0 < at < len(run) and run[at].kind == "layer" and run[at].head.follows)
        for at in (place, place + length)
    )
    return torn * LINE
