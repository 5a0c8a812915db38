"""One layer, or the use of a block, as the statements of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import results_of
from cnncalc.export.keras.called import named, own_name
from cnncalc.export.keras.calls import call_of_block, type_of_layer
from cnncalc.export.keras.layers import LayerWriter, joined
from cnncalc.export.keras.order import wants_moved
from cnncalc.export.keras.results import Results
from cnncalc.export.keras.views import view_of
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import Bracket
from cnncalc.export.statements import Line
from cnncalc.export.symbols import names_in, substituted
from cnncalc.language.syntax import Layer
from cnncalc.layers.base.code import Joined, Missing, dims_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.layers import Part
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done
    from cnncalc.layers.base.code import Steps


class Single(Results):
    """Layers and blocks, with what arrives in the order of axes that they want."""

    def layer(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> Tensor:
        """A layer, or the use of a block."""
        entry = dones[0].entry
        assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
        names = results_of(dones)
        if all(done.node is None for done in dones):
            return self.block(dones, places, current, target)
        if any(done.node is None for done in dones):
            raise Unsaid("a layer or a block")
        writer = LayerWriter(dones, places, [self.seen(one, places) for one in current])
        writer.noted = self.noted
        if "$" in entry.type:
            code = type_of_layer(self, dones, current[0].text)
            moved = current[0].moved
            self.put(code, target, self.result(names, places, target, moved=moved), places)
            return self.result(names, places, target, moved=moved)
        made = self.viewed(writer, names, places, current, target)
        if made is None:
            made = self.made(writer, names, places, current, target)
        self.file.note_unrepresented(writer.unrepresented() & set(self.file.spec.variables))
        return made

    def viewed(
        self,
        writer: LayerWriter,
        names: tuple[str, ...],
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> Tensor | None:
        """A layer that only moves elements, of which less may be left in the order of the code."""
        view = view_of(writer, current[0]) if len(current) == 1 else None
        if view is None:
            return None
        after = self.result(names, places, target, moved=view.moved)
        if not view.code:
            return after._replace(text=current[0].text)
        self.put(view.code, target, after, places)
        return after

    def made(
        self,
        writer: LayerWriter,
        names: tuple[str, ...],
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> Tensor:
        """The statements of a layer."""
        steps = writer.steps()
        ordered = self.ordered(writer, steps, places, current, target)
        if any(one is not before for one, before in zip(ordered, current, strict=True)):
            writer.take([self.seen(one, places) for one in ordered])
        current = ordered
        fewer = len(writer.nodes[0].output_shape) < len(current[0].sizes)
        gone = fewer and 0 in dims_in(steps)  # the axis that would come last
        moved = current[0].moved and not gone
        texts = [one.text for one in current]
        after = self.result(names, places, target, moved=moved)
        if isinstance(steps, Joined):
            if len(texts) == 1:
                return after._replace(text=texts[0])
            code = named(joined(steps, writer, texts), self.layer_name(writer))
            self.put(code, target, after, places)
            return after
        if isinstance(steps, Missing):
            self.put(
                self.file.stub("not_written", writer.nodes, steps, *texts), target, after, places
            )
            return after
        self.file.note_flattened(writer, current[0])
        parts = writer.parts(steps, self.closed)
        if not parts:
            return after._replace(text=texts[0])
        return self.called(writer, parts, texts, after, places)

    def called(
        self,
        writer: LayerWriter,
        parts: Sequence[Part],
        sources: Sequence[str],
        after: Tensor,
        places: Sequence[Place],
    ) -> Tensor:
        """The calls of a layer's parts; that with shared weights is a variable of its own."""
        own = tuple(node.name for node in writer.nodes)
        shared = tuple(node.traits.shared_with for node in writer.nodes)
        main = next((one for one in parts if one.keeps), parts[-1])
        used_again = all(shared) or any(map(self.holds, places, own))
        for part in parts:
            name = self.layer_name(writer) if part is main and not used_again else ""
            code = part.called(sources, name)
            if part.keeps and all(shared):
                if shared not in self.owners:
                    raise Unsaid("weights from outside")
                code = f"{self.owners[shared]}({part.given(sources)})"
            elif part.keeps and any(map(self.holds, places, own)):
                layer = self.owners[own] = self.variable(f"{after.text}_layer")
                self.statements.append(Line(part.made, f"{layer} = "))
                code = f"{layer}({part.given(sources)})"
            self.put(code, after.text, after, places)
            if part is not parts[-1] and isinstance(self.statements[-1], Line):
                self.statements[-1] = self.statements[-1]._replace(comment="")
            sources = [after.text]
        return after

    def layer_name(self, writer: LayerWriter) -> str:
        """What the spec calls a layer of the net itself, which is made once; else ""."""
        written = getattr(writer.entry.beside.name, "text", "")
        if not self.top or self.loops:
            return ""
        found = own_name(written, writer.nodes)
        if found in self.file.layer_names:
            return ""
        self.file.layer_names.add(found)
        return found

    def holds(self, place: Place, named: str) -> bool:
        """Whether another layer or block has the weights of this one."""
        return (id(place.trace), named) in self.file.holders

    def ordered(
        self,
        writer: LayerWriter,
        steps: Steps,
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> list[Tensor]:
        """What arrives, with its axes as the layer wants them."""
        if isinstance(steps, Missing):
            return list(current)
        found = {
            wants_moved(node.layer, node.facts.inputs, code)
            for node, code in zip(writer.distinct, writer.codes, strict=True)
        }
        if len(found) > 1:
            raise Unsaid("axes that differ from place to place")
        wanted = found.pop()
        if wanted is None and len({one.moved for one in current if len(one.sizes) > 1}) > 1:
            wanted = current[0].moved
        if wanted is None:
            return list(current)
        return [self.moved(one, places, target if len(current) == 1 else "", wanted=wanted)
                for one in current]  # fmt: skip

    def moved(
        self, tensor: Tensor, places: Sequence[Place], target: str, *, wanted: bool
    ) -> Tensor:
        """A result with its axes in the order that is wanted, under a variable."""
        rank = len(tensor.sizes)
        if tensor.moved == wanted or rank == 1:
            return tensor
        order = (*range(2, rank + 1), 1) if wanted else (rank, *range(1, rank))
        code = f"layers.Permute(({', '.join(map(str, order))}))({tensor.text})"
        after = tensor._replace(moved=wanted, text=target or self.variable("permuted"))
        self.put(code, after.text, after, places)
        return after

    def closed(self, symbol: Symbol) -> bool:
        """Whether an expression has the values that are known, and no others."""
        return set(names_in(substituted(symbol, self.bound))) <= self.fixed

    def block(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> Tensor:
        """The use of a block; one whose weights are shared is a model of its own."""
        names = results_of(dones)
        call = call_of_block(self, dones, places, current, target)
        moved = call.function.gives_moved
        after = self.result(names, places, target, moved=moved)
        scopes = [done.runs[0].frame.scope for done in dones]
        own = tuple(scope.name if scope is not None else "" for scope in scopes)
        if dones[0].entry.beside.share is not None:
            key = tuple(self.file.twin_of(done) for done in dones)
            if key not in self.owners:
                raise Unsaid("weights from outside")
            self.put(f"{self.owners[key]}({', '.join(call.sources)})", target, after, places)
            return after
        if any(map(self.holds, places, own)):
            if len(call.sources) != 1:
                raise Unsaid("shared weights of several inputs")
            start, layer = self.variable("start"), self.variable(f"{target}_model")
            self.statements.append(Line(f"keras.Input({call.sources[0]}.shape[1:])", f"{start} = "))
            model = Bracket("keras.Model(", (start, call.code([start])))
            self.statements.append(Line(model, f"{layer} = "))
            self.owners[own] = layer
            self.put(f"{layer}({call.sources[0]})", target, after, places)
            return after
        self.put(call.code(call.sources), target, after, places)
        return after
