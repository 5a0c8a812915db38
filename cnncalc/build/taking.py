"""Results that a spec names: what an entry takes by `from`, and `outputs`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnncalc.build.costs import MANY, cost_of_lookup
from cnncalc.build.names import name_of, names_of
from cnncalc.build.scope import Evaluator
from cnncalc.diagnostics import codes
from cnncalc.language.limits import VALUES_A_STEP
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.language.syntax import Entry, Malformed, Template, Value


class Taken:
    """What an entry takes by `from`: looked for when it is needed, after `when` is asked."""

    __slots__ = ("_found", "_look")

    def __init__(self, look: Callable[[], Names]) -> None:
        self._look = look
        self._found: Names | None = None

    @property
    def names(self) -> Names:
        """The names of the results; raises `SpecProblem` if none are named."""
        if self._found is None:
            self._found = self._look()
        return self._found


def taken(expander: Expander, entry: Entry, frame: Frame, current: Names) -> Names | Taken:
    """What an entry takes: what its `from` names, when it is asked for, or the one before."""
    if entry.beside.inputs is None:
        return current
    return Taken(partial(_inputs_of, expander, entry, frame, current))


def _inputs_of(expander: Expander, entry: Entry, frame: Frame, current: Names) -> Names:
    given = entry.beside.inputs
    assert given is not None  # noqa: S101 - it is why we are here
    evaluator = expander.evaluator(frame, current, entry)
    found: list[str] = []
    for written in given.items:
        wanted = names_of(written, evaluator)
        if len(wanted) >= MANY:
            expander.step(entry, len(wanted))
        for one in wanted:
            results = _results_of(expander, one, written, entry, frame, evaluator)
            many = len(found) >= MANY or len(results) >= MANY
            expander.step(entry, len(results) if many else len(results) // VALUES_A_STEP)
            found += results
    if not found:
        raise SpecProblem(codes.WRONG_TYPE, "`from` names no layer", given)
    return tuple(found)


def _results_of(  # noqa: PLR0913, PLR0917 - what a place in the net consists of
    expander: Expander,
    wanted: str,
    written: Value,
    entry: Entry,
    frame: Frame,
    evaluator: Evaluator,
) -> Names:
    """What a name of `from` refers to; of unknown shape if there is nothing."""
    expander.step(written, cost_of_lookup(wanted, frame.prefix))
    if wanted == "input" and (frame.calls or "input" not in expander.spec.inputs):
        expander.references.lookups += 1
        return frame.inputs
    found = expander.references.results(wanted, frame.prefix)
    if not found:
        by = _own_name(entry, frame, evaluator)
        expander.references.missing(wanted, written, frame, by)
        expander.graph.mark_unsound()
        return expander.nameless(frame)
    return found


def _own_name(entry: Entry, frame: Frame, evaluator: Evaluator) -> str:
    given = entry.beside.name
    return frame.prefix + name_of(given, evaluator) if given is not None else ""


def results_named(
    expander: Expander, outputs: tuple[Template | Malformed, ...], frame: Frame
) -> Names:
    """The results that the outputs of the net, or of a block, name."""
    evaluator = Evaluator(frame.variables, expander.layout, None, expander.account)
    found: list[str] = []
    for written in outputs:
        try:
            wanted = names_of(written, evaluator)
        except SpecProblem as problem:
            if problem.code == codes.LIMIT:
                raise
            expander.graph.report(problem, frame)
            continue
        expander.step(written, len(wanted))
        for one in wanted:
            names = expander.references.results(one, frame.prefix)
            if not names:
                expander.references.missing(one, written, frame)
                expander.graph.mark_unsound()
            found += names
    return tuple(found) if found else expander.nameless(frame)
