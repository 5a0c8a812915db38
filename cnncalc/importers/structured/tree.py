"""From the wiring of a flat net to runs of terms: residuals, branches, and layers with `from`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.importers.structured.cells import Step, names_inside, pieces
from cnncalc.importers.structured.check import COMMUTATIVE
from cnncalc.importers.structured.slots import ANY
from cnncalc.importers.structured.terms import INSIDE, OUTSIDE, terms_of
from cnncalc.net.series_parallel import decompose
from cnncalc.net.structure import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.importers.structured.facts import Facts
    from cnncalc.importers.structured.graph import Graph
    from cnncalc.importers.structured.signatures import Signed
    from cnncalc.importers.structured.terms import Run, Term, Terms

_MOST_TAKEN_IN = 4  # pieces before a cell that may belong to it
_SHORT = 4  # layers of a branch beside which the other is a body


class Tree:
    """Makes the run of a whole net."""

    def __init__(self, terms: Terms, graph: Graph, signed: Sequence[Signed], facts: Facts) -> None:
        self.terms = terms
        self.graph = graph
        self.signed = signed
        self.facts = facts
        self.pinned = self._pinned()
        self.numbers: dict[int, int] = {}
        self.named_outputs: tuple[int, ...] = ()
        self.users: list[list[int]] = [[] for _ in graph.inputs]
        for number, taken in enumerate(graph.inputs):
            for source in taken:
                if source >= 0:
                    self.users[source].append(number)

    def run(self) -> Run:
        """All layers of the net, as a run."""
        parts = [Part("layer") for _ in self.graph.inputs]
        self.numbers = {id(part): number for number, part in enumerate(parts)}
        leaving = [False] * len(parts)
        for output in self.graph.outputs:
            if output >= 0:
                leaving[output] = True
        before = [list(dict.fromkeys(max(one, -1) for one in taken)) for taken in self.graph.inputs]
        several = any(one < -1 for taken in self.graph.inputs for one in taken)
        source = None if several else -1
        return _reread(self, decompose(parts, before, leaving), source)

    def _pinned(self) -> set[int]:
        """The layers that are named from the start: those whose weights others use."""
        return {one for one in self.graph.shares if one is not None}

    def series(
        self, parts: Sequence[Part], source: int | None, flow: int | None
    ) -> tuple[list[Term], int | None]:
        """The terms of parts one after another, and the layer whose result they give.

        Args:
            parts: what is in series.
            source: what the first of them takes.
            flow: what is before them in the text.
        """
        found: list[Term] = []
        waiting = list(reversed(parts))
        while waiting:
            part = waiting.pop()
            if part.kind == "graph" and waiting and waiting[-1].kind == "layer":
                part = part._replace(children=(*part.children, waiting.pop()))  # where it ends
            more, source = self.part(part, source, flow)
            found += more
            flow = source
        return found, source

    def part(
        self, part: Part, source: int | None, flow: int | None
    ) -> tuple[list[Term], int | None]:
        """The terms of a part, and the layer whose result they give."""
        if part.kind == "layer":
            number = self.numbers[id(part)]
            return [self.layer(number, flow)], number
        if part.kind == "parallel":
            made = self.parallel(part, source, flow)
            if made is not None:
                return made
        if part.kind == "graph":
            return self.region(part, flow)
        return self.spelled(part, source, flow)

    def region(self, part: Part, flow: int | None) -> tuple[list[Term], int | None]:
        """A region of any wiring: its cells, and chains that say what they take."""
        steps = [step for child in part.children for step in self.steps(child)]
        steps.sort(key=lambda step: step.places[0])  # as the file has them, results first
        inside = {number for step in steps for number in step.places}
        leaving = {
            step.result
            for step in steps
            if not inside.issuperset(self.users[step.result])
            or not self.users[step.result]
            or step.result in self.graph.outputs
        }
        found: list[Term] = []
        for piece, is_cell in self.extended(list(pieces(steps, leaving))):
            made = [self.cell(piece)] if is_cell else [self.chain(step) for step in piece]
            for term in made:
                alone = term.sources == (flow,) and term.kind != "cell"
                found.append(self.terms.taking(term, ()) if alone else term)
                self.pinned.update(one for one in found[-1].sources if one >= 0)
                flow = term.places[-1]
        return found, flow

    def extended(
        self, found: list[tuple[Sequence[Step], bool]]
    ) -> list[tuple[Sequence[Step], bool]]:
        """The pieces, where a cell that is like no other takes in those before it that make
        it like others: the last cell of a net, whose first result nothing else uses.
        """
        shapes = {
            place: self.cell(piece).shape for place, (piece, is_cell) in enumerate(found) if is_cell
        }
        counts = Counter(shapes.values())
        for place in [one for one, shape in shapes.items() if counts[shape] == 1]:
            piece = found[place][0]
            for before in range(place - 1, max(place - 1 - _MOST_TAKEN_IN, -1), -1):
                steps, is_cell = found[before]
                inside = {number for step in (*steps, *piece) for number in step.places}
                used = (self.users[step.result] for step in steps)
                named = any(map(names_inside, steps))
                if is_cell or named or not all(map(inside.issuperset, used)):
                    break
                piece = (*steps, *piece)
                if self.cell(piece).shape in counts:
                    found[before:place] = [((), False)] * (place - before)
                    found[place] = piece, True
                    break
        return found

    def steps(self, part: Part) -> Iterator[Step]:
        """A child of a region: a layer, and what follows it alone.

        It is a step, or several, if a layer joins several results or takes one twice:
        inside of a step nothing has a name.
        """
        parts = part.children if part.kind == "branch" else (part,)
        number = self.numbers[id(parts[0])]
        inputs = self.graph.inputs[number]
        run = [self.layer(number, None, merge=True)]
        for term in self.series(parts[1:], number, number)[0]:
            before = run[-1].places[-1]
            named, shared = _parted(term.sources)
            if named or before in self.pinned or len(inputs) > 1:
                yield Step(inputs, tuple(run), before, _places(run))
                inputs, run = named or (before,), []
            run.append(self.terms.taking(term, shared))
        yield Step(inputs, tuple(run), run[-1].places[-1], _places(run))

    def chain(self, step: Step, names: Mapping[int, int] | None = None) -> Term:
        """A step as a term that takes its results by their names, or by those in a cell."""
        sources = step.inputs
        if names is not None:
            sources = tuple(names[one] for one in sources)
        if len(step.run) == 1:
            return self.terms.taking(step.run[0], (*sources, *step.run[0].sources))
        return self.terms.make("chain", None, (), (step.run,), (step.result,), sources=sources)

    def cell(self, piece: Sequence[Step]) -> Term:
        """A piece as one term, in which results are known by their places in it."""
        names = {step.result: INSIDE - place for place, step in enumerate(piece)}
        outer: dict[int, int] = {}
        for step in piece:
            for value in step.inputs:
                if value not in names:
                    outer[value] = OUTSIDE - len(outer)
                    names[value] = outer[value]
        made = []
        wanted = {names[value] for step in piece for value in step.inputs}
        flow = 0
        for step in piece:
            term = self.chain(step, names)
            own = names[step.result]
            if term.sources == (flow,):
                term = self.terms.taking(term, ())
            made.append((term, own))
            flow = own
        named = {source for term, _ in made for source in term.sources} & wanted
        run = tuple(
            self.terms.taking(term, term.sources, own if own in named else -1) for term, own in made
        )
        return self.terms.make("cell", None, (), (run,), (piece[-1].result,), sources=tuple(outer))

    def layer(self, number: int, flow: int | None, *, merge: bool = False) -> Term:
        """A layer, which names what it takes unless it is what is before it."""
        taken = self.graph.inputs[number]
        signature, slots = self.signed[number]
        named = taken if not merge and taken != (flow,) else ()
        self.pinned.update(one for one in named if one >= 0)
        shared = self.graph.shares[number]
        if shared is not None:
            named = (*named, SHARE, shared)
        return self.terms.make("layer", signature, slots, (), (number,), sources=named)

    def spelled(
        self, part: Part, source: int | None, flow: int | None
    ) -> tuple[list[Term], int | None]:
        """A part whose wiring is written out: each entry says what it takes."""
        found: list[Term] = []
        for child in part.children:
            first = self.taken(child)
            more, end = self.series(
                child.children if child.kind == "branch" else [child],
                first if first is not None else source,
                flow,
            )
            if more:
                found += more
                flow = end
        return found, flow

    def taken(self, part: Part) -> int | None:
        """The one result that the first layer of a part takes; None if that is not known."""
        while part.kind != "layer":
            if not part.children:
                return None
            part = part.children[0]
        taken = self.graph.inputs[self.numbers[id(part)]]
        return taken[0] if len(taken) == 1 else None

    def parallel(
        self, part: Part, source: int | None, flow: int | None
    ) -> tuple[list[Term], int | None] | None:
        """A residual or parallel; None if its branches do not meet in one layer, each once."""
        branches = [one for one in part.children if one.kind == "branch"]
        ending = part.children[len(branches) :]
        if len(ending) != 1 or ending[0].kind != "layer":
            return None
        merge = self.numbers[id(ending[0])]
        pinned = set(self.pinned)
        found: dict[int | None, Run] = {}
        for branch in branches:
            run, end = self.series(branch.children, source, source)
            found[end] = tuple(run)
        taken = self.graph.inputs[merge]
        met = len(found) == len(branches) and len(taken) == len(found)
        if not met or set(found) != set(taken) or self.graph.shares[merge] is not None:
            self.pinned = pinned
            return None
        named = () if source == flow or source is None else (source,)
        self.pinned.update(one for one in named if one >= 0)
        term = self._residual(merge, source, found, named) or self.terms.make(
            "parallel", len(taken), (),
            (*(found[one] for one in taken), (self.layer(merge, None, merge=True),)),
            (merge,), sources=named,
        )  # fmt: skip
        return [term], merge

    def _residual(
        self, merge: int, source: int | None, found: dict[int | None, Run], named: tuple[int, ...]
    ) -> Term | None:
        """Two branches as the body of a residual and its shortcut, if they look like these."""
        taken = self.graph.inputs[merge]
        if len(taken) != 2:  # noqa: PLR2004 - a body and a shortcut
            return None
        type_ = self.signed[merge].signature.type
        short, body = taken
        if type_ in COMMUTATIVE and (len(found[body]), -body) < (len(found[short]), -short):
            short, body = body, short
        if not found[body]:
            if type_ not in COMMUTATIVE:
                return None
            short, body = body, short
        shortcut = found[short]
        if shortcut and (type_ != "add" or len(shortcut) >= min(_SHORT, len(found[body]))):
            return None
        if shortcut:
            self.facts.shortcuts.add(merge)
        arriving = self.facts.shapes[source] if source is not None and source >= 0 else None
        if arriving is not None and arriving != self.facts.shapes[merge]:
            self.facts.reshaping.add(merge)
        joined = (self.layer(merge, None, merge=True),)
        return self.terms.make(
            "residual", None, (bool(shortcut),), (found[body], shortcut, joined), (merge,),
            sources=named,
        )  # fmt: skip


def _parted(sources: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The results that a term takes by their names, and whose weights it uses."""
    at = sources.index(SHARE) if SHARE in sources else len(sources)
    return sources[:at], sources[at:]


