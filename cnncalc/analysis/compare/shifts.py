"""Where added or removed layers are shown, of several places that are equally right.

With one block more among equal ones, any of them may be called the new one.
An alignment takes some place; here it is moved to the one that reads best:
beside what was removed in the same place, else where the layers around it keep
their names, blocks and shapes.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.compare.alignment import Pair
    from cnncalc.net.node import Node, Scope

    Both = tuple[Sequence[int], Sequence[int]]

_JOINED = 10**6  # what it is worth to stand beside a removed, or an added, layer
_MERGED = 3  # likewise beside further layers of the same kind
_FARTHEST = 10_000  # layers


class _Gap(NamedTuple):
    """Layers of one net only, which come before the pair number `at`."""

    at: int
    start: int
    length: int
    side: int  # 0: of the net before, 1: of the net after


def shifted(
    pairs: Sequence[Pair], before: Sequence[Node], after: Sequence[Node], layers: Both
) -> list[Pair]:
    """The pairs after every gap with layers of one net only has moved to its best place.

    Args:
        pairs: of an alignment, in order.
        before: the layers of the one net.
        after: the layers of the other.
        layers: numbers for the layers of both, equal where they are equal.
    """
    return _Shifting(pairs, before, after, layers).pairs


class _Shifting:
    """Moves gaps, from the first to the last."""

    def __init__(
        self, pairs: Sequence[Pair], before: Sequence[Node], after: Sequence[Node], layers: Both
    ) -> None:
        self.pairs = list(pairs)
        self._nodes = before, after
        self._layers = layers
        self._scopes: dict[int, tuple[str, ...]] = {}
        self._arounds: dict[int, tuple[str, ...]] = {}
        for at in range(len(self.pairs) + 1):
            gap = self._gap(at)
            if gap is not None:
                self._move(gap)

    def _edges(self, at: int) -> tuple[Pair, Pair]:
        """The pairs on both sides of what lies before the pair number `at`."""
        ends = len(self._nodes[0]), len(self._nodes[1])
        return (
            self.pairs[at - 1] if at else (-1, -1),
            self.pairs[at] if at < len(self.pairs) else ends,
        )

    def _gap(self, at: int) -> _Gap | None:
        """What lies before the pair number `at`, if it is of one net only."""
        (row, column), (i, j) = self._edges(at)
        if i == row + 1 and j > column + 1:
            return _Gap(at, column + 1, j - column - 1, 1)
        if j == column + 1 and i > row + 1:
            return _Gap(at, row + 1, i - row - 1, 0)
        return None

    def _move(self, gap: _Gap) -> None:
        """Make the best of the moves backwards (negative) and forwards."""
        best, most = 0, 0
        for step in (-1, 1):
            worth = 0
            for passed, (at, new) in enumerate(self._moves(gap, step), 1):
                worth += self._closeness(new) - self._closeness(self.pairs[at])
                total = worth + self._neighbour(gap, gap.at + step * passed)
                if total > most:
                    best, most = step * passed, total
        moves = list(islice(self._moves(gap, 1 if best > 0 else -1), abs(best)))
        for at, new in moves:
            self.pairs[at] = new

    def _moves(self, gap: _Gap, step: int) -> Iterator[tuple[int, Pair]]:
        """The pairs that the gap may pass, one after the other, and what becomes of them."""
        at = gap.at if step > 0 else gap.at - 1
        place = gap.start if step > 0 else gap.start + gap.length - 1
        row, column = self._edges(gap.at)[step > 0]
        for _ in range(_FARTHEST):
            here = row, column
            if not 0 <= at < len(self.pairs) or self.pairs[at] != here:
                return
            new = (row, place) if gap.side else (place, column)
            if not (self._equal(here) and self._equal(new)):
                return
            yield at, new
            at += step
            place += step
            row += step
            column += step

    def _neighbour(self, gap: _Gap, at: int) -> int:
        """What the place before the pair number `at` is worth for what is there already."""
        there = self._gap(at)
        if there is None:
            return 0
        return _MERGED if there.side == gap.side else _JOINED

    def _equal(self, pair: Pair) -> bool:
        return self._layers[0][pair[0]] == self._layers[1][pair[1]]

    def _closeness(self, pair: Pair) -> int:
        """How much two layers have in common beside type and settings."""
        node, other = self._nodes[0][pair[0]], self._nodes[1][pair[1]]
        return (
            2 * (node.name == other.name)
            + 2 * (self._around(node) == self._around(other))
            + (node.facts.inputs.shapes == other.facts.inputs.shapes)
        )

    def _around(self, node: Node) -> tuple[str, ...]:
        """The kinds of blocks and groups around a layer; a loop's own layer is a turn of it."""
        scope = node.scope
        found = self._arounds.get(id(scope))
        if found is None:
            around = self._kind_of(scope)
            alone = scope is not None and scope.kind == "loop"
            found = self._arounds[id(scope)] = (*around, "turn") if alone else around
        return found

    def _kind_of(self, scope: Scope | None) -> tuple[str, ...]:
        """The kinds of blocks and groups around a layer, without their numbers."""
        if scope is None:
            return ()
        found = self._scopes.get(id(scope))
        if found is None:
            own = scope.name.rpartition("/")[2].rstrip("0123456789") or scope.type
            found = self._scopes[id(scope)] = (*self._kind_of(scope.outer), own)
        return found
