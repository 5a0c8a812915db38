"""The layers of a run of entries, apart from where it stood: they can be placed again elsewhere.

Of names only what is inside the run is kept. What layers take is kept by its number: the inputs
of the run come first, its layers after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.names import name_of
from cnncalc.build.scope import Evaluator
from cnncalc.language.problems import SpecProblem
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import Node, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from operator import itemgetter

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.references import References
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.facts import Facts
    from cnncalc.net.node import Traits


class Path(NamedTuple):
    """A block, group or branch with a name in the run.

    Attributes:
        outer: the number of the path around it; 0 is that of the run itself.
        name: its own part of the name.
        counted: the block whose uses are numbered where the run stands; else empty.
        written: how the spec names it, with variables of the run; None without.
        given: whether the spec names it.
    """

    outer: int
    name: str
    counted: str
    written: Value | None
    given: bool


class Label(NamedTuple):
    """The name of a layer in the run, as that of a `Path`; `counted` is its type."""

    path: int
    name: str
    counted: str
    written: Value | None


class Part(NamedTuple):
    """A scope in the run: `start` counts its layers, `outer` its scopes, 0 is the one around.

    `path` is the number of its name, 0 where it has none; `rest` what is the same elsewhere.
    """

    kind: Any
    start: int
    outer: int
    path: int
    rest: tuple[Any, ...]


class Row(NamedTuple):
    """A layer of the run: what it takes, by the number or numbers, and its scope by its number."""

    layer: Layer
    takes: int | itemgetter[Any]
    facts: Facts
    within: int
    traits: Traits
    origin: Placed | None
    shape: Shape


class Recording(NamedTuple):
    """A run: its layers, and what else was noted of it.

    Attributes:
        steps: what it cost.
        counters: the last number of each type, where they began with 1 here.
        paths: what has a name and layers in it, the outer ones first.
        labels: the names of the layers.
        counted: the types of all layers, if these are numbered where the run stands and nothing
            else has a name; else empty.
        fixed: what stands behind the name around the run in those of all paths and of all layers,
            if all of these stay as they are; else None.
        given: which layers the spec names.
        lengths: of the names of paths, and of layers that the spec names: others cost other steps.
        parts: its scopes, the outer ones first.
        rows: the layers.
        aliases: paths, with the numbers of the results that are theirs.
        results: the numbers of its own.
        lasting: whether what leaves has the shapes of what arrives.
    """

    steps: int
    counters: Mapping[str, int]
    paths: Sequence[Path]
    labels: Sequence[Label]
    counted: Sequence[str]
    fixed: tuple[Sequence[str], Sequence[str]] | None
    given: Sequence[int]
    lengths: tuple[Sequence[int], Sequence[int]]
    parts: Sequence[Part]
    rows: Sequence[Row]
    aliases: Sequence[tuple[int, tuple[int, ...]]]
    results: tuple[int, ...]
    lasting: bool

    def place(
        self, expander: Expander, frame: Frame, scope: Scope | None, inputs: Names
    ) -> Names | None:
        """Place the layers again, in a scope; None where that must be done in full."""
        graph, account = expander.graph, expander.account
        nodes, shapes = graph.nodes, graph.shapes
        if account.left < self.steps or len(nodes) + len(self.rows) > expander.limits.layers:
            return None
        found = self._named(expander, frame)
        if found is None:
            return None
        paths, names = found
        account.left -= self.steps
        known = [*inputs, *names]
        scopes = self._scopes(scope, paths, len(nodes)) if self.parts else (scope,)
        new = tuple.__new__  # half the time of what a named tuple does
        for name, (layer, takes, facts, within, traits, origin, shape) in zip(
            names, self.rows, strict=True
        ):
            taken = (known[takes],) if isinstance(takes, int) else takes(known)
            nodes.append(new(Node, (name, layer, taken, facts, scopes[within], traits, origin)))
            shapes[name] = shape
        if self.paths or self.given:
            self._note(graph.references, paths, names, known)
        return tuple([known[one] for one in self.results])

    def _named(self, expander: Expander, frame: Frame) -> tuple[Sequence[str], list[str]] | None:
        """The paths and the names of the layers; None where one is taken, or costs more."""
        graph = expander.graph
        if self.counted:
            return (), graph.numbered(self.counted, frame)
        if self.fixed is None:
            return self._named_anew(expander, frame)
        prefix, (own_paths, own) = frame.prefix, self.fixed
        names = [prefix + one for one in own]
        paths = [prefix + one for one in own_paths] if own_paths else ()
        if not graph.all_free(names) or not graph.all_free(paths):
            return None
        frame.counters.update(self.counters)
        return paths, names

    def _named_anew(
        self, expander: Expander, frame: Frame
    ) -> tuple[Sequence[str], list[str]] | None:
        """As `_named`, where some are numbered, or have variables in them."""
        graph, before, left = expander.graph, frame.counters.copy(), expander.account.left
        evaluator = Evaluator(frame.variables, expander.layout, None, expander.account)

        def anew(prefix: str, counted: str, written: Value | None) -> str:
            if written is not None:
                return prefix + name_of(written, evaluator)
            return graph.numbered((counted,), frame)[0]

        paths: list[str] = []
        names: list[str] = []
        prefixes = [frame.prefix]
        try:
            for outer, own, counted, written, _ in self.paths:
                prefix = prefixes[outer]
                path = anew(prefix, counted, written) if counted or written else prefix + own
                paths.append(path)
                prefixes.append(f"{path}/")
            names = [
                anew(prefixes[path], counted, written)
                if counted or written
                else prefixes[path] + own
                for path, own, counted, written in self.labels
            ]
        except SpecProblem:  # told where the run is placed in full
            paths = [""]
        expander.account.left = left
        if (
            [*map(len, paths)] == self.lengths[0]
            and [len(names[one]) for one in self.given] == self.lengths[1]
            and len({*paths, *names}) == len(paths) + len(names)
            and graph.all_free(paths)
            and graph.all_free(names)
        ):
            return paths, names
        frame.counters.clear()
        frame.counters.update(before)
        return None

    def _scopes(self, around: Scope | None, paths: Sequence[str], start: int) -> list[Scope | None]:
        """The scopes by their numbers."""
        scopes = [around]
        for kind, after, outer, path, rest in self.parts:
            name = paths[path - 1] if path else ""
            scopes.append(Scope(kind, start + after, scopes[outer], name, *rest))
        return scopes

    def _note(
        self,
        references: References,
        paths: Sequence[str],
        names: Sequence[str],
        known: Sequence[str],
    ) -> None:
        """Take the names that the spec gives, and those of paths with their results."""
        for path, (_, _, _, _, given) in zip(paths, self.paths, strict=True):
            references.taken[path] = given
        for number in self.given:
            references.taken[names[number]] = True
        for alias, results in self.aliases:
            references.aliases[paths[alias - 1]] = tuple([known[one] for one in results])
