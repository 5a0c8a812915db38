"""The entries of a spec in all of their places: their variables, turns, branches and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.layer import translated
from cnncalc.export.places import Unsaid, said
from cnncalc.export.python import Bracket, Code, identifier
from cnncalc.export.symbols import name, substituted, symbol_of
from cnncalc.export.trace import Done, Run
from cnncalc.export.turns import loop_names, values_of_turn
from cnncalc.language.operations import ExpressionError
from cnncalc.language.syntax import ForColumns, ForRows, Layer, Parallel, Repeat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.export.names import Names
    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.symbols import Symbol
    from cnncalc.language.syntax import Entry


def located(dones: Sequence[Done], places: Sequence[Place]) -> list[Place]:
    """Places with the variables that are seen at an entry."""
    return [place.within(done.frame.variables) for place, done in zip(places, dones, strict=True)]


def results_of(dones: Sequence[Done]) -> tuple[str, ...]:
    """The only result of an entry in each place; raises `Unsaid`."""
    found = []
    for done in dones:
        if done.result is None or len(done.result) != 1:
            raise Unsaid("several results")
        found.append(done.result[0])
    return tuple(found)


def taken_by(dones: Sequence[Done]) -> list[tuple[str, ...]]:
    """Each result that `from` names, in every place; raises `Unsaid`."""
    counts = {len(done.inputs or ()) for done in dones}
    if len(counts) > 1:
        raise Unsaid("a changing number of inputs")
    return [tuple((done.inputs or ())[at] for done in dones) for at in range(counts.pop())]


def names_taken(dones: Sequence[Done]) -> list[str]:
    """What `from` says of each result that it names; "" where one name stands for several."""
    written = dones[0].entry.beside.inputs
    texts = [getattr(item, "text", "") for item in written.items] if written else []
    count = len(dones[0].inputs or ())
    return texts if len(texts) == count else [""] * count


def variable_of_type(entry: Entry) -> str:
    """The variable that is a layer's type, alone and without arguments; raises `Unsaid`."""
    assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
    variable = entry.type.strip().removeprefix("$")
    if not variable.isidentifier() or entry.arguments is not None:
        raise Unsaid("a type that is put together")
    return variable


def some(tensor: Tensor, at: Sequence[int]) -> Tensor:
    """A result in some of the places."""
    return tensor._replace(names=tuple(tensor.names[index] for index in at))


def opposite(dones: Sequence[Done], other: Sequence[Done]) -> bool:
    """Whether of two entries in a row one is taken exactly where the other is not."""
    one, two = dones[0].entry.beside, other[0].entry.beside
    return one.inputs is None is two.inputs and _exclude(dones, other)


def alternatives(dones: Sequence[Done], other: Sequence[Done]) -> bool:
    """Whether of two entries in a row one is taken, with the same input and under one name."""
    sides = [one[0].entry.beside for one in (dones, other)]
    taken = [
        [getattr(item, "text", "") for item in (side.inputs.items if side.inputs else ())]
        for side in sides
    ]
    named = [getattr(side.name, "text", "") for side in sides]
    if len(taken[0]) != 1 or taken[0] != taken[1] or named[0] != named[1]:
        return False
    return not any(side.tap for side in sides) and _exclude(dones, other)


def _exclude(dones: Sequence[Done], other: Sequence[Done]) -> bool:
    """Whether of two entries with a condition one is taken exactly where the other is not."""
    one, two = dones[0].entry.beside, other[0].entry.beside
    if one.when is None or two.when is None or one.loop or two.loop:
        return False
    return all((a.result is None) != (b.result is None) for a, b in zip(dones, other, strict=True))


def joining(dones: Sequence[Done]) -> list[Done]:
    """What joins the branches of an entry, in every place; raises `Unsaid` if that is no layer."""
    found = [done.merges[-1] for done in dones if done.merges]
    found = [merge for merge in found if merge.node is not None]
    if len(found) != len(dones):
        raise Unsaid("no layer joins the branches")
    return found


