"""The body of a function: entries of a spec as statements, loops among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import INDEX
from cnncalc.export.entries import header, located, loop_values
from cnncalc.export.keras.branched import Branched
from cnncalc.export.keras.order import wants_moved
from cnncalc.export.order import first_wanted
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.shadows import turning
from cnncalc.export.statements import Line, Loop, names_of
from cnncalc.export.turns import columns_of, loop_names, turns_of, values_of_turn
from cnncalc.export.unused import without_unused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.trace import Done

_CHANGING = ("statements", "known", "owners", "stores", "loops", "fixed", "opened", "read", "taken")


class Flow(Branched):
    """What is put together for one function."""

    def repeated(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """An entry with a loop: as one, or its turns one after another."""
        if not any(done.merges for done in dones):
            return current
        if all(done.named for done in dones):
            current = self.inputs(dones, places)
        for other_order in (False, True):
            before = self.state()
            try:
                start = self.turned(dones, places, current, target) if other_order else current
                return self.loop(dones, places, start, target)
            except Unsaid:
                self.restore(before)
        return self.unrolled(dones, places, current, target)

    def turned(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """What a loop takes, with its axes as the first turn wants them; raises `Unsaid` for none.

        So every turn of the loop begins and ends with the axes in one order.
        """
        first = next(turn for done in dones for turn in done.merges)
        if len(current) != 1 or first_wanted(first, wants_moved) == current[0].moved:
            raise Unsaid("no other order of axes")
        return [self.moved(current[0], places, target, wanted=not current[0].moved)]

    def state(self) -> dict[str, Any]:
        """What a trial may change."""
        return {one: getattr(self, one).copy() for one in _CHANGING} | {
            "stubs": list(self.file.stubs)
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Undo a trial."""
        self.file.stubs = state.pop("stubs")
        for one, value in state.items():
            setattr(self, one, value)

    def loop(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """An entry with a `repeat` or `for` as a loop."""
        if len(current) > 1:
            raise Unsaid("a loop over several inputs")
        entry = dones[0].entry
        arriving = current[0].names if current else ()
        turns, inner, owner, entering, finals = turns_of(dones, places, arriving)
        start = [self.assigned(current[0], target)] if current else []
        tensor = start[0] if start else None
        inside = [self.result(tuple(entering), inner, target, moved=tensor.moved)] if tensor else []
        outer, self.statements = self.statements, []
        known, owners, opened = self.known, self.owners, self.opened
        self.known = {tuple(n[at] for at in owner): t._replace(names=tuple(n[at] for at in owner))
                      for n, t in known.items()}  # fmt: skip
        self.owners = {tuple(n[at] for at in owner): t for n, t in owners.items()}
        self.opened = []
        variables = ["i", *loop_names(entry.beside.loop)]
        self.loops += variables
        fixed = self.fixed
        literal = all(self.closed(one) for one in loop_values(entry))
        self.fixed = fixed | set(variables) if literal else fixed - set(variables)
        header_places = located(dones, places)
        with turning(self, turns, header_places) as spelled:
            found = self.turn(turns, inner, inside, target)
            counted = INDEX in self.read and INDEX in spelled
        del self.loops[-len(variables) :]
        self.fixed = fixed
        if len(found) != 1:
            raise Unsaid("several results")
        end = self.assigned(found[0], target)
        if tensor is not None and (end.moved, len(end.sizes)) != (tensor.moved, len(tensor.sizes)):
            raise Unsaid("axes in another order")
        body, self.statements = self.statements, outer
        self.known, self.owners = known, owners
        stores, self.opened = self.opened, opened
        seen = self.seen(tensor, header_places) if tensor else end
        targets, values = header(self, dones, header_places, seen, spelled, counted=counted)
        self.emptied(stores)
        self.statements.append(Loop(targets, values, tuple(body)))
        return [self.marked(self.result(tuple(finals), places, target, moved=end.moved), places)]

    def emptied(self, stores: Sequence[str]) -> None:
        """Dictionaries for the results of the turns, made before the outermost loop."""
        if self.loops:
            self.opened += stores
            return
        self.statements += [Line("{}", f"{one} = ") for one in stores]

    def turn(
        self,
        turns: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """What one turn does, in all of them."""
        taken = [at for at, done in enumerate(turns) if done.result is not None]
        if turns[0].entry.beside.when is not None:
            condition = self.condition(turns, places, current)
            if condition is not None:
                return self.conditional(turns, places, current, target, condition)
        if len(taken) < len(turns):
            raise Unsaid("turns that are left out")
        return self.placed(turns, places, current, target)

    def unrolled(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """The turns of a loop one after another, where they cannot be one loop."""
        columns = columns_of(dones)
        self.file.unrolled.append(dones[0].entry)
        for turns in columns:
            with self.binding(values_of_turn(turns)):
                current = self.turn(turns, located(turns, places), current, target)
        return current


def returned(flow: Flow, end: Tensor) -> None:
    """The statement that gives the result back."""
    flow.statements = without_unused(flow.statements, names_of(end.text))
    last = flow.statements[-1] if flow.statements else None
    if isinstance(last, Line) and last.before == f"{end.text} = ":
        flow.statements[-1] = last._replace(before="return ", comment="")
        return
    flow.statements.append(Line(end.text, "return "))