def _places(run: Sequence[Term]) -> tuple[int, ...]:
    """All layers in a run, in order, each once."""
    return tuple(sorted({place for term in terms_of(run) for place in term.places}))


SHARE = -(10**9)  # after it stands the layer whose weights are used


def _reread(tree: Tree, parts: Sequence[Part], source: int | None) -> Run:
    """The run of parts, with a name at every layer that another names."""
    run, end = tree.series(parts, source, source)
    if tree.graph.outputs != (end,):
        tree.named_outputs = tree.graph.outputs
        tree.pinned.update(one for one in tree.graph.outputs if one >= 0)
    return tuple(_with_names(tree, run)) if tree.pinned else tuple(run)


def _with_names(tree: Tree, run: Sequence[Term]) -> list[Term]:
    found = []
    for term in run:
        parts = term.parts
        if term.kind != "cell":
            parts = tuple(tuple(_with_names(tree, part)) for part in parts)
        if term.kind == "chain":
            *before, last = parts[0]
            parts = ((*before, tree.terms.taking(last, last.sources)),)  # likewise
        elif parts and term.kind != "cell":
            parts = (*parts[:-1], term.parts[-1])  # the merge is known by the name of the whole
        (result,) = term.places
        found.append(
            tree.terms.make(
                term.kind, term.head, term.slots, parts, term.places,
                sources=term.sources, pinned=result if result in tree.pinned else -1,
            )
        )  # fmt: skip
    return found