def branch_name(dones: Sequence[Done], number: int) -> str:
    """What a branch is called, by its number from 1."""
    entry = dones[0].entry
    assert isinstance(entry, Parallel)  # noqa: S101 - asked by the caller
    written = entry.branches[number - 1] if len(entry.branches) >= number else None
    given = getattr(written, "name", "")
    return identifier(given) if given else f"branch_{number}"


def branches(
    dones: Sequence[Done], places: Sequence[Place]
) -> Iterator[tuple[list[Run], list[Place], dict[str, Symbol]]]:
    """The branches of a parallel, in every place, with the variables of a loop that makes them."""
    parts = []
    made: list[list[Done | None]] = []
    for done in dones:
        merge = done.entry.merge if isinstance(done.entry, Parallel) else None
        found = done.parts[:-1] if merge is not None else done.parts
        there = [one for one in found if isinstance(one, Run) or one.result is not None]
        parts.append([one if isinstance(one, Run) else one.runs[0] for one in there])
        made.append(
            [
                one if isinstance(one, Done) and one.entry.beside.loop is not None else None
                for one in there
            ]
        )
    if len({len(runs) for runs in parts}) > 1:
        raise Unsaid("a changing number of branches")
    for column, turns in zip(zip(*parts, strict=True), zip(*made, strict=True), strict=True):
        looped = [one for one in turns if one is not None]
        if looped and len(looped) < len(turns):
            raise Unsaid("branches of a loop beside others")
        here = [
            place.within(run.frame.variables) for place, run in zip(places, column, strict=True)
        ]
        yield list(column), here, values_of_turn(looped) if looped else {}


def header(  # noqa: PLR0913 - what a loop is written from
    names: Names,
    dones: Sequence[Done],
    places: Sequence[Place],
    tensor: Tensor,
    spelled: Mapping[str, str],
    *,
    counted: bool,
) -> tuple[str, Code]:
    """The variables, which are spelled so, and the values of a loop."""
    loop = dones[0].entry.beside.loop
    if isinstance(loop, Repeat):
        count = translated(loop.count, tensor, places)
        turns = [len(done.merges) for done in dones]
        count = said((count,), places, turns)
        if counted:
            last = substituted(("+", name("n"), ("value", 1)), {"n": count})
            return spelled["i"], Bracket("range(", ("1", names.code(last)))
        return "_", Bracket("range(", (names.code(count),))
    variables = loop_names(loop)
    if isinstance(loop, ForColumns):
        columns = [_rows(names, value, tensor, places) for _, value in loop.columns.pairs]
        values: Code = columns[0]
        if len(columns) > 1:
            values = Bracket("zip(", (*columns, "strict=True"))
    elif isinstance(loop, ForRows):
        values = _rows(names, loop.rows, tensor, places)
    else:
        raise Unsaid("no loop")
    targets = ", ".join(spelled[one] for one in variables)
    if isinstance(loop, ForRows) and len(variables) == 1 and not loop.single:
        targets += ","
    if counted and "i" not in variables:
        targets = f"{spelled['i']}, {f'({targets})' if ',' in targets else targets}"
        return targets, Bracket("enumerate(", (values, "1"))
    return targets, values


def _rows(names: Names, written: object, tensor: Tensor, places: Sequence[Place]) -> Code:
    """The values of a loop: a list, or a range."""
    text = getattr(written, "text", "")
    if isinstance(text, str) and ".." in text:
        raise Unsaid("a range")
    symbol = translated(written, tensor, places)  # type: ignore[arg-type]
    return names.code(symbol)


def loop_values(entry: Entry) -> list[Symbol]:
    """What a loop goes over, or how often it does something; raises `Unsaid` for a range."""
    loop = entry.beside.loop
    try:
        if isinstance(loop, ForColumns):
            return [symbol_of(value) for _, value in loop.columns.pairs]
        if isinstance(loop, ForRows):
            return [symbol_of(loop.rows)]
        return [symbol_of(loop.count)] if isinstance(loop, Repeat) else []
    except ExpressionError:
        raise Unsaid("a range") from None
