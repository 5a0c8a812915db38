"""The `forward` of a class: what its parts take and give, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import (
    alternatives,
    located,
    opposite,
    taken_by,
)
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import Bracket
from cnncalc.export.pytorch.conditions import either_of
from cnncalc.export.pytorch.looped import Looped
from cnncalc.export.pytorch.made import Made
from cnncalc.export.pytorch.parts import shown
from cnncalc.export.pytorch.skips import plural
from cnncalc.export.statements import Loop, Module, Statement
from cnncalc.export.symbols import substituted
from cnncalc.export.turns import columns_of, values_of_turn
from cnncalc.language.syntax import Group, Layer, Parallel, Residual
from cnncalc.layers.adaptive_pooling import AdaptivePooling, GlobalPooling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.trace import Done, Run


def _is_composed(done: Done) -> bool:
    """Whether an entry is more than one layer that is always there."""
    beside = done.entry.beside
    return bool(done.parts) or beside.loop is not None or beside.when is not None


class Row:
    """Modules in a row, until something else comes.

    Attributes:
        results: what goes on.
        start: what the first of them takes; None if it is not one tensor.
        items: the modules, and statements among them.
        is_first: whether no part of the class comes before them.
    """

    __slots__ = ("is_first", "items", "results", "start")

    def __init__(self, results: list[Tensor], *, is_first: bool) -> None:
        self.began(results)
        self.is_first = is_first

    def began(self, results: list[Tensor]) -> None:
        """The next row, after these results."""
        self.results = results
        self.start = results[0] if len(results) == 1 else None
        self.items: list[Statement] = []
        self.is_first = False


class Flow(Looped):
    """The entries of a list, one after another."""

    def flow(
        self, runs: Sequence[Run], places: Sequence[Place], current: Sequence[Tensor], *, last: bool
    ) -> list[Tensor]:
        """The entries of a list; what they give."""
        row = Row(list(current), is_first=not self.attributes)
        count, at = len(runs[0].done), 0
        while at < count:
            dones = [run.done[at] for run in runs]
            other = [run.done[at + 1] for run in runs] if at + 1 < count else None
            at += self.step(row, dones, other, places)
        if row.items:
            self.end(row, "layers" if row.is_first or not last else "head", places)
        return row.results

    def straight_through(
        self, runs: Sequence[Run], places: Sequence[Place], tensor: Tensor
    ) -> Bracket | None:
        """A list of nothing but layers as one sequence, each with its shape; None if it is not."""
        codes: list[Code] = []
        notes: list[str] = []
        if any(_is_composed(done) for done in runs[0].done):
            return None
        for dones in zip(*(run.done for run in runs), strict=True):
            made = self.straight(dones, None, places, tensor)
            if made is None:
                return None
            modules = [one for one in made.items if isinstance(one, Module)]
            if len(modules) < len(made.items):
                return None
            codes += [one.code for one in modules]
            notes += ["" for _ in modules[1:]]
            before, tensor = shown(tensor, places), made.tensor
            now = shown(tensor, places)
            notes += [now if now != before else ""] * bool(modules)
        return Bracket("super().__init__(", tuple(codes), one_each=True, notes=tuple(notes))

    def step(
        self, row: Row, dones: Sequence[Done], other: Sequence[Done] | None, places: Sequence[Place]
    ) -> int:
        """One entry, or two of which one is taken; how many they were."""
        if other is not None and alternatives(dones, other):
            self.end_if_any(row, places)
            row.began([self.chosen(dones, other, places)])
            return 2
        if self.begins_elsewhere(dones, row):
            self.end_if_any(row, places)
            row.began(self.inputs(dones, located(dones, places)))
        pair = other is not None and opposite(dones, other)
        made = None
        if len(row.results) == 1 and not self.branches_here(dones):
            made = self.straight(dones, other if pair else None, places, row.results[0])
        if made is not None:
            self.add(row, dones, made, places)
            return 2 if pair else 1
        if row.items and self.ends_named(dones):
            row.began([self.named_end(row, dones, places)])
            return 1
        self.end_if_any(row, places)
        row.began(self.other(dones, places, row.results))
        return 1

    def add(self, row: Row, dones: Sequence[Done], made: Made, places: Sequence[Place]) -> None:
        """Modules at the end of a row; in the whole net a loop is a part of its own."""
        loops = any(isinstance(one, Loop) for one in made.items)
        if self.top and row.items and (loops or self.ends_stage(dones, row.items)):
            role = ("stem" if loops else "features") if row.is_first else "layers"
            self.end(row, role, places)
        row.items += made.items
        row.results = [made.tensor]
        if self.top and loops:
            self.end(row, self.role_of_loop(dones), places)

    def end(self, row: Row, role: str, places: Sequence[Place]) -> None:
        """The modules of a row as one attribute."""
        row.began([self.flush(row.items, row.start, row.results[0], role, places)])

    def end_if_any(self, row: Row, places: Sequence[Place]) -> None:
        """What goes before an entry that is no module in a row."""
        if row.items:
            self.end(row, "stem" if row.is_first else "layers", places)

    def straight(
        self,
        dones: Sequence[Done],
        other: Sequence[Done] | None,
        places: Sequence[Place],
        tensor: Tensor,
    ) -> Made | None:
        """Entries as modules in a row; None if they are not that."""
        taken = set(self.taken)
        try:
            if other is not None:
                return either_of(self, dones, other, places, tensor)
            return self.entry(dones, places, tensor)
        except Unsaid:
            self.taken = taken
            return None

    def branches_here(self, dones: Sequence[Done]) -> bool:
        """Whether an entry has branches, which `forward` shows."""
        entry = dones[0].entry
        plain = entry.beside.loop is None and entry.beside.when is None
        return isinstance(entry, (Residual, Parallel)) and plain

    def begins_elsewhere(self, dones: Sequence[Done], row: Row) -> bool:
        """Whether an entry is a loop whose `from` names other results than those before it."""
        named = [bool(done.named) for done in dones]
        if dones[0].entry.beside.loop is None or not any(named):
            return False
        if not all(named):
            raise Unsaid("a loop that only some places have")
        return taken_by(dones) != [tensor.names for tensor in row.results]

    def ends_stage(self, dones: Sequence[Done], pending: list[Statement]) -> bool:
        """Whether the head of a net begins: it pools or flattens all that there is."""
        entry = dones[0].entry
        node = dones[0].node
        return (
            isinstance(entry, Layer)
            and node is not None
            and (node.flattens or isinstance(node.layer, (AdaptivePooling, GlobalPooling)))
            and not self.attributes
            and len(pending) > 3  # noqa: PLR2004 - more than a stem
        )

    def role_of_loop(self, dones: Sequence[Done]) -> str:
        """What the turns of a loop are called together."""
        return plural(self.file.role_of(dones[0].entry) or "block")

    def other(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """An entry that `forward` shows; what goes on."""
        entry = dones[0].entry
        if entry.beside.loop is not None:
            return self.looped(dones, places, current) or self.unrolled(dones, places, current)
        taken = [at for at, done in enumerate(dones) if done.result is not None]
        if not taken:
            return current
        if len(taken) < len(dones):
            return self.branching(dones, places, current, taken)
        places = located(dones, places)
        tapped = entry.beside.tap is not None and any(map(self.file.is_tap, dones))
        if tapped:
            current = [self.assigned(one, places) for one in current]
        before = current
        if entry.beside.inputs is not None:
            current = self.inputs(dones, places)
        found = self.placed(dones, places, current)
        names = dones[0].result or ()
        if len(found) == 1 and len(names) == 1 and any(map(self.file.is_named, dones)):
            found = [self.named(found[0], dones, places)]
        return before if tapped else found

    def ends_named(self, dones: Sequence[Done]) -> bool:
        """Whether modules in a row end with a layer whose result is taken elsewhere."""
        beside = dones[0].entry.beside
        alone = (beside.inputs, beside.when, beside.loop, beside.share, beside.tap)
        return all(one is None for one in alone) and all(
            done.node is not None
            and len(done.node.inputs) == 1
            and (id(done.trace), done.node.name) not in self.file.lent
            for done in dones
        )

    def named_end(self, row: Row, dones: Sequence[Done], places: Sequence[Place]) -> Tensor:
        """A row with the layer that ends it, under the name that the layer has."""
        assert row.start is not None  # noqa: S101 - modules take one input
        here = located(dones, places)
        with self.file.unnamed():
            made = self.layer(dones, here, row.results[0])
        role = self.name_of(dones)
        role = self.free("block" if role == "skip" else role)
        text = self.called(Made([*row.items, *made.items], made.tensor), role, row.start)
        return self.named(made.tensor._replace(text=text), dones, here)

    def placed(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """An entry, its inputs known."""
        entry = dones[0].entry
        if isinstance(entry, Group):
            if not len(entry.entries):
                return current
            return self.flow([done.runs[0] for done in dones], places, current, last=False)
        if isinstance(entry, Layer):
            return [self.one(dones, places, current)]
        if len(current) != 1:
            raise Unsaid("branches of several inputs")
        tensor = self.assigned(current[0], places)
        if isinstance(entry, Residual):
            return [self.shown_residual(dones, places, tensor)]
        if isinstance(entry, Parallel):
            return [self.shown_parallel(dones, places, tensor)]
        raise Unsaid("malformed")

    def unrolled(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """The turns of a loop one after another, where they cannot be one loop."""
        if self.turn is not None:
            raise Unsaid("a loop in the turn of another")
        columns = columns_of(dones)
        self.file.unrolled.append(dones[0].entry)
        for turns in columns:
            with self.binding(values_of_turn(turns)):
                current = [self.out_of_turn(one) for one in self.other_turn(turns, places, current)]
                self.known = {names: self.out_of_turn(one) for names, one in self.known.items()}
        return current

    def out_of_turn(self, tensor: Tensor) -> Tensor:
        """A result without the variables of the turn that gave it, which have other values next."""
        sizes = [None if one is None else substituted(one, self.bound) for one in tensor.sizes]
        return tensor._replace(sizes=tuple(sizes))

    def other_turn(
        self, turns: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        taken = [at for at, done in enumerate(turns) if done.result is not None]
        if not taken:
            return current
        if len(taken) < len(turns):
            raise Unsaid("turns that are left out")
        here = located(turns, places)
        entry = turns[0].entry
        found = self.placed(turns, here, current)
        if len(found) == 1 and any(map(self.file.is_named, turns)) and isinstance(entry, Layer):
            found = [self.named(found[0], turns, here)]
        return found
