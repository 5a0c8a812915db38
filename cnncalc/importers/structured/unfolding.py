"""Tables and blocks that no longer pay, once what they hold became short, are written out."""

from __future__ import annotations

from collections import Counter
from operator import is_
from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.slots import Scaled
from cnncalc.importers.structured.terms import (
    ARGUMENT,
    LINE,
    cost_of,
    terms_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.importers.structured.blocks import Block
    from cnncalc.importers.structured.slots import Variable
    from cnncalc.importers.structured.terms import Run, Term, Terms


def unfolded(terms: Terms, run: Run, bodies: Mapping[Block, Run]) -> tuple[Run, dict[Block, Run]]:
    """A net and its blocks, without tables and blocks that make the text longer."""
    kept = dict(bodies)
    while True:
        run = _unrolled(terms, run)
        kept = {block: _unrolled(terms, body) for block, body in kept.items()}
        spare = _spare(run, kept)
        if spare is None:
            return run, kept
        body = kept.pop(spare)
        run = _inlined(terms, run, spare, body)
        kept = {block: _inlined(terms, one, spare, body) for block, one in kept.items()}


def _unrolled(terms: Terms, run: Run) -> Run:
    found: list[Term] = []
    for term in run:
        made = _with_parts(terms, term, tuple(_unrolled(terms, part) for part in term.parts))
        if made.kind == "table":
            turns = _turns(terms, made)
            if cost_of(turns) <= made.cost:
                found += turns
                continue
        found.append(made)
    return tuple(found)


def _turns(terms: Terms, term: Term) -> Run:
    """The turns of a table, one after another."""
    (body,), variables = term.parts, term.head.variables
    width = len(variables)
    rows = (term.slots[at : at + width] for at in range(0, len(term.slots), width))
    return tuple(
        one for row in rows for one in _filled(terms, body, dict(zip(variables, row, strict=True)))
    )


def _spare(run: Run, bodies: Mapping[Block, Run]) -> Block | None:
    """A block that is not worth its lines."""
    uses = Counter(
        term.head
        for part in (run, *bodies.values())
        for term in terms_of(part)
        if term.kind == "use"
    )
    for block, body in bodies.items():
        if body[0].kind == "cell":
            continue
        head = 2 * LINE + (LINE + ARGUMENT * len(block.variables) if block.variables else 0)
        if (uses[block] - 1) * cost_of(body) <= head + uses[block] * LINE:
            return block
    return None


def inlined(terms: Terms, run: Run, bodies: Mapping[Block, Run]) -> Run:
    """A run with all blocks written out, in which it may be long."""
    while True:
        block = next((term.head for term in terms_of(run) if term.kind == "use"), None)
        if block is None:
            return run
        run = _inlined(terms, run, block, bodies[block])


def _inlined(terms: Terms, run: Run, block: Block, body: Run) -> Run:
    found: list[Term] = []
    for term in run:
        if term.kind == "use" and term.head is block:
            found += _filled(terms, body, dict(zip(block.variables, term.slots, strict=True)))
        else:
            parts = tuple(_inlined(terms, part, block, body) for part in term.parts)
            found.append(_with_parts(terms, term, parts))
    return tuple(found)


def _filled(terms: Terms, run: Run, values: Mapping[Variable, Any]) -> Run:
    """A run with values in the place of variables."""

    def value(slot: Any) -> Any:  # noqa: ANN401 - any value
        if isinstance(slot, Scaled) and slot.variable in values:
            return slot.of(values[slot.variable])  # type: ignore[index]
        return slot

    return tuple(
        terms.like(
            term,
            tuple(map(value, term.slots)),
            tuple(_filled(terms, part, values) for part in term.parts),
        )
        for term in run
    )


def _with_parts(terms: Terms, term: Term, parts: tuple[Run, ...]) -> Term:
    """The same term with other parts; itself where they are the same."""
    pairs = zip(parts, term.parts, strict=True)
    alike = all(len(one) == len(two) and all(map(is_, one, two)) for one, two in pairs)
    return term if alike else terms.like(term, term.slots, parts)
