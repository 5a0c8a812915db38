"""The layers of a run of entries, apart from where it stood: they can be placed again elsewhere.

Of names only what is inside the run is kept. What layers take is kept by its number: the inputs
of the run come first, its layers after them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from cnncalc.build.costs import cost_of_turn
from cnncalc.build.renaming import renamed
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import NO_VALUES, Node, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from operator import itemgetter

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.references import References
    from cnncalc.build.turns import Turns
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
        self, expander: Expander, frame: Frame, inputs: Names, turns: Turns | None = None
    ) -> Names | None:
        """Place the layers again, once or in turns of a loop where the frame is.

        Returns:
            The names of the last results; None where that must be done in full.
        """
        graph, account = expander.graph, expander.account
        start, rows = len(graph.nodes), len(self.rows)
        count, steps = 1, self.steps
        if turns is not None:
            count, steps = len(turns.numbers), self.steps + cost_of_turn(NO_VALUES)
        if account.left < count * steps or start + count * rows > expander.limits.layers:
            return None
        found = renamed(self, expander, frame, turns.numbers if turns is not None else None)
        if found is None:
            return None
        account.left -= count * steps
        paths, names = map(iter, found)
        scopes = (frame.scope,) if turns is None else turns.scopes(start, rows)
        for scope in scopes:
            inputs = self._put(
                expander, scope, inputs, [*islice(paths, len(self.paths))], [*islice(names, rows)]
            )
        return inputs

    def _put(
        self,
        expander: Expander,
        scope: Scope | None,
        inputs: Names,
        paths: Sequence[str],
        names: Sequence[str],
    ) -> Names:
        """Put the layers of these names there."""
        nodes, shapes = expander.graph.nodes, expander.graph.shapes
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
            self._note(expander.references, paths, names, known)
        return tuple([known[one] for one in self.results])

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
