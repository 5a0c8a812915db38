"""A net as the tree that its spec wrote: blocks, groups, loops, residuals, branches, layers.

Drawing, export and import stand on this tree. Turns of a loop that are equal are
folded into one part with a count.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node, ScopeKind

PartKind: TypeAlias = "Literal['net', 'layer', 'graph'] | ScopeKind"


class Part(NamedTuple):
    """A layer, or layers that belong together.

    The children of a net, block, group, turn, body, shortcut, branch or loop are in the
    order of the spec, which is a topological order. A residual has its body, its
    shortcut if one is written, and the layers that merge them; a parallel has its
    branches and then the layers that merge them. Only
    [`series_parallel`][cnncalc.net.series_parallel] promises that each child takes
    what the one before it gives, and makes parts of the kind "graph": several
    children that are wired in no simpler way.

    Attributes:
        kind: of the scope; or a net, a layer, a graph.
        children: the parts inside.
        node: the layer, for a part of the kind "layer".
        scope: what the spec says of it; None for a net, a layer, and what was found
            in the wiring alone.
        alike: the turns after this one that are equal to it.
    """

    kind: PartKind
    children: tuple[Part, ...] = ()
    node: Node | None = None
    scope: Scope | None = None
    alike: tuple[Part, ...] = ()

    @property
    def times(self) -> int:
        """The number of equal turns that it stands for."""
        return 1 + len(self.alike)

    def layers(self, *, folded: bool = False) -> Iterator[Node]:
        """Every layer, in order; `folded` leaves out the turns in `alike`."""
        stack = [self]
        while stack:
            _, children, node, _, alike = stack.pop()
            if node is not None:
                yield node
                continue
            if alike and not folded:
                stack += reversed(alike)
            stack += reversed(children)


@lru_cache(maxsize=4)  # a page of several nets has a table and a drawing of each
def structure(network: Network) -> Part:
    """The tree of a net, as its spec wrote it, with equal turns folded.

    Two turns in a row are equal if they have the same parts, with layers of the same
    types and settings, wired alike: inside, to the turn before, and to the rest of the
    net. Shapes may differ, as they do where channels grow from turn to turn.
    """
    wiring = _Wiring(network)
    top: list[Part] = []
    opened: list[tuple[Scope, list[Part]]] = []

    def close(depth: int) -> None:
        while len(opened) > depth:
            scope, children = opened.pop()
            if scope.kind == "loop":
                children = wiring.folded(children)
            siblings = opened[-1][1] if opened else top
            siblings.append(Part(scope.kind, tuple(children), None, scope))

    last: Scope | None = None
    for place, node in enumerate(network.layers):
        if node.scope is not last:
            last = node.scope
            chain = last.chain if last is not None else ()
            shared = 0
            for (scope, _), here in zip(opened, chain, strict=False):
                if scope is not here:
                    break
                shared += 1
            close(shared)
            opened += [(scope, []) for scope in chain[shared:]]
        siblings = opened[-1][1] if opened else top
        siblings.append(_turn(place, node) if _alone(node) else Part("layer", (), node))
    close(0)
    return Part("net", tuple(top))


def _alone(node: Node) -> bool:
    """Whether a layer is all of a turn of its loop, which then is not kept."""
    return node.scope is not None and node.scope.kind == "loop"


def _turn(place: int, node: Node) -> Part:
    """The turn of a loop that is this layer alone."""
    loop = node.scope
    assert loop is not None  # noqa: S101 - it is alone in its turn
    scope = Scope("turn", place, loop, turn=place - loop.start + 1)
    return Part("turn", (Part("layer", (), node),), None, scope)


class _Wiring:
    """Which turns are equal; a result is known by the place of its layer in the net."""

    def __init__(self, network: Network) -> None:
        self.layers = network.layers
        self.places = {node.name: place for place, node in enumerate(network.layers)}

    def folded(self, turns: Sequence[Part]) -> list[Part]:
        """The turns of a loop, runs of equal ones as one part."""
        found: list[Part] = []
        run: list[Part] = []
        for turn in turns:
            if run and self.equal(run[-1], turn, first=run[-1] is turns[0]):
                run.append(turn)
                continue
            if run:
                found.append(run[0]._replace(alike=tuple(run[1:])))
            run = [turn]
        found.append(run[0]._replace(alike=tuple(run[1:])))
        return found

    def equal(self, before: Part, turn: Part, *, first: bool) -> bool:
        """Whether a turn does the same as the one before it, which may be the first."""
        if not same_form(before, turn):
            return False
        start, end = ends = _start(before), _start(turn)
        arriving: dict[str, str] = {}
        # Turns in a row follow one another in the net, too, and these have as many layers.
        mine, theirs = self.layers[start:end], self.layers[end : 2 * end - start]
        for one, two in zip(mine, theirs, strict=True):
            for here, there in zip(_references(one), _references(two), strict=True):
                if not self.corresponding(here, there, ends, arriving if first else None):
                    return False
        return len(set(arriving.values())) == len(arriving)

    def corresponding(
        self, here: str, there: str, ends: tuple[int, int], arriving: dict[str, str] | None
    ) -> bool:
        """Whether references of two turns in a row are to the same place, seen from each.

        What comes into the first turn of a loop is, for the second, what the first one
        gives: `arriving` collects which is which, and is None between later turns.
        """
        one, two = self.places.get(here, -1), self.places.get(there, -1)
        start, end = ends
        moved = one >= 0 and two == one + end - start
        if one >= start or two >= end:  # inside the turn
            return moved
        if two < start and here != there:
            return moved
        if arriving is None:
            return moved or here == there
        return arriving.setdefault(here, there) == there


def same_form(one: Part, other: Part) -> bool:
    """Whether two parts have the same parts, and layers of the same types and settings."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if left.kind != right.kind or len(left.children) != len(right.children):
            return False
        if left.node is not None and right.node is not None:
            if not same_layer(left.node, right.node):
                return False
        elif left.times != right.times or _block(left) != _block(right):
            return False
        pairs += zip(left.children, right.children, strict=True)
    return True


def same_layer(one: Node, other: Node) -> bool:
    """Whether two layers have the same type and settings, their places aside."""
    alike = one.layer is other.layer or one.layer == other.layer
    if one.traits is other.traits:
        return alike and len(one.inputs) == len(other.inputs)
    mine, theirs = one.traits, other.traits
    return (
        alike
        and len(one.inputs) == len(other.inputs)
        and mine.trainable == theirs.trainable
        and mine.regularizer == theirs.regularizer
        and mine.dtype == theirs.dtype
        and bool(mine.shared_with) == bool(theirs.shared_with)
    )


def _block(part: Part) -> str:
    return part.scope.block if part.scope is not None else ""


def _start(part: Part) -> int:
    return part.scope.start if part.scope is not None else 0


def _references(node: Node) -> Sequence[str]:
    """The results that a layer takes, and the layer whose weights it shares."""
    shared = node.traits.shared_with
    return (*node.inputs, shared) if shared else node.inputs
