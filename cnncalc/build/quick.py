"""Lists of entries, the quick way: a layer alone is placed without a walk through its parts.

Entries of plain words and numbers are built once for all that are written alike; where a list is
met again, layers whose arguments or names depend on variables are built once for their values.
Every other entry is placed by `Expander.run_entry`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.costs import MANY, cost_of_layer, cost_of_place
from cnncalc.build.placing import EntryTraits
from cnncalc.build.prepared import MOST_FAILURES, Prepared, varied
from cnncalc.diagnostics import codes
from cnncalc.language.limits import ENTRY_STEPS
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.tree import Scalar
from cnncalc.language.written import key_of

if TYPE_CHECKING:
    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.prepared import Varied
    from cnncalc.build.scope import Evaluator
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Entries, Layer
    from cnncalc.layers.base.layer import Layer as BuiltLayer


def run_first(expander: Expander, entries: Entries, frame: Frame, current: Names) -> Names:
    """Place entries that were not met before."""
    expander.prepared[id(entries)] = None
    known, plain, place = expander.builder.known, expander.builder.plain, expander.graph.place
    account, each = expander.account, cost_of_place(frame.prefix)
    for item in entries.items:
        account.left -= each if len(current) < MANY else each + len(current)
        if account.left < 0:
            raise account.exhausted(item)
        key = item.text if type(item) is Scalar else key_of(item)
        layer = known(key)
        if layer is None:
            layer = plain(item, key)
            if layer is not None:
                expander.step(item, ENTRY_STEPS + cost_of_layer(layer))
        if layer is not None:
            current = place(layer, frame, current, item)
        else:
            current = expander.run_entry(item, frame, current)
    return current


def run_again(expander: Expander, entries: Entries, frame: Frame, current: Names) -> Names:
    """Place entries that were met before, as `run_first` does."""
    prepared = expander.prepared[id(entries)]
    if prepared is None:
        prepared = expander.prepared[id(entries)] = tuple(
            prepare(expander, item) for item in entries.items
        )
    place, account, each = expander.graph.place, expander.account, cost_of_place(frame.prefix)
    for item, layer, change in prepared:
        account.left -= each if len(current) < MANY else each + len(current)
        if account.left < 0:
            raise account.exhausted(item)
        placed = None
        if layer is not None:
            placed = place(layer, frame, current, item)
        elif change is not None and expander.failures.get(id(item), 0) < MOST_FAILURES:
            way = place_varied if change.entry.beside.when is None else place_chosen
            placed = way(expander, change, frame, current, item, ENTRY_STEPS)
        current = expander.run_entry(item, frame, current) if placed is None else placed
    return current


def prepare(expander: Expander, item: Any) -> Prepared:  # noqa: ANN401 - read or not
    """What is known of an entry before it is met again."""
    layer = expander.builder.ready(item)
    if layer is not None:
        return Prepared(item, layer)
    entry = expander.read(item)
    if entry.beside.loop is not None:
        return Prepared(item)
    return Prepared(item, None, varied(entry, expander.builder, expander.spec.blocks))


def place_varied(  # noqa: PLR0913, PLR0917 - what a place in the net consists of
    expander: Expander,
    change: Varied,
    frame: Frame,
    inputs: Names,
    at: Placed,
    steps: int = 0,
) -> Names | None:
    """Place an entry with variables, charged for; None if it needs the full way."""
    if change.entry.beside.when is not None:
        return None
    evaluator = expander.evaluator(frame, inputs, change.entry)
    found = change.layer(evaluator)
    if found is None:
        return None
    layer, own = found
    expander.step(change.entry, steps + change.steps + own)
    return _named(expander, change.entry, layer, frame, inputs, at, evaluator)


def place_chosen(  # noqa: PLR0913, PLR0917 - as `place_varied`
    expander: Expander,
    change: Varied,
    frame: Frame,
    inputs: Names,
    at: Placed,
    steps: int,
) -> Names | None:
    """As `place_varied` where there is a `when`; the inputs where that leaves the entry out."""
    entry, when, left = change.entry, change.entry.beside.when, expander.account.left
    assert when is not None  # noqa: S101 - it is why we are here
    evaluator = expander.evaluator(frame, inputs, entry)
    expander.step(entry, steps + change.steps)
    placed = None
    try:
        if not evaluator.condition(when):
            return inputs
        found = change.layer(evaluator)
        if found is not None:
            layer, own = found
            expander.step(entry, own)
            placed = _named(expander, entry, layer, frame, inputs, at, evaluator)
    except UnknownShape:
        pass
    except SpecProblem as problem:
        if problem.code == codes.LIMIT:
            raise
    if placed is None:  # told, and charged for, where the entry is placed in full
        expander.account.left = left
    return placed


def _named(  # noqa: PLR0913, PLR0917 - what a place in the net consists of
    expander: Expander,
    entry: Layer,
    layer: BuiltLayer,
    frame: Frame,
    inputs: Names,
    at: Placed,
    evaluator: Evaluator,
) -> Names | None:
    """Place a layer under the name that it is given; None if that needs the full way."""
    if entry.beside.name is None:
        return expander.graph.place(layer, frame, inputs, at)
    try:
        name = expander.given_name(entry.beside.name, frame, evaluator)
    except UnknownShape:  # as for a problem: it is told where the entry is placed in full
        return None
    except SpecProblem as problem:
        if problem.code == codes.LIMIT:
            raise
        return None
    return expander.graph.place(layer, frame, inputs, at, EntryTraits(entry, name, frame.traits))
