"""`repeat` and `for`: the turns of a loop, each with its variables, and the walk through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.costs import cost_of_loop, cost_of_turn
from cnncalc.build.prepared import varied
from cnncalc.build.scope import RANGE, Variables
from cnncalc.build.taking import Taken
from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import (
    ALONE,
    Expression,
    ForColumns,
    ForRows,
    Group,
    List,
    Literal,
    Loop,
    Repeat,
)
from cnncalc.layers.base.kinds import show
from cnncalc.net.node import NO_VALUES, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.build.copies import Runs
    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.scope import Evaluator
    from cnncalc.language.syntax import Entries, Entry, Value


def turns(loop: Loop, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn of a `repeat` or `for`; a `repeat` has none.

    Raises:
        SpecProblem: the count or the rows are of the wrong kind.
    """
    if isinstance(loop, Repeat):
        yield from _repeated(_count(loop.count, evaluator), loop, evaluator)
    elif isinstance(loop, ForColumns):
        yield from _columns(loop, evaluator)
    else:
        yield from _rows(loop, evaluator)


def _repeated(count: int, loop: Repeat, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The turns of a `repeat`; what is wrong with the first is told before there are too many."""
    for turn in range(count):
        if turn == 1 and count - 1 > evaluator.account.left:  # a turn is a step, at least
            raise evaluator.account.exhausted(loop.count)
        yield {}


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
    for name, values in lists.items():
        if not isinstance(values, (list, range)):
            raise SpecProblem(
                codes.WRONG_TYPE, f"`{name}` of `for` must be a list, not {show(values)}", loop,
                help=("a list such as `[1, 2, 3]`, or a range `1..3`",),
            )  # fmt: skip
    if len({len(values) for values in lists.values()}) != 1:
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


def unroll(expander: Expander, entry: Entry, frame: Frame, inputs: Names | Taken) -> Names | None:
    """Unroll `repeat` and `for`; the index `$i` counts from 1. None if no turn is left."""
    loop = entry.beside.loop
    assert loop is not None  # noqa: S101 - it is why we are here
    expander.step(entry, cost_of_loop(loop))
    evaluator = expander.evaluator(frame, inputs, entry)
    result = None
    outer = expander.scope("loop", frame)
    alone = entry.beside._replace(loop=None) == ALONE
    change = None
    if entry.beside.when is None:
        change = varied(entry, expander.builder, expander.spec.blocks)
    body = entry.entries if alone and isinstance(entry, Group) else None
    single = isinstance(loop, Repeat) and (
        (alone and change is not None) or _is_single(expander, body)
    )
    what, lasting = entry if body is None else body, None
    for turn, values in enumerate(turns(loop, evaluator), 1):
        expander.step(entry, cost_of_turn(values))
        scope = outer
        if not single:
            start = len(expander.graph.nodes)
            scope = Scope("turn", start, outer, "", "", values or NO_VALUES, turn)
        placed = None
        inside = frame
        if lasting is None or lasting.filled:
            inside = frame.turn(entry, Variables(values, frame.variables, turn), scope)
        if lasting is not None and not isinstance(inputs, Taken):
            placed = lasting.again(expander, inside, scope, inputs)
        if placed is None:
            inside = frame.turn(entry, Variables(values, frame.variables, turn), scope)
            placed = expander.turn(entry, inside, inputs, change, body)
            if isinstance(loop, Repeat) and not isinstance(inputs, Taken):
                lasting = expander.copies.lasting(what)
                if lasting is not None and _is_done(expander, loop, evaluator, turn, lasting):
                    return placed
        if placed is not None:
            inputs = result = placed
    return result


def _is_done(
    expander: Expander, loop: Repeat, evaluator: Evaluator, turn: int, lasting: Runs
) -> bool:
    """Whether the turns that are left place nothing; charged for then, and held to the limits."""
    steps = lasting.afford(expander, _count(loop.count, evaluator) - turn, loop)
    if lasting.idle:
        expander.account.charge(loop, steps)
    return lasting.idle


def _is_single(expander: Expander, body: Entries | None) -> bool:
    """Whether the entries of a group are one layer, with nothing beside it."""
    if body is None or len(body) != 1:
        return False
    inner = expander.read(body.items[0])
    alone = inner.beside is ALONE
    return alone and varied(inner, expander.builder, expander.spec.blocks) is not None
