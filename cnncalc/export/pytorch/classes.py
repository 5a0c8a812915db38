"""The body of a class: entries of a spec as modules and as the lines of `forward`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.export.entries import branches, header, located, loop_names, opposite, results_of, some
from cnncalc.export.layer import translated
from cnncalc.export.names import Names
from cnncalc.export.places import Place, Tensor, Unsaid, holds, said
from cnncalc.export.python import Bracket, Code, flat, identifier
from cnncalc.export.pytorch.calls import call_of_block, call_of_layer
from cnncalc.export.pytorch.layers import LayerWriter
from cnncalc.export.statements import Assign, Branching, Line, Loop, Module, Statement
from cnncalc.export.symbols import Symbol, is_constant, name, names_in, substituted
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
    from cnncalc.export.trace import Done, Run

#: Names that the code has for itself.
RESERVED = {"self", "x", "nn", "torch", "math", "super", "range", "zip", "enumerate", "sum", "len"}
_CARRIED = {1: ("features",), 2: ("channels", "length"), 3: ("channels", "height", "width"),
            4: ("channels", "depth", "height", "width")}  # fmt: skip


class Made(NamedTuple):
    """Modules in a row, with the statements among them, and what they give."""

    items: list[Item]
    tensor: Tensor


Item = Statement


class Body(Names):
    """What is put together for one class.

    Attributes:
        file: where other classes are.
        init: the statements of `__init__` so far.
        forward: the statements of `forward` so far.
    """

    reserved = RESERVED
    file: File

    def __init__(self, file: File, taken: set[str]) -> None:
        super().__init__(file, taken)
        self.init: list[Statement] = []
        self.forward: list[Statement] = []
        self.attributes: set[str] = set()

    # -- modules in a row ---------------------------------------------------------------------

    def modules(self, runs: Sequence[Run], places: Sequence[Place], tensor: Tensor) -> Made:
        """The entries of a list as modules, one after another; raises `Unsaid`."""
        items: list[Item] = []
        count = len(runs[0].done)
        at = 0
        while at < count:
            dones = [run.done[at] for run in runs]
            other = [run.done[at + 1] for run in runs] if at + 1 < count else None
            if other is not None and opposite(dones, other):
                found = self.either(dones, other, places, tensor)
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
            return self.loop(dones, places, tensor)
        if beside.when is not None:
            return self.condition(dones, places, tensor)
        return self.once(dones, places, tensor)

    def once(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """One turn of an entry, its `when` aside."""
        entry = dones[0].entry
        places = located(dones, places)
        if isinstance(entry, Group):
            made = self.modules([done.runs[0] for done in dones], places, tensor)
        elif isinstance(entry, Residual):
            made = self.residual(dones, places, tensor)
        elif isinstance(entry, Parallel):
            made = self.parallel(dones, places, tensor)
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
            role = identifier(entry.type.replace("$", ""))
            return Made([*items_, Module(call, role)], result._replace(names=names))
        if any(done.node is None for done in dones):
            raise Unsaid("a layer or a block")
        if "$" in entry.type:
            chosen = call_of_layer(self, dones)
            return Made([Module(chosen, "act")], tensor._replace(names=names))
        items: list[Item] = []
        writer = LayerWriter(dones, places, (tensor,))
        code = writer.code()
        wanted = writer.wants_moved()
        if wanted is not None and wanted != tensor.moved:
            items.append(self.moving(tensor))
            tensor = tensor._replace(moved=wanted)
            writer.tensors = (tensor,)
        if not isinstance(code, tuple):
            if isinstance(code, Joined):
                return Made([], tensor._replace(names=names))  # one input alone
            return self.stub(writer, names, tensor)
        role = writer.layer.type
        items += [Module(self.used(call), role) for call in self.written(writer, code)]
        self.file.note_flattened(writer, tensor)
        return Made(items, writer.result(names, "x", moved=tensor.moved))

    def stub(self, writer: LayerWriter, names: tuple[str, ...], tensor: Tensor) -> Made:
        """What raises when it is run, for a layer that PyTorch has not."""
        label = writer.layer.called or writer.layer.type
        self.file.stubs.append(writer.nodes[0].name)
        code = self.used(Bracket("NotWritten(", (f'"{label}"',)))
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
        return Module(self.used(call), "permute")

    def used(self, code: Code) -> Code:
        """Code whose modules the file must have."""
        self.file.note_modules(flat(code))
        return code

    # -- conditions and loops -----------------------------------------------------------------

    def condition(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """An entry with a `when`."""
        taken = [at for at, done in enumerate(dones) if done.result is not None]
        if not taken:
            return self.never(dones, places, tensor)
        when = dones[0].entry.beside.when
        assert when is not None  # noqa: S101 - asked by the caller
        here = located(dones, places)
        symbol = substituted(translated(when, tensor, here), self.bound)
        values = [done.result is not None for done in dones]
        symbol = said((symbol,), here, values)
        if is_constant(symbol):
            if not symbol[1]:
                return Made([], tensor)
            return self.once(dones, places, tensor)
        made = self.once(
            [dones[at] for at in taken], [places[at] for at in taken], some(tensor, taken)
        )
        after, yes, before = self.joined(places, tensor, [(taken, made)])
        condition = flat(self.code(symbol))
        return Made([*before, Branching(condition, tuple(yes[0]))], after)

    def never(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """An entry that no setting brings about."""
        when = dones[0].entry.beside.when
        assert when is not None  # noqa: S101 - asked by the caller
        symbol = translated(when, tensor, located(dones, places))
        if is_constant(substituted(symbol, self.bound)):
            return Made([], tensor)
        if set(names_in(symbol)) <= set(self.file.spec.variables):
            condition = flat(self.code(symbol))
            raised = Line("raise NotImplementedError")
            return Made([Branching(condition, (raised,))], tensor)
        return Made([], tensor)

    def either(
        self, dones: Sequence[Done], other: Sequence[Done], places: Sequence[Place], tensor: Tensor
    ) -> Made:
        """Two entries of which one is taken: `if` and `else`."""
        sides = [
            [at for at, done in enumerate(side) if done.result is not None]
            for side in (dones, other)
        ]
        if not all(sides) or sorted(sides[0] + sides[1]) != list(range(len(dones))):
            first = self.entry(dones, places, tensor)
            second = self.entry(other, places, first.tensor)
            return Made([*first.items, *second.items], second.tensor)
        when = dones[0].entry.beside.when
        assert when is not None  # noqa: S101 - asked by the caller
        here = located(dones, places)
        values = [done.result is not None for done in dones]
        symbol = said((translated(when, tensor, here),), here, values)
        made = [
            (at, self.once([side[i] for i in at], [places[i] for i in at], some(tensor, at)))
            for side, at in zip((dones, other), sides, strict=True)
        ]
        after, found, before = self.joined(places, tensor, made)
        branching = Branching(flat(self.code(symbol)), tuple(found[0]), tuple(found[1]))
        return Made([*before, branching], after)

    def joined(
        self, places: Sequence[Place], tensor: Tensor, sides: list[tuple[list[int], Made]]
    ) -> tuple[Tensor, list[list[Item]], list[Item]]:
        """What is known after a condition; a size that differs becomes a variable."""
        names = list(tensor.names)
        for at, made in sides:
            for index, one in zip(at, made.tensor.names, strict=True):
                names[index] = one
        ends = [made.tensor for _, made in sides]
        untaken = len(sides) == 1
        ranks = {len(end.sizes) for end in ends} | ({len(tensor.sizes)} if untaken else set())
        moved = {end.moved for end in ends} | ({tensor.moved} if untaken else set())
        if len(ranks) > 1 or len(moved) > 1:
            raise Unsaid("results of several ranks")
        after = Tensor(tuple(names), (None,) * ranks.pop(), "x", moved.pop())
        bodies = [list(made.items) for _, made in sides]
        before: list[Item] = []
        sizes: list[Symbol | None] = []
        for axis in range(len(after.sizes)):
            values = after.values(axis, places)
            found = [end.sizes[axis] for end in ends]
            options = [*found, *([tensor.sizes[axis]] if untaken else [])]
            symbol = next((one for one in options if holds(one, places, values)), None)
            if symbol is None and all(one is not None for one in options):
                before_value = tensor.values(axis, places) if untaken else values
                variable = self.carried(axis, len(after.sizes), tensor.sizes[axis], places)
                if untaken:
                    before += self.set(variable, tensor.sizes[axis], places, before_value)
                for (at, _), body, end in zip(sides, bodies, found, strict=True):
                    some = [places[index] for index in at]
                    ends_here = [values[index] for index in at]
                    body.extend(self.set(variable, end, some, ends_here))
                for place, value in zip(places, values, strict=True):
                    place.local[variable] = value
                symbol = name(variable)
            sizes.append(symbol)
        return after._replace(sizes=tuple(sizes)), bodies, before

    def carried(self, axis: int, rank: int, symbol: Symbol | None, places: Sequence[Place]) -> str:
        """The variable for a size that changes: that which has it already, or a new one."""
        if (
            symbol is not None
            and symbol[0] == "variable"
            and all(symbol[1] in place.local for place in places)
            and symbol[1] not in self.file.size_names
        ):
            return str(symbol[1])
        layout = places[0].trace.network.layout
        words = _CARRIED[rank] if rank in _CARRIED else tuple(f"size_{n}" for n in range(rank))
        if layout == "channels_last":
            words = (*words[1:], words[0])
        return self.local(words[axis])

    def set(
        self, variable: str, symbol: Symbol | None, places: Sequence[Place], values: list[int]
    ) -> list[Item]:
        """The statement that gives a variable a size, and the values that it then has."""
        if symbol is None:
            return []
        if not holds(symbol, places, values):
            symbol = said((), places, values)
        for place, value in zip(places, values, strict=True):
            place.local[variable] = value
        return [Assign(variable, self.code(symbol))]

    def loop(  # noqa: C901, PLR0912, PLR0915 - what a loop is made of, in order
        self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
    ) -> Made:
        """An entry with a `repeat` or `for`."""
        entry = dones[0].entry
        turns: list[Done] = []
        inner: list[Place] = []
        entering: list[str] = []
        finals: list[str] = []
        for done, place, arriving in zip(dones, places, tensor.names, strict=True):
            current = arriving
            for turn in done.merges:
                turns.append(turn)
                inner.append(place.turn(turn.frame.variables))
                entering.append(current)
                if turn.result is not None:
                    if len(turn.result) != 1:
                        raise Unsaid("several results")
                    current = turn.result[0]
            finals.append(current)
        if not turns:
            return Made([], tensor)
        if any(self.file.is_named(turn, inside=True) for turn in turns):
            raise Unsaid("a turn that is taken elsewhere")
        header_places = located(dones, places)
        start = tensor._replace(names=tuple(entering))
        if any(len(shape) != len(tensor.sizes) for shape in start.shapes(inner)):
            raise Unsaid("the rank grows")
        before, start, variables = self.entered(start, inner, tensor, places)
        keep = set(self.read)
        self.read = set()
        if entry.beside.when is not None:
            made = self.condition(turns, inner, start)
        else:
            made = self.once(turns, inner, start)
        counted = "i" in self.read
        self.read |= keep
        body = list(made.items)
        if made.tensor.moved != start.moved:
            raise Unsaid("axes in another order")
        for axis, variable in variables.items():
            values = made.tensor.values(axis, inner)
            body += self.set(variable, made.tensor.sizes[axis], inner, values)
        after = tensor._replace(names=tuple(finals))
        looping = {"i", *variables.values(), *loop_names(entry)}
        sizes: list[Symbol | None] = []
        for axis, size in enumerate(start.sizes):
            values = after.values(axis, places)
            if axis in variables:
                for place, value in zip(places, values, strict=True):
                    place.local[variables[axis]] = value
                end = made.tensor.sizes[axis]
                known = end is not None and not set(names_in(end)) & looping
                fits = known and holds(end, places, values)
                sizes.append(end if fits else name(variables[axis]))
            else:
                sizes.append(size if holds(size, places, values) else None)
        after = after._replace(sizes=tuple(sizes))
        targets, values_ = header(self, dones, header_places, tensor, counted=counted)
        role = self.file.role_of(entry)
        if not any(isinstance(one, (Module, Branching, Loop)) for one in body):
            return Made([], after)
        loop = Loop(targets, values_, tuple(self.turn(body, role)))
        return Made([*before, loop], after)

    def turn(self, body: list[Item], role: str) -> list[Item]:
        """What a turn adds: its modules, or a sequence of them under a name."""
        adding = [one for one in body if not isinstance(one, Assign)]
        if not role or (len(adding) == 1 and isinstance(adding[0], Module)):
            return body
        last = max(at for at, one in enumerate(body) if not isinstance(one, Assign)) + 1
        variable = self.local(role)
        return [*self.filled(variable, body[:last]), Module(variable), *body[last:]]

    def entered(
        self, start: Tensor, inner: list[Place], tensor: Tensor, places: Sequence[Place]
    ) -> tuple[list[Item], Tensor, dict[int, str]]:
        """What is known at the start of every turn; sizes that change become variables."""
        before: list[Item] = []
        variables: dict[int, str] = {}
        sizes: list[Symbol | None] = []
        for axis, size in enumerate(start.sizes):
            values = start.values(axis, inner)
            if size is None or holds(size, inner, values):
                sizes.append(size)
                continue
            variable = self.carried(axis, len(start.sizes), size, places)
            variables[axis] = variable
            before += self.set(variable, size, places, tensor.values(axis, places))
            for place, value in zip(inner, values, strict=True):
                place.local[variable] = value
            sizes.append(name(variable))
        return before, start._replace(sizes=tuple(sizes)), variables

    # -- branches -----------------------------------------------------------------------------

    def residual(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """A residual as one module."""
        runs = [done.runs for done in dones]
        body = self.modules([one[0] for one in runs], places, tensor)
        before, body_code = self.sequence(body, "body")
        shortcut_code: Code = ""
        ends = [tensor, body.tensor]
        if len(runs[0]) > 1:
            shortcut = self.modules([one[1] for one in runs], places, tensor)
            further, code = self.sequence(shortcut, "shortcut")
            before += further
            if shortcut.items:
                shortcut_code = code
            ends[0] = shortcut.tensor
        names = results_of(dones)
        joined, result = self.merge(dones, places, ends, names)
        kinds = {"+": "Residual", "*": "Gate"}
        if joined.operator in kinds and not shortcut_code:
            made = Bracket(f"{kinds[joined.operator]}(", (body_code,))
            if isinstance(body_code, Bracket) and body_code.head == "nn.Sequential(":
                made = body_code._replace(head=made.head)
        elif joined.operator == "+":
            made = Bracket("Sum(", (body_code, shortcut_code))
        elif joined.function == "torch.cat":
            dim = self.dim(joined, ends[0])
            made = Bracket("Concat(", (shortcut_code or "nn.Identity()", body_code, *dim))
        else:
            raise Unsaid("joined in another way")
        return Made([*before, Module(self.used(made), "residual")], result)

    def dim(self, joined: Joined, tensor: Tensor) -> tuple[Code, ...]:
        """The axis of a `torch.cat`, left out where it is the channels."""
        found = joined_dim(joined, tensor)
        return () if found == 1 else (f"dim={found}",)

    def parallel(self, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor) -> Made:
        """A parallel as one module."""
        before: list[Item] = []
        parts: list[Code] = []
        ends: list[Tensor] = []
        for runs, here in branches(dones, places):
            made = self.modules(runs, here, tensor)
            further, code = self.sequence(made, f"branch_{len(parts) + 1}")
            before += further
            parts.append(code if made.items else "nn.Identity()")
            ends.append(made.tensor)
        joined, result = self.merge(dones, places, ends, results_of(dones))
        if joined.operator == "+":
            made_ = Bracket("Sum(", tuple(parts))
        elif joined.function == "torch.cat":
            made_ = Bracket("Concat(", (*parts, *self.dim(joined, ends[0])))
        else:
            raise Unsaid("joined in another way")
        return Made([*before, Module(self.used(made_), "branches")], result)

    def merge(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        ends: Sequence[Tensor],
        names: tuple[str, ...],
    ) -> tuple[Joined, Tensor]:
        """How branches are joined, and what that gives."""
        merges = [done.merges[-1] if done.merges else None for done in dones]
        nodes = [one for one in merges if one is not None and one.node is not None]
        if len(nodes) != len(dones) or len({end.moved for end in ends}) > 1:
            raise Unsaid("no layer joins the branches")
        writer = LayerWriter(nodes, places, tuple(ends))
        code = writer.code()
        if not isinstance(code, Joined):
            raise Unsaid("joined by a module")
        return code, writer.result(names, "x", moved=ends[0].moved)

    def sequence(self, made: Made, role: str) -> tuple[list[Item], Code]:
        """Modules in a row as one, and the statements that it needs before it."""
        modules = [one for one in made.items if isinstance(one, Module)]
        if len(modules) == len(made.items):
            if len(modules) == 1:
                return [], modules[0].code
            return [], Bracket("nn.Sequential(", tuple(one.code for one in modules),
                               one_each=bool(modules))  # fmt: skip
        variable = self.local(role)
        return self.filled(variable, made.items), variable

    def filled(self, target: str, items: Sequence[Item], *, own: bool = False) -> list[Item]:
        """The statements that make a sequence of modules and statements among them."""
        first = next(
            (at for at, one in enumerate(items) if not isinstance(one, (Module, Assign, Line))),
            len(items),
        )
        lead = [one.code for one in items[:first] if isinstance(one, Module)]
        lines: list[Item] = [one for one in items[:first] if isinstance(one, Line)]
        assigns: list[Item] = [one for one in items[:first] if isinstance(one, Assign)]
        made = Bracket("nn.Sequential(", tuple(lead), one_each=len(lead) > 1)
        if own:
            made = made._replace(head="super().__init__(")
        before = "" if own else f"{target} = "
        found: list[Item] = [*lines, Line(made, before), *assigns]
        return [*found, *self.appended(target, items[first:])]

    def appended(self, target: str, items: Sequence[Item]) -> list[Item]:
        """The statements that put modules after those of a sequence."""
        found: list[Item] = []
        for one in items:
            if isinstance(one, Module):
                found.append(Line(Bracket(f"{target}.append(", (one.code,))))
            elif isinstance(one, Branching):
                yes = tuple(self.appended(target, one.yes))
                no = tuple(self.appended(target, one.no))
                found.append(one._replace(yes=yes, no=no))
            elif isinstance(one, Loop):
                found.append(one._replace(body=tuple(self.appended(target, one.body))))
            else:
                found.append(one)
        return found


def writer_calls(writer: LayerWriter, code: tuple[Call, ...], body: Body) -> list[Code]:
    """The constructors, with the names that the class has for the spec's variables."""
    writer.noted = body.noted
    return [*writer.calls(code)]


def joined_dim(joined: Joined, tensor: Tensor) -> int:
    """The axis along which tensors are joined, as PyTorch counts it."""
    axis = next(option.value for option in joined.options if option.name == "dim")
    at = int(getattr(axis, "axis", 0))
    if tensor.moved and len(tensor.sizes) > 1:
        return 1 if at == len(tensor.sizes) - 1 else at + 2
    return at + 1
