"""Which layer of one net corresponds to which layer of another.

Layers are alike by type and settings; shapes play no part, so that a net whose
sizes shift from one layer on stays aligned. The alignment is the one that
leaves the fewest lines to be read: a layer that was added, removed or changed
is a line each. That is a longest common subsequence in which every layer
appears twice, as its type and as its type with its settings: a pair of equal
layers saves two lines (one removed, one added), a pair of equal type one.
"""

from __future__ import annotations

from operator import eq
from typing import TYPE_CHECKING

from cnncalc.analysis.compare.alignment import align
from cnncalc.analysis.compare.shifts import shifted
from cnncalc.analysis.compare.signatures import signature_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.analysis.compare.alignment import Pair
    from cnncalc.net.alike import Kind
    from cnncalc.net.node import Node


class Pairing(NamedTuple):
    """A layer before and a layer after, one of them None where it has no counterpart."""

    before: int | None
    after: int | None


class _Keys(NamedTuple):
    """The layers of a net as numbers: equal ones for equal types, and for equal layers."""

    types: list[int]
    layers: list[int]
    telling: list[bool]  # whether there is a setting to know the layer by

    def part(self, places: range) -> _Keys:
        """The keys of the layers in these places."""
        here = slice(places.start, places.stop)
        return _Keys(self.types[here], self.layers[here], self.telling[here])


def pair_layers(before: Sequence[Node], after: Sequence[Node]) -> list[Pairing]:
    """All layers of two nets in the order of a difference, what was removed before what was added.

    Pairs are of one type, but for a single layer with a single one in its place.
    """
    known: dict[object, int] = {}
    keys = _keys(before, known), _keys(after, known)
    pairs = shifted(_fewest_lines(*keys), before, after, (keys[0].layers, keys[1].layers))
    pairs = _with_types(pairs, *keys)
    return list(_laid_out(_without_chance(pairs, *keys), len(before), len(after)))


def _keys(nodes: Sequence[Node], known: dict[object, int]) -> _Keys:
    """Number what is equal; layers of one declaration in the spec are looked at once."""
    keys = _Keys([], [], [])
    seen: dict[Kind, tuple[int, int, bool]] = {}
    for node in nodes:
        kind = kind_of(node)
        found = seen.get(kind)
        if found is None:
            signature = signature_of(node)
            found = seen[kind] = (
                known.setdefault(signature.type, len(known)),
                known.setdefault(signature, len(known)),
                bool(signature.settings),
            )
        keys.types.append(found[0])
        keys.layers.append(found[1])
        keys.telling.append(found[2])
    return keys


#: Layers of both nets; beyond this, types are aligned only between equal layers.
_MOST_WEIGHED = 60_000


def _fewest_lines(before: _Keys, after: _Keys) -> list[Pair]:
    """The pairs of layers that leave the fewest lines.

    What both nets begin and end with is equal in one of the best alignments;
    so a single edit leaves nothing between.
    """
    size = len(before.layers), len(after.layers)
    head = _common(before.layers, after.layers)
    tail = _common(before.layers[head:][::-1], after.layers[head:][::-1])
    inner = range(head, size[0] - tail), range(head, size[1] - tail)
    pairs = [(i, i) for i in range(head)]
    pairs += _between(before.part(inner[0]), after.part(inner[1]), head)
    return pairs + [(size[0] - i, size[1] - i) for i in range(tail, 0, -1)]


def _common(before: Sequence[int], after: Sequence[int]) -> int:
    same = map(eq, before, after)
    return next((i for i, equal in enumerate(same) if not equal), min(len(before), len(after)))


def _between(before: _Keys, after: _Keys, start: int) -> list[Pair]:
    if len(before.layers) + len(after.layers) > _MOST_WEIGHED:
        return [(start + i, start + j) for i, j in align(before.layers, after.layers)]
    matches = align(_doubled(before), _doubled(after))
    pairs = [(i // 2, j // 2) for i, j in matches if i % 2]
    taken = {i for i, _ in pairs}, {j for _, j in pairs}
    # A layer that is equal to one and of the type of another belongs to the equal one.
    pairs += [
        (i // 2, j // 2)
        for i, j in matches
        if not i % 2 and i // 2 not in taken[0] and j // 2 not in taken[1]
    ]
    return sorted((start + i, start + j) for i, j in pairs)


def _doubled(keys: _Keys) -> list[int]:
    return [number for both in zip(keys.types, keys.layers, strict=True) for number in both]


def _gaps(pairs: Iterable[Pair], rows: int, columns: int) -> Iterator[tuple[range, range]]:
    """What lies before each pair, and after the last one."""
    row = column = 0
    for i, j in (*pairs, (rows, columns)):
        yield range(row, i), range(column, j)
        row, column = i + 1, j + 1


def _with_types(pairs: Sequence[Pair], before: _Keys, after: _Keys) -> list[Pair]:
    """The pairs, and between them those of equal type."""
    found: list[Pair] = []
    gaps = _gaps(pairs, len(before.types), len(after.types))
    for (rows, columns), pair in zip(gaps, (*pairs, None), strict=True):
        if rows and columns:
            types = [before.types[i] for i in rows], [after.types[j] for j in columns]
            found += [(rows[i], columns[j]) for i, j in align(*types)]
        if pair is not None:
            found.append(pair)
    return found


_LONG = 20  # layers; shorter stretches are a version of one another, whatever they hold


def _without_chance(pairs: Sequence[Pair], before: _Keys, after: _Keys) -> list[Pair]:
    """The pairs without those that are alike by chance, such as the activations of two nets."""
    found: list[Pair] = []
    stretch: list[Pair] = []
    start = 0, 0
    end = len(before.types), len(after.types)
    for pair in (*pairs, end):
        if pair != end and not _anchors(pair, before, after):
            stretch.append(pair)
            continue
        equal = sum(before.layers[i] == after.layers[j] for i, j in stretch)
        if not _rewritten(pair[0] - start[0], pair[1] - start[1], equal, len(stretch)):
            found += stretch
        found.append(pair)
        stretch = []
        start = pair[0] + 1, pair[1] + 1
    return found[:-1]


def _anchors(pair: Pair, before: _Keys, after: _Keys) -> bool:
    """Whether the layers are equal and have settings to know them by."""
    i, j = pair
    return before.layers[i] == after.layers[j] and before.telling[i]


def _rewritten(rows: int, columns: int, equal: int, paired: int) -> bool:
    """Whether a stretch between two anchors is no new version of what was there before.

    It is a long one, most of its layers would be a line, and the shorter one is
    not found again in the longer.
    """
    lines = rows + columns - paired - equal
    return (
        max(rows, columns) > _LONG
        and 2 * lines > rows + columns
        and 3 * equal < 2 * min(rows, columns)
    )


def _laid_out(pairs: Sequence[Pair], rows: int, columns: int) -> Iterator[Pairing]:
    for (removed, added), pair in zip(_gaps(pairs, rows, columns), (*pairs, None), strict=True):
        if len(removed) == len(added) == 1:
            yield Pairing(removed[0], added[0])
        else:
            yield from (Pairing(at, None) for at in removed)
            yield from (Pairing(None, at) for at in added)
        if pair is not None:
            yield Pairing(*pair)
