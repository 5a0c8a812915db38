"""The layers of a run of entries, apart from where it stood: they can be placed again elsewhere.

Of names only what is inside the run is kept. What layers take is kept by its number: the inputs
of the run come first, its layers after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import Node, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from operator import itemgetter

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.placing import GraphBuilder
    from cnncalc.build.references import References
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.facts import Facts
    from cnncalc.net.node import Traits


class Path(NamedTuple):
    """A block, group or branch with a name in the run.

    Attributes:
        outer: the number of the path around it; 0 is that of the run itself.
        name: its own part of the name.
        counted: the block whose uses are numbered where the run stands; empty where the name
            stays as it is.
        given: whether the spec names it.
    """

    outer: int
    name: str
    counted: str
    given: bool


class Label(NamedTuple):
    """The name of a layer in the run, as that of a `Path`; `counted` is its type."""

    path: int
    name: str
    counted: str


class Part(NamedTuple):
    """A scope in the run: `start` counts its layers, `outer` its scopes, 0 is the one around.

    `path` is the number of its name, 0 where it has none; `rest` what is the same elsewhere.
    """

    kind: Any
    start: int
    outer: int
    path: int
    rest: tuple[Any, ...]


class Columns(NamedTuple):
    """The layers of a run, as a `Node` has them.

    Attributes:
        takes: what each takes of the inputs and layers: one by its number, or several.
        within: the scope of each.
    """

    layers: Sequence[Layer]
    takes: Sequence[int | itemgetter[Any]]
    facts: Sequence[Facts]
    within: Sequence[int]
    traits: Sequence[Traits]
    origins: Sequence[Placed | None]
    shapes: Sequence[Shape]


class Recording(NamedTuple):
    """A run: its layers, and what else was noted of it.

    Attributes:
        steps: what it cost.
        counters: the last number of each type, where they began with 1 here.
        paths: what has a name and layers in it, the outer ones first.
        labels: the names of the layers.
        given: the numbers of layers that the spec names.
        parts: its scopes, the outer ones first.
        columns: the layers.
        counted: the types of all layers, if these are numbered where the run stands and nothing
            else has a name; else empty.
        aliases: paths, with the numbers of the results that are theirs.
        results: the numbers of its own.
        lasting: whether what leaves has the shapes of what arrives.
    """

    steps: int
    counters: Mapping[str, int]
    paths: Sequence[Path]
    labels: Sequence[Label]
    given: Sequence[int]
    parts: Sequence[Part]
    columns: Columns
    counted: Sequence[str]
    aliases: Sequence[tuple[int, tuple[int, ...]]]
    results: tuple[int, ...]
    lasting: bool

    def place(
        self, expander: Expander, frame: Frame, scope: Scope | None, inputs: Names
    ) -> Names | None:
        """Place the layers again, in a scope; None where that must be done in full."""
        graph, account, columns = expander.graph, expander.account, self.columns
        start = len(graph.nodes)
        if account.left < self.steps or start + len(self.labels) > expander.limits.layers:
            return None
        found = self._named(graph, frame)
        if found is None:
            return None
        paths, names = found
        account.left -= self.steps
        known = [*inputs, *names]
        taken = [(known[one],) if isinstance(one, int) else one(known) for one in columns.takes]
        within = self._within(scope, paths, start) if self.parts else [scope] * len(names)
        parts = zip(
            names, columns.layers, taken, columns.facts, within, columns.traits, columns.origins,
            strict=True,
        )  # fmt: skip
        new = tuple.__new__  # half the time of what a named tuple does
        graph.nodes += [new(Node, part) for part in parts]
        graph.shapes.update(zip(names, columns.shapes, strict=True))
        if self.paths or self.given:
            self._note(graph.references, paths, known)
        return tuple([known[one] for one in self.results])

    def _named(self, graph: GraphBuilder, frame: Frame) -> tuple[list[str], list[str]] | None:
        """The paths and the names of the layers; None where one is taken, or a path costs more."""
        if self.counted:
            return [""], graph.numbered(self.counted, frame)
        paths, prefixes, before = [""], [frame.prefix], frame.counters.copy()
        for outer, own, counted, _ in self.paths:
            path = graph.numbered((counted,), frame)[0] if counted else prefixes[outer] + own
            paths.append(path)
            prefixes.append(f"{path}/")
        names = [
            graph.numbered((counted,), frame)[0] if counted else prefixes[path] + own
            for path, own, counted in self.labels
        ]
        if graph.all_free([*names, *paths[1:]]) and all(
            len(path) == len(frame.prefix) + len(own)
            for path, (_, own, counted, _) in zip(paths[1:], self.paths, strict=True)
            if counted
        ):
            frame.counters.update(self.counters)
            return paths, names
        frame.counters.clear()
        frame.counters.update(before)
        return None

    def _within(self, around: Scope | None, paths: Sequence[str], start: int) -> list[Scope | None]:
        """The scope of each layer."""
        scopes = [around]
        for kind, after, outer, path, rest in self.parts:
            scopes.append(Scope(kind, start + after, scopes[outer], paths[path], *rest))
        return [scopes[number] for number in self.columns.within]

    def _note(self, references: References, paths: Sequence[str], known: Sequence[str]) -> None:
        """Take the names that the spec gives, and those of paths with their results."""
        for path, (_, _, _, given) in zip(paths[1:], self.paths, strict=True):
            references.taken[path] = given
        for number in self.given:
            references.taken[known[number]] = True
        for alias, results in self.aliases:
            references.aliases[paths[alias]] = tuple([known[one] for one in results])
