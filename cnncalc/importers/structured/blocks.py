"""Runs that appear several times become blocks, the most useful first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.merging import SIZES, merged
from cnncalc.importers.structured.slots import ANY, Scaled, Variable
from cnncalc.importers.structured.terms import ARGUMENT, LINE, cost_of, terms_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.structured.facts import Facts
    from cnncalc.importers.structured.merging import Column, Merged
    from cnncalc.importers.structured.terms import Run, Terms

LONGEST = 40  # terms of a block
_MOST_COMPARED = 40  # appearances that are compared with one another
_UNLIKE = 9 * LINE  # what it may cost to leave out an appearance that is unlike the others
_NAMED = 15  # a name that a person has to know


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
    for most, where, length in _candidates(terms, runs, least):
        if most <= least or terms.left < 0:
            break
        found = _evaluated(terms, runs, facts, where, length)
        if found is not None and found.gain > least:
            best, least = found, found.gain
    return best if best is None else _purged(terms, runs, facts, best)


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
    if common is None or len(common.columns) > 1 + sum(1 for _ in terms_of(common.run)):
        return None
    gain = sum(map(cost_of, rows)) - _cost(common, len(where))
    return Found(gain, where, length, common)


def _purged(terms: Terms, runs: Sequence[Run], facts: Facts, best: Found) -> Found:
    """The block without the appearance that is the least like the others, if it is unlike them.

    An appearance for which alone there would be two arguments is no use of the block, even
    if it is a little shorter as one.
    """
    while 2 < len(best.where) <= _MOST_COMPARED:  # noqa: PLR2004 - two that are alike
        others = [
            found
            for row in range(len(best.where))
            if (
                found := _evaluated(
                    terms, runs, facts, best.where[:row] + best.where[row + 1 :], best.length
                )
            )
            is not None
            and len(found.merged.columns) < len(best.merged.columns) - 1
        ]
        other = max(others, key=lambda one: one.gain, default=None)
        if other is None or other.gain < best.gain - _UNLIKE:
            break
        best = other
    return best


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
    if variable.hint in SIZES and variable.usual is None:
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
    terms: Terms, runs: Sequence[Run], least: int
) -> list[tuple[int, tuple[tuple[int, int], ...], int]]:
    """Runs that appear at least twice, with the most that a block of them can gain."""
    found = []
    places = [(number, place) for number, run in enumerate(runs) for place in range(len(run))]
    keys = [[term.shape for term in run] for run in runs]
    costs = [[term.cost for term in run] for run in runs]
    classes: dict[Any, list[tuple[int, int]]] = {0: places}
    for length in range(1, LONGEST + 1):
        longer: dict[Any, list[tuple[int, int]]] = {}
        for name, members in classes.items():
            terms.left -= len(members)
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
            if most > least and _natural(runs, where, length):
                found.append((most, where, length))
        if not classes:
            break
    return sorted(found, key=lambda one: (-one[0], one[2], one[1]))


def _natural(runs: Sequence[Run], where: Sequence[tuple[int, int]], length: int) -> bool:
    """Whether a person would make a block of it.

    Activations and normalizations alone are none, nor are they torn from the convolution
    before them; and a loop of different lengths stays outside.
    """
    number, place = where[0]
    if any(_torn(runs[number], at) for at in (place, place + length)):
        return False
    rows = [runs[number][place : place + length] for number, place in where]
    if any(term.sources or term.pinned != -1 for term in rows[0]):
        return length == 1 and rows[0][0].kind == "cell"  # the names are of its surroundings
    if all(term.kind == "layer" and term.head.follows for term in rows[0]):
        return False
    rest = [term for term in rows[0] if term.kind not in {"repeat", "table"}]
    if len(rest) == len(rows[0]) or cost_of(rest) > 2 * LINE + 2 * ARGUMENT:
        return True
    return len({tuple(term.slots for term in row if term.kind == "repeat") for row in rows}) == 1


def _apart(members: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """Those that do not overlap."""
    last = (-1, 0)
    for number, place in members:
        if number != last[0] or place >= last[1]:
            yield number, place
            last = number, place + length


def _torn(run: Run, place: int) -> bool:
    """Whether the term at a place belongs to the layer before it."""
    if not 0 < place < len(run) or run[place].kind != "layer" or not run[place].head.follows:
        return False
    before = run[place - 1]
    return before.kind == "layer" and (before.head.follows or before.head.weighs)
