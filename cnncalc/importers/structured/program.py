"""The search for the shortest text: loops and blocks, the one that gains the most first.

What a text costs is what a person has to read: lines, and a share of a line for
each argument and each cell of a table. A change is made if the whole gets cheaper by it, a
description of minimal length (Rissanen, Modeling by shortest data description, 1978) found
greedily, as Re-Pair does for texts (Larsson and Moffat, Off-line dictionary-based
compression, 2000). Each step costs time in proportion to what is left of the net, and
the steps are bounded, so that a net without any structure is left as it is.
"""

from __future__ import annotations

from itertools import count
from operator import is_not
from typing import TYPE_CHECKING

from cnncalc.importers.structured.blocks import best_block, block_of
from cnncalc.importers.structured.loops import Span, folded, repeated, replaced, tables
from cnncalc.importers.structured.unfolding import unfolded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.importers.structured.blocks import Block, Found
    from cnncalc.importers.structured.facts import Facts
    from cnncalc.importers.structured.terms import Run, Term, Terms

#: Terms that may be looked at, in all.
WORK = 1_000_000


class Program:
    """A net as the run of its terms, and the blocks that it uses.

    Attributes:
        run: the net.
        bodies: the run of each block, in the order in which they were found.
        complete: whether the search came to its end.
    """

    def __init__(self, terms: Terms, run: Run, facts: Facts) -> None:
        self.terms = terms
        self.facts = facts
        self.run = repeated(terms, run, facts)
        self.bodies: dict[Block, Run] = {}
        self.complete = True
        self._tables: dict[int, tuple[Run, tuple[Span, ...]]] = {}  # by the identity of a run

    def shorten(self) -> None:
        """Take what gains the most, as long as anything does."""
        while True:
            runs = list(self._runs())
            if self.terms.left < 0:
                self.complete = False
                break
            loop = self._best_table(runs)
            block = best_block(self.terms, runs, self.facts, loop[1].gain if loop else 0)
            if block is not None:
                self._define(block, runs)
            elif loop is not None:
                number, span = loop
                self._replace({number: [span]})
            else:
                break
        self.run, self.bodies = unfolded(self.terms, self.run, self.bodies)

    def _runs(self) -> Iterator[Run]:
        """Every run, the whole before its parts."""
        stack = [*reversed(self.bodies.values()), self.run]
        while stack:
            run = stack.pop()
            yield run
            stack += [part for term in reversed(run) for part in reversed(term.parts)]

    def _best_table(self, runs: Sequence[Run]) -> tuple[int, Span] | None:
        """The table that gains the most, and the number of the run that it is in."""
        known, self._tables = self._tables, {}
        best: tuple[int, Span] | None = None
        for number, run in enumerate(runs):
            kept = known.get(id(run))
            spans = kept[1] if kept is not None else tuple(tables(self.terms, run, self.facts))
            self._tables[id(run)] = run, spans
            for span in spans:
                if best is None or span.gain > best[1].gain:
                    best = number, span
        return best

    def _define(self, found: Found, runs: Sequence[Run]) -> None:
        """Make a block, and put its uses in the places of what it stands for."""
        block = block_of(found.merged)
        cells = {column.variable: column.cells for column in found.merged.columns}
        edits: dict[int, list[Span]] = {}
        for row, (number, place) in enumerate(found.where):
            stop = place + found.length
            last = result_of(runs[number][stop - 1])
            slots = tuple(cells[variable][row] for variable in block.variables)
            use = self.terms.make("use", block, slots, (), last.places)
            if last.kind == "cell":
                use = self.terms.taking(use, last.sources, last.pinned)
            edits.setdefault(number, []).append(Span(place, stop, (use,), 0))
        self._replace(edits)
        self.bodies[block] = found.merged.run

    def _replace(self, edits: Mapping[int, Sequence[Span]]) -> None:
        """Put other terms in the places of some, in the runs of these numbers."""
        numbers = count()

        def rebuilt(run: Run) -> Run:
            spans = edits.get(next(numbers))
            made = tuple(inside(term) for term in run)
            if spans is not None:
                return folded(self.terms, replaced(made, spans), self.facts)
            return made if any(map(is_not, made, run)) else run

        def inside(term: Term) -> Term:
            parts = tuple(map(rebuilt, term.parts))
            changed = any(map(is_not, parts, term.parts))
            return self.terms.like(term, term.slots, parts) if changed else term

        self.run = rebuilt(self.run)
        self.bodies = {block: rebuilt(body) for block, body in self.bodies.items()}


def result_of(term: Term) -> Term:
    """The term whose result a loop gives; any other gives its own."""
    while term.kind in {"repeat", "table"}:
        term = term.parts[0][-1]
    return term
