"""A layer or the use of a block that is an attribute of a class, or joins its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import (
    results_of,
)
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import identifier
from cnncalc.export.pytorch.branches import join_text
from cnncalc.export.pytorch.calls import call_of_block
from cnncalc.export.pytorch.layers import LayerWriter, alike
from cnncalc.export.pytorch.made import Made
from cnncalc.export.pytorch.parts import Parts
from cnncalc.export.pytorch.roles import role_of_type
from cnncalc.export.statements import Module
from cnncalc.layers.base.code import Joined, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.trace import Done
    from cnncalc.layers.base.code import Call


class Single(Parts):
    """Layers and blocks that `forward` shows."""

    def one(self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]) -> Tensor:
        """A layer or a block that is an attribute, or joins its inputs."""
        names = results_of(dones)
        shared = self.shared(dones)
        if all(done.node is None for done in dones):
            current = [*current, *self.outside(dones, places)]
            items, call, result = call_of_block(self, dones, places, current)
            if shared:
                part = shared
            else:
                self.init += [one for one in items if not isinstance(one, Module)]
                role = self.name_of(dones)
                part = self.part(call, _block_name(dones) if role == "skip" else role)
            self.owners[tuple(done.runs[0].frame.scope.name for done in dones)] = part  # type: ignore[union-attr]
            arguments = [tensor.text for tensor in current]
            return result._replace(names=names, text=f"{part}({', '.join(arguments)})")
        if any(done.node is None for done in dones):
            raise Unsaid("a layer or a block")
        writer = LayerWriter(dones, places, tuple(current))
        code = writer.code()
        if isinstance(code, Joined):
            return self.joining(writer, code, names, current)
        if len(current) == 1:
            with self.file.unnamed():
                made = self.layer(dones, places, current[0])
            given = current[0].text
        else:
            made, given = self.of_several(writer, code, names, current)
        modules = [one for one in made.items if isinstance(one, Module)]
        if shared:
            part = shared
        elif not modules:
            return made.tensor._replace(text=current[0].text)
        else:
            role = self.name_of(dones)
            kind = writer.layer.type
            role = role_of_type(kind) if role == "skip" else role
            _, sequence = self.sequence(made, role)
            bare = len(modules) == 1 and modules[0].bare
            part = self.part_called(sequence, role, bare=bare)
        self.owners[tuple(node.name for node in writer.nodes)] = part
        return made.tensor._replace(names=names, text=f"{part}({given})")

    def of_several(
        self,
        writer: LayerWriter,
        code: tuple[Call, ...] | Missing,
        names: tuple[str, ...],
        current: list[Tensor],
    ) -> tuple[Made, str]:
        """A module that takes several inputs, and how they are given to it."""
        tensors = alike(current, writer.wants_moved())
        writer.take(tensors)
        if isinstance(code, Missing):
            made = self.stub(writer, names, tensors[0], code)
            return made, ", ".join(one.text for one in tensors)
        if len(code) > 1:
            raise Unsaid("several modules of several inputs")
        order = code[0].order or range(len(tensors))
        calls = [Module(call, writer.layer.type) for call in self.written(writer, code)]
        arguments = ", ".join(tensors[at].text for at in order)
        return Made([*calls], writer.result(names, "x", moved=tensors[0].moved)), arguments

    def shared(self, dones: Sequence[Done]) -> str:
        """The part whose weights an entry uses, if it has none of its own."""
        if dones[0].entry.beside.share is None:
            return ""
        if all(done.node is not None for done in dones):
            key = tuple(done.node.traits.shared_with for done in dones if done.node is not None)
        else:
            key = tuple(self.file.twin_of(done) for done in dones)
        if key not in self.owners:
            raise Unsaid("weights from outside")
        return self.owners[key]

    def joining(
        self, writer: LayerWriter, code: Joined, names: tuple[str, ...], current: list[Tensor]
    ) -> Tensor:
        """Inputs that are joined in an expression."""
        current = alike(current, writer.wants_moved())
        writer.take(current)
        text = join_text(code, [tensor.text for tensor in current], current[0])
        return writer.result(names, text, moved=current[0].moved)


def _block_name(dones: Sequence[Done]) -> str:
    return identifier(dones[0].runs[0].frame.calls[-1][0])