def lifted(terms: Terms, run: Run, facts: Facts) -> Run:
    """The run, where a residual without a shortcut has an open one if another like it has one.

    Then both are of one key, and can become one block. The shortcut that is not built has
    the stride and the channels that would change nothing, so that a condition over these
    can leave it out.
    """
    shortcuts: dict[tuple[object, ...], dict[tuple[int, ...], Run]] = {}
    _collect(run, shortcuts)
    known = {key: next(iter(found.values())) for key, found in shortcuts.items() if len(found) == 1}
    return _lift(terms, run, known, facts)


def _like(term: Term) -> tuple[object, ...]:
    body, _, merge = term.parts
    return tuple(one.key for one in body), tuple(one.key for one in merge)


def _collect(run: Run, found: dict[tuple[object, ...], dict[tuple[int, ...], Run]]) -> None:
    for term in run:
        for part in term.parts:
            _collect(part, found)
        if term.kind == "residual" and term.parts[1]:
            key = tuple(one.key for one in term.parts[1])
            found.setdefault(_like(term), {})[key] = term.parts[1]


def _lift(terms: Terms, run: Run, known: dict[tuple[object, ...], Run], facts: Facts) -> Run:
    found = []
    for term in run:
        parts = tuple(_lift(terms, part, known, facts) for part in term.parts)
        if term.kind == "residual" and not parts[1] and _like(term) in known:
            same = {"stride": 1, "filters": facts.leaving(term.places[0])}
            parts = (parts[0], opened(terms, known[_like(term)], same), parts[2])
        found.append(terms.like(term, term.slots, parts) if parts != term.parts else term)
    return tuple(found)


def opened(terms: Terms, run: Run, known: Mapping[str, int] | None = None) -> Run:
    """A run of the same keys, which is not built: any values will do but those that are known."""
    known = known or {}
    return tuple(
        terms.like(
            term,
            tuple(known.get(name, ANY) for name in term.head.names)
            if term.kind == "layer"
            else (ANY,) * len(term.slots),
            tuple(opened(terms, part, known) for part in term.parts),
            (),
        )
        for term in run
    )
