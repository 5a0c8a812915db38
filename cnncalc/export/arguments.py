"""The arguments of blocks: their defaults, and the values that a use gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.scope import LazyValue
from cnncalc.export.layer import translated
from cnncalc.export.places import Unsaid, said
from cnncalc.export.symbols import name, names_in
from cnncalc.language.syntax import Choice, Layer, Map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done
    from cnncalc.language.syntax import Block, Spec, Value


def needed(read: set[str], block: Block, defaults: dict[str, Symbol]) -> set[str]:
    """The names that defaults of arguments read which the class reads."""
    found: set[str] = set()
    for one in reversed(list(block.arguments)):
        if one in defaults and (one in read or one in found):
            found |= set(names_in(defaults[one]))
    return found


def given_arguments(block: Block, uses: Sequence[Done]) -> set[str]:
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
    block: Block, tensors: Sequence[Tensor], places: Sequence[Place]
) -> dict[str, Symbol]:
    """The defaults of a block's arguments as expressions."""
    found: dict[str, Symbol] = {}
    for one, value in block.arguments.items():
        if value is not None:
            found[one] = translated(value, tensors[0] if tensors else None, places)
    return found


def values_given(
    spec: Spec,
    dones: Sequence[Done],
    places: Sequence[Place],
    tensors: Sequence[Tensor],
) -> dict[str, Symbol]:
    """The values that a use gives to the block's arguments."""
    entry = dones[0].entry
    assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
    given = entry.arguments
    blocks = [spec.blocks[done.runs[0].frame.calls[-1][0]] for done in dones]
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
    return values


def of_net(variable: str, places: Sequence[Place]) -> Symbol:
    """A variable of the net, where no argument of a block has its name."""
    values = []
    for place in places:
        value = place.variables.outermost.find(variable)[1]
        values.append(value() if isinstance(value, LazyValue) else value)
    return said((name(variable),), places, values)


def is_trainable(dones: Sequence[Done]) -> bool:
    """Whether training changes a block, which its use says."""
    beside = dones[0].entry.beside
    if beside.trainable is None:
        return True
    value = getattr(beside.trainable, "value", None)
    if value is None:
        raise Unsaid("a condition on training")
    return value is not False
