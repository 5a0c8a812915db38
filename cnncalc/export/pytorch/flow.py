"""The `forward` of a class: what its parts take and give, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import branches, located, opposite, results_of, some, taken_by
from cnncalc.export.layer import translated
from cnncalc.export.places import Place, Tensor, Unsaid, said
from cnncalc.export.python import flat, fresh, identifier
from cnncalc.export.pytorch.branches import joined_dim, merged
from cnncalc.export.pytorch.calls import call_of_block
from cnncalc.export.pytorch.classes import Body
from cnncalc.export.pytorch.conditions import either_of, joined_sides
from cnncalc.export.pytorch.layers import LayerWriter, alike
from cnncalc.export.pytorch.made import Made
from cnncalc.export.pytorch.sequences import sequence_of
from cnncalc.export.statements import Branching, Line, Loop, Module, Statement
from cnncalc.export.symbols import constant, is_constant, substituted
from cnncalc.language.syntax import Group, Layer, Parallel, Residual
from cnncalc.layers.base.code import Joined, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.pytorch.file import File
    from cnncalc.export.trace import Done, Run
    from cnncalc.layers.base.code import Call

_IN_A_ROW = 40  # operands; Python's compiler recurses at each, and ends after hundreds
_ROLES = {
    "batchnorm": "norm", "layernorm": "norm", "groupnorm": "norm", "instancenorm": "norm",
    "conv_transpose": "up", "dense": "linear", "maxpool": "pool", "avgpool": "pool",
    "global_avgpool": "pool", "adaptive_avgpool": "pool", "upsample": "up",
}  # fmt: skip


class Flow(Body):
    """A class with a `forward` of its own.

    Attributes:
        known: the results that have a name, by their names in every place.
        owners: the modules that hold weights which are shared.
        chain: the variable of what goes from part to part.
        top: whether it is the whole net.
    """

    def __init__(self, file: File, taken: set[str], *, top: bool = False) -> None:
        super().__init__(file, taken)
        self.known: dict[tuple[str, ...], Tensor] = {}
        self.owners: dict[tuple[str, ...], str] = {}
        self.variables: set[str] = set()
        self.chain = "x"
        self.top = top
        self.outer = ""

    # -- the list of entries ------------------------------------------------------------------

    def flow(
        self, runs: Sequence[Run], places: Sequence[Place], current: Sequence[Tensor], *, last: bool
    ) -> list[Tensor]:
        """The entries of a list; what they give."""
        results = list(current)
        pending: list[Statement] = []
        start = results[0] if len(results) == 1 else None
        count, at = len(runs[0].done), 0
        first = not self.attributes
        while at < count:
            dones = [run.done[at] for run in runs]
            other = [run.done[at + 1] for run in runs] if at + 1 < count else None
            pair = other is not None and opposite(dones, other)
            made = None
            if len(results) == 1 and not self.branches_here(dones):
                made = self.straight(dones, other if pair else None, places, results[0])
            if made is not None:
                loop = any(isinstance(one, Loop) for one in made.items)
                if self.top and pending and (loop or self.ends_stage(dones, pending)):
                    role = ("stem" if loop else "features") if first else "layers"
                    results = [self.flush(pending, start, results[0], role, places)]
                    start, first = results[0], False
                    pending = []
                pending += made.items
                results = [made.tensor]
                if self.top and loop:
                    role = self.role_of_loop(dones)
                    results = [self.flush(pending, start, results[0], role, places)]
                    start, pending, first = results[0], [], False
                at += 2 if pair else 1
                continue
            if pending:
                role = "stem" if first else "layers"
                results = [self.flush(pending, start, results[0], role, places)]
                pending, first = [], False
            results = self.other(dones, places, results)
            first = False
            start = results[0] if len(results) == 1 else None
            at += 1
        if pending:
            role = "layers" if first else "head" if last else "layers"
            results = [self.flush(pending, start, results[0], role, places)]
        return results

    def straight(
        self,
        dones: Sequence[Done],
        other: Sequence[Done] | None,
        places: Sequence[Place],
        tensor: Tensor,
    ) -> Made | None:
        """Entries as modules in a row; None if they are not that."""
        try:
            if other is not None:
                return either_of(self, dones, other, places, tensor)
            return self.entry(dones, places, tensor)
        except Unsaid:
            return None

    def branches_here(self, dones: Sequence[Done]) -> bool:
        """Whether an entry has branches, which `forward` shows."""
        entry = dones[0].entry
        plain = entry.beside.loop is None and entry.beside.when is None
        return isinstance(entry, (Residual, Parallel)) and plain

    def ends_stage(self, dones: Sequence[Done], pending: list[Statement]) -> bool:
        """Whether the head of a net begins: it pools or flattens all that there is."""
        entry = dones[0].entry
        types = {"global_avgpool", "global_maxpool", "adaptive_avgpool", "flatten"}
        node = dones[0].node
        return (
            isinstance(entry, Layer)
            and node is not None
            and node.type in types
            and not self.attributes
            and len(pending) > 3  # noqa: PLR2004 - more than a stem
        )

    def role_of_loop(self, dones: Sequence[Done]) -> str:
        """What the turns of a loop are called together."""
        role = self.file.role_of(dones[0].entry)
        return f"{role}s" if role and not role.endswith("s") else role or "blocks"

    # -- parts --------------------------------------------------------------------------------

    def attribute(self, wanted: str) -> str:
        """A new attribute of the class."""
        found = fresh(wanted, self.attributes)
        self.attributes.add(found)
        return found

    def flush(
        self,
        items: list[Statement],
        start: Tensor | None,
        end: Tensor,
        role: str,
        places: Sequence[Place],
    ) -> Tensor:
        """Modules in a row as one attribute, which `forward` calls."""
        assert start is not None  # noqa: S101 - modules take one input
        modules = [one for one in items if isinstance(one, Module)]
        if len(modules) == 1 == len(items) and role != "stages":
            own = modules[0].role or role
            role = _ROLES.get(own, own)
        attribute = self.attribute(role)
        target = f"self.{attribute}"
        if len(modules) == len(items):
            code = (
                modules[0].code if len(items) == 1 else sequence_of([one.code for one in modules])
            )
            self.init.append(Line(code, f"{target} = "))
        else:
            self.init += self.filled(target, items)
        if start.text.startswith("self.") and "(" in start.text and not _is_sum(start.text):
            start = self.assigned(start, places)
        found = end._replace(text=f"{target}({start.text})")
        return self.assigned(found, places) if self.top else found

    def assigned(self, tensor: Tensor, places: Sequence[Place], variable: str = "") -> Tensor:
        """A result under a variable."""
        if tensor.text.isidentifier() and not variable:
            return tensor
        variable = variable or self.chain
        shape = _shown(tensor, places) if self.top else ""
        self.forward.append(Line(tensor.text, f"{variable} = ", shape))
        return tensor._replace(text=variable)

    # -- what is not modules in a row ---------------------------------------------------------

    def other(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """An entry that `forward` shows; what goes on."""
        before = current
        entry = dones[0].entry
        if entry.beside.loop is not None:
            return self.unrolled(dones, places, current)
        taken = [at for at, done in enumerate(dones) if done.result is not None]
        if not taken:
            return current
        if len(taken) < len(dones):
            return self.branching(dones, places, current, taken)
        places = located(dones, places)
        if entry.beside.inputs is not None:
            current = self.inputs(dones, places)
        found = self.placed(dones, places, current)
        names = dones[0].result or ()
        if len(found) == 1 and len(names) == 1 and any(map(self.file.is_named, dones)):
            result = found[0]
            variable = fresh(self.name_of(dones), self.variables | {"x", "self"})
            self.variables.add(variable)
            result = self.assigned(result, places, variable)
            self.known[result.names] = result
            found = [result]
        if entry.beside.tap is not None and any(self.file.is_tap(done) for done in dones):
            return before
        return found

    def name_of(self, dones: Sequence[Done]) -> str:
        """The variable for a result that is taken elsewhere."""
        given = dones[0].entry.beside.name
        text = getattr(given, "text", "")
        if text:
            name = (dones[0].result or ("",))[0]
            if "$" not in text:
                return identifier(text)
            scopes = [part for part in name.split("/") if part]
            parts = [
                part for part in scopes
                if part.startswith(text.partition("$")[0]) and text.partition("$")[0]
            ]  # fmt: skip
            filled = self.file.filled(dones[0], text)
            return identifier(filled or (parts[-1] if parts else "kept"))
        return "skip"

    def inputs(self, dones: Sequence[Done], places: Sequence[Place]) -> list[Tensor]:
        """What `from` names."""
        return [self.found(names, places) for names in taken_by(dones)]

    def found(self, names: tuple[str, ...], places: Sequence[Place]) -> Tensor:
        """A result by its names."""
        if names in self.known:
            return self.known[names]
        del places
        raise Unsaid("a result from outside")

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

    def one(self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]) -> Tensor:
        """A layer or a block that is an attribute, or joins its inputs."""
        names = results_of(dones)
        shared = self.shared(dones)
        if all(done.node is None for done in dones):
            items, call, result = call_of_block(self, dones, places, current)
            if shared:
                attribute = shared
            else:
                self.init += [one for one in items if not isinstance(one, Module)]
                role = self.name_of(dones)
                role = _block_name(dones) if role == "skip" else role
                attribute = self.attribute(role)
                self.init.append(Line(call, f"self.{attribute} = "))
            self.owners[tuple(done.runs[0].frame.scope.name for done in dones)] = attribute  # type: ignore[union-attr]
            arguments = [tensor.text for tensor in current]
            return result._replace(names=names, text=f"self.{attribute}({', '.join(arguments)})")
        if any(done.node is None for done in dones):
            raise Unsaid("a layer or a block")
        writer = LayerWriter(dones, places, tuple(current))
        code = writer.code()
        if isinstance(code, Joined):
            return self.joining(writer, code, names, current)
        if len(current) == 1:
            made = self.layer_again(dones, places, current[0])
            given = current[0].text
        else:
            made, given = self.of_several(writer, code, names, current)
        modules = [one for one in made.items if isinstance(one, Module)]
        if shared:
            attribute = shared
        elif not modules:
            return made.tensor._replace(text=current[0].text)
        else:
            role = self.name_of(dones)
            kind = writer.layer.type
            role = _ROLES.get(kind, kind) if role == "skip" else role
            attribute = self.attribute(role)
            _, sequence = self.sequence(made, role)
            self.init.append(Line(sequence, f"self.{attribute} = "))
        self.owners[tuple(node.name for node in writer.nodes)] = attribute
        return made.tensor._replace(names=names, text=f"self.{attribute}({given})")

    def of_several(
        self,
        writer: LayerWriter,
        code: tuple[Call, ...] | Missing,
        names: tuple[str, ...],
        current: list[Tensor],
    ) -> tuple[Made, str]:
        """A module that takes several inputs, and how they are given to it."""
        tensors = alike(current, writer.wants_moved())
        writer.tensors = tensors
        if isinstance(code, Missing):
            made = self.stub(writer, names, tensors[0], code)
            return made, ", ".join(one.text for one in tensors)
        if len(code) > 1:
            raise Unsaid("several modules of several inputs")
        order = code[0].order or range(len(tensors))
        calls = [Module(self.used(call), writer.layer.type) for call in self.written(writer, code)]
        arguments = ", ".join(tensors[at].text for at in order)
        return Made([*calls], writer.result(names, "x", moved=tensors[0].moved)), arguments

    def layer_again(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """A layer as modules, whoever takes its result."""
        quiet, self.file.naming = self.file.naming, False
        try:
            return self.layer(dones, places, tensor)
        finally:
            self.file.naming = quiet

    def shared(self, dones: Sequence[Done]) -> str:
        """The attribute whose weights an entry uses, if it has none of its own."""
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
        writer.tensors = current
        text = join_text(code, [tensor.text for tensor in current], current[0])
        self.file.note_modules(text)
        return writer.result(names, text, moved=current[0].moved)

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
        self.file.note_modules(text)
        return result._replace(text=text)

    def called(self, made: Made, role: str, tensor: Tensor) -> str:
        """The call of modules in a row, which become an attribute."""
        if not made.items:
            return tensor.text
        attribute = self.attribute(role)
        before, code = self.sequence(made, role)
        if before and isinstance(code, str):
            self.init += self.filled(f"self.{attribute}", made.items)
        else:
            self.init += before
            self.init.append(Line(code, f"self.{attribute} = "))
        return f"self.{attribute}({tensor.text})"

    def shown_parallel(
        self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
    ) -> Tensor:
        """A parallel whose branches are attributes."""
        texts: list[str] = []
        ends: list[Tensor] = []
        for number, (runs, here) in enumerate(branches(dones, places), 1):
            made = self.modules(runs, here, tensor)
            texts.append(self.called(made, self.branch_name(dones, number), tensor))
            ends.append(made.tensor)
        joined, result = merged(dones, places, ends, results_of(dones))
        text = join_text(joined, texts, ends[0])
        self.file.note_modules(text)
        return result._replace(text=text)

    def branch_name(self, dones: Sequence[Done], number: int) -> str:
        """What a branch is called."""
        entry = dones[0].entry
        assert isinstance(entry, Parallel)  # noqa: S101 - asked by the caller
        branches = entry.branches
        given = getattr(branches[number - 1], "name", "") if len(branches) >= number else ""
        return identifier(given) if given else f"branch_{number}"

    def unrolled(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """The turns of a loop one after another, where they cannot be one loop."""
        counts = {len(done.merges) for done in dones}
        if len(counts) > 1:
            raise Unsaid("a changing number of turns")
        self.file.unrolled.append(dones[0].entry)
        kept = dict(self.bound)
        for at in range(counts.pop()):
            turns = [done.merges[at] for done in dones]
            self.bound = {**kept, **self.turn_values(turns)}
            current = [self.out_of_turn(one) for one in self.other_turn(turns, places, current)]
            self.known = {names: self.out_of_turn(one) for names, one in self.known.items()}
        self.bound = kept
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
        if entry.beside.inputs is not None:
            current = self.inputs(turns, here)
        found = self.placed(turns, here, current)
        if len(found) == 1 and any(map(self.file.is_named, turns)) and isinstance(entry, Layer):
            variable = fresh(self.name_of(turns), self.variables | {"x", "self"})
            self.variables.add(variable)
            found = [self.assigned(found[0], here, variable)]
            self.known[found[0].names] = found[0]
        return found

    def turn_values(self, turns: Sequence[Done]) -> dict[str, tuple[object, ...]]:
        """The variables of a turn, which are known where it is written out."""
        variables = [turn.frame.variables for turn in turns]
        found = {}
        for name in variables[0].values:
            values = [one.find(name)[1] for one in variables]
            if any(value != values[0] for value in values):
                raise Unsaid("a turn that differs")
            found[name] = constant(values[0])
        if "i" not in found and variables[0].index is not None:
            found["i"] = constant(variables[0].index)
        return found

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


def join_text(joined: Joined, texts: list[str], tensor: Tensor) -> str:
    """Inputs joined in an expression."""
    if joined.transposed:
        pairs = zip(texts, joined.transposed, strict=True)
        texts = [f"{text}.mT" if turned else text for text, turned in pairs]
    if joined.mean:
        return f"({_chained('+', texts)}) / {len(texts)}"
    if joined.operator:
        return _chained(joined.operator, texts)
    if joined.function == "torch.cat":
        return f"torch.cat([{', '.join(texts)}], dim={joined_dim(joined, tensor)})"
    return _applied(joined.function, texts)


def _chained(operator: str, texts: Sequence[str]) -> str:
    """Operands with an operator between them, no more in a row than Python's compiler takes."""
    while len(texts) > _IN_A_ROW:
        groups = (texts[at : at + _IN_A_ROW] for at in range(0, len(texts), _IN_A_ROW))
        texts = [f"({_chained(operator, group)})" for group in groups]
    return f" {operator} ".join(texts)


def _applied(function: str, texts: Sequence[str]) -> str:
    """A function of two applied to all, not nested deeper than Python's compiler takes."""
    if len(texts) > _IN_A_ROW:
        half = len(texts) // 2
        return f"{function}({_applied(function, texts[:half])}, {_applied(function, texts[half:])})"
    found = texts[0]
    for one in texts[1:]:
        found = f"{function}({found}, {one})"
    return found


def _is_sum(text: str) -> bool:
    depth = 0
    for at, one in enumerate(text):
        depth += (one == "(") - (one == ")")
        if depth == 0 and one in "+*-" and text[at - 1] == " ":
            return True
    return False


def _block_name(dones: Sequence[Done]) -> str:
    return identifier(dones[0].runs[0].frame.calls[-1][0])


def _shown(tensor: Tensor, places: Sequence[Place]) -> str:
    shape = places[0].trace.shapes[tensor.names[0]]
    if tensor.moved and len(shape) > 1:
        shape = (shape[-1], *shape[:-1])
    return "x".join(map(str, shape))
