"""A frame's items as rows one after another, each with branches side by side.

Series and parallel parts are found in the wiring. What is neither stands in the layers of
longest paths, ordered by barycentres (Sugiyama, Tagawa and Toda, Methods for visual
understanding of hierarchical system structures, 1981). Results that pass a row have a lane in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.series_parallel import decompose
from cnncalc.net.structure import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cnncalc.render.drawing.contents import Item

_SWEEPS = 4


class Wiring(NamedTuple):
    """Who takes what, by the numbers of boxes."""

    takes: tuple[tuple[int, ...], ...]
    taken_by: tuple[tuple[int, ...], ...]


def wiring(boxes: Sequence[Item]) -> Wiring:
    """The connections between all boxes of a picture."""
    taken_by: list[list[int]] = [[] for _ in boxes]
    for box in boxes:
        for source in dict.fromkeys(box.takes):
            taken_by[source].append(box.first)
    return Wiring(tuple(box.takes for box in boxes), tuple(map(tuple, taken_by)))


class Slot(NamedTuple):
    """What stands in a row: an item, a branch with rows of its own, or a lane.

    Attributes:
        item: the item, for one.
        rows: those of a branch.
        needs: results that come from outside.
        gives: results that are taken outside.
    """

    item: Item | None
    rows: tuple[Row, ...]
    needs: tuple[int, ...]
    gives: tuple[int, ...]

    @property
    def lane(self) -> bool:
        """Whether it only leads a result past the row."""
        return self.item is None and not self.rows


class Row(NamedTuple):
    """Slots side by side; whether they are a layer of a graph, to be placed under their sources."""

    slots: tuple[Slot, ...]
    layered: bool = False


def rows(items: Sequence[Item], wired: Wiring, room: int) -> tuple[Row, ...]:
    """The rows of a frame, or of the whole net.

    Args:
        items: what is in it.
        wired: the connections between all boxes.
        room: how many branches may stand in branches; deeper ones are laid out in layers.
    """
    parts = [Part("layer") for _ in items]
    owner = {
        number: place
        for place, item in enumerate(items)
        for number in range(item.first, item.last + 1)
    }
    before: list[tuple[int, ...]] = []
    leaving: list[bool] = []
    for place, item in enumerate(items):
        inside = range(item.first, item.last + 1)
        sources = (owner.get(one, -1) for number in inside for one in wired.takes[number])
        before.append(tuple(dict.fromkeys(one for one in sources if one != place)))
        users = [owner.get(one, -1) for number in inside for one in wired.taken_by[number]]
        leaving.append(not users or -1 in users)
    finder = _Finder(wired, {id(part): item for part, item in zip(parts, items, strict=True)})
    return finder.rows(decompose(parts, before, leaving), room)


class _Finder:
    def __init__(self, wired: Wiring, items: Mapping[int, Item]) -> None:
        self.wired = wired
        self.items = items

    def numbers(self, part: Part) -> Iterator[int]:
        """The numbers of all boxes in a part."""
        for leaf in self._leaves(part):
            item = self.items[id(leaf)]
            yield from range(item.first, item.last + 1)

    def _leaves(self, part: Part) -> Iterator[Part]:
        """The parts in a part that are items, in topological order."""
        stack = [part]
        while stack:
            one = stack.pop()
            if id(one) in self.items:
                yield one
            stack += reversed(one.children)

    def rows(self, series: Sequence[Part], room: int) -> tuple[Row, ...]:
        """The rows of parts that follow one another, with lanes for what passes a row."""
        found: list[Row] = []
        for part in series:
            found += self._rows(part, room)
        inside = {number for part in series for number in self.numbers(part)}
        live = set(self._gives(inside))
        for place in reversed(range(len(found))):
            row = found[place]
            made = {one for slot in row.slots for one in slot.gives}
            passing = sorted(live - made)
            lanes = tuple(Slot(None, (), (one,), (one,)) for one in passing)
            found[place] = row._replace(slots=row.slots + lanes)
            live = {one for slot in found[place].slots for one in slot.needs}
        return tuple(found)

    def _rows(self, part: Part, room: int) -> Iterator[Row]:
        if id(part) in self.items:
            yield Row((self._slot(part, room),))
        elif room < 0:
            yield from self._layers(list(self._leaves(part)), room)
        elif part.kind == "parallel":
            ends = [one for one in part.children if id(one) in self.items or one.kind != "branch"]
            branches = [one for one in part.children if one not in ends and one.children]
            if branches:
                yield Row(tuple(self._slot(one, room) for one in branches))
            for end in ends:
                yield from self._rows(end, room)
        elif part.kind == "graph":
            yield from self._layers(part.children, room)
        else:
            for one in part.children:
                yield from self._rows(one, room)

    def _slot(self, part: Part, room: int) -> Slot:
        inside = set(self.numbers(part))
        needs = dict.fromkeys(
            one
            for number in sorted(inside)
            for one in self.wired.takes[number]
            if one not in inside
        )
        gives = tuple(self._gives(inside))
        item = self.items.get(id(part))
        if item is not None:
            return Slot(item, (), tuple(needs), gives)
        if len(part.children) == 1 and id(part.children[0]) in self.items:
            return self._slot(part.children[0], room)
        return Slot(None, self.rows(part.children, room - 1), tuple(needs), gives)

    def _gives(self, inside: set[int]) -> Iterator[int]:
        for number in sorted(inside):
            if any(one not in inside for one in self.wired.taken_by[number]):
                yield number

    def _layers(self, parts: Sequence[Part], room: int) -> Iterator[Row]:
        """A graph in layers: each part below all that it takes from."""
        slots = [self._slot(part, room) for part in parts]
        maker = {one: place for place, slot in enumerate(slots) for one in slot.gives}
        layer: list[int] = []
        for slot in slots:
            above = [layer[maker[one]] for one in slot.needs if one in maker]
            layer.append(1 + max(above, default=-1))
        found: list[list[Slot]] = [[] for _ in range(1 + max(layer))]
        for place, slot in enumerate(slots):
            found[layer[place]].append(slot)
        _ordered(found)
        for row in found:
            yield Row(tuple(row), layered=True)


def _ordered(layers: list[list[Slot]]) -> None:
    """Order each layer by where its neighbours stand, down and up again."""
    for sweep in range(2 * _SWEEPS):
        down = sweep % 2 == 0
        for here in range(len(layers)) if down else reversed(range(len(layers))):
            others = layers[:here] if down else layers[here + 1 :]
            places = _places(others, gives=down)
            layers[here] = _by_neighbours(layers[here], places, down=down)


def _places(layers: Iterable[Sequence[Slot]], *, gives: bool) -> dict[int, list[float]]:
    """Where results leave (or are taken) in these layers, each layer as wide as 1."""
    found: dict[int, list[float]] = {}
    for layer in layers:
        for place, slot in enumerate(layer):
            for one in slot.gives if gives else slot.needs:
                found.setdefault(one, []).append((place + 0.5) / len(layer))
    return found


def _by_neighbours(
    layer: Sequence[Slot], places: Mapping[int, Sequence[float]], *, down: bool
) -> list[Slot]:
    def centre(place: int) -> tuple[float, int]:
        slot = layer[place]
        found = [x for one in (slot.needs if down else slot.gives) for x in places.get(one, ())]
        own = (place + 0.5) / len(layer)
        return (sum(found) / len(found) if found else own, place)

    return [layer[place] for place in sorted(range(len(layer)), key=centre)]
