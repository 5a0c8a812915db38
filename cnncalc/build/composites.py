"""Entries that hold entries: groups, residuals and parallels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.costs import MANY, cost_of_loop, cost_of_path, cost_of_turn
from cnncalc.build.loops import turns
from cnncalc.build.scope import Evaluator, Variables, dtype, flag, stated
from cnncalc.build.taking import taken
from cnncalc.diagnostics import codes
from cnncalc.language.entries import check_beside_layers
from cnncalc.language.limits import BLOCK_STEPS, ENTRY_STEPS, LONGEST_PATH
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Composite, Group, Parallel, Residual
from cnncalc.net.node import NO_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.language.syntax import Beside, Entry
    from cnncalc.net.node import Scope, ScopeKind


def place(
    expander: Expander, entry: Composite, frame: Frame, inputs: Names, evaluator: Evaluator
) -> Names:
    """Place the entries of a group, a residual or a parallel; the names of its results."""
    beside = entry.beside
    check_beside_layers(beside)
    name = expander.given_name(beside.name, frame, evaluator)
    if name:
        expander.step(entry, BLOCK_STEPS + cost_of_path(name))
        scope = expander.scope(kind_of(entry), frame, name)
        frame = inner(frame, scope, entry, evaluator)
    else:
        frame = _told(frame, beside, evaluator)
        if not isinstance(entry, Group) or frame.turn_of is not entry:  # else the turn is the group
            frame = frame._replace(scope=expander.scope(kind_of(entry), frame))
    if isinstance(entry, Group):
        result = expander.run_entries(entry.entries, frame, inputs)
    elif isinstance(entry, Residual):
        result = _residual(expander, entry, frame, inputs)
    else:
        result = _parallel(expander, entry, frame, inputs)
    if name:
        expander.references.aliases[name] = result
        expander.charge_claims(beside.expect, frame.scope)
    return result


def kind_of(entry: Composite) -> ScopeKind:
    """What an entry with layers of its own is."""
    if isinstance(entry, Group):
        return "group"
    return "residual" if isinstance(entry, Residual) else "parallel"


def inner(frame: Frame, scope: Scope, entry: Entry, evaluator: Evaluator) -> Frame:
    """The frame in a block or group with a name."""
    if len(scope.name) > LONGEST_PATH:
        raise SpecProblem(
            codes.LIMIT, f"the path of a block has over {LONGEST_PATH} characters", entry
        )
    if entry.beside.expect is not None:
        scope = scope._replace(expect=stated(entry.beside.expect, evaluator))
    return _told(frame.inside(scope.name, scope), entry.beside, evaluator)


def _told(frame: Frame, beside: Beside, evaluator: Evaluator) -> Frame:
    """A frame with what an entry says of all layers inside."""
    if beside.trainable is None and beside.dtype is None:
        return frame
    return frame._replace(
        trainable=trainable(beside, frame, evaluator), dtype=dtype_of(beside, frame, evaluator)
    )


def trainable(beside: Beside, frame: Frame, evaluator: Evaluator) -> bool:
    """Whether training changes the weights of an entry."""
    if beside.trainable is None:
        return frame.trainable
    return flag(beside.trainable, evaluator, "trainable") and frame.trainable


def dtype_of(beside: Beside, frame: Frame, evaluator: Evaluator) -> str:
    """The type of an entry's weights and results; empty where neither it nor one around says."""
    return frame.dtype if beside.dtype is None else dtype(beside.dtype, evaluator)


def _residual(expander: Expander, entry: Residual, frame: Frame, inputs: Names) -> Names:
    inside = frame._replace(scope=expander.scope("body", frame))
    body = expander.run_entries(entry.body, inside, inputs)
    shortcut = inputs
    if len(inputs) >= MANY:
        expander.step(entry, len(inputs))
    if entry.shortcut is not None:
        inside = frame._replace(scope=expander.scope("shortcut", frame))
        shortcut = expander.run_entries(entry.shortcut, inside, inputs)
    return _merge(expander, entry.merge, frame, (*shortcut, *body))


def _parallel(expander: Expander, entry: Parallel, frame: Frame, inputs: Names) -> Names:
    results: list[str] = []
    for branch in entry.branches:
        expander.step(branch, 1 if len(inputs) < MANY else len(inputs))
        if isinstance(branch, Group):
            results += _branches(expander, branch, frame, inputs)
            continue
        if branch.name:
            path = expander.graph.take_name(frame.prefix + branch.name, branch)
            expander.step(branch, BLOCK_STEPS + cost_of_path(path))
            inside = frame.inside(path, expander.scope("branch", frame, path))
        else:
            inside = frame._replace(scope=expander.scope("branch", frame))
        results += expander.run_entries(branch.entries, inside, inputs)
    if not results:
        raise SpecProblem(codes.MISSING_KEY, "every branch of the `parallel` is left out", entry)
    return _merge(expander, entry.merge, frame, tuple(results))


def _branches(expander: Expander, group: Group, frame: Frame, inputs: Names) -> Names:
    """A branch of a group, or of each turn of its loop; none where `when` leaves it out."""
    expander.step(group, ENTRY_STEPS)

    def place_all() -> Names:
        found: list[str] = []
        for inside in _turns(expander, group, frame, inputs):
            expander.step(group, cost_of_turn(inside.variables.values))
            found += expander.once(group, inside, taken(expander, group, inside, inputs)) or ()
        return tuple(found)

    return expander.tried(place_all, group, group, frame) or ()


def _turns(expander: Expander, group: Group, frame: Frame, inputs: Names) -> Iterator[Frame]:
    """The frame of each branch that a group makes."""
    loop = group.beside.loop
    if loop is None:
        yield frame._replace(scope=expander.scope("branch", frame), turn_of=group)
        return
    expander.step(group, cost_of_loop(loop))
    for turn, values in enumerate(turns(loop, expander.evaluator(frame, inputs, group)), 1):
        scope = expander.scope("branch", frame)._replace(arguments=values or NO_VALUES, turn=turn)
        variables = Variables(values, frame.variables, turn)
        yield frame._replace(variables=variables, scope=scope, turn_of=group)


def _merge(expander: Expander, entry: Entry | None, frame: Frame, inputs: Names) -> Names:
    if entry is None:
        return inputs
    if len(inputs) >= MANY:
        expander.step(entry, len(inputs))
    return expander.run_entry(entry, frame, inputs)
