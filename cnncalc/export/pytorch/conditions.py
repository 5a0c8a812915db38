"""Entries with a condition: `if` and `else` in `__init__`, and the sizes that differ after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import located, some
from cnncalc.export.layer import translated
from cnncalc.export.places import Tensor, Unsaid, holds, said
from cnncalc.export.python import flat
from cnncalc.export.pytorch.made import Made
from cnncalc.export.statements import Assign, Branching, Line
from cnncalc.export.symbols import are_opposite, is_constant, name, names_in, substituted

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from cnncalc.export.places import Place
    from cnncalc.export.pytorch.classes import Body
    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done


_CARRIED = {1: ("features",), 2: ("channels", "length"), 3: ("channels", "height", "width"),
            4: ("channels", "depth", "height", "width")}  # fmt: skip


def condition_of(
    owner: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
) -> Made:
    """An entry with a `when`."""
    taken = [at for at, done in enumerate(dones) if done.result is not None]
    if not taken:
        return _never(owner, dones, places, tensor)
    when = dones[0].entry.beside.when
    assert when is not None  # noqa: S101 - asked by the caller
    here = located(dones, places)
    symbol = substituted(translated(when, tensor, here), owner.bound)
    values = [done.result is not None for done in dones]
    symbol = said((symbol,), here, values)
    if is_constant(symbol):
        if not symbol[1]:
            return Made([], tensor)
        return owner.once(dones, places, tensor)
    made = owner.once(
        [dones[at] for at in taken], [places[at] for at in taken], some(tensor, taken)
    )
    after, yes, before = joined_sides(owner, places, tensor, [(taken, made)])
    condition = flat(owner.code(symbol))
    return Made([*before, Branching(condition, tuple(yes[0]))], after)


def _never(owner: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
    """An entry that no setting brings about."""
    when = dones[0].entry.beside.when
    assert when is not None  # noqa: S101 - asked by the caller
    symbol = translated(when, tensor, located(dones, places))
    if is_constant(substituted(symbol, owner.bound)):
        return Made([], tensor)
    if set(names_in(symbol)) <= set(owner.file.spec.variables):
        condition = flat(owner.code(symbol))
        raised = Line("raise NotImplementedError")
        return Made([Branching(condition, (raised,))], tensor)
    return Made([], tensor)


def either_of(
    owner: Body,
    dones: Sequence[Done],
    other: Sequence[Done],
    places: Sequence[Place],
    tensor: Tensor,
) -> Made:
    """Two entries of which one is taken: `if` and `else`."""
    sides = [
        [at for at, done in enumerate(side) if done.result is not None] for side in (dones, other)
    ]
    if not all(sides) or sorted(sides[0] + sides[1]) != list(range(len(dones))):
        first = owner.entry(dones, places, tensor)
        second = owner.entry(other, places, first.tensor)
        return Made([*first.items, *second.items], second.tensor)
    when = dones[0].entry.beside.when
    assert when is not None  # noqa: S101 - asked by the caller
    here = located(dones, places)
    values = [done.result is not None for done in dones]
    symbol = said((translated(when, tensor, here),), here, values)
    otherwise = other[0].entry.beside.when
    assert otherwise is not None  # noqa: S101 - only `when` leaves an entry out
    opposite = translated(otherwise, tensor, located(other, places))
    made = [
        (at, owner.once([side[i] for i in at], [places[i] for i in at], some(tensor, at)))
        for side, at in zip((dones, other), sides, strict=True)
    ]
    after, found, before = joined_sides(owner, places, tensor, made)
    no: tuple[Statement, ...] = tuple(found[1])
    if not are_opposite(symbol, opposite, owner.file.strides):
        no = (Branching(flat(owner.code(opposite)), no),)
    return Made([*before, Branching(flat(owner.code(symbol)), tuple(found[0]), no)], after)


def joined_sides(
    owner: Body, places: Sequence[Place], tensor: Tensor, sides: list[tuple[list[int], Made]]
) -> tuple[Tensor, list[list[Statement]], list[Statement]]:
    """What is known after a condition; a size that differs becomes a variable."""
    names = list(tensor.names)
    for at, made in sides:
        for index, one in zip(at, made.tensor.names, strict=True):
            names[index] = one
    ends = [made.tensor for _, made in sides]
    untaken = len(sides) == 1
    ranks = {len(end.sizes) for end in ends} | ({len(tensor.sizes)} if untaken else set())
    moved = {end.moved for end in ends} | ({tensor.moved} if untaken else set())
    if len(ranks) > 1 or len(moved) > 1:
        raise Unsaid("results of several ranks")
    after = Tensor(tuple(names), (None,) * ranks.pop(), "x", moved.pop())
    bodies = [list(made.items) for _, made in sides]
    before: list[Statement] = []
    sizes: list[Symbol | None] = []
    for axis in range(len(after.sizes)):
        values = after.values(axis, places)
        found = [end.sizes[axis] for end in ends]
        options = [*found, *([tensor.sizes[axis]] if untaken else [])]
        symbol = next((one for one in options if holds(one, places, values)), None)
        if symbol is None and all(one is not None for one in options):
            before_value = tensor.values(axis, places) if untaken else values
            variable = carried_size(owner, axis, len(after.sizes), tensor.sizes[axis], places)
            if untaken:
                before += given_size(owner, variable, tensor.sizes[axis], places, before_value)
            for (at, _), body, end in zip(sides, bodies, found, strict=True):
                some = [places[index] for index in at]
                ends_here = [values[index] for index in at]
                body.extend(given_size(owner, variable, end, some, ends_here))
            for place, value in zip(places, values, strict=True):
                place.local[variable] = value
            symbol = name(variable)
        sizes.append(symbol)
    return after._replace(sizes=tuple(sizes)), bodies, before


def carried_size(  # noqa: PLR0913, PLR0917 - of which size
    owner: Body,
    axis: int,
    rank: int,
    symbol: Symbol | None,
    places: Sequence[Place],
    unread: Container[str] = (),
) -> str:
    """The variable for a size that changes: that which has it, one that is unread, or a new one."""
    if (
        symbol is not None
        and symbol[0] == "variable"
        and all(symbol[1] in place.local for place in places)
        and symbol[1] not in owner.file.size_names
    ):
        return str(symbol[1])
    layout = places[0].trace.network.layout
    words = _CARRIED[rank] if rank in _CARRIED else tuple(f"size_{n}" for n in range(rank))
    if layout == "channels_last":
        words = (*words[1:], words[0])
    return words[axis] if words[axis] in unread else owner.local(words[axis])


def given_size(
    owner: Body, variable: str, symbol: Symbol | None, places: Sequence[Place], values: list[int]
) -> list[Statement]:
    """The statement that gives a variable a size, and the values that it then has."""
    if symbol is None and any(value != values[0] for value in values):
        return []
    if symbol is None or not holds(symbol, places, values):
        symbol = said((), places, values)
    for place, value in zip(places, values, strict=True):
        place.local[variable] = value
    return [Assign(variable, owner.code(symbol))]
