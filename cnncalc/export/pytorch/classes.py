"""The body of a class: entries of a spec as modules and as the lines of `forward`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import located, opposite, results_of
from cnncalc.export.names import Names
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import Bracket, Code, identifier
from cnncalc.export.pytorch.branches import parallel_of, residual_of
from cnncalc.export.pytorch.calls import call_of_block, call_of_layer
from cnncalc.export.pytorch.conditions import condition_of, either_of
from cnncalc.export.pytorch.layers import LayerWriter
from cnncalc.export.pytorch.loops import loop_of
from cnncalc.export.pytorch.made import Made
from cnncalc.export.pytorch.roles import role_of
from cnncalc.export.pytorch.sequences import sequence_of
from cnncalc.export.statements import Assign, Line, Module, Statement, with_inside
from cnncalc.language.syntax import (
    Group,
    Layer,
    Parallel,
    Residual,
)
from cnncalc.layers.base.code import Call, Joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.pytorch.file import File
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done, Run
    from cnncalc.layers.base.code import Missing

#: Names that the code has for itself.
RESERVED = {"self", "x", "nn", "torch", "math", "super", "range", "reversed", "zip", "enumerate",
            "sum", "len", "max", "min", "round", "round_to", "abs", "int", "float"}  # fmt: skip


class Body(Names):
    """What is put together for one class.

    Attributes:
        file: where other classes are.
        init: the statements of `__init__` so far.
        forward: the statements of `forward` so far.
        attributes: the names of its parts.
        told: conditions on sizes that it is told when it is made.
        ends: what variables of sizes are after a loop, over what is known outside of it.
    """

    file: File

    def __init__(self, file: File, taken: set[str]) -> None:
        super().__init__(file, taken)
        self.init: list[Statement] = []
        self.forward: list[Statement] = []
        self.attributes: set[str] = set()
        self.told: dict[str, Symbol] = {}
        self.ends: dict[str, Symbol] = {}

    # -- modules in a row ---------------------------------------------------------------------

    def modules(self, runs: Sequence[Run], places: Sequence[Place], tensor: Tensor) -> Made:
        """The entries of a list as modules, one after another; raises `Unsaid`."""
        items: list[Statement] = []
        count = len(runs[0].done)
        at = 0
        while at < count:
            dones = [run.done[at] for run in runs]
            other = [run.done[at + 1] for run in runs] if at + 1 < count else None
            if other is not None and opposite(dones, other):
                found = either_of(self, dones, other, places, tensor)
                at += 1
            else:
                found = self.entry(dones, places, tensor)
            items += found.items
            tensor = found.tensor
            at += 1
        return Made(items, tensor)

    def entry(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """One entry as modules; raises `Unsaid`."""
        beside = dones[0].entry.beside
        if beside.inputs is not None and any(
            done.result and done.inputs != (before,)
            for done, before in zip(dones, tensor.names, strict=True)
        ):
            raise Unsaid("takes what is not before it")
        if beside.share is not None or beside.tap is not None:
            raise Unsaid("shares weights")
        if any(done.result is not None and len(done.result) != 1 for done in dones):
            raise Unsaid("several results")
        if beside.loop is not None:
            return loop_of(self, dones, places, tensor)
        if beside.when is not None:
            return condition_of(self, dones, places, tensor)
        return self.once(dones, places, tensor)

    def once(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """One turn of an entry, its `when` aside."""
        entry = dones[0].entry
        places = located(dones, places)
        if isinstance(entry, Group):
            made = self.modules([done.runs[0] for done in dones], places, tensor)
        elif isinstance(entry, Residual):
            made = residual_of(self, dones, places, tensor)
        elif isinstance(entry, Parallel):
            made = parallel_of(self, dones, places, tensor)
        elif isinstance(entry, Layer):
            if any(self.file.is_named(done) for done in dones):
                raise Unsaid("is taken elsewhere")
            made = self.layer(dones, places, tensor)
        else:
            raise Unsaid("malformed")
        return made

    def layer(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """A layer, or the use of a block."""
        entry = dones[0].entry
        assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
        names = results_of(dones)
        if all(done.node is None for done in dones):
            items_, call, result = call_of_block(self, dones, places, (tensor,))
            role = role_of(entry, identifier(entry.type.replace("$", "")))
            return Made([*items_, Module(call, role)], result._replace(names=names))
        if any(done.node is None for done in dones):
            raise Unsaid("a layer or a block")
        if "$" in entry.type:
            chosen = call_of_layer(self, dones)
            return Made([Module(chosen, "act")], tensor._replace(names=names))
        items: list[Statement] = []
        writer = LayerWriter(dones, places, (tensor,))
        code = writer.code()
        wanted = writer.wants_moved()
        if wanted is not None and wanted != tensor.moved:
            items.append(self.moving(tensor))
            tensor = tensor._replace(moved=wanted)
            writer.take((tensor,))
        if not isinstance(code, tuple):
            if isinstance(code, Joined):
                return Made([], tensor._replace(names=names))  # one input alone
            return self.stub(writer, names, tensor, code)
        role = role_of(entry, writer.layer.type)
        bare = not any(node.weights for node in writer.nodes)
        items += [Module(call, role, bare) for call in self.written(writer, code)]
        self.file.note_flattened(writer, tensor)
        return Made(items, writer.result(names, "x", moved=tensor.moved))

    def stub(
        self, writer: LayerWriter, names: tuple[str, ...], tensor: Tensor, missing: Missing
    ) -> Made:
        """What raises when it is run, for a layer that PyTorch has not."""
        code = self.file.stub("NotWritten", writer.nodes, missing)
        return Made([Module(code, "stub")], writer.result(names, "x", moved=tensor.moved))

    def written(self, writer: LayerWriter, code: tuple[Call, ...]) -> list[Code]:
        """The constructors of a layer; its expressions read the spec's variables."""
        calls = writer_calls(writer, code, self)
        self.file.note_unrepresented(writer.unrepresented() & set(self.file.spec.variables))
        return calls

    def moving(self, tensor: Tensor) -> Module:
        """What brings the last axis to the front, or back."""
        rank = len(tensor.sizes)
        order = (*range(2, rank + 1), 1) if tensor.moved else (rank, *range(1, rank))
        call = Bracket("Permute(", tuple(map(str, order)))
        return Module(call, "permute")

    # -- branches -----------------------------------------------------------------------------

    def sequence(self, made: Made, role: str) -> tuple[list[Statement], Code]:
        """Modules in a row as one, and the statements that it needs before it."""
        modules = [one for one in made.items if isinstance(one, Module)]
        if len(modules) == len(made.items):
            if len(modules) == 1:
                return [], modules[0].code
            return [], sequence_of([one.code for one in modules])
        variable = self.local(role)
        return self.filled(variable, made.items), variable

    def filled(
        self, target: str, items: Sequence[Statement], *, own: bool = False
    ) -> list[Statement]:
        """The statements that make a sequence of modules and statements among them."""
        first = next(
            (at for at, one in enumerate(items) if not isinstance(one, (Module, Assign, Line))),
            len(items),
        )
        lead = [one.code for one in items[:first] if isinstance(one, Module)]
        lines: list[Statement] = [one for one in items[:first] if isinstance(one, Line)]
        assigns: list[Statement] = [one for one in items[:first] if isinstance(one, Assign)]
        made = sequence_of(lead, "super().__init__(" if own else "nn.Sequential(")
        before = "" if own else f"{target} = "
        found: list[Statement] = [*lines, Line(made, before), *assigns]
        return [*found, *self.appended(target, items[first:])]

    def appended(self, target: str, items: Sequence[Statement]) -> list[Statement]:
        """The statements that put modules after those of a sequence."""
        return [
            Line(Bracket(f"{target}.append(", (one.code,)))
            if isinstance(one, Module)
            else with_inside(one, lambda inside: self.appended(target, inside))
            for one in items
        ]


def writer_calls(writer: LayerWriter, code: tuple[Call, ...], body: Body) -> list[Code]:
    """The constructors, with the names that the class has for the spec's variables."""
    writer.noted = body.noted
    return [*writer.calls(code)]
