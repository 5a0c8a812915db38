"""The arguments that the use of a block gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import Evaluator, Variables
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.entries import belongs_beside
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Choice, Map
from cnncalc.language.words import ENTRY_KEYS

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Block, Layer, Value


def arguments_of_block(block: Block, entry: Layer, evaluator: Evaluator) -> dict[str, Any]:
    """The value of each argument: as the entry gives it, else its default.

    A default may use the arguments before it and the spec's variables, but
    nothing of the place where the block is used.

    Raises:
        SpecProblem: an argument is unknown, missing or cannot be computed.
    """
    values = _given(block, entry, evaluator)
    inner = Evaluator(
        Variables(values, evaluator.variables.outermost),
        evaluator.layout,
        evaluator.shape,
        evaluator.account,
    )
    for name, default in block.arguments.items():
        if name in values:
            continue
        if default is None:
            raise SpecProblem(
                codes.MISSING_ARGUMENT, f"the block `{block.name}` needs `{name}`",
                entry.head,
            )  # fmt: skip
        values[name] = inner.value(default)
    return values


def _unknown(block: Block, key: str, at: Placed) -> SpecProblem:
    close = nearest(key, block.arguments)
    label, help_ = f"did you mean `{close}`?" if close else "", ""
    if key in ENTRY_KEYS:
        label, help_ = belongs_beside(block.name, key)
    return SpecProblem(
        codes.UNKNOWN_ARGUMENT, f"the block `{block.name}` has no argument `{key}`", at,
        label=label, help=(help_ or _declared(block, key),),
    )  # fmt: skip


def _declared(block: Block, key: str) -> str:
    """The arguments of a block, or how it would declare one."""
    if block.arguments:
        return f"its arguments are {listed(block.arguments)}"
    return f"a block declares its arguments: `args: {{{key}: }}` beside its `layers`"


def _given(block: Block, entry: Layer, evaluator: Evaluator) -> dict[str, Any]:
    """`block: {argument: value}`, `block: value` for its first argument, or a whole row."""
    given = entry.arguments
    if given is None:
        return {}
    if isinstance(given, Choice) and "by" in block.arguments:
        given = given.as_map()
    if isinstance(given, Map):
        for key, _ in given.pairs:
            if key.text not in block.arguments:
                raise _unknown(block, key.text, key)
        return {key.text: evaluator.value(value) for key, value in given.pairs}
    value = evaluator.value(given)
    if not block.arguments:
        raise SpecProblem(
            codes.UNKNOWN_ARGUMENT, f"the block `{block.name}` takes no argument", given,
            help=(_declared(block, "filters"),),
        )  # fmt: skip
    if isinstance(value, dict):
        return _by_name(block, value, given)
    if isinstance(value, list) and sum(one is None for one in block.arguments.values()) > 1:
        return _in_order(block, value, given)
    return {next(iter(block.arguments)): value}


def _by_name(block: Block, row: dict[str, Any], given: Value) -> dict[str, Any]:
    """A row with named values that is passed on whole."""
    for key in row:
        if key not in block.arguments:
            raise _unknown(block, key, given)
    return dict(row)


def _in_order(block: Block, row: list[Any], given: Value) -> dict[str, Any]:
    """A row that is passed on whole to a block that needs several arguments."""
    if len(row) > len(block.arguments):
        raise SpecProblem(
            codes.UNKNOWN_ARGUMENT,
            f"the row has {len(row)} values, the block `{block.name}` {len(block.arguments)} "
            "arguments", given,
            help=(f"its arguments are {listed(block.arguments)}",),
        )  # fmt: skip
    return dict(zip(block.arguments, row, strict=False))
