"""`repeat` and `for`: the turns of a loop, each with its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Mapping, Scalar, Sequence, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.build.scope import Evaluator
    from cnncalc.language.entries import Entry


def turns(entry: Entry, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn of a `repeat` or `for`; the index `$i` counts from 1.

    Raises:
        SpecProblem: the count or the rows are of the wrong kind.
    """
    if entry.loop is None:
        assert entry.repeat is not None  # noqa: S101 - one of the two is why we are here
        for index in range(1, _count(entry.repeat, evaluator) + 1):
            yield {"i": index}
        return
    if entry.repeat is not None:
        raise SpecProblem(codes.UNKNOWN_KEY, "give either `repeat` or `for`", entry.repeat)
    for index, row in enumerate(_rows(entry, evaluator), 1):
        yield {"i": index, **row}


def _count(tree: Tree, evaluator: Evaluator) -> int:
    """How many times a `repeat` says."""
    value = evaluator.value(tree)
    if isinstance(value, str) and isinstance(tree, Scalar):
        value = evaluator.computed(tree)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SpecProblem(
            codes.BAD_VALUE,
            f"`repeat` must be a whole number of 0 or more, not {value}", tree,
        )  # fmt: skip
    return value


def _rows(entry: Entry, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn of a `for`: rows of `in`, or lists side by side.

    Raises:
        SpecProblem: a row has not one value for each variable.
    """
    loop, rows = entry.loop, entry.rows
    if isinstance(loop, Mapping):
        lists = {key.text: evaluator.value(tree) for key, tree in loop.pairs()}
        lengths = {len(values) if isinstance(values, list) else -1 for values in lists.values()}
        if len(lengths) != 1 or -1 in lengths:
            raise SpecProblem(codes.WRONG_TYPE, "`for` needs lists of one length", loop)
        for values in zip(*lists.values(), strict=True):
            yield dict(zip(lists, values, strict=True))
        return
    if rows is None:
        raise SpecProblem(codes.MISSING_KEY, "`for` needs `in:`, the rows of values", loop)
    single = isinstance(loop, Scalar)
    trees = loop.items if isinstance(loop, Sequence) else [loop]
    names = [tree.text for tree in trees if isinstance(tree, Scalar)]
    values = evaluator.value(rows)
    if not isinstance(values, list):
        raise SpecProblem(codes.WRONG_TYPE, "`in` must be a list of rows", rows)
    for index, row in enumerate(values):
        cells = [row] if single else row
        if not isinstance(cells, list) or len(cells) != len(names):
            at = rows.items[index] if isinstance(rows, Sequence) else rows
            count = len(cells) if isinstance(cells, list) else 1
            raise SpecProblem(
                codes.WRONG_TYPE,
                f"row {index + 1} has {count} values for {len(names)} variables", at,
                help=(f"`for` names {', '.join(names)}",),
            )  # fmt: skip
        yield dict(zip(names, cells, strict=True))
