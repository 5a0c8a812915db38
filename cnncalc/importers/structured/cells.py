"""Cells of a region that is not series-parallel: pieces that hand on a single result.

A net found by search is a row of cells, each of which takes the results of the two
before it (Zoph et al., Learning transferable architectures, 2017). Between them, few results
are still to be used; a piece between two such places, from which nothing but its last
result is used further on, is a cell: a block with an input for each result that it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.structured.terms import terms_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.structured.terms import Run

_WIDEST = 2  # results that are still to be used between two cells
_FEWEST = 4  # steps of a cell


class Step(NamedTuple):
    """Terms one after another in a region, of which the first may take several results.

    Attributes:
        inputs: what the first takes, layers by number.
        run: the terms.
        result: the layer whose result the last gives.
        places: all layers in it.
    """

    inputs: tuple[int, ...]
    run: Run
    result: int
    places: tuple[int, ...]


def names_inside(step: Step) -> bool:
    """Whether a term in a step takes something by a name, which a cell does not know."""
    return any(term.sources for term in terms_of(step.run))


def pieces(steps: Sequence[Step], leaving: set[int]) -> Iterator[tuple[Sequence[Step], bool]]:
    """The steps in pieces, in order, and whether each is a cell.

    Args:
        steps: in topological order.
        leaving: the results that are used outside of the region.
    """
    last = {value: place for place, step in enumerate(steps) for value in step.inputs}
    last.update(dict.fromkeys(leaving, len(steps)))
    start = 0
    alive: set[int] = {value for value in last if value not in {step.result for step in steps}}
    for place, step in enumerate(steps):
        alive.add(step.result)
        alive = {value for value in alive if last.get(value, -1) > place}
        if len(alive) > _WIDEST:
            continue
        piece = steps[start : place + 1]
        made = {one.result for one in piece}
        single = alive & made == {step.result}
        yield piece, len(piece) >= _FEWEST and single and not any(map(names_inside, piece))
        start = place + 1
    if start < len(steps):
        yield steps[start:], False
