"""Runs of equal key become one run, whose differing values are variables.

Columns that differ in the same way share a variable; a whole multiple of it is
`4 * $filters`; half of a kernel pads it; and a size that is the same multiple of what
arrives, wherever the layer stands, is `6 * $in_channels` and needs no variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.slots import (
    ANY,
    NEEDED,
    Scaled,
    Variable,
    common_ratio,
)
from cnncalc.importers.structured.terms import terms_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.structured.facts import Facts
    from cnncalc.importers.structured.terms import Run, Term, Terms


class Column(NamedTuple):
    """A variable, and its value in each of the runs that were merged."""

    variable: Variable
    cells: tuple[Any, ...]


class Merged(NamedTuple):
    """One run for several, with a column for each of its variables."""

    run: Run
    columns: tuple[Column, ...]


class _Slot(NamedTuple):
    term: Term
    place: int
    places: tuple[int, ...]


_WORK = 4  # for each term

#: What counts channels: of these one may be a multiple of another.
SIZES = frozenset({"filters", "units", "groups"})


class _Family:
    """Columns that are multiples of one another; the ratios are to the first."""

    def __init__(self, first: int, hint: str) -> None:
        self.hints = [hint]
        self.members: list[tuple[int, tuple[int, int]]] = [(first, (1, 1))]

    def add(self, number: int, ratio: tuple[int, int], hint: str) -> None:
        """Take in another column."""
        self.members.append((number, ratio))
        self.hints.append(hint)

    def base(self) -> tuple[int, tuple[int, int]]:
        """The column that the others are whole multiples of, groups aside; else the first."""
        pairs = list(zip(self.members, self.hints, strict=True))
        counted = [member for member, hint in pairs if hint != "groups"] or self.members
        least = min(counted, key=lambda one: one[1][0] / one[1][1])
        times, over = least[1]
        if all(own[0] * over % (own[1] * times) == 0 for _, own in counted):
            return least
        return self.members[0]


def merged(terms: Terms, runs: Sequence[Run], facts: Facts, *, closed: bool) -> Merged | None:
    """One run for runs of equal key; None if values differ that no variable can tell.

    Args:
        terms: makes the terms.
        runs: at least one, all with the same keys.
        facts: what arrives at each layer.
        closed: whether the run sees no variables of its surroundings (a block's body).
    """
    rows = [list(terms_of(run)) for run in runs]
    terms.left -= _WORK * len(rows) * len(rows[0])
    slots = list(_slots(rows))
    columns = [list(column) for column in zip(*map(_values, rows), strict=True)]
    found = _settled(slots, columns, facts, closed=closed)
    if found is None:
        return None
    values, variables = found
    own = iter(values)
    where = iter(_places(rows))
    return Merged(_rebuilt(terms, runs[0], own, where), variables)


def _places(rows: Sequence[Sequence[Term]]) -> Iterator[tuple[int, ...]]:
    for together in zip(*rows, strict=True):
        yield tuple(place for term in together for place in term.places)


def _slots(rows: Sequence[Sequence[Term]]) -> Iterator[_Slot]:
    for term, places in zip(rows[0], _places(rows), strict=True):
        for index in range(len(term.slots)):
            yield _Slot(term, index, places)


def _values(row: Sequence[Term]) -> list[Any]:
    """The values of a run; variables of its own tables by their order, to be comparable."""
    own: dict[object, str] = {}
    for term in row:
        if term.kind == "table":
            for variable in term.head.variables:
                own[variable] = f"#{len(own)}"
    values = [value for term in row for value in term.slots]
    if not own:
        return values
    return [
        value._replace(variable=own.get(value.variable, value.variable))
        if isinstance(value, Scaled)
        else value
        for value in values
    ]


def _rebuilt(
    terms: Terms, run: Run, values: Iterator[Any], places: Iterator[tuple[int, ...]]
) -> Run:
    """The run with other values, in the order of its terms; each before its parts."""
    own: dict[str, Variable] = {}
    for term in terms_of(run):
        if term.kind == "table":
            for variable in term.head.variables:
                own[f"#{len(own)}"] = variable

    def named(value: Any) -> Any:  # noqa: ANN401 - any value
        if isinstance(value, Scaled) and value.variable in own:
            return value._replace(variable=own[value.variable])
        return value

    def rebuilt(run: Run) -> Run:
        found = []
        for term in run:
            slots = tuple(named(next(values)) for _ in term.slots)
            where = next(places)
            parts = tuple(rebuilt(part) for part in term.parts)
            found.append(terms.like(term, slots, parts, where))
        return tuple(found)

    return rebuilt(run)


def _settled(
    slots: list[_Slot], columns: list[list[Any]], facts: Facts, *, closed: bool
) -> tuple[list[Any], tuple[Column, ...]] | None:
    """The value of each slot, and the variables."""
    values: list[Any] = [ANY] * len(slots)
    open_: list[int] = []
    partly: list[int] = []
    for number, (slot, column) in enumerate(zip(slots, columns, strict=True)):
        known = [value for value in column if value is not ANY]
        if not known:
            continue
        alike = all(_alike(known[0], value) for value in known)
        if alike and not (closed and _outer(known[0])):
            values[number] = known[0]
        elif slot.term.kind == "residual" and facts.needed(slot.places):
            values[number] = NEEDED
        elif slot.term.kind == "table" or any(_inner(value) for value in known):
            return None
        elif any(_arriving(value) or value is NEEDED for value in known):
            arriving = facts.arriving(slot.term, slot.place, slot.places)
            if arriving is None:
                return None
            values[number] = arriving
        else:
            (partly if len(known) < len(column) else open_).append(number)
    hints = [hint_of(slot.term, slot.place) for slot in slots]
    halves = _halves(slots, columns, open_)
    whole = [one for one in open_ if one not in halves]
    families = _families(columns, hints, whole)
    _join(families, columns, hints, partly)
    return _named(slots, columns, facts, values, families, halves)


def _families(columns: list[list[Any]], hints: list[str], open_: list[int]) -> list[_Family]:
    """Columns that belong together."""
    families: list[_Family] = []
    for number in open_:
        for family in families:
            first = family.members[0][0]
            found = _related(hints[first], hints[number], columns[first], columns[number])
            if found is not None:
                family.add(number, found, hints[number])
                break
        else:
            families.append(_Family(number, hints[number]))
    return families


def _join(
    families: list[_Family],
    columns: list[list[Any]],
    hints: list[str],
    partly: list[int],
) -> None:
    """Let columns that are open in some rows join others, where they agree in the rest."""
    for number in partly:
        found: list[tuple[_Family, tuple[int, int]]] = []
        for family in families:
            for (member, own), hint in zip(family.members, family.hints, strict=True):
                ratio = _related(hint, hints[number], columns[member], columns[number])
                if ratio is None or (ratio != (1, 1) and "groups" in {hint, hints[number]}):
                    continue
                times, over = own[0] * ratio[0], own[1] * ratio[1]
                found.append((family, (times, over)))
                break
        if found:
            family, ratio = found[0]
            family.add(number, ratio, hints[number])
        else:
            families.append(_Family(number, hints[number]))


def _related(
    hint: str, other_hint: str, column: Sequence[Any], other: Sequence[Any]
) -> tuple[int, int] | None:
    """The ratio of two columns, if their arguments are such that one may follow from the other."""
    sizes = hint in SIZES and other_hint in SIZES
    if hint != other_hint and not sizes:
        return None
    found = common_ratio(column, other)
    return found if sizes or found == (1, 1) else None


def _named(  # noqa: PLR0913, PLR0917 - the passes share one table
    slots: list[_Slot],
    columns: list[list[Any]],
    facts: Facts,
    values: list[Any],
    families: list[_Family],
    halves: dict[int, int],
) -> tuple[list[Any], tuple[Column, ...]]:
    found: list[Column] = []
    halved = set(halves.values())
    for family in families:
        sizes = [
            facts.arriving(slots[number].term, slots[number].place, slots[number].places)
            for number, _ in family.members
        ]
        if None not in sizes and not halved.intersection(one for one, _ in family.members):
            for (number, _), size in zip(family.members, sizes, strict=True):
                values[number] = size
            continue
        (base, (times, over)), cells = _base(family, columns)
        variable = _variable(slots[base])
        for number, (own_times, own_over) in family.members:
            up, down = own_times * over, own_over * times
            values[number] = (
                Scaled(variable, up // down) if up % down == 0 else Scaled(variable, 1, down // up)
            )
        found.append(Column(variable, tuple(_filled(cells))))
    for number, kernel in halves.items():
        whole = values[kernel]
        values[number] = whole._replace(over=2 * whole.over)
    return values, tuple(found)


def _base(
    family: _Family, columns: list[list[Any]]
) -> tuple[tuple[int, tuple[int, int]], list[Any]]:
    """The column that the others are multiples of, and its cells: those that are open follow."""
    base = family.base()
    cells = [_followed(family, columns, base, row) for row in range(len(columns[base[0]]))]
    if None in cells:
        return family.members[0], columns[family.members[0][0]]
    return base, cells


def _followed(
    family: _Family, columns: list[list[Any]], base: tuple[int, tuple[int, int]], row: int
) -> Any:  # noqa: ANN401 - any value
    """A cell of the base, by another column where it is open; None if that is not whole."""
    number, (times, over) = base
    if columns[number][row] is not ANY:
        return columns[number][row]
    for other, (own_times, own_over) in family.members:
        known = columns[other][row]
        if type(known) is int:
            whole, rest = divmod(known * own_over * times, own_times * over)
            return None if rest else whole
    return ANY


def _variable(slot: _Slot) -> Variable:
    hint, usual = hint_of(slot.term, slot.place), None
    if slot.term.kind == "layer":
        usual = slot.term.head.defaults[slot.place]
    elif slot.term.kind == "use":
        usual = slot.term.head.variables[slot.place].usual
    return Variable(hint, usual)


def _filled(column: Sequence[Any]) -> Iterator[Any]:
    """A column whose open cells hold what the nearest plain one above, or the first, has."""
    last = next((one for one in column if one is not ANY and not isinstance(one, Scaled)), 1)
    for value in column:
        if value is not ANY and not isinstance(value, Scaled):
            last = value
        yield last if value is ANY else value


def _halves(slots: list[_Slot], columns: list[list[Any]], open_: list[int]) -> dict[int, int]:
    """The paddings that are half of the kernel of the same layer, with it."""
    found: dict[int, int] = {}
    for number in open_:
        slot = slots[number]
        if slot.term.kind != "layer" or slot.term.head.names[slot.place] != "padding":
            continue
        for kernel in open_:
            other = slots[kernel]
            if other.term is slot.term and other.term.head.names[other.place] == "kernel":
                rows = zip(columns[number], columns[kernel], strict=True)
                if all(_is_half(one, whole) for one, whole in rows):
                    found[number] = kernel
    return found


def _is_half(one: Any, whole: Any) -> bool:  # noqa: ANN401 - any values
    if isinstance(one, Scaled) and isinstance(whole, Scaled):
        return one == whole._replace(over=2 * whole.over)
    return type(one) is type(whole) is int and bool(one == whole // 2)


def _alike(one: Any, other: Any) -> bool:  # noqa: ANN401 - any values
    return type(one) is type(other) and bool(one == other)


def _outer(value: Any) -> bool:  # noqa: ANN401 - any value
    """Whether it is a variable of the surroundings."""
    return isinstance(value, Scaled) and isinstance(value.variable, Variable)


def _inner(value: Any) -> bool:  # noqa: ANN401 - any value
    """Whether it is a variable of a table inside."""
    return (
        isinstance(value, Scaled)
        and isinstance(value.variable, str)
        and value.variable.startswith("#")
    )


def _arriving(value: Any) -> bool:  # noqa: ANN401 - any value
    """Whether it is a multiple of what arrives."""
    return isinstance(value, Scaled) and isinstance(value.variable, str) and not _inner(value)


def hint_of(term: Term, index: int) -> str:
    """What a slot is for, as a name."""
    if term.kind == "layer":
        return str(term.head.names[index])
    if term.kind == "use":
        return str(term.head.variables[index].hint)
    if term.kind == "table":
        return str(term.head.variables[index % len(term.head.variables)].hint)
    return "count" if term.kind == "repeat" else "shortcut"
