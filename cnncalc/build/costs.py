"""What the turns of an entry cost, in steps of unrolling: long values cost their length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.limits import LEVEL_STEPS, LOOKUP_STEPS, REFERENCE_STEPS, TEXT_A_STEP
from cnncalc.language.syntax import (
    Choice,
    Composite,
    Expression,
    ForColumns,
    ForRows,
    Layer,
    List,
    Loop,
    Map,
    Template,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.syntax import Block, Value
    from cnncalc.layers.base.layer import Layer as BuiltLayer

_FREE = 40  # values that an ordinary entry may have
_FEW = 8  # variables of a loop, or arguments of a block
_CLAIMS_A_STEP = 8  # about a layer of a block
_CLAIM = 10  # about a layer: it is read, held against the net, and told where it fails
_LEVELS_A_STEP = 4  # of blocks and groups around a layer
_ORDINARY = 2  # results that a layer takes, as a residual's sum does
_CHARACTERS_A_STEP = 4  # of an expression
#: More inputs than a merge of a published net has.
MANY = 40


def cost_of(entry: Layer | Composite) -> int:
    """The steps of computing an entry's values once, beyond those of an ordinary one.

    The entries of a group are charged when they are placed, its loop in `cost_of_loop`.
    What was written short and without variables is built once.
    """
    beside = entry.beside
    values = [
        beside.inputs,
        beside.name,
        beside.when,
        beside.expect,
        beside.regularizer,
        beside.tap,
        beside.weights,
        beside.dtype,
    ]
    if isinstance(entry, Layer) and entry.written is None:
        values.append(entry.arguments)
    return _beyond_ordinary(values) + _CLAIM * claims_of(beside.expect)


def claims_of(expect: Value | None) -> int:
    """How many claims an `expect` makes; one where that is known only once it is computed."""
    if expect is None:
        return 0
    return len(expect.pairs) if isinstance(expect, Map) else 1


def cost_of_loop(loop: Loop) -> int:
    """The steps of computing the rows of a loop, beyond those of an ordinary one."""
    if isinstance(loop, ForRows):
        return _beyond_ordinary([loop.rows])
    return _beyond_ordinary([loop.columns if isinstance(loop, ForColumns) else loop.count])


def _beyond_ordinary(values: list[Value | None]) -> int:
    return max(0, _values([value for value in values if value is not None]) - _FREE)


def _values(values: list[Value]) -> int:
    count, stack = 0, list(values)
    while stack:
        value = stack.pop()
        count += 1
        if isinstance(value, (Expression, Template)):
            if "$" in value.text:
                count += 1 + len(value.text) // _CHARACTERS_A_STEP
        elif isinstance(value, List):
            stack += value.items
        elif isinstance(value, Map):
            count += len(value.pairs)
            stack += [part for _, part in value.pairs]
        elif isinstance(value, Choice):
            count += len(value.rows)
            stack += [value.by, *(row for _, row in value.rows)]
    return count


def cost_of_name(name: str) -> int:
    """The steps that a long name costs."""
    return len(name) // TEXT_A_STEP


def cost_of_lookup(name: str, prefix: str) -> int:
    """The steps of looking for a name in a place: in there, and in all that is around it."""
    levels = prefix.count("/")
    return LOOKUP_STEPS + cost_of_name(name) * (1 + levels) + levels // _LEVELS_A_STEP


def cost_of_place(prefix: str) -> int:
    """The steps that a place in the net costs: each layer there carries the names around it."""
    return 1 + len(prefix) // TEXT_A_STEP + prefix.count("/") // _LEVELS_A_STEP


def cost_of_path(path: str) -> int:
    """The steps of a block or group of this full name, for those that it is in."""
    return LEVEL_STEPS * path.count("/")


def cost_of_references(count: int) -> int:
    """The steps of a layer that takes so many results."""
    return REFERENCE_STEPS * max(0, count - _ORDINARY)


def cost_of_turn(values: Mapping[str, Any]) -> int:
    """The steps of one turn of a loop with these variables."""
    return max(1, len(values) - _FEW)


def cost_of_claims(claims: int, layers: int) -> int:
    """The steps of measuring claims about a block or group of this many layers."""
    return claims * layers // _CLAIMS_A_STEP


def cost_of_defaults(block: Block) -> int:
    """The steps of computing the defaults of a block's arguments, beyond those of a few."""
    count = 0
    for value in block.arguments.values():
        count += 1
        if isinstance(value, Expression):
            count += 1 + len(value.text) // _CHARACTERS_A_STEP
        elif value is not None:
            count += _values([value])
    return max(0, count - _FEW)


def cost_of_layer(layer: BuiltLayer) -> int:
    """The steps that a layer with long lists for arguments costs, as `$name` may give them."""
    values = sum([len(value) for value in vars(layer).values() if isinstance(value, tuple)])
    return max(0, values - _FREE)
