"""`repeat` and `for`: the turns of a loop, each with its variables, and the walk through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.costs import cost_of_loop, cost_of_turn
from cnncalc.build.prepared import varied
from cnncalc.build.scope import RANGE, Variables
from cnncalc.build.taking import Taken
from cnncalc.build.turns import Turns
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
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import NO_VALUES, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.build.copies import Runs
    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.prepared import Varied
    from cnncalc.build.scope import Evaluator
    from cnncalc.language.syntax import Entries, Entry, Value

_LONG = 8  # turns of a `repeat` from which on it pays to copy


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
        if turn == 1:
            _afford(count, loop, evaluator)
        yield {}


def _afford(count: int, loop: Repeat, evaluator: Evaluator) -> None:
    """Refuse turns that there are not enough steps for: each is one, at least."""
    evaluator.account.afford(loop.count, count - 1)


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
    lists = {}
    for key, written in loop.columns.pairs:
        values = lists[key.text] = _values(written, evaluator)
        if not isinstance(values, (list, range)):
            raise SpecProblem(
                codes.WRONG_TYPE,
                f"`{key.text}` of `for` must be a list, not {show(values)}", written,
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
    outer = expander.scope("loop", frame)
    body, change = _of_a_turn(expander, entry)
    walk = _Walk(expander, entry, frame, outer, body, change)
    if isinstance(loop, Repeat):
        return walk.repeated(loop, _count(loop.count, evaluator), evaluator, inputs)
    result = None
    for turn, values in enumerate(turns(loop, evaluator), 1):
        placed = walk.turn(turn, values, inputs)
        if placed is not None:
            inputs = result = placed
    return result


class _Walk(NamedTuple):
    """The walk through the turns of an entry's loop, whose scope is `outer`.

    `body` and `change` are as `_of_a_turn` gives them.
    """

    expander: Expander
    entry: Entry
    frame: Frame
    outer: Scope
    body: Entries | None
    change: Varied | None

    def turn(
        self,
        turn: int,
        values: Mapping[str, Any],
        inputs: Names | Taken,
        *,
        single: bool = False,
    ) -> Names | None:
        """Place a turn with its variables; None if nothing is left of it."""
        expander, entry, outer = self.expander, self.entry, self.outer
        expander.step(entry, cost_of_turn(values))
        scope = outer
        if not single:
            start = len(expander.graph.nodes)
            scope = Scope("turn", start, outer, "", "", values or NO_VALUES, turn)
        inside = self.frame.turn(entry, Variables(values, self.frame.variables, turn), scope)
        if isinstance(inputs, Taken):
            return expander.once(entry, inside, inputs)
        return expander.turn(entry, inside, inputs, self.change, self.body)

    def repeated(
        self, loop: Repeat, count: int, evaluator: Evaluator, inputs: Names | Taken
    ) -> Names | None:
        """Place the turns of a `repeat`: those that come out as the one before, many at once."""
        expander = self.expander
        single = _is_single(expander, self.entry, self.body, self.change)
        if count >= _LONG:
            expander.begin_copies()
        result, turn = None, 0
        while turn < count:
            if turn == 1:
                _afford(count, loop, evaluator)
            turn += 1
            taken = inputs
            placed = self.turn(turn, {}, taken, single=single)
            if placed is not None:
                inputs = result = placed
            alike = self._alike() if not isinstance(taken, Taken) else None
            if alike is None or placed is None:
                continue
            if _is_done(expander, loop, count - turn, alike):
                return placed
            left = Turns(range(turn + 1, count + 1), self.outer, single)
            done, result = alike.go_on(expander, self.frame, left, placed)
            turn, inputs = turn + done, result
        return result

    def _alike(self) -> Runs | None:
        """The runs of which every further turn of a `repeat` is one; None where they may differ."""
        copies = self.expander.copies
        return copies.lasting(self.entry if self.body is None else self.body) if copies else None


def _of_a_turn(expander: Expander, entry: Entry) -> tuple[Entries | None, Varied | None]:
    """The entries of a group with nothing beside its loop; else a layer that is built at once."""
    if isinstance(entry, Group) and _is_alone(entry):
        return entry.entries, None
    if entry.beside.when is not None:
        return None, None
    return None, varied(entry, expander.builder, expander.spec.blocks)


def _is_done(expander: Expander, loop: Loop, left: int, alike: Runs) -> bool:
    """Whether the turns that are left place nothing; charged for then, and held to the limits."""
    steps = alike.afford(expander, left, loop)
    if alike.idle:
        expander.account.charge(loop, steps)
    return alike.idle


def _is_single(
    expander: Expander, entry: Entry, body: Entries | None, change: Varied | None
) -> bool:
    """Whether a turn is one layer, with nothing beside it."""
    if body is None:
        return change is not None and _is_alone(entry)
    if len(body) != 1:
        return False
    one = expander.read(body.items[0])
    return one.beside is ALONE and (varied(one, expander.builder, expander.spec.blocks) is not None)


def _is_alone(entry: Entry) -> bool:
    """Whether there is nothing beside an entry but its loop."""
    return entry.beside._replace(loop=None) == ALONE
