"""`repeat` and `for`: the turns of a loop, each with its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import RANGE
from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Expression, ForColumns, ForRows, List, Literal, Loop, Repeat
from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.build.scope import Evaluator
    from cnncalc.language.syntax import Value


def turns(loop: Loop, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn of a `repeat` or `for`; a `repeat` has none.

    Raises:
        SpecProblem: the count or the rows are of the wrong kind.
    """
    if isinstance(loop, Repeat):
        for _ in range(_count(loop.count, evaluator)):
            yield {}
    elif isinstance(loop, ForColumns):
        yield from _columns(loop, evaluator)
    else:
        yield from _rows(loop, evaluator)


def _count(written: Value, evaluator: Evaluator) -> int:
    """How many times a `repeat` says."""
    value = evaluator.value(written)
    if isinstance(value, str) and isinstance(written, (Literal, Expression)):
        value = evaluator.computed(written)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SpecProblem(
            codes.BAD_VALUE,
            f"`repeat` must be a whole number of 0 or more, not {show(value)}", written,
        )  # fmt: skip
    return value


def _columns(loop: ForColumns, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn, from lists side by side; raises `SpecProblem`."""
    lists = {key.text: _values(value, evaluator) for key, value in loop.columns.pairs}
    lengths = {
        len(values) if isinstance(values, (list, range)) else -1 for values in lists.values()
    }
    if len(lengths) != 1 or -1 in lengths:
        raise SpecProblem(codes.WRONG_TYPE, "`for` needs lists of one length", loop)
    for values in zip(*lists.values(), strict=True):
        yield dict(zip(lists, values, strict=True))


def _rows(loop: ForRows, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn, from the rows of `in`.

    Raises:
        SpecProblem: a row has not one value for each variable.
    """
    rows, names = loop.rows, loop.names
    values = _values(rows, evaluator)
    if not isinstance(values, (list, range)):
        raise SpecProblem(codes.WRONG_TYPE, "`in` must be a list of rows", rows)
    for index, row in enumerate(values):
        cells = [row] if loop.single else row
        if not isinstance(cells, list) or len(cells) != len(names):
            at = rows.items[index] if isinstance(rows, List) else rows
            count = len(cells) if isinstance(cells, list) else 1
            raise SpecProblem(
                codes.WRONG_TYPE,
                f"row {index + 1} has {count} values for {len(names)} variables", at,
                help=(f"`for` names {', '.join(names)}",),
            )  # fmt: skip
        yield dict(zip(names, cells, strict=True))


def _values(written: Value, evaluator: Evaluator) -> Any:  # noqa: ANN401 - any plain value
    """The values of a loop: those of a list, or the whole numbers of a range `1..$n`."""
    if not isinstance(written, (Literal, Expression)) or RANGE not in written.text:
        return evaluator.value(written)
    return evaluator.range(written.text, written)
