"""The whole file: a class for each block, a class for the net, and the proof at the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.build.account import Account
from cnncalc.build.scope import Evaluator, LazyValue
from cnncalc.export.places import Place, Tensor, Unsaid, holds, said
from cnncalc.export.python import (
    Bracket,
    Code,
    class_name,
    expression,
    flat,
    fresh,
    identifier,
    laid_out,
)
from cnncalc.export.pytorch.classes import RESERVED, Body
from cnncalc.export.pytorch.flow import Flow
from cnncalc.export.pytorch.layers import LayerWriter, sized, translated, wants_moved
from cnncalc.export.pytorch.modules import MODULES
from cnncalc.export.settings import nodes_in
from cnncalc.export.statements import Assign, Line, Statement, without_unread, written
from cnncalc.export.symbols import (
    Symbol,
    constant,
    is_constant,
    name,
    names_in,
    substituted,
    symbol_of,
)
from cnncalc.export.trace import Done, Run
from cnncalc.language.limits import DEFAULT
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Choice, Expression, Layer, Literal, Map
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.tensors import axis_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.trace import Trace
    from cnncalc.language.syntax import Block, Entry, Spec, Value
    from cnncalc.net.network import Network


class ClassCode(NamedTuple):
    """The class of a block, and how it is called.

    Attributes:
        name: of the class.
        sizes: the sizes of its inputs that it takes: input, axis, and the spec's name for it.
        arguments: those of the block's arguments that it takes.
        optional: those of them that have a default.
        read: the variables of the net that it takes.
        results: the sizes of what it gives, over what it takes.
        inputs: the variables of `forward`.
        moved: whether its input, and its result, have the last axis first.
        lines: its text.
    """

    name: str
    sizes: tuple[tuple[int, int, str], ...]
    arguments: tuple[str, ...]
    optional: dict[str, Symbol]
    read: tuple[str, ...]
    results: tuple[Symbol | None, ...]
    defaults: dict[str, Symbol]
    moved: tuple[bool, bool]
    lines: list[str]
    tells: bool = False


class File:
    """What the classes of a file share, and what they ask of it."""

    def __init__(self, spec: Spec, traces: Sequence[Trace], frozen: set[str]) -> None:
        self.spec = spec
        self.traces = traces
        self.frozen = frozen
        self.network: Network = traces[0].network
        self.classes: dict[str, ClassCode] = {}
        self.order: list[str] = []
        self.modules: list[str] = []
        self.math = False
        self.torch = False
        self.stubs: list[str] = []
        self.unrolled: list[Entry] = []
        self.unrepresented: set[str] = set()
        self.flattened = False
        self.naming = True
        self.tables: dict[str, Code] = {}
        self.size_names: set[str] = set()
        self.spec_names = {*spec.variables, *(a for b in spec.blocks.values() for a in b.arguments)}
        self.uses: dict[str, list[Done]] = {}
        self.references: set[tuple[int, str, int]] = set()
        self.families: dict[str, set[str]] = {}
        for trace in traces:
            self._look(trace)
        self.types = self._type_variables()

    def _look(self, trace: Trace) -> None:  # noqa: C901 - a question after another
        for done in trace.every():
            if isinstance(done.entry, Layer) and done.runs and done.node is None:
                block = done.runs[0].frame.calls[-1][0]
                self.uses.setdefault(block, []).append(done)
                if "$" in done.entry.type:
                    self.families.setdefault(done.entry.type, set()).add(block)
            if done.entry.beside.inputs is not None:
                for one in done.inputs or ():
                    for owner in _owners(done):
                        self.references.add((id(trace), one, owner))
            if done.node is not None and done.node.traits.shared_with:
                for owner in _owners(done):
                    self.references.add((id(trace), done.node.traits.shared_with, owner))
        if self.spec.outputs:
            for one in trace.network.outputs:
                self.references.add((id(trace), one, 0))

    def _type_variables(self) -> set[str]:
        """The variables whose values are names of blocks, used as types alone."""
        found = set()
        for variable, value in self.spec.variables.items():
            if not isinstance(value, Choice):
                continue
            rows = [row for _, row in value.rows]
            named = all(isinstance(row, Literal) and row.value in self.spec.blocks for row in rows)
            if named and not self._is_compared(variable):
                found.add(variable)
        return found

    def _is_compared(self, variable: str) -> bool:
        nodes: list[object] = [self.spec.entries, *self.spec.variables.values()]
        for block in self.spec.blocks.values():
            nodes += [block.entries, *(v for v in block.arguments.values() if v is not None)]
        return any(
            isinstance(one, Expression) and variable in names_in(symbol_of(one))
            for node in nodes
            for one in nodes_in(node)
        )

    def bind(self, body: Body) -> None:
        """Put values for the variables that the file does not keep."""
        for one in self.frozen & set(self.spec.variables):
            value = self.traces[0].root.frame.variables.find(one)[1]
            body.bound[one] = constant(value() if callable(value) else value)

    # -- what classes ask ---------------------------------------------------------------------

    def is_named(self, done: Done, *, inside: bool = False) -> bool:
        """Whether something else in the same class takes the result."""
        if not self.naming:
            return False
        owner = _owner(done)
        if any((id(done.trace), one, owner) in self.references for one in done.result or ()):
            return True
        if not inside:
            return False
        stack = [*done.parts]
        while stack:
            part = stack.pop()
            if isinstance(part, Run):
                stack += part.done
                continue
            if part.result and self.is_named(part):
                return True
            if not (isinstance(part.entry, Layer) and part.runs):
                stack += part.parts
        return False

    def is_tap(self, done: Done) -> bool:
        """Whether what follows an entry does not take its result."""
        tap = done.entry.beside.tap
        return tap is not None and bool(_evaluator(done).value(tap))

    def filled(self, done: Done, text: str) -> str:
        """A name with its variables filled in."""
        try:
            return _evaluator(done).filled(text, done.entry)
        except SpecProblem:
            return ""

    def twin_of(self, done: Done) -> str:
        """The path of the block whose weights another use of it has."""
        stack = list(done.parts)
        while stack:
            part = stack.pop()
            if isinstance(part, Done):
                if part.node is not None and part.node.traits.shared_with:
                    own = done.runs[0].frame.prefix
                    inner = part.node.name[len(own) :]
                    return part.node.traits.shared_with.removesuffix(f"/{inner}")
                stack += part.parts
            else:
                stack += part.done
        return ""

    def role_of(self, entry: Entry) -> str:
        """What a turn of a loop is called, from the name of the group: `stage` of `stage_$i`."""
        text = getattr(entry.beside.name, "text", "")
        return identifier(text.partition("$")[0]) if text.partition("$")[0].strip("_") else ""

    def note_modules(self, text: str) -> None:
        """Modules that the file must have."""
        for one in MODULES:
            if one != "round_to" and re.search(rf"\b{one}\(", text) and one not in self.modules:
                self.modules.append(one)
                self.note_modules(MODULES[one])
        self.torch = self.torch or "torch." in text

    def note_functions(self, symbol: Symbol) -> None:
        """Functions that an expression calls."""
        for part in _calls(symbol):
            if part == "round_to" and part not in self.modules:
                self.modules.append(part)
            self.math = self.math or part in {"ceil", "floor"}

    def note_unrepresented(self, names: set[str]) -> None:
        """Variables that the code of a layer does not show."""
        self.unrepresented |= names

    def note_flattened(self, writer: LayerWriter, tensor: Tensor) -> None:
        """Whether the order of flattened elements differs from the spec's."""
        shape = writer.nodes[0].facts.inputs.shapes[0]
        if writer.layer.type == "flatten" and tensor.moved and max(shape[:-1], default=1) > 1:
            self.flattened = True

    # -- blocks -------------------------------------------------------------------------------

    def block(  # noqa: C901 - the parts of a call, in order
        self, body: Body, dones: Sequence[Done], places: Sequence[Place], tensors: Sequence[Tensor]
    ) -> tuple[list[Any], Code, Tensor]:
        """The use of a block: statements before it, the call, and what it gives."""
        entry = dones[0].entry
        assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
        names = list(dict.fromkeys(done.runs[0].frame.calls[-1][0] for done in dones))
        found = [self.class_of(one) for one in names]
        first = found[0]
        if any(one.sizes != first.sizes or one.read != first.read for one in found):
            raise Unsaid("blocks that are called in several ways")
        moved = {one.moved for one in found}
        if len(moved) > 1:
            raise Unsaid("blocks with several orders of axes")
        before: list[Any] = []
        wanted = first.moved[0]
        if len(tensors) == 1 and tensors[0].moved != wanted and len(tensors[0].sizes) > 1:
            before.append(body.moving(tensors[0]))
            tensors = [tensors[0]._replace(moved=wanted)]
        head = self.head(body, entry, first, names)
        values = self.arguments(body, dones, places, tensors, found)
        items: list[Code] = []
        mapping: dict[str, Symbol] = {}
        for number, axis, size in first.sizes:
            mapping[size] = sized(tensors[number], axis, places)
            items.append(body.code(mapping[size]))
        for argument in first.arguments:
            symbol = values.get(argument)
            if argument not in first.optional:
                if symbol is None:
                    raise Unsaid("an argument that is not given")
                items.append(body.code(symbol))
        items += [body.code(self.of_net(one, places)) for one in first.read]
        for argument, default in first.optional.items():
            symbol = values.get(argument)
            if symbol is not None and symbol != default:
                code = body.code(symbol)
                spelled = body.spelling(argument)
                items.append(
                    f"{spelled}={code}" if isinstance(code, str)
                    else code._replace(head=f"{spelled}={code.head}")
                )  # fmt: skip
        trainable = self.is_trainable(dones)
        call = Bracket(f"{head}(", tuple(items), ")" if trainable else ").requires_grad_(False)")
        result = self.result(body, dones, places, found, {**mapping, **values}, tensors)
        channel = self.channel(len(result.sizes))
        shape_values = result.values(channel, places)
        if result.sizes[channel] is None and any(v != shape_values[0] for v in shape_values):
            return self.told(body, places, found, before, call, result)
        return before, call, result

    def of_net(self, variable: str, places: Sequence[Place]) -> Symbol:
        """A variable of the net, where no argument of a block has its name."""
        values = []
        for place in places:
            value = place.variables.outermost.find(variable)[1]
            values.append(value() if isinstance(value, LazyValue) else value)
        return said((name(variable),), places, values)

    def is_trainable(self, dones: Sequence[Done]) -> bool:
        """Whether training changes a block, which its use says."""
        beside = dones[0].entry.beside
        if beside.trainable is None:
            return True
        value = getattr(beside.trainable, "value", None)
        if value is None:
            raise Unsaid("a condition on training")
        return value is not False

    def told(  # noqa: PLR0913, PLR0917 - what a call consists of
        self,
        body: Body,
        places: Sequence[Place],
        found: Sequence[ClassCode],
        before: list[Any],
        call: Code,
        result: Tensor,
    ) -> tuple[list[Any], Code, Tensor]:
        """A block that tells the channels that it gives, since its use does not show them."""
        channel = self.channel(len(result.sizes))
        if not all(one.tells for one in found):
            raise Unsaid("a block does not know what it gives")
        variable = body.local("layer")
        symbol = f"{variable}.out_channels"
        body.spelled[symbol] = symbol
        for place, value in zip(places, result.values(channel, places), strict=True):
            place.local[symbol] = value
        sizes = list(result.sizes)
        sizes[channel] = name(symbol)
        return (
            [*before, Line(call, f"{variable} = ")],
            variable,
            result._replace(sizes=tuple(sizes)),
        )

    def channel(self, rank: int) -> int:
        """The axis of the channels."""
        return channel_axis(self.network.layout, rank)

    def head(self, body: Body, entry: Layer, first: ClassCode, names: list[str]) -> str:
        """The class that is called: by its name, or by a variable that holds it."""
        if "$" not in entry.type:
            return first.name
        variable = entry.type.strip().removeprefix("$")
        if not variable.isidentifier():
            raise Unsaid("a type that is put together")
        if variable in self.types:
            body.read.add(variable)
            return body.spelling(variable)
        known = self.families.get(entry.type, set()) | set(names)
        rows = tuple(
            f'"{one}": {self.class_of(one).name}' for one in sorted(known) if one in self.uses
        )
        table = fresh("BLOCKS", self.tables)
        made = Bracket("{", rows, "}", literal=True)
        for known_name, code in self.tables.items():
            if code == made:
                table = known_name
        self.tables[table] = made
        return f"{table}[{flat(body.code(name(variable)))}]"

    def arguments(
        self,
        body: Body,
        dones: Sequence[Done],
        places: Sequence[Place],
        tensors: Sequence[Tensor],
        found: Sequence[ClassCode],
    ) -> dict[str, Symbol]:
        """The values that a use gives to the block's arguments."""
        del body
        entry = dones[0].entry
        assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
        given = entry.arguments
        blocks = [self.spec.blocks[done.runs[0].frame.calls[-1][0]] for done in dones]
        written: dict[str, Value] = {}
        if isinstance(given, Choice):
            raise Unsaid("arguments by a table")
        if isinstance(given, Map):
            written = {key.text: value for key, value in given.pairs}
        elif given is not None:
            written = {next(iter(blocks[0].arguments)): given}
        values: dict[str, Symbol] = {}
        for argument, value in written.items():
            actual = [done.runs[0].frame.variables.values.get(argument) for done in dones]
            tensor = tensors[0] if tensors else None
            values[argument] = said((translated(value, tensor, places),), places, actual)
        for one in found:
            for argument, default in one.optional.items():
                values.setdefault(argument, default)
        return values

    def result(  # noqa: PLR0913, PLR0917 - what a call consists of
        self,
        body: Body,
        dones: Sequence[Done],
        places: Sequence[Place],
        found: Sequence[ClassCode],
        mapping: dict[str, Symbol],
        tensors: Sequence[Tensor],
    ) -> Tensor:
        """What a block gives, over what its use gives it."""
        del body, tensors
        names = []
        for done in dones:
            if done.result is None or len(done.result) != 1:
                raise Unsaid("several results")
            names.append(done.result[0])
        after = Tensor(tuple(names), (), "x", found[0].moved[1])
        shapes = after.shapes(places)
        if len({len(shape) for shape in shapes}) > 1:
            raise Unsaid("results of several ranks")
        sizes: list[Symbol | None] = []
        for axis in range(len(shapes[0])):
            values = [shape[axis] for shape in shapes]
            symbol = None
            for one in found:
                known = one.results[axis] if axis < len(one.results) else None
                if known is None:
                    continue
                known = substituted(known, one.defaults)
                if set(names_in(known)) <= {*mapping, *one.read}:
                    candidate = substituted(known, mapping)
                    if holds(candidate, places, values):
                        symbol = candidate
            sizes.append(symbol)
        return after._replace(sizes=tuple(sizes))

    def class_of(self, block: str) -> ClassCode:
        """The class of a block, written when it is first used."""
        found = self.classes.get(block)
        if found is None:
            found = self.classes[block] = self.build(self.spec.blocks[block])
            self.order.append(block)
        return found

    def dynamic(
        self, body: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
    ) -> Code:
        """A layer whose type is a variable: a table of the types."""
        del places, tensor
        entry = dones[0].entry
        assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
        variable = entry.type.strip().removeprefix("$")
        if not variable.isidentifier() or entry.arguments is not None:
            raise Unsaid("a type that is put together")
        types: dict[str, str] = {}
        for done in dones:
            assert done.node is not None  # noqa: S101 - asked by the caller
            layer = done.node.layer
            code = layer.torch_code(done.node.facts.inputs)
            if not isinstance(code, tuple) or len(code) != 1 or code[0].args:
                raise Unsaid("a type with arguments")
            if not layer.elementwise:
                raise Unsaid("a type that is no activation")
            known, value = done.frame.variables.find(variable)
            if not known:
                raise Unsaid("a type from elsewhere")
            types[str(value() if callable(value) else value)] = code[0].name
        rows = tuple(f'"{key}": {value}' for key, value in sorted(types.items()))
        table = "ACTIVATIONS"
        old = self.tables.get(table)
        if isinstance(old, Bracket):
            rows = tuple(sorted({*map(flat, old.items), *rows}))
        self.tables[table] = Bracket("{", rows, "}", literal=True)
        return f"{table}[{flat(body.code(name(variable)))}]()"

    # -- classes ------------------------------------------------------------------------------

    def build(self, block: Block) -> ClassCode:  # noqa: C901, PLR0915 - the parts, in order
        """The class of a block."""
        uses = self.uses[block.name]
        runs = [done.runs[0] for done in uses]
        places = [Place(run.trace, run.frame.variables) for run in runs]
        count = len(runs[0].inputs)
        if any(len(run.inputs) != count for run in runs):
            raise Unsaid("a changing number of inputs")
        dynamic = any(block.name in family for family in self.families.values())
        tensors, sizes = self.received(runs, places, count)
        wanted = self.first_order(runs)
        tensors = [one._replace(moved=wanted and len(one.sizes) > 1) for one in tensors]
        given = self.given_arguments(block, uses)
        defaults = self.default_values(block, tensors, places)
        text = block.description
        for style in (True, False):
            body = Flow(self, set(block.arguments))
            self.bind(body)
            for one in block.arguments:
                body.bound.pop(one, None)
            try:
                if style and any(
                    map(body.branches_here, zip(*(r.done for r in runs), strict=True))
                ):
                    continue
                result, sequential = self.filled_body(body, runs, places, tensors, straight=style)
                break
            except Unsaid:
                if not style:
                    raise
        body.init = without_unread(body.init)
        told = result.sizes[self.channel(len(result.sizes))]
        tells = dynamic and told is not None
        read = body.reading([*body.init, *body.forward])
        read |= set(names_in(told)) if tells else set()
        read |= self.needed(read, block, defaults)
        taken_sizes = tuple(
            (number, axis, one) for number, axis, one in sizes
            if one in read or (dynamic and axis == self.channel(len(tensors[number].sizes)))
        )  # fmt: skip
        arguments = [
            one for one in block.arguments
            if (one in read or dynamic) and (one in given or one not in defaults
                                             or is_constant(defaults[one]))
        ]  # fmt: skip
        optional = {
            one: defaults[one] for one in arguments
            if one in defaults and is_constant(defaults[one])
        }  # fmt: skip
        for one in arguments:
            if one in defaults and one not in optional:
                optional[one] = constant(None)
        globals_ = tuple(
            one for one in self.spec.variables
            if one in read and one not in block.arguments and one not in self.frozen
        )  # fmt: skip
        locals_: list[Statement] = []
        for one in block.arguments:
            if one in arguments and one in defaults and not is_constant(defaults[one]):
                spelled = body.spelling(one)
                own = flat(body.code(defaults[one]))
                locals_.append(Assign(spelled, f"{own} if {spelled} is None else {spelled}"))
            elif one not in arguments and one in defaults:
                locals_.append(Assign(body.spelling(one), body.code(defaults[one])))
        signature: list[Code] = ["self", *(body.spelling(one) for _, _, one in taken_sizes)]
        signature += [body.spelling(one) for one in arguments if one not in optional]
        signature += [body.spelling(one) for one in globals_]
        signature += [
            f"{body.spelling(one)}={flat(expression(value))}" for one, value in optional.items()
        ]
        name_ = class_name(block.name)
        if name_ in MODULES:
            name_ = f"{name_}Block"
        lines = self.class_lines(
            name_, text, body, signature, locals_, sequential,
            told=body.code(told) if tells and told is not None else None,
        )  # fmt: skip
        return ClassCode(
            name_, taken_sizes, tuple(arguments), optional, globals_, result.sizes,
            {one: value for one, value in defaults.items() if one not in optional},
            (wanted, result.moved), lines, tells,
        )  # fmt: skip

    def first_order(self, runs: Sequence[Any]) -> bool:
        """Whether what arrives has its last axis first: as the first layer that looks wants it."""
        if self.network.layout == "channels_first":
            return False
        return _wanted_by(runs[0])

    def needed(self, read: set[str], block: Block, defaults: dict[str, Symbol]) -> set[str]:
        """The names that defaults of arguments read which the class reads."""
        found: set[str] = set()
        for one in reversed(list(block.arguments)):
            if one in defaults and (one in read or one in found):
                found |= set(names_in(defaults[one]))
        return found

    def received(
        self, runs: Sequence[Any], places: Sequence[Place], count: int
    ) -> tuple[list[Tensor], list[tuple[int, int, str]]]:
        """What arrives in a block, the names of its sizes put in."""
        tensors: list[Tensor] = []
        sizes: list[tuple[int, int, str]] = []
        for number in range(count):
            names = tuple(run.inputs[number] for run in runs)
            tensor = Tensor(names, ())
            shapes = tensor.shapes(places)
            if len({len(shape) for shape in shapes}) > 1:
                raise Unsaid("inputs of several ranks")
            rank = len(shapes[0])
            symbols: list[Symbol] = []
            for axis in range(rank):
                word = _size_name(axis, rank, self.channel(rank))
                word = word if not number else f"{word}_{number + 1}"
                word = fresh(word, self.spec_names)
                self.size_names.add(word)
                for place, shape in zip(places, shapes, strict=True):
                    place.local[word] = shape[axis]
                symbols.append(name(word))
                sizes.append((number, axis, word))
            tensors.append(tensor._replace(sizes=tuple(symbols)))
        sizes.sort(key=lambda one: (one[0], "channels" not in one[2]))
        return tensors, sizes

    def given_arguments(self, block: Block, uses: Sequence[Done]) -> set[str]:
        """The arguments that any use gives."""
        found: set[str] = set()
        for done in uses:
            given = done.entry.arguments if isinstance(done.entry, Layer) else None
            if isinstance(given, Map):
                found |= {key.text for key, _ in given.pairs}
            elif given is not None:
                found.add(next(iter(block.arguments)))
        return found

    def default_values(
        self, block: Block, tensors: Sequence[Tensor], places: Sequence[Place]
    ) -> dict[str, Symbol]:
        """The defaults of a block's arguments as expressions."""
        found: dict[str, Symbol] = {}
        for one, value in block.arguments.items():
            if value is not None:
                found[one] = translated(value, tensors[0] if tensors else None, places)
        return found

    def filled_body(
        self,
        body: Flow,
        runs: Sequence[Any],
        places: Sequence[Place],
        tensors: Sequence[Tensor],
        *,
        straight: bool,
    ) -> tuple[Tensor, bool]:
        """The parts of a class: one sequence, or attributes and a `forward`."""
        if straight:
            if len(tensors) != 1:
                raise Unsaid("several inputs")
            made = body.modules(runs, places, tensors[0])
            body.init = body.filled("self", made.items, own=True)
            return made.tensor, True
        inputs = [_input_name(self.spec, runs, number) for number in range(len(tensors))]
        named = [
            any((id(run.trace), run.inputs[number], _owner_of_frame(run.frame)) in self.references
                for run in runs)
            for number in range(len(tensors))
        ]  # fmt: skip
        if len(tensors) == 1:
            inputs = ["x"]
        body.chain = "out" if any(named) else "x"
        body.variables |= set(inputs)
        start = [tensor._replace(text=text) for tensor, text in zip(tensors, inputs, strict=True)]
        for tensor in start:
            body.known[tensor.names] = tensor
        end = body.flow(runs, places, start, last=True)
        if len(end) != 1:
            raise Unsaid("several results")
        body.forward.append(Line(end[0].text, "return "))
        body.outer = ", ".join(inputs)
        return end[0], False

    def class_lines(  # noqa: PLR0913, PLR0917 - the parts of a class
        self,
        name_: str,
        description: Value | None,
        body: Flow,
        signature: Sequence[Code],
        locals_: Sequence[Statement],
        sequential: bool,  # noqa: FBT001 - which of two kinds
        told: Code | None = None,
    ) -> list[str]:
        """The text of a class."""
        base = "nn.Sequential" if sequential else "nn.Module"
        lines = [f"class {name_}({base}):"]
        text = getattr(description, "value", None)
        if isinstance(text, str):
            lines += [f'    """{_sentence(text)[:70]}"""', ""]
        init = without_unread([*locals_, *body.init])
        if not sequential:
            init = [Line("super().__init__()"), *init]
        elif any(isinstance(one, Line) and flat(one.code) == "super().__init__()" for one in init):
            init.sort(key=lambda one: not isinstance(one, Line) or flat(one.code) != _SUPER)
        if told is not None:
            init.append(Line(told, "self.out_channels = "))
        lines += laid_out(Bracket("def __init__(", tuple(signature), "):"), 1)
        lines += written(init, 2)
        if not sequential:
            lines += ["", f"    def forward(self, {body.outer}):", *written(body.forward, 2)]
        return lines


