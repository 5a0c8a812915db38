"""The function of a block: what it takes, its statements, and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.arguments import Parameters, default_values, needed, parameters_of
from cnncalc.export.headers import with_named_lists
from cnncalc.export.heading import sentence
from cnncalc.export.keras.flow import Flow, returned
from cnncalc.export.keras.order import wants_moved
from cnncalc.export.order import first_wanted
from cnncalc.export.outside import received_by
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import Bracket, identifier, laid_out
from cnncalc.export.statements import without_unread, written
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.file import File
    from cnncalc.export.outside import Received
    from cnncalc.export.trace import Run
    from cnncalc.language.syntax import Block


class FunctionCode(NamedTuple):
    """The function of a block, and how it is called.

    Attributes:
        name: of the function.
        parameters: the arguments of the block, and the variables of the net, that it takes.
        moved: whether each of its inputs has the first axis last.
        gives_moved: whether what it gives has.
        lines: its text.
        taken: what `from` says of the inputs that come from outside the block.
    """

    name: str
    parameters: Parameters
    moved: tuple[bool, ...]
    gives_moved: bool
    lines: list[str]
    taken: tuple[str, ...]


def function_of_block(file: File, block: Block) -> FunctionCode:
    """The function of a block; raises `Unsaid` where its uses have no code in common."""
    uses = file.uses.of[block.name]
    runs = file.uses.unlike(block.name, _signs)
    places = [Place(run.trace, run.frame.variables) for run in runs]
    received = received_by(runs)
    taken = tuple(one.text for one in received if one.text)
    body = Flow(file, set(block.arguments))
    body.counting = block.name in file.counted
    body.taken -= set(map(identifier, taken))  # what they name arrives in their place
    file.bind(body, block.arguments)
    tensors = _received(body, block, received, runs, places)
    seen = [body.seen(one, places) for one in tensors]
    defaults = default_values(block, seen, places)
    start = tensors if len(runs[0].inputs) == 1 else []
    if not any(len(run.done) for run in runs):
        raise Unsaid("a block without layers")
    end = body.flow(runs, places, start, "x")
    if len(end) != 1:
        raise Unsaid("several results")
    returned(body, end[0])
    read = body.reading(body.statements)
    read |= needed(read, block, defaults)
    every = any(block.name in family for family in file.families.values())
    parameters = parameters_of(body, block, uses, defaults, read, every=every)
    name = file.called[block.name]
    signature = (*(one.text for one in tensors), *parameters.written(body))
    lines = laid_out(Bracket(f"def {name}(", signature, "):"), 0)
    text = getattr(block.description, "value", None)
    if isinstance(text, str):
        lines.append(f'    """{sentence(text)[:70]}"""')
    statements = without_unread([*parameters.computed, *body.statements])
    lines += written(with_named_lists(statements, 1, body.taken), 1)
    moved = tuple(one.moved for one in tensors)
    return FunctionCode(name, parameters, moved, end[0].moved, lines, taken)


def _signs(run: Run) -> tuple[bool, ...]:
    """Which inputs have nothing below 0, which the code of a padded maximum depends on."""
    return tuple(map(run.trace.none_below, run.inputs))


def _received(
    body: Flow,
    block: Block,
    received: Sequence[Received],
    runs: Sequence[Run],
    places: Sequence[Place],
) -> list[Tensor]:
    """What arrives in a block, under the names of the function's first parameters."""
    file = body.file
    count = len(runs[0].inputs)
    wanted = file.network.layout == "channels_first" and first_wanted(runs[0], wants_moved)
    found = []
    for number, (names, source) in enumerate(received):
        text = "inputs" if file.is_named_input(runs, names) else "x"
        if source:
            text = body.variable(identifier(source))
        elif count > 1:
            given = block.inputs[number] if number < len(block.inputs) else f"x{number + 1}"
            text = body.variable(identifier(given))
        tensor = body.result(names, places, text, moved=wanted)
        body.known[names] = tensor
        found.append(tensor)
    return found
