"""Branches and conditions that `forward` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import branch_name, branches, located, results_of, some
from cnncalc.export.layer import translated
from cnncalc.export.places import Place, Tensor, Unsaid, said
from cnncalc.export.python import flat
from cnncalc.export.pytorch.branches import join_text, merged
from cnncalc.export.pytorch.conditions import either_of, joined_sides
from cnncalc.export.pytorch.made import Made
from cnncalc.export.pytorch.single import Single
from cnncalc.export.statements import Branching, Line, Module
from cnncalc.export.symbols import is_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.trace import Done


class Branched(Single):
    """Entries side by side, and those that are there under a condition."""

    def shown_residual(
        self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
    ) -> Tensor:
        """A residual whose body and shortcut are attributes."""
        runs = [done.runs for done in dones]
        body = self.modules([one[0] for one in runs], places, tensor)
        texts = [tensor.text, self.called(body, "body", tensor)]
        ends = [tensor, body.tensor]
        if len(runs[0]) > 1:
            shortcut = self.modules([one[1] for one in runs], places, tensor)
            texts[0] = self.called(shortcut, "shortcut", tensor)
            ends[0] = shortcut.tensor
        names = results_of(dones)
        joined, result = merged(dones, places, ends, names)
        if joined.operator in {"+", "*"} and texts[0] != tensor.text:
            texts.reverse()
        text = join_text(joined, texts, ends[0])
        return result._replace(text=text)

    def shown_parallel(
        self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
    ) -> Tensor:
        """A parallel whose branches are attributes."""
        texts: list[str] = []
        ends: list[Tensor] = []
        for number, (runs, here, values) in enumerate(branches(dones, places), 1):
            with self.binding(values):
                made = self.modules(runs, here, tensor)
            texts.append(self.called(made, branch_name(dones, number), tensor))
            ends.append(made.tensor)
        joined, result = merged(dones, places, ends, results_of(dones))
        text = join_text(joined, texts, ends[0])
        return result._replace(text=text)

    def chosen(
        self, dones: Sequence[Done], other: Sequence[Done], places: Sequence[Place]
    ) -> Tensor:
        """One of two entries, which have the same input and name."""
        taken = [a if a.result is not None else b for a, b in zip(dones, other, strict=True)]
        tensor = self.inputs(taken, places)[0]
        with self.file.unnamed():
            made = either_of(self, dones, other, places, tensor)
        variable = self.variable_for(taken)
        text = self.called(made, variable, tensor)
        result = self.assigned(made.tensor._replace(text=text), places, variable)
        self.known[result.names] = result
        return result

    def branching(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        taken: list[int],
    ) -> list[Tensor]:
        """An entry with a `when`, in `__init__` and in `forward`."""
        if len(current) != 1:
            raise Unsaid("a condition on several inputs")
        when = dones[0].entry.beside.when
        assert when is not None  # noqa: S101 - only `when` leaves an entry out
        tensor = self.assigned(current[0], places)
        here = located(dones, places)
        values = [done.result is not None for done in dones]
        symbol = said((translated(when, tensor, here),), here, values)
        if is_constant(symbol):
            raise Unsaid("a condition that is not seen")
        condition = flat(self.code(symbol))
        attribute = self.attribute(condition if condition.isidentifier() else "is_used")
        self.init.append(Line(condition, f"self.{attribute} = "))
        init, forward = self.init, self.forward
        self.init, self.forward = [], []
        known = self.known
        self.known = {
            tuple(names[at] for at in taken): some(one, taken) for names, one in known.items()
        }
        chosen = [dones[at] for at in taken]
        there = [here[at] for at in taken]
        inside = [some(tensor, taken)]
        if dones[0].entry.beside.inputs is not None:
            inside = self.inputs(chosen, there)
        found = self.placed(chosen, there, inside)
        if len(found) != 1:
            raise Unsaid("several results of a condition")
        end = found[0]
        if end.text != tensor.text:
            self.forward.append(Line(end.text, f"{tensor.text} = "))
        inner_init, inner_forward = self.init, self.forward
        self.init, self.forward, self.known = init, forward, known
        after, bodies, before = joined_sides(self, places, tensor, [(taken, Made([], end))])
        if before:
            self.init += [one for one in before if not isinstance(one, Module)]
        inner_init += [one for one in bodies[0] if not isinstance(one, Module)]
        if inner_init:
            self.init.append(Branching(condition, tuple(inner_init)))
        if inner_forward:
            self.forward.append(Branching(f"self.{attribute}", tuple(inner_forward)))
        return [after._replace(text=tensor.text)]
