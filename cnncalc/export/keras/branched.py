"""Lists of entries, branches and conditions as the statements of a function."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from cnncalc.export.entries import (
    alternatives,
    branch_name,
    branches,
    joining,
    located,
    opposite,
    results_of,
    some,
)
from cnncalc.export.keras.layers import LayerWriter
from cnncalc.export.keras.single import Single
from cnncalc.export.layer import translated
from cnncalc.export.places import Place, Tensor, Unsaid, said
from cnncalc.export.python import flat
from cnncalc.export.statements import Branching, Line
from cnncalc.export.symbols import are_opposite, is_constant, names_in, substituted
from cnncalc.language.syntax import Group, Layer, Parallel, Residual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done, Run


class Branched(Single):
    """Entries one after another, side by side, and where a condition holds."""

    def flow(
        self,
        runs: Sequence[Run],
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> list[Tensor]:
        """The entries of a list; what they give, under the variable `target` or another."""
        results = list(current)
        count, at = len(runs[0].done), 0
        while at < count:
            dones = [run.done[at] for run in runs]
            other = [run.done[at + 1] for run in runs] if at + 1 < count else None
            if other is not None and alternatives(dones, other):
                results = [self.chosen(dones, other, places)]
                at += 2
                continue
            if other is not None and opposite(dones, other) and self.is_either(dones, other):
                results = self.either(dones, other, places, results, target)
                at += 2
                continue
            results = self.entry(dones, places, results, target)
            at += 1
        return results

    def entry(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """One entry; what goes on after it."""
        entry = dones[0].entry
        if entry.beside.loop is not None:
            return self.repeated(dones, places, current, target)
        taken = [at for at, done in enumerate(dones) if done.result is not None]
        if not taken:
            return self.never(dones, places, current)
        if entry.beside.when is not None:
            condition = self.condition(dones, places, current)
            if condition is not None:
                return self.conditional(dones, places, current, target, condition)
            if len(taken) < len(dones):
                raise Unsaid("a condition that is not seen")
        return self.placed(dones, located(dones, places), current, target)

    def placed(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """An entry that is there in every place, its loop and its condition aside."""
        before = current
        entry = dones[0].entry
        if entry.beside.inputs is not None and not dones[0].turn:
            current = self.inputs(dones, places)
        tapped = entry.beside.tap is not None and any(map(self.file.is_tap, dones))
        named = any(map(self.file.is_named, dones))
        leaves = bool(self.loops) and self.file.leaves(dones)
        own = target
        if (named and not leaves and not isinstance(entry, Group)) or tapped:
            own = self.variable(self.name_of(dones))
        found = self.inner(dones, places, current, own)
        if len(found) == 1 and named and found[0].names not in self.known:
            result = found[0]
            if leaves:
                self.known[result.names] = self.store(dones, places, result)
            else:
                if result.text != own or (own == target and isinstance(entry, Group)):
                    own = own if own != target else self.variable(self.name_of(dones))
                    result = self.assigned(result, own)
                self.known[result.names] = result
            found = [result]
        return before if tapped else found

    def inner(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """An entry with its inputs; what it gives."""
        entry = dones[0].entry
        if isinstance(entry, Group):
            if not len(entry.entries):
                return current
            return self.flow([done.runs[0] for done in dones], places, current, target)
        if isinstance(entry, Layer):
            return [self.layer(dones, places, current, target)]
        if len(current) != 1:
            raise Unsaid("branches of several inputs")
        if isinstance(entry, Residual):
            return [self.residual(dones, places, current[0], target)]
        if isinstance(entry, Parallel):
            return [self.parallel(dones, places, current[0], target)]
        raise Unsaid("malformed")

    def repeated(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """An entry with a loop."""
        raise NotImplementedError

    def marked(self, tensor: Tensor, places: Sequence[Place]) -> Tensor:
        """What a loop or a condition gives, its shape noted for the comment after it."""
        if self.top:
            shape = "x".join(map(str, self.shown(tensor, places)))
            self.statements.append(Line("", comment=shape))
        return tensor

    # -- branches -----------------------------------------------------------------------------

    def residual(
        self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor, target: str
    ) -> Tensor:
        """A body and a shortcut from the same tensor, joined."""
        runs = [done.runs for done in dones]
        y = self.variable("y")
        at = len(self.statements)
        body = self.branch([one[0] for one in runs], places, tensor, y)
        ends = [tensor, body if len(runs[0]) > 1 else self.inlined(body, y, at)]
        variables = [y]
        if len(runs[0]) > 1:
            variables.append(self.variable("skip"))
            at = len(self.statements)
            ends[0] = self.branch([one[1] for one in runs], places, tensor, variables[-1])
            ends[0] = self.inlined(ends[0], variables[-1], at)
        found = self.merge(dones, places, ends, target, reverse=len(runs[0]) > 1)
        self.taken -= set(variables)
        return found

    def branch(
        self, runs: Sequence[Run], places: Sequence[Place], tensor: Tensor, target: str
    ) -> Tensor:
        """The entries of a branch; raises `Unsaid` for several results."""
        inside = [
            place.within(run.frame.variables) for place, run in zip(places, runs, strict=True)
        ]
        found = self.flow(runs, inside, [tensor], target)
        if len(found) != 1:
            raise Unsaid("several results")
        return found[0]

    def inlined(self, tensor: Tensor, variable: str, start: int) -> Tensor:
        """A branch of one short call, without its variable."""
        last = self.statements[-1] if len(self.statements) == start + 1 else None
        if not isinstance(last, Line) or last.before != f"{variable} = ":
            return tensor
        text = flat(last.code)
        if len(text) > 60 or tensor.text != variable:  # noqa: PLR2004 - two of them fill a line
            return tensor
        self.statements.pop()
        return tensor._replace(text=text)

    def parallel(
        self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor, target: str
    ) -> Tensor:
        """Branches from the same tensor, joined."""
        ends: list[Tensor] = []
        variables: list[str] = []
        for number, (runs, here, values) in enumerate(branches(dones, places), 1):
            variables.append(self.variable(branch_name(dones, number)))
            with self.binding(values):
                ends.append(self.branch(runs, here, tensor, variables[-1]))
        found = self.merge(dones, places, ends, target)
        self.taken -= set(variables)
        return found

    def merge(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        ends: list[Tensor],
        target: str,
        *,
        reverse: bool = False,
    ) -> Tensor:
        """Branches joined by a layer."""
        merges = joining(dones)
        names = results_of(dones)
        writer = LayerWriter(merges, places, [self.seen(one, places) for one in ends])
        writer.noted = self.noted
        if reverse and writer.layer.any_order:
            ends.reverse()
        return self.made(writer, names, places, ends, target)

    # -- conditions ---------------------------------------------------------------------------

    def condition(
        self, dones: Sequence[Done], places: Sequence[Place], current: Sequence[Tensor]
    ) -> str | None:
        """The condition of an entry; None if it is true or false as long as the file stands."""
        values = [done.result is not None for done in dones]
        symbol = said((self.when(dones, places, current),), located(dones, places), values)
        bound = substituted(symbol, self.bound) if self.bound else symbol
        return None if is_constant(bound) else flat(self.code(symbol))

    def when(
        self, dones: Sequence[Done], places: Sequence[Place], current: Sequence[Tensor]
    ) -> Symbol:
        """What an entry's condition says."""
        when = dones[0].entry.beside.when
        assert when is not None  # noqa: S101 - asked by the caller
        here = located(dones, places)
        tensor = self.seen(current[0], here) if len(current) == 1 else None
        return translated(when, tensor, here)

    def conditional(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
        condition: str,
    ) -> list[Tensor]:
        """An entry that is there in some places: `if`."""
        if len(current) != 1:
            raise Unsaid("a condition on several inputs")
        named = any(map(self.file.is_named, dones))
        beside = dones[0].entry.beside
        taken = [at for at, done in enumerate(dones) if done.result is not None]
        ends_group = beside.name is None and all(dones[at].node is not None for at in taken)
        if (named and not ends_group) or beside.tap is not None:
            raise Unsaid("a condition on what is taken elsewhere")
        start = self.assigned(current[0], target)
        with self.file.unnamed() if named else nullcontext():  # the group around has the name
            end, body = self.side(dones, places, start, target, taken)
        self.statements.append(Branching(condition, tuple(body)))
        return [self.marked(self.joined(places, start, [(taken, end)]), places)]

    def side(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        tensor: Tensor,
        target: str,
        taken: list[int],
    ) -> tuple[Tensor, list[Statement]]:
        """The statements of an entry where it is there, and what it gives."""
        outer, self.statements = self.statements, []
        known, owners = self.known, self.owners
        self.known = {tuple(n[at] for at in taken): some(t, taken) for n, t in known.items()}
        self.owners = {tuple(n[at] for at in taken): t for n, t in owners.items()}
        chosen = [dones[at] for at in taken]
        here = located(chosen, [places[at] for at in taken])
        found = self.placed(chosen, here, [some(tensor, taken)], target)
        if len(found) != 1:
            raise Unsaid("several results of a condition")
        end = self.assigned(found[0], target)
        body, self.statements = self.statements, outer
        self.known, self.owners = known, owners
        return end, body

    def joined(
        self, places: Sequence[Place], tensor: Tensor, sides: Sequence[tuple[list[int], Tensor]]
    ) -> Tensor:
        """What goes on after a condition."""
        names = list(tensor.names)
        ends = [end for _, end in sides] + ([tensor] if len(sides) == 1 else [])
        for taken, end in sides:
            for at, one in zip(taken, end.names, strict=True):
                names[at] = one
        if len({(len(end.sizes), end.moved) for end in ends}) > 1:
            raise Unsaid("results of several ranks")
        return self.result(tuple(names), places, ends[0].text, moved=ends[0].moved)

    def is_either(self, dones: Sequence[Done], other: Sequence[Done]) -> bool:
        """Whether of two entries in a row each is taken somewhere."""
        sides = [any(done.result is not None for done in side) for side in (dones, other)]
        named = any(map(self.file.is_named, (*dones, *other)))
        return all(sides) and not named

    def either(
        self,
        dones: Sequence[Done],
        other: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        target: str,
    ) -> list[Tensor]:
        """Two entries of which one is taken: `if` and `else`."""
        if len(current) != 1:
            raise Unsaid("a condition on several inputs")
        condition = self.condition(dones, places, current)
        if condition is None:
            raise Unsaid("a condition that is not seen")
        start = self.assigned(current[0], target)
        sides: list[tuple[list[int], Tensor]] = []
        bodies: list[tuple[Statement, ...]] = []
        for side in (dones, other):
            taken = [at for at, done in enumerate(side) if done.result is not None]
            end, body = self.side(side, places, start, target, taken)
            sides.append((taken, end))
            bodies.append(tuple(body))
        both = [self.when(side, places, current) for side in (dones, other)]
        if not are_opposite(both[0], both[1], self.file.strides):
            bodies[1] = (Branching(flat(self.code(both[1])), bodies[1]),)
        self.statements.append(Branching(condition, *bodies))
        return [self.marked(self.joined(places, start, sides), places)]

    def chosen(
        self, dones: Sequence[Done], other: Sequence[Done], places: Sequence[Place]
    ) -> Tensor:
        """One of two entries, which have the same input and name."""
        taken = [a if a.result is not None else b for a, b in zip(dones, other, strict=True)]
        current = self.inputs(taken, places)
        variable = self.variable(self.name_of(taken))
        with self.file.unnamed():
            result = self.either(dones, other, places, current, variable)[0]
        last, made = self.statements[-2:]
        if isinstance(made, Branching) and made.no == (last,):
            self.statements[-1] = made._replace(no=())  # it is that already
        self.known[result.names] = result
        return result

    def never(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """An entry that no setting brings about."""
        when = dones[0].entry.beside.when
        if when is None or len(current) != 1:
            return current
        here = located(dones, places)
        symbol = translated(when, self.seen(current[0], here), here)
        bound = substituted(symbol, self.bound) if self.bound else symbol
        if not is_constant(bound) and set(names_in(bound)) <= set(self.file.spec.variables):
            raised = Line("raise NotImplementedError")
            self.statements.append(Branching(flat(self.code(symbol)), (raised,)))
        return current
