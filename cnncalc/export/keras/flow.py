"""The body of a function: entries of a spec as statements that pass a tensor on."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.export.entries import (
    branches,
    header,
    located,
    loop_names,
    loop_values,
    opposite,
    results_of,
    some,
)
from cnncalc.export.keras.calls import call_of_block, type_of_layer
from cnncalc.export.keras.layers import LayerWriter, joined
from cnncalc.export.keras.order import wants_moved
from cnncalc.export.keras.views import view_of
from cnncalc.export.layer import translated
from cnncalc.export.names import Names
from cnncalc.export.places import Place, Tensor, Unsaid, said
from cnncalc.export.python import Bracket, flat, fresh, identifier
from cnncalc.export.statements import Branching, Line, Loop
from cnncalc.export.symbols import constant, is_constant, name, names_in, substituted
from cnncalc.language.syntax import Group, Layer, Parallel, Residual
from cnncalc.layers.base.code import Joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.file import File
    from cnncalc.export.keras.layers import Part
    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done, Run
    from cnncalc.layers.base.code import Steps

_VARIABLE = re.compile(r"\$(\{\w+\}|\w+)")

#: Names that the code has for itself.
RESERVED = {"x", "keras", "layers", "ops", "inputs", "outputs", "model", "math", "range", "zip",
            "enumerate", "len", "max", "min", "round", "sum", "map", "filter", "input", "type",
            "list", "dict", "set", "next", "all", "any", "abs", "pow", "id", "int"}  # fmt: skip

_CHANGING = ("statements", "known", "owners", "stores", "loops", "fixed", "opened", "read", "taken")


class Store(NamedTuple):
    """Results of the turns of a loop, kept in a dictionary.

    Attributes:
        variable: the dictionary.
        keys: the key of each result, by its trace and its name.
        moved: whether the code has the first axis last in them.
    """

    variable: str
    keys: dict[tuple[int, str], Any]
    moved: bool


class Flow(Names):
    """What is put together for one function.

    Attributes:
        statements: those so far.
        known: the results that have a variable, by their names in every place.
        owners: layers and blocks whose weights are shared, by their names in every place.
        stores: the results of turns of loops.
        loops: the variables of the loops around, the innermost last.
        fixed: those of them that have the same values in every file.
        opened: the dictionaries that a loop around has to make.
        top: whether it is the whole net.
    """

    reserved = RESERVED
    file: File

    def __init__(self, file: File, taken: set[str], *, top: bool = False) -> None:
        super().__init__(file, taken | set(file.called.values()) | set(file.spec_names))
        self.statements: list[Statement] = []
        self.known: dict[tuple[str, ...], Tensor] = {}
        self.owners: dict[tuple[str, ...], str] = {}
        self.stores: list[Store] = []
        self.loops: list[str] = []
        self.fixed: set[str] = set()
        self.opened: list[str] = []
        self.top = top

    # -- lists of entries ---------------------------------------------------------------------

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
        if entry.beside.inputs is not None:
            current = self.inputs(dones, places)
        tapped = entry.beside.tap is not None and any(map(self.file.is_tap, dones))
        named = any(map(self.file.is_named, dones))
        leaves = bool(self.loops) and self.leaves(dones)
        own = target
        if (named and not leaves) or tapped:
            own = self.variable(self.name_of(dones))
        found = self.inner(dones, places, current, own)
        if len(found) == 1 and named:
            result = found[0]
            if leaves:
                self.store(dones, places, result)
                self.known[result.names] = result
            else:
                if result.text != own:
                    own = own if own != target else self.variable(self.name_of(dones))
                    result = self.assigned(result, own)
                self.known[result.names] = result
            found = [result]
        return before if tapped else found

    def leaves(self, dones: Sequence[Done]) -> bool:
        """Whether a result is taken after the turn of a loop that gives it."""
        names = ((id(done.trace), one) for done in dones for one in done.result or ())
        return any(one in self.file.leaving for one in names)

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

    # -- variables ----------------------------------------------------------------------------

    def variable(self, wanted: str) -> str:
        """A new variable."""
        found = fresh(f"{wanted}_" if wanted in RESERVED else wanted, self.taken)
        self.taken.add(found)
        return found

    def assigned(self, tensor: Tensor, target: str) -> Tensor:
        """A result under a variable."""
        if tensor.text != target:
            self.statements.append(Line(tensor.text, f"{target} = "))
        return tensor._replace(text=target)

    def put(self, code: Code, target: str, tensor: Tensor, places: Sequence[Place]) -> None:
        """A statement that gives a variable a value."""
        self.file.note_helpers(flat(code))
        shape = "x".join(map(str, self.shown(tensor, places))) if self.top else ""
        self.statements.append(Line(code, f"{target} = ", shape))

    def shown(self, tensor: Tensor, places: Sequence[Place]) -> tuple[int, ...]:
        """The shape of a result as the code has it."""
        shape = places[0].trace.shapes[tensor.names[0]]
        return (*shape[1:], shape[0]) if tensor.moved and len(shape) > 1 else tuple(shape)

    def seen(self, tensor: Tensor, places: Sequence[Place]) -> Tensor:
        """A result with its sizes as expressions: `x.shape[-1]`."""
        rank = len(tensor.sizes)
        sizes: list[Symbol] = []
        for axis in range(rank):
            first_last = tensor.moved and rank > 1
            at = (axis or -1) if first_last else (-1 if axis == rank - 1 else axis + 1)
            text = f"{tensor.text}.shape[{at}]"
            self.spelled[text] = text
            for place, value in zip(places, tensor.values(axis, places), strict=True):
                place.local[text] = value
            sizes.append(name(text))
        return tensor._replace(sizes=tuple(sizes))

    def result(self, names: tuple[str, ...], places: Sequence[Place], text: str, *,
               moved: bool) -> Tensor:  # fmt: skip
        """What an entry gives; raises `Unsaid` for several ranks."""
        shapes = [place.trace.shapes[one] for place, one in zip(places, names, strict=True)]
        if len({len(shape) for shape in shapes}) > 1:
            raise Unsaid("results of several ranks")
        rank = len(shapes[0])
        return Tensor(names, (None,) * rank, text, moved and rank > 1)

    def name_of(self, dones: Sequence[Done]) -> str:
        """The variable for a result that is taken elsewhere."""
        text = getattr(dones[0].entry.beside.name, "text", "")
        if not text:
            return "skip"
        if "$" in text and not self.loops:
            return identifier(self.file.filled(dones[0], text) or "kept")
        return identifier("_".join(part for part in _without_variables(text).split("/") if part))

    def inputs(self, dones: Sequence[Done], places: Sequence[Place]) -> list[Tensor]:
        """What `from` names."""
        counts = {len(done.inputs or ()) for done in dones}
        if len(counts) > 1:
            raise Unsaid("a changing number of inputs")
        return [
            self.found(tuple((done.inputs or ())[at] for done in dones), places)
            for at in range(counts.pop())
        ]

    def found(self, names: tuple[str, ...], places: Sequence[Place]) -> Tensor:
        """A result by its names."""
        if names in self.known:
            return self.known[names]
        wanted = [(id(place.trace), one) for place, one in zip(places, names, strict=True)]
        for store in self.stores:
            if all(one in store.keys for one in wanted):
                keys = [store.keys[one] for one in wanted]
                symbol = said([name(one) for one in reversed(self.loops)], places, keys)
                text = f"{store.variable}[{flat(self.code(symbol))}]"
                return self.result(names, places, text, moved=store.moved)
        raise Unsaid("a result from outside")

    def store(self, dones: Sequence[Done], places: Sequence[Place], result: Tensor) -> None:
        """Keep a result of a turn for what comes after the turn."""
        written = getattr(dones[0].entry.beside.name, "text", "")
        keys = [one for one in self.loops if f"${one}" in written or f"${{{one}}}" in written]
        if len(keys) != 1:
            raise Unsaid("a name that no one variable tells")
        values = [place.lookup(keys[0]) for place in places]
        variable = self.variable(self.name_of(dones))
        self.opened.append(variable)
        self.statements.append(
            Line(result.text, f"{variable}[{flat(self.code(name(keys[0])))}] = ")
        )
        known = {
            (id(place.trace), one): value
            for place, one, value in zip(places, result.names, values, strict=True)
        }
        self.stores.append(Store(variable, known, result.moved))

    # -- layers -------------------------------------------------------------------------------

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
        current = self.ordered(writer, steps, places, current, target)
        writer.tensors = [self.seen(one, places) for one in current]
        moved = current[0].moved
        texts = [one.text for one in current]
        after = self.result(names, places, target, moved=moved)
        if isinstance(steps, Joined):
            if len(texts) == 1:
                return after._replace(text=texts[0])
            self.put(joined(steps, writer, texts), target, after, places)
            return after
        if not isinstance(steps, tuple) or len(current) != 1:
            self.stub(writer, texts, target, after, places)
            return after
        self.file.note_flattened(writer, current[0])
        parts = writer.parts(steps, self.closed)
        if not parts:
            return after._replace(text=texts[0])
        return self.called(writer, parts, texts[0], after, places)

    def called(
        self,
        writer: LayerWriter,
        parts: Sequence[Part],
        source: str,
        after: Tensor,
        places: Sequence[Place],
    ) -> Tensor:
        """The calls of a layer's parts; that with shared weights is a variable of its own."""
        own = tuple(node.name for node in writer.nodes)
        shared = tuple(node.traits.shared_with for node in writer.nodes)
        for part in parts:
            code = part.called(source)
            if part.keeps and all(shared):
                if shared not in self.owners:
                    raise Unsaid("weights from outside")
                code = f"{self.owners[shared]}({', '.join([source] * part.times)})"
            elif part.keeps and any(map(self.holds, places, own)):
                layer = self.owners[own] = self.variable(f"{after.text}_layer")
                self.statements.append(Line(part.made, f"{layer} = "))
                code = f"{layer}({', '.join([source] * part.times)})"
            self.put(code, after.text, after, places)
            if part is not parts[-1] and isinstance(self.statements[-1], Line):
                self.statements[-1] = self.statements[-1]._replace(comment="")
            source = after.text
        return after

    def holds(self, place: Place, named: str) -> bool:
        """Whether another layer or block has the weights of this one."""
        return (id(place.trace), named) in self.file.holders

    def stub(
        self,
        writer: LayerWriter,
        texts: Sequence[str],
        target: str,
        after: Tensor,
        places: Sequence[Place],
    ) -> None:
        """What raises when it is run, for a layer that Keras has not."""
        label = writer.layer.called or writer.layer.type
        self.file.stubs.append(writer.nodes[0].name)
        self.put(Bracket("not_written(", (f'"{label}"', *texts)), target, after, places)

    def ordered(
        self,
        writer: LayerWriter,
        steps: Steps,
        places: Sequence[Place],
        current: Sequence[Tensor],
        target: str,
    ) -> list[Tensor]:
        """What arrives, with its axes as the layer wants them."""
        if steps is None:
            return list(current)
        found = {wants_moved(node.layer, node.facts.inputs) for node in writer.nodes}
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
        for number, (runs, here) in enumerate(branches(dones, places), 1):
            variables.append(self.variable(self.branch_name(dones, number)))
            ends.append(self.branch(runs, here, tensor, variables[-1]))
        found = self.merge(dones, places, ends, target)
        self.taken -= set(variables)
        return found

    def branch_name(self, dones: Sequence[Done], number: int) -> str:
        """What a branch is called."""
        entry = dones[0].entry
        assert isinstance(entry, Parallel)  # noqa: S101 - asked by the caller
        given = (
            getattr(entry.branches[number - 1], "name", "") if len(entry.branches) >= number else ""
        )
        return identifier(given) if given else f"branch_{number}"

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
        merges = [done.merges[-1] if done.merges else None for done in dones]
        nodes = [one for one in merges if one is not None and one.node is not None]
        if len(nodes) != len(dones):
            raise Unsaid("no layer joins the branches")
        names = results_of(dones)
        writer = LayerWriter(nodes, places, [self.seen(one, places) for one in ends])
        writer.noted = self.noted
        if reverse and writer.layer.type in {"add", "multiply"}:
            ends.reverse()
        return self.made(writer, names, places, ends, target)

    # -- conditions ---------------------------------------------------------------------------

    def condition(
        self, dones: Sequence[Done], places: Sequence[Place], current: Sequence[Tensor]
    ) -> str | None:
        """The condition of an entry; None if it is true or false as long as the file stands."""
        when = dones[0].entry.beside.when
        assert when is not None  # noqa: S101 - asked by the caller
        here = located(dones, places)
        tensor = self.seen(current[0], here) if len(current) == 1 else None
        values = [done.result is not None for done in dones]
        symbol = said((translated(when, tensor, here),), here, values)
        bound = substituted(symbol, self.bound) if self.bound else symbol
        return None if is_constant(bound) else flat(self.code(symbol))

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
        if named or dones[0].entry.beside.tap is not None:
            raise Unsaid("a condition on what is taken elsewhere")
        taken = [at for at, done in enumerate(dones) if done.result is not None]
        start = self.assigned(current[0], target)
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
        bodies = []
        for side in (dones, other):
            taken = [at for at, done in enumerate(side) if done.result is not None]
            end, body = self.side(side, places, start, target, taken)
            sides.append((taken, end))
            bodies.append(tuple(body))
        self.statements.append(Branching(condition, *bodies))
        return [self.marked(self.joined(places, start, sides), places)]

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

    # -- loops --------------------------------------------------------------------------------

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
        before = self.state()
        try:
            return self.loop(dones, places, current, target)
        except Unsaid:
            self.restore(before)
            return self.unrolled(dones, places, current, target)

    def state(self) -> dict[str, Any]:
        """What a trial may change."""
        return {one: copy(getattr(self, one)) for one in _CHANGING} | {
            "stubs": list(self.file.stubs), "modules": list(self.file.modules)
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Undo a trial."""
        self.file.stubs, self.file.modules = state.pop("stubs"), state.pop("modules")
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
        turns, inner, owner, entering, finals = _turns_of(dones, places, current)
        start = [self.assigned(current[0], target)] if current else []
        tensor = start[0] if start else None
        inside = [self.result(tuple(entering), inner, target, moved=tensor.moved)] if tensor else []
        outer, self.statements = self.statements, []
        known, owners, opened = self.known, self.owners, self.opened
        self.known = {tuple(n[at] for at in owner): t._replace(names=tuple(n[at] for at in owner))
                      for n, t in known.items()}  # fmt: skip
        self.owners = {tuple(n[at] for at in owner): t for n, t in owners.items()}
        self.opened = []
        variables = ["i", *loop_names(entry)]
        self.loops += variables
        fixed = self.fixed
        literal = all(self.closed(one) for one in loop_values(entry))
        self.fixed = fixed | set(variables) if literal else fixed - set(variables)
        keep, self.read = self.read, set()
        found = self.turn(turns, inner, inside, target)
        counted = "i" in self.read
        self.read |= keep
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
        header_places = located(dones, places)
        seen = self.seen(tensor, header_places) if tensor else end
        targets, values = header(self, dones, header_places, seen, counted=counted)
        self.emptied(stores)
        self.statements.append(Loop(targets, values, tuple(body)))
        return [self.marked(self.result(tuple(finals), places, target, moved=end.moved), places)]

    def marked(self, tensor: Tensor, places: Sequence[Place]) -> Tensor:
        """What a loop or a condition gives, its shape noted for the comment after it."""
        if self.top:
            shape = "x".join(map(str, self.shown(tensor, places)))
            self.statements.append(Line("", comment=shape))
        return tensor

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
        counts = {len(done.merges) for done in dones}
        if len(counts) > 1:
            raise Unsaid("a changing number of turns")
        self.file.unrolled.append(dones[0].entry)
        kept = dict(self.bound)
        for at in range(counts.pop()):
            turns = [done.merges[at] for done in dones]
            self.bound = {**kept, **_values_of(turns)}
            current = self.turn(turns, located(turns, places), current, target)
        self.bound = kept
        return current


class Turns(NamedTuple):
    """All turns of a loop in all its places.

    Attributes:
        turns: what each does.
        places: where each is.
        owner: the number of the place of the loop that each is in.
        entering: the result that each begins with.
        finals: the result after the last, in each place of the loop.
    """

    turns: list[Done]
    places: list[Place]
    owner: list[int]
    entering: list[str]
    finals: list[str]


def _turns_of(dones: Sequence[Done], places: Sequence[Place], current: Sequence[Tensor]) -> Turns:
    """The turns of a loop; raises `Unsaid` for several results."""
    found = Turns([], [], [], [], [])
    for at, (done, place) in enumerate(zip(dones, places, strict=True)):
        passed_on = current[0].names[at] if current else ""
        for turn in done.merges:
            found.turns.append(turn)
            found.places.append(place.turn(turn.frame.variables))
            found.owner.append(at)
            found.entering.append(passed_on)
            if turn.result is not None:
                if len(turn.result) != 1:
                    raise Unsaid("several results")
                passed_on = turn.result[0]
        found.finals.append(passed_on)
    return found


def _values_of(turns: Sequence[Done]) -> dict[str, Symbol]:
    """The variables of a turn, which are known where it is written out."""
    variables = [turn.frame.variables for turn in turns]
    found: dict[str, Symbol] = {}
    for one in variables[0].values:
        values = [each.find(one)[1] for each in variables]
        if any(value != values[0] for value in values):
            raise Unsaid("a turn that differs")
        found[one] = constant(values[0])
    if "i" not in found and variables[0].index is not None:
        found["i"] = constant(variables[0].index)
    return found


def _without_variables(text: str) -> str:
    """A name without the variables in it."""
    return _VARIABLE.sub("", text).strip("_") or "kept"


def returned(flow: Flow, end: Tensor) -> None:
    """The statement that gives the result back."""
    last = flow.statements[-1] if flow.statements else None
    if isinstance(last, Line) and last.before == f"{end.text} = ":
        flow.statements[-1] = last._replace(before="return ", comment="")
        return
    flow.statements.append(Line(end.text, "return "))
