"""From a run of entries that was placed to its recording."""

from __future__ import annotations

from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from cnncalc.build.recording import Label, Part, Path, Recording, Row
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.language.syntax import Value
    from cnncalc.net.node import Node, Scope


class Mark(NamedTuple):
    """How far a net was when a run began: how many there were of each, and steps that were left.

    `begun` says whether numbers were given out where the run stands.
    """

    layers: int
    results: int
    taken: int
    aliases: int
    left: int
    begun: bool


class NotAloneError(Exception):
    """A run cannot be placed again: its names hang together with others."""


def mark(expander: Expander, frame: Frame) -> Mark:
    """How far the net is."""
    graph, references = expander.graph, expander.references
    return Mark(
        len(graph.nodes), len(graph.shapes), len(references.taken), len(references.aliases),
        expander.account.left, bool(frame.counters),
    )  # fmt: skip


def recording_of(  # noqa: PLR0913, PLR0917 - what a run consists of
    expander: Expander,
    frame: Frame,
    inputs: Names,
    result: Names,
    before: Mark,
    written: Mapping[str, Value],
) -> Recording:
    """What was placed since; raises `NotAloneError`.

    `written` has the names with variables in them, by what they came to.
    """
    graph, references = expander.graph, expander.references
    nodes = graph.nodes[before.layers :]
    names = [*inputs, *(node.name for node in nodes)]
    numbers = {name: number for number, name in enumerate(names)}
    outline = _Outline(frame, references.taken, before, written)
    for node in nodes:
        outline.add(node)
    given = [number for number, node in enumerate(nodes) if node.name in references.taken]
    if (
        len(numbers) < len({*inputs}) + len(nodes)
        or len(graph.shapes) - before.results != len(nodes)
        or len(references.taken) - before.taken != len(given) + len(outline.paths)
    ):
        raise NotAloneError
    newest = islice(reversed(references.aliases.items()), len(references.aliases) - before.aliases)
    shapes, counted = graph.shapes, [label.counted for label in outline.labels]
    return Recording(
        steps=before.left - expander.account.left,
        counters={} if before.begun else frame.counters.copy(),
        paths=outline.paths,
        labels=outline.labels,
        counted=() if outline.paths or not all(counted) else counted,
        fixed=None if before.begun or written else outline.fixed(nodes),
        given=given,
        lengths=([*map(len, outline.path_of)], [len(nodes[one].name) for one in given]),
        parts=outline.parts,
        rows=[
            Row(
                node.layer, _taking(_found(node.inputs, numbers)), node.facts, within,
                node.traits, node.origin, node.facts.output_shape,
            )
            for node, within in zip(nodes, outline.within, strict=True)
        ],
        aliases=[
            (_found((path,), outline.path_of)[0], _found(results, numbers))
            for path, results in reversed([*newest])
        ],
        results=_found(result, numbers),
        lasting=[shapes[name] for name in result] == [shapes[name] for name in inputs]
        and repeated(inputs) in ((), repeated(result)),
    )  # fmt: skip


def repeated(names: Names) -> tuple[int, ...]:
    """For each name the number of its last place among them; empty if none is there twice."""
    places = {name: place for place, name in enumerate(names)}
    return () if len(places) == len(names) else tuple([places[name] for name in names])


def _found(names: Names, numbers: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of names; raises `NotAloneError`."""
    try:
        return tuple([numbers[name] for name in names])
    except KeyError:
        raise NotAloneError from None


def _taking(numbers: tuple[int, ...]) -> int | itemgetter[Any]:
    """One number, or what picks the names with several."""
    return numbers[0] if len(numbers) == 1 else itemgetter(*numbers)


class _Outline:
    """The scopes, paths and names of a run, by their numbers; those around the run have 0.

    Attributes:
        parts: the scopes.
        paths: the scopes that have a name.
        labels: the names of the layers.
        within: the scope of each layer.
        path_of: the number of a path, by its full name.
    """

    def __init__(
        self,
        frame: Frame,
        taken: Mapping[str, bool],
        before: Mark,
        written: Mapping[str, Value],
    ) -> None:
        self.parts: list[Part] = []
        self.paths: list[Path] = []
        self.labels: list[Label] = []
        self.within: list[int] = []
        self.path_of: dict[str, int] = {}
        self._taken = taken
        self._written = written
        self._start = before.layers
        self._begun = before.begun
        self._scopes = {id(frame.scope): 0}
        self._around = [0]  # the path around what is in each scope
        self._prefixes = [frame.prefix]
        self._counted: dict[tuple[int, str], int] = {}
        self._kinds: dict[str, str] = {}  # what is numbered beside the entries of the run

    def add(self, node: Node) -> None:
        """Add the next layer; raises `NotAloneError`."""
        scope = self._number_of(node.scope)
        path = self._around[scope]
        own = node.name[len(self._prefixes[path]) :]
        counted = "" if node.name in self._taken else node.layer.type
        counted = self._count(path, own, counted, "layer")
        self.labels.append(Label(path, own, counted, self._written.get(node.name)))
        self.within.append(scope)

    def fixed(self, nodes: Sequence[Node]) -> tuple[Sequence[str], Sequence[str]]:
        """What stands behind the name around the run in those of its paths and layers."""
        start = len(self._prefixes[0])
        return [path[start:] for path in self.path_of], [node.name[start:] for node in nodes]

    def _number_of(self, scope: Scope | None) -> int:
        known = self._scopes.get(id(scope))
        if known is not None:
            return known
        assert scope is not None  # noqa: S101 - it is inside that of the run
        kind, start, outer, name, *rest = scope
        around = self._number_of(outer)
        path = self._path(scope, self._around[around]) if name else 0
        self.parts.append(Part(kind, start - self._start, around, path, tuple(rest)))
        self._around.append(path or self._around[around])
        self._scopes[id(scope)] = len(self.parts)
        return len(self.parts)

    def _path(self, scope: Scope, outer: int) -> int:
        own = scope.name[len(self._prefixes[outer]) :]
        given = self._taken[scope.name]
        counted = self._count(outer, own, "" if given else scope.block, "block")
        self.paths.append(Path(outer, own, counted, self._written.get(scope.name), given))
        self._prefixes.append(f"{scope.name}/")
        self.path_of[scope.name] = len(self.paths)
        return len(self.paths)

    def _count(self, path: int, own: str, counted: str, kind: str) -> str:
        """What must be numbered anew: what stands where numbers were given out before.

        Else they begin with 1; raises `NotAloneError` where one was left out.
        """
        if not counted:
            return ""
        if path == 0 and self._begun:
            if self._kinds.setdefault(counted, kind) != kind:
                raise NotAloneError
            return counted
        number = self._counted[path, counted] = self._counted.get((path, counted), 0) + 1
        if own != f"{counted}_{number}":
            raise NotAloneError
        return ""
