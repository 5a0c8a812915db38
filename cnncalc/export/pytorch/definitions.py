"""The class of a block: what it takes, its parts, and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.arguments import (
    Parameters,
    default_values,
    given_anywhere,
    needed,
    other_names,
    parameters_of,
)
from cnncalc.export.heading import sentence
from cnncalc.export.order import first_wanted
from cnncalc.export.outside import Received, received_by
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import (
    Bracket,
    class_name,
    flat,
    fresh,
    fresh_class,
    identifier,
    laid_out,
)
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.constructors import constructor_lines
from cnncalc.export.pytorch.flow import Flow
from cnncalc.export.pytorch.inlined import inlined
from cnncalc.export.pytorch.layers import order_of, wants_moved
from cnncalc.export.pytorch.modules import MODULES
from cnncalc.export.pytorch.told import Told, conditions_on_sizes
from cnncalc.export.statements import Line, Statement, names_of, without_unread, written
from cnncalc.export.symbols import constant, is_constant, name, names_in, substituted
from cnncalc.export.trace import Done
from cnncalc.export.unused import without_unused
from cnncalc.layers.base.tensors import axis_names
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.pytorch.file import File
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Run
    from cnncalc.language.syntax import Block, Value

_SUPER = "super().__init__()"


class ClassCode(NamedTuple):
    """The class of a block, and how it is called.

    Attributes:
        name: of the class.
        sizes: the sizes of its inputs that it takes: input, axis, and the spec's name for it.
        unread: the other sizes of its inputs.
        parameters: the arguments of the block, and the variables of the net, that it takes.
        results: the sizes of what it gives, over what it takes.
        moved: whether its input, and its result, have the last axis first.
        lines: its text.
        tells: whether it has the channels that it gives as an attribute.
        taken: what `from` says of the inputs that come from outside the block.
        told: the conditions on sizes that it is told.
    """

    name: str
    sizes: tuple[tuple[int, int, str], ...]
    unread: tuple[tuple[int, int, str], ...]
    parameters: Parameters
    results: tuple[Symbol | None, ...]
    defaults: dict[str, Symbol]
    moved: tuple[bool, bool]
    lines: list[str]
    tells: bool
    taken: tuple[str, ...]
    told: dict[str, Told]


def class_of_block(file: File, block: Block) -> ClassCode:
    """The class of a block."""
    uses = file.uses.of[block.name]
    runs = file.uses.unlike(block.name)
    places = [Place(run.trace, run.frame.variables) for run in runs]
    received = received_by(runs)
    dynamic = any(block.name in family for family in file.families.values())
    words = _input_words(block, received)
    tensors, sizes = _received(file, runs, places, received, words)
    wanted = _first_order(file, runs)
    tensors = [one._replace(moved=wanted and len(one.sizes) > 1) for one in tensors]
    defaults = default_values(block, tensors, places)
    spatial = [
        one for number, axis, one in sizes if axis != file.channel(len(tensors[number].sizes))
    ]
    told = conditions_on_sizes(defaults, given_anywhere(block, uses), spatial)
    defaults |= dict.fromkeys(told, constant(value=False))
    text = block.description
    named = [tensor._replace(text=word) for tensor, word in zip(tensors, words, strict=True)]
    for style in (True, False):
        body = Flow(file, set(block.arguments))
        body.counting = block.name in file.counted
        file.bind(body, block.arguments)
        if not dynamic:
            others = other_names(block, uses, defaults)
            body.bound |= {one: substituted(symbol, body.bound) for one, symbol in others.items()}
        try:
            if style and any(map(body.branches_here, zip(*(r.done for r in runs), strict=True))):
                continue
            result, sequential = _filled_body(body, runs, places, named, straight=style)
            break
        except Unsaid:
            if not style:
                raise
    body.init = without_unread(body.init)
    gives = result.sizes[file.channel(len(result.sizes))]
    tells = dynamic and gives is not None
    read = body.reading([*body.init, *body.forward])
    read |= set(names_in(gives)) if tells else set()
    read |= needed(read, block, defaults)
    taken_sizes = tuple(
        (number, axis, one) for number, axis, one in sizes
        if one in read or (dynamic and axis == file.channel(len(tensors[number].sizes)))
    )  # fmt: skip
    parameters = parameters_of(body, block, uses, defaults, read, every=dynamic)
    parameters = parameters.further(dict.fromkeys(body.told, constant(value=False)))
    taken = tuple(one.text for one in received if one.text)
    signature: list[Code] = ["self", *(body.spelling(one) for _, _, one in taken_sizes)]
    signature += parameters.written(body)
    taken_names = {*MODULES, *(one.name for one in file.classes.values())}
    name_ = fresh_class(class_name(block.name), "Block", taken_names)
    lines = _class_lines(
        name_, text, body, signature, parameters.computed, sequential,
        told=body.code(gives) if tells and gives is not None else None,
    )  # fmt: skip
    unread = tuple(one for one in sizes if one not in taken_sizes)
    ends = {one: substituted(value, body.bound) for one, value in body.ends.items()}
    results = tuple(one and substituted(one, {**body.bound, **ends}) for one in result.sizes)
    return ClassCode(
        name_, taken_sizes, unread, parameters, results,
        {one: substituted(value, body.bound) for one, value in defaults.items()
         if one not in parameters.optional or not is_constant(value)},
        (wanted, result.moved), lines, tells, taken,
        {one: Told(symbol, tuple(sizes), taken) for one, symbol in (told | body.told).items()},
    )  # fmt: skip


def _first_order(file: File, runs: Sequence[Run]) -> bool:
    """Whether what arrives has its last axis first: as the first layer that looks wants it."""
    if file.network.layout == "channels_first":
        return False
    return wanted_by(runs[0])


def _received(
    file: File,
    runs: Sequence[Run],
    places: Sequence[Place],
    received: Sequence[Received],
    words: Sequence[str],
) -> tuple[list[Tensor], list[tuple[int, int, str]]]:
    """What arrives in a block, the names of its sizes put in."""
    tensors: list[Tensor] = []
    sizes: list[tuple[int, int, str]] = []
    for number, (one, prefix) in enumerate(zip(received, words, strict=True)):
        tensor = Tensor(one.names, ())
        shapes = tensor.shapes(places)
        if len({len(shape) for shape in shapes}) > 1:
            raise Unsaid("inputs of several ranks")
        rank = len(shapes[0])
        symbols: list[Symbol] = []
        sequence = rank == 2 and is_sequence(runs[0])  # noqa: PLR2004 - length and features
        for axis in range(rank):
            word = _size_name(axis, rank, file.channel(rank), sequence=sequence)
            if one.text:
                word = f"{prefix}_{word.removeprefix('in_')}"
            elif number:
                word = f"{word}_{number + 1}"
            word = fresh(word, file.spec_names)
            file.size_names.add(word)
            for place, shape in zip(places, shapes, strict=True):
                place.local[word] = shape[axis]
            symbols.append(name(word))
            sizes.append((number, axis, word))
        tensors.append(tensor._replace(sizes=tuple(symbols)))
    sizes.sort(key=lambda one: (one[0], not one[2].startswith(("in_channels", "in_features"))))
    return tensors, sizes


def _filled_body(
    body: Flow,
    runs: Sequence[Run],
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
    named = any(body.file.is_named_input(runs, tensor.names) for tensor in tensors)
    body.chain = "out" if named else "x"
    inputs = [tensor.text for tensor in tensors]
    body.variables |= set(inputs)
    for tensor in tensors:
        body.known[tensor.names] = tensor
    given = tensors[: len(runs[0].inputs)]
    end = body.flow(runs, places, given, last=True)
    if len(end) != 1:
        raise Unsaid("several results")
    body.forward = without_unused(body.forward, names_of(end[0].text))
    body.forward.append(Line(end[0].text, "return "))
    body.outer = ", ".join(inputs)
    return end[0], False


def _class_lines(  # noqa: PLR0913, PLR0917 - the parts of a class
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
        lines += [f'    """{sentence(text)[:70]}"""', ""]
    init = [*locals_, *body.init]
    if not sequential:
        init = [Line(_SUPER), *init]
    elif any(isinstance(one, Line) and flat(one.code) == _SUPER for one in init):
        init.sort(key=lambda one: not isinstance(one, Line) or flat(one.code) != _SUPER)
    if told is not None:
        init.append(Line(told, "self.out_channels = "))
    lines += laid_out(Bracket("def __init__(", tuple(signature), "):"), 1)
    lines += constructor_lines(init, body.taken)
    if not sequential:
        lines += [
            "",
            f"    def forward(self, {body.outer}):",
            *written(inlined(body.forward, 2), 2),
        ]
    return lines


def is_sequence(run: Run) -> bool:
    """Whether the first layer takes two axes as a length and features, not as channels."""
    part: Done | Run = run
    while not (isinstance(part, Done) and part.node is not None):
        inside = part.parts if isinstance(part, Done) else part.done
        if not inside:
            return False
        part = inside[0]
    return order_of(part.node) == "written"


def _size_name(axis: int, rank: int, channel: int, *, sequence: bool) -> str:
    return f"in_{axis_word(axis, rank, channel, sequence=sequence)}"


def axis_word(axis: int, rank: int, channel: int, *, sequence: bool) -> str:
    """What the size of an axis is called."""
    if sequence:
        return "features" if axis == 1 else "length"
    if rank == 1:
        return "features"
    if axis == channel:
        return "channels"
    spatial = [one for one in range(rank) if one != channel]
    if len(spatial) > 3:  # noqa: PLR2004 - up to 3D
        return f"size_{axis}"
    return axis_names(len(spatial))[spatial.index(axis)]


def _input_words(block: Block, received: Sequence[Received]) -> list[str]:
    """The variables of `forward` for what arrives."""
    given = [one for one in received if not one.text]
    found: list[str] = []
    for number, one in enumerate(received):
        if one.text:
            word = identifier(one.text)
            word = f"{word}_" if word in RESERVED else word
        elif len(given) == 1:
            word = "x"
        elif number < len(block.inputs):
            word = identifier(block.inputs[number])
            word = f"{word}_" if word in RESERVED - {"x"} else word
        else:
            word = f"x{number + 1}"
        found.append(fresh(word, found))
    return found


def wanted_by(run: Run) -> bool:
    """Whether the first layer that looks for channels finds them last."""
    return first_wanted(run, wants_moved)
