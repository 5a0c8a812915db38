"""The class of a block: what it takes, its parts, and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.export.arguments import (
    Parameters,
    default_values,
    needed,
    other_names,
    parameters_of,
)
from cnncalc.export.heading import sentence
from cnncalc.export.once import written_out
from cnncalc.export.order import first_wanted
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import (
    Bracket,
    class_name,
    flat,
    fresh,
    identifier,
    laid_out,
)
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.flow import Flow
from cnncalc.export.pytorch.layers import wants_moved
from cnncalc.export.pytorch.modules import MODULES
from cnncalc.export.pytorch.sequences import arranged
from cnncalc.export.pytorch.windows import with_short_windows
from cnncalc.export.repeated import without_repeated
from cnncalc.export.statements import Line, Statement, without_unread, written
from cnncalc.export.symbols import name, names_in
from cnncalc.export.trace import Done, owner_of
from cnncalc.layers.base.tensors import axis_names
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.pytorch.file import File
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Run
    from cnncalc.language.syntax import Block, Spec, Value

_SUPER = "super().__init__()"


class ClassCode(NamedTuple):
    """The class of a block, and how it is called.

    Attributes:
        name: of the class.
        sizes: the sizes of its inputs that it takes: input, axis, and the spec's name for it.
        unread: the other sizes of its inputs.
        parameters: the arguments of the block, and the variables of the net, that it takes.
        results: the sizes of what it gives, over what it takes.
        inputs: the variables of `forward`.
        moved: whether its input, and its result, have the last axis first.
        lines: its text.
    """

    name: str
    sizes: tuple[tuple[int, int, str], ...]
    unread: tuple[tuple[int, int, str], ...]
    parameters: Parameters
    results: tuple[Symbol | None, ...]
    defaults: dict[str, Symbol]
    moved: tuple[bool, bool]
    lines: list[str]
    tells: bool = False


def class_of_block(file: File, block: Block) -> ClassCode:
    """The class of a block."""
    uses = file.uses.of[block.name]
    runs = file.uses.unlike(block.name)
    places = [Place(run.trace, run.frame.variables) for run in runs]
    count = len(runs[0].inputs)
    if any(len(run.inputs) != count for run in runs):
        raise Unsaid("a changing number of inputs")
    dynamic = any(block.name in family for family in file.families.values())
    tensors, sizes = _received(file, runs, places, count)
    wanted = _first_order(file, runs)
    tensors = [one._replace(moved=wanted and len(one.sizes) > 1) for one in tensors]
    defaults = default_values(block, tensors, places)
    text = block.description
    for style in (True, False):
        body = Flow(file, set(block.arguments))
        file.bind(body)
        for one in block.arguments:
            body.bound.pop(one, None)
        if not dynamic:
            body.bound |= other_names(block, uses, defaults)
        try:
            if style and any(map(body.branches_here, zip(*(r.done for r in runs), strict=True))):
                continue
            result, sequential = _filled_body(body, runs, places, tensors, straight=style)
            break
        except Unsaid:
            if not style:
                raise
    body.init = without_unread(body.init)
    told = result.sizes[file.channel(len(result.sizes))]
    tells = dynamic and told is not None
    read = body.reading([*body.init, *body.forward])
    read |= set(names_in(told)) if tells else set()
    read |= needed(read, block, defaults)
    taken_sizes = tuple(
        (number, axis, one) for number, axis, one in sizes
        if one in read or (dynamic and axis == file.channel(len(tensors[number].sizes)))
    )  # fmt: skip
    parameters = parameters_of(body, block, uses, defaults, read, every=dynamic)
    signature: list[Code] = ["self", *(body.spelling(one) for _, _, one in taken_sizes)]
    signature += parameters.written(body)
    name_ = class_name(block.name)
    if name_ in MODULES:
        name_ = f"{name_}Block"
    lines = _class_lines(
        name_, text, body, signature, parameters.computed, sequential,
        told=body.code(told) if tells and told is not None else None,
    )  # fmt: skip
    unread = tuple(one for one in sizes if one not in taken_sizes)
    return ClassCode(
        name_, taken_sizes, unread, parameters, result.sizes,
        {one: value for one, value in defaults.items() if one not in parameters.optional},
        (wanted, result.moved), lines, tells,
    )  # fmt: skip


def _first_order(file: File, runs: Sequence[Any]) -> bool:
    """Whether what arrives has its last axis first: as the first layer that looks wants it."""
    if file.network.layout == "channels_first":
        return False
    return wanted_by(runs[0])


def _received(
    file: File, runs: Sequence[Any], places: Sequence[Place], count: int
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
        sequence = rank == 2 and is_sequence(runs[0])  # noqa: PLR2004 - length and features
        for axis in range(rank):
            word = _size_name(axis, rank, file.channel(rank), sequence=sequence)
            word = word if not number else f"{word}_{number + 1}"
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
    inputs = [_input_name(body.file.spec, runs, number) for number in range(len(tensors))]
    named = [
        any((id(run.trace), run.inputs[number], owner_of(run.frame)) in body.file.references
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
    init = written_out(without_unread([*locals_, *body.init]))
    init = with_short_windows(without_repeated(init, body.taken), 2, body.taken)
    if not sequential:
        init = [Line("super().__init__()"), *init]
    elif any(isinstance(one, Line) and flat(one.code) == "super().__init__()" for one in init):
        init.sort(key=lambda one: not isinstance(one, Line) or flat(one.code) != _SUPER)
    if told is not None:
        init.append(Line(told, "self.out_channels = "))
    lines += laid_out(Bracket("def __init__(", tuple(signature), "):"), 1)
    lines += written(arranged(init, 2), 2)
    if not sequential:
        lines += ["", f"    def forward(self, {body.outer}):", *written(body.forward, 2)]
    return lines


def is_sequence(run: Run) -> bool:
    """Whether the first layer takes two axes as a length and features, not as channels."""
    part: Done | Run = run
    while not (isinstance(part, Done) and part.node is not None):
        inside = part.parts if isinstance(part, Done) else part.done
        if not inside:
            return False
        part = inside[0]
    return part.node.layer.torch_order(part.node.facts.inputs) == "written"


def _size_name(axis: int, rank: int, channel: int, *, sequence: bool) -> str:
    if rank == 1 or (sequence and axis == 1):
        return "in_features"
    if sequence:
        return "in_length"
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


def wanted_by(run: Run) -> bool:
    """Whether the first layer that looks for channels finds them last."""
    return first_wanted(run, wants_moved)
