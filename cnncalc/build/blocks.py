"""The arguments that the use of a block gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import Evaluator, Variables
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.entries import belongs_beside
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Key, Map
from cnncalc.language.words import ENTRY_KEYS

if TYPE_CHECKING:
    from cnncalc.language.syntax import Block, Layer


def arguments_of_block(block: Block, entry: Layer, evaluator: Evaluator) -> dict[str, Any]:
    """The value of each argument: as the entry gives it, else its default.

    A default may use the arguments before it and the spec's variables, but
    nothing of the place where the block is used.

    Raises:
        SpecProblem: an argument is unknown, missing or cannot be computed.
    """
    values = _given(block, entry, evaluator)
    inner = Evaluator(
        Variables(values, evaluator.variables.outermost), evaluator.layout, evaluator.shape
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


def _unknown(block: Block, key: Key) -> SpecProblem:
    close = nearest(key.text, block.arguments)
    label, help_ = f"did you mean `{close}`?" if close else "", ""
    if key.text in ENTRY_KEYS:
        label, help_ = belongs_beside(block.name, key.text)
    return SpecProblem(
        codes.UNKNOWN_ARGUMENT, f"the block `{block.name}` has no argument `{key.text}`", key,
        label=label, help=(help_ or f"its arguments are {listed(block.arguments)}",),
    )  # fmt: skip


def _given(block: Block, entry: Layer, evaluator: Evaluator) -> dict[str, Any]:
    """`block: {argument: value}`, or `block: value` for its first argument."""
    given = entry.arguments
    if given is None:
        return {}
    if not isinstance(given, Map):
        if not block.arguments:
            raise SpecProblem(
                codes.UNKNOWN_ARGUMENT, f"the block `{block.name}` takes no argument", given
            )
        return {next(iter(block.arguments)): evaluator.value(given)}
    for key, _ in given.pairs:
        if key.text not in block.arguments:
            raise _unknown(block, key)
    return {key.text: evaluator.value(value) for key, value in given.pairs}
