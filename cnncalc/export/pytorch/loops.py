"""Entries with a loop, which stays a loop in `__init__`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX
from cnncalc.export.entries import header, located
from cnncalc.export.places import Unsaid, holds
from cnncalc.export.pytorch.conditions import carried_size, condition_of, given_size
from cnncalc.export.pytorch.made import Made
from cnncalc.export.shadows import turning
from cnncalc.export.statements import Assign, Branching, Loop, Module, assigned_in, read_by
from cnncalc.export.symbols import name, names_in
from cnncalc.export.turns import loop_names, turns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.pytorch.classes import Body
    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done


def loop_of(owner: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
    """An entry with a `repeat` or `for`."""
    entry = dones[0].entry
    turns, inner, _, entering, finals = turns_of(dones, places, tensor.names)
    if not turns:
        return Made([], tensor)
    if any(owner.file.is_named(turn, inside=True) for turn in turns):
        raise Unsaid("a turn that is taken elsewhere")
    header_places = located(dones, places)
    start = tensor._replace(names=tuple(entering))
    if any(len(shape) != len(tensor.sizes) for shape in start.shapes(inner)):
        raise Unsaid("the rank grows")
    before, start, variables = entered_turns(owner, start, inner, tensor, places)
    with turning(owner, turns, header_places) as spelled:
        if entry.beside.when is not None:
            made = condition_of(owner, turns, inner, start)
        else:
            made = owner.once(turns, inner, start)
        counted = INDEX in owner.read and INDEX in spelled
        body = list(made.items)
        if made.tensor.moved != start.moved:
            raise Unsaid("axes in another order")
        variables |= _changed_in(body, start, variables)
        variables, carrying = _carried_on(owner, variables, made.tensor, inner, body)
        body += carrying
    after = tensor._replace(names=tuple(finals))
    looping = {"i", *variables.values(), *loop_names(entry.beside.loop)}
    sizes: list[Symbol | None] = []
    for axis, size in enumerate(start.sizes):
        values = after.values(axis, places)
        if axis in variables:
            for place, value in zip(places, values, strict=True):
                place.local[variables[axis]] = value
            end = made.tensor.sizes[axis]
            known = end is not None and not set(names_in(end)) & looping
            fits = known and holds(end, places, values)
            sizes.append(end if fits else name(variables[axis]))
        else:
            sizes.append(size if holds(size, places, values) else None)
    after = after._replace(sizes=tuple(sizes))
    targets, values_ = header(owner, dones, header_places, tensor, spelled, counted=counted)
    role = owner.file.role_of(entry)
    if not any(isinstance(one, (Module, Branching, Loop)) for one in body):
        return Made([], after)
    loop = Loop(targets, values_, tuple(added_turn(owner, body, role)))
    return Made([*before, loop], after)


def _changed_in(
    body: Sequence[Statement], start: Tensor, variables: Mapping[int, str]
) -> dict[int, str]:
    """The variables of sizes with which every turn begins alike, and that a turn changes."""
    assigned = set(assigned_in(body))
    named = {
        axis: size[1] for axis, size in enumerate(start.sizes) if size and size[0] == "variable"
    }
    return {axis: one for axis, one in named.items() if one in assigned and axis not in variables}


def _carried_on(
    owner: Body,
    variables: Mapping[int, str],
    end: Tensor,
    places: Sequence[Place],
    body: Sequence[Statement],
) -> tuple[dict[int, str], list[Statement]]:
    """The statements that give the variables of sizes what the next turn begins with.

    A size that no turn takes need not be given: its variable is none after the loop, either.
    """
    kept: dict[int, str] = {}
    found: list[Statement] = []
    for axis, variable in variables.items():
        given = given_size(owner, variable, end.sizes[axis], places, end.values(axis, places))
        if not given and variable in read_by(body):
            raise Unsaid("a size that a turn takes and does not give")
        if given:
            kept[axis] = variable
        found += given
    return kept, found


def added_turn(owner: Body, body: list[Statement], role: str) -> list[Statement]:
    """What a turn adds: its modules, or a sequence of them under a name."""
    adding = [one for one in body if not isinstance(one, Assign)]
    if not role or (len(adding) == 1 and isinstance(adding[0], Module)):
        return body
    last = max(at for at, one in enumerate(body) if not isinstance(one, Assign)) + 1
    variable = owner.local(role)
    return [*owner.filled(variable, body[:last]), Module(variable), *body[last:]]


def entered_turns(
    owner: Body, start: Tensor, inner: list[Place], tensor: Tensor, places: Sequence[Place]
) -> tuple[list[Statement], Tensor, dict[int, str]]:
    """What is known at the start of every turn; sizes that change become variables."""
    before: list[Statement] = []
    variables: dict[int, str] = {}
    sizes: list[Symbol | None] = []
    for axis, size in enumerate(start.sizes):
        values = start.values(axis, inner)
        if size is None or holds(size, inner, values):
            sizes.append(size)
            continue
        variable = carried_size(owner, axis, len(start.sizes), size, places)
        variables[axis] = variable
        before += given_size(owner, variable, size, places, tensor.values(axis, places))
        for place, value in zip(inner, values, strict=True):
            place.local[variable] = value
        sizes.append(name(variable))
    return before, start._replace(sizes=tuple(sizes)), variables
