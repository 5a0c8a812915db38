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
from cnncalc.export.symbols import name, names_in, substituted
from cnncalc.export.terms import in_terms_of
from cnncalc.export.turns import loop_names, turns_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.pytorch.classes import Body
    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done
    from cnncalc.export.turns import Turns


def loop_of(owner: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
    """An entry with a `repeat` or `for`."""
    entry = dones[0].entry
    all_turns = turns_of(dones, places, tensor.names)
    turns, inner = all_turns.turns, all_turns.places
    if not turns:
        return Made([], tensor)
    if any(owner.file.is_named(turn, inside=True) for turn in turns):
        raise Unsaid("a turn that is taken elsewhere")
    header_places = located(dones, places)
    carried = Carried(owner, all_turns, tensor, places)
    with turning(owner, turns, header_places) as spelled:
        if entry.beside.when is not None:
            made = condition_of(owner, turns, inner, carried.start)
        else:
            made = owner.once(turns, inner, carried.start)
        counted = INDEX in owner.read and INDEX in spelled
        body = list(made.items)
        body += carried.on(made.tensor, body)
    after = carried.after(made.tensor, loop_names(entry.beside.loop))
    targets, values_ = header(owner, dones, header_places, tensor, spelled, counted=counted)
    role = owner.file.role_of(entry)
    if not any(isinstance(one, (Module, Branching, Loop)) for one in body):
        return Made([], after)
    loop = Loop(targets, values_, tuple(added_turn(owner, body, role)))
    return Made([*carried.before, loop], after)


class Carried:
    """The result that goes from turn to turn of a loop; sizes that change become variables.

    Attributes:
        start: what every turn takes.
        before: the statements that give the variables their values before the loop.
        variables: those of sizes, by their axes.
    """

    def __init__(
        self,
        owner: Body,
        turns: Turns,
        tensor: Tensor,
        places: Sequence[Place],
        unread: Container[str] = (),
    ) -> None:
        """Begin the turns of a loop; raises `Unsaid` where the rank changes from turn to turn.

        Args:
            owner: the class.
            turns: those of the loop, in all its places.
            tensor: what the loop takes.
            places: where it is.
            unread: variables of the class whose values nothing needs any more.
        """
        self._owner = owner
        self._unread = unread
        self._turns = turns
        self._places = places
        self.before: list[Statement] = []
        self.variables: dict[int, str] = {}
        self._finals = tensor._replace(names=tuple(turns.finals))
        start = tensor._replace(names=tuple(turns.entering))
        shapes = [*start.shapes(turns.places), *self._finals.shapes(places)]
        if any(len(shape) != len(tensor.sizes) for shape in shapes):
            raise Unsaid("the rank grows")
        sizes = [self._begun(axis, start, tensor) for axis in range(len(tensor.sizes))]
        self.start = start._replace(sizes=tuple(sizes))

    def _begun(self, axis: int, start: Tensor, tensor: Tensor) -> Symbol | None:
        """A size with which every turn begins; one that changes becomes a variable."""
        size, owner, places, inner = (
            start.sizes[axis],
            self._owner,
            self._places,
            self._turns.places,
        )
        values = start.values(axis, inner)
        stays = holds(size, inner, values) and holds(
            size, places, self._finals.values(axis, places)
        )
        if size is None or stays:
            return size
        variable = carried_size(owner, axis, len(start.sizes), size, places, self._unread)
        self.variables[axis] = variable
        self.before += given_size(owner, variable, size, places, tensor.values(axis, places))
        for place, value in zip(inner, values, strict=True):
            place.local[variable] = value
        return name(variable)

    def on(self, end: Tensor, body: Sequence[Statement]) -> list[Statement]:
        """The statements that give the variables of sizes what the next turn begins with.

        Args:
            end: what a turn gives.
            body: the statements of a turn, which may change further variables.

        A size that no turn takes need not be given: its variable is none after the loop, either.
        """
        start, inner = self.start, self._turns.places
        if end.moved != start.moved:
            raise Unsaid("axes in another order")
        assigned = set(assigned_in(body))
        for axis, size in enumerate(start.sizes):
            if size and size[0] == "variable" and size[1] in assigned:
                self.variables.setdefault(axis, size[1])
        found: list[Statement] = []
        for axis, variable in [*self.variables.items()]:
            values = end.values(axis, inner)
            given = given_size(self._owner, variable, end.sizes[axis], inner, values)
            if not given and variable in read_by(body):
                raise Unsaid("a size that a turn takes and does not give")
            if not given:
                del self.variables[axis]
            found += given
        return found

    def after(self, end: Tensor, names: Iterable[str]) -> Tensor:
        """What the loop gives, over what is known after it.

        Args:
            end: what a turn gives.
            names: the variables of the loop in the spec.
        """
        looping = {INDEX, *self.variables.values(), *names}
        sizes: list[Symbol | None] = []
        for axis, size in enumerate(self.start.sizes):
            values = self._finals.values(axis, self._places)
            last = end.sizes[axis]
            known = last is not None and not set(names_in(last)) & looping
            ways = [size, last if known else None]
            if axis in self.variables:
                variable = self.variables[axis]
                for place, value in zip(self._places, values, strict=True):
                    place.local[variable] = value
                ways = [ways[1], name(variable)]
                self._note_end(variable, last, looping)
            sizes.append(next((one for one in ways if holds(one, self._places, values)), None))
        return self._finals._replace(sizes=tuple(sizes))

    def _note_end(self, variable: str, last: Symbol | None, looping: set[str]) -> None:
        """Take note of what a variable is after the last turn, over what is known outside."""
        at = {number: turn for turn, number in enumerate(self._turns.owner)}
        if len(at) < len(self._places) or last is None:
            return
        found: dict[str, Symbol] = {}
        for one in set(names_in(last)) & looping:
            values = [self._turns.places[at[number]].lookup(one) for number in sorted(at)]
            there = in_terms_of((), self._places, values)
            if there is not None:
                found[one] = there
        self._owner.ends[variable] = substituted(last, found)


def added_turn(owner: Body, body: list[Statement], role: str) -> list[Statement]:
    """What a turn adds: its modules, or a sequence of them under a name."""
    adding = [one for one in body if not isinstance(one, Assign)]
    if not role or (len(adding) == 1 and isinstance(adding[0], Module)):
        return body
    last = max(at for at, one in enumerate(body) if not isinstance(one, Assign)) + 1
    variable = owner.local(role)
    return [*owner.filled(variable, body[:last]), Module(variable), *body[last:]]