def _evaluator(done: Done) -> Evaluator:
    layout = done.trace.network.layout
    return Evaluator(done.frame.variables, layout, None, Account(DEFAULT))


_SUPER = "super().__init__()"


def _sentence(text: str) -> str:
    found = text.strip().splitlines()[0] if text.strip() else ""
    found = found.replace("\\", "\\\\").replace('"""', "'''").strip('"')
    return f"{found[:1].upper()}{found[1:]}" + ("" if found.endswith(".") else ".")


def _size_name(axis: int, rank: int, channel: int) -> str:
    if rank == 1:
        return "in_features"
    if axis == channel:
        return "in_channels"
    spatial = [one for one in range(rank) if one != channel]
    words = axis_names(len(spatial)) if len(spatial) <= 3 else ()  # noqa: PLR2004 - up to 3D
    at = spatial.index(axis)
    return f"in_{words[at]}" if words else f"in_size_{axis}"


def _input_name(spec: Spec, runs: Sequence[Any], number: int) -> str:
    block = spec.blocks[runs[0].frame.calls[-1][0]]
    if number < len(block.inputs):
        found = identifier(block.inputs[number])
        return f"{found}_" if found in RESERVED - {"x"} else found
    return f"x{number + 1}"


def _calls(symbol: Any) -> list[str]:  # noqa: ANN401 - a tree, or a leaf
    if not isinstance(symbol, tuple) or not symbol or symbol[0] == "value":
        return []
    found = [symbol[1]] if symbol[0] == "call" else []
    for part in symbol[1:]:
        found += _calls(part)
    return found


def _owner_of_frame(frame: Any) -> int:  # noqa: ANN401 - a frame
    scope = frame.scope
    while scope is not None and scope.kind != "block":
        scope = scope.outer
    return id(scope) if scope is not None else 0


def _owner(done: Done) -> int:
    return _owner_of_frame(done.frame)


def _owners(done: Done) -> list[int]:
    found = []
    scope = done.frame.scope
    while scope is not None:
        if scope.kind == "block":
            found.append(id(scope))
        scope = scope.outer
    return [*found, 0]


def _wanted_by(run: Any) -> bool:  # noqa: ANN401 - a list of entries
    """Whether the first layer that looks for channels finds them last."""
    stack = list(reversed(run.done))
    while stack:
        part = stack.pop()
        if hasattr(part, "entry"):
            if part.node is not None:
                layer, inputs = part.node.layer, part.node.facts.inputs
                if len(inputs.shapes[0]) > 1:
                    try:
                        wanted = wants_moved(layer, inputs)
                    except Unsaid:
                        wanted = None
                    if wanted is not None:
                        return wanted
            else:
                stack += reversed(part.parts)
        else:
            stack += reversed(part.done)
    return True
