"""Items with their sizes: how much room each takes along the flow and across it.

Everything across is counted from a middle line, on which the boxes of a chain stand, so that a
chain is straight. Sizes do not depend on the direction but for the texts, which always
run to the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.drawing import words
from cnncalc.render.drawing.channel import Terminal, channel
from cnncalc.render.drawing.metric import text_width
from cnncalc.render.drawing.rows import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.render.drawing.channel import Channel
    from cnncalc.render.drawing.contents import Item
    from cnncalc.render.drawing.data import Direction
    from cnncalc.render.drawing.rows import Row, Slot, Wiring

TITLE: Final = 12  # sizes of text, in pixels
DETAIL: Final = 11
SHAPE: Final = 10

_INSET = 10  # around a box's texts
_BETWEEN = 8  # two texts of a box
_LEAST = 104  # the width of a box
_LINE = 26  # the height of a box with one line
_LINES = 42  # with two
_LABEL = 14  # the height of a shape
_GAP = 18  # between slots
_LANE = 7  # from a lane to each side
_PAD = 12  # around what is in a frame
_HEAD = 24  # the height of a frame's title
_ENTRY = 12  # the length of a frame's channel before its first row
_PLAIN = frozenset({"layer", "block"})  # boxes that are as wide as the others of a chain
_DEEPEST = 40  # levels of branches and frames in each other, from which on branches are layers
_STEP = 16  # between two arrows into a box


class Extent(NamedTuple):
    """Along the flow, and to both sides of the middle line."""

    length: int
    low: int
    high: int


class Cell(NamedTuple):
    """Something with its room.

    Attributes:
        extent: all of its room.
        heads: where results enter, from the middle line.
        tails: where results leave.
        item: the item, of a box or a frame.
        box: the extent of a box without its label.
        inner: what is in a frame.
        before: from the beginning of a frame to its entry.
        entry: the channel into a frame.
        rows: the rows of a stack, each as cells with their middle lines.
        channels: between the rows.
    """

    extent: Extent
    heads: tuple[Terminal, ...]
    tails: tuple[Terminal, ...]
    item: Item | None = None
    box: Extent | None = None
    inner: Cell | None = None
    before: int = 0
    entry: Channel | None = None
    rows: tuple[PlacedRow, ...] = ()
    channels: tuple[Channel, ...] = ()

    @property
    def lane(self) -> bool:
        """Whether it only leads a result past its row."""
        return self.item is None and not self.rows


class PlacedRow(NamedTuple):
    """Cells beside each other with their middle lines, and the longest one's length."""

    cells: tuple[tuple[Cell, int], ...]
    length: int

    @property
    def heads(self) -> tuple[Terminal, ...]:
        return tuple(
            Terminal(one.source, one.at + middle)
            for cell, middle in self.cells
            for one in cell.heads
        )

    @property
    def tails(self) -> tuple[Terminal, ...]:
        return tuple(
            Terminal(one.source, one.at + middle)
            for cell, middle in self.cells
            for one in cell.tails
        )

    def turned(self, above: Mapping[int, int]) -> PlacedRow:
        """The same, with the entries of boxes in the order in which results arrive."""
        cells = tuple((_turned(cell, above, middle), middle) for cell, middle in self.cells)
        return self._replace(cells=cells)

    @property
    def high(self) -> int:
        """How far it reaches without its lanes."""
        return max(
            (middle + cell.extent.high for cell, middle in self.cells if not cell.lane), default=0
        )


class Measure:
    """Measures cells for a direction; `shares` are the texts of the boxes' shares."""

    def __init__(self, wired: Wiring, shares: Sequence[str], direction: Direction) -> None:
        self.wired = wired
        self.shares = shares
        self.down = direction == "down"
        self._level = 0
        self._boxes: dict[int, Extent] = {}

    def whole(self, items: Sequence[Item]) -> Cell:
        """Everything that is in a picture."""
        return self.stack(rows(items, self.wired, _DEEPEST), {})

    def stack(self, found: Sequence[Row], above: Mapping[int, int], widest: int = 0) -> Cell:
        """Rows one after another, with the channels between them.

        Args:
            found: the rows.
            above: where results come from, as far as is known; from the middle line.
            widest: how far the boxes of the chain around it reach across.
        """
        self._level += 1
        known = dict(above)
        widest = max(widest, self._widest(found))
        drafts: list[PlacedRow] = []
        for number, row in enumerate(found):
            drafts.append(self._row(row, known, widest, first=not number))
            known = {one.source: one.at for one in drafts[-1].tails}
        self._level -= 1
        placed: list[PlacedRow] = []
        channels: list[Channel] = []
        known = dict(above)
        for number, draft in enumerate(_with_straight_lanes(drafts)):
            here = draft.turned(known)
            if number:
                channels.append(channel(known, here.heads))
            placed.append(here)
            known = {one.source: one.at for one in here.tails}
        length = sum(row.length for row in placed) + sum(one.length for one in channels)
        cells = [(cell, middle) for row in placed for cell, middle in row.cells]
        low = max(cell.extent.low - middle for cell, middle in cells)
        high = max(cell.extent.high + middle for cell, middle in cells)
        return Cell(
            Extent(length, low, high),
            placed[0].heads,
            placed[-1].tails,
            rows=tuple(placed),
            channels=tuple(channels),
        )

    def _widest(self, found: Sequence[Row]) -> int:
        """How far the boxes of a chain reach across, which all have one width."""
        widest = 0
        for row in found if self.down else ():
            solid = [slot for slot in row.slots if not slot.lane]
            if len(solid) != 1:
                continue
            (slot,) = solid
            if slot.item is None:
                widest = max(widest, self._widest(slot.rows))
            elif slot.item.kind in _PLAIN:
                widest = max(widest, self._box(slot.item).high)
        return widest

    def _row(self, row: Row, above: Mapping[int, int], widest: int, *, first: bool) -> PlacedRow:
        """A row with its lanes to the right of all else, not yet straight."""
        solid = [slot for slot in row.slots if not slot.lane]
        lanes = [slot for slot in row.slots if slot.lane]
        cells = [self._cell(slot, above, widest if len(solid) == 1 else 0) for slot in solid]
        middles = _beside(cells)
        if row.layered and len(cells) > 1 and not first:
            middles = _under_sources(cells, middles, above)
        elif cells:
            centre = _centre(middles)
            middles = [one - centre for one in middles]
        edge = max(
            (middle + cell.extent.high for cell, middle in zip(cells, middles, strict=True)),
            default=0,
        )
        placed = list(zip(cells, middles, strict=True))
        placed += [(_lane(slot), edge + _LANE) for slot in lanes]
        return PlacedRow(tuple(placed), max(cell.extent.length for cell, _ in placed))

    def _cell(self, slot: Slot, above: Mapping[int, int], widest: int) -> Cell:
        if slot.item is None:
            return self.stack(slot.rows, above, widest)
        if slot.item.kind == "frame":
            return self._frame(slot.item, slot, above)
        return self._leaf(slot.item, slot, widest)

    def _frame(self, item: Item, slot: Slot, above: Mapping[int, int]) -> Cell:
        inner = self.stack(rows(item.children, self.wired, _DEEPEST - self._level), above)
        heads = _entries(inner.heads)
        entry = channel({one.source: one.at for one in heads}, inner.heads, straight=_ENTRY)
        title = text_width(title_of(item), TITLE, bold=True) + 2 * _PAD
        if item.detail:
            title += _BETWEEN + text_width(item.detail, DETAIL)
        low, high = inner.extent.low + _PAD, inner.extent.high + _PAD
        length = entry.length + inner.extent.length + _PAD
        if self.down:
            length += _HEAD
            more = max(0, title - low - high)
            low, high = low + more // 2, high + more - more // 2
        else:
            low += _HEAD
            length = max(length + _PAD, title)
        tails = tuple(one for one in inner.tails if one.source in slot.gives)
        return Cell(
            Extent(length, low, high), tuple(heads), tails, item, inner=inner,
            before=_HEAD if self.down else _PAD, entry=entry,
        )  # fmt: skip

    def _leaf(self, item: Item, slot: Slot, widest: int) -> Cell:
        box = self._box(item)
        if widest and item.kind in _PLAIN:
            box = Extent(box.length, widest, widest)
        length, low, high = box
        if item.shape and slot.gives:
            label = text_width(item.shape, SHAPE)
            if self.down:
                length, high = length + _LABEL, max(high, label + 10)
            else:
                length, low = length + label + 12, max(low, _LABEL)
        heads = tuple(Terminal(one, 0) for one in item.takes)
        tails = tuple(Terminal(one, 0) for one in slot.gives)
        return Cell(Extent(length, low, high), heads, tails, item, box)

    def _box(self, item: Item) -> Extent:
        if item.first not in self._boxes:
            self._boxes[item.first] = self._measured(item)
        return self._boxes[item.first]

    def _measured(self, item: Item) -> Extent:
        title = text_width(title_of(item), TITLE, bold=True)
        detail = text_width(detail_of(item), DETAIL)
        share = text_width(self.shares[item.first], DETAIL)
        parts = [one for one in (detail, share) if one]
        entries = 2 * _STEP * len(item.takes) if len(item.takes) > 1 else 0
        if self.down:
            width = title + sum(_BETWEEN + one for one in parts) + 2 * _INSET
            least = _LEAST if item.kind in _PLAIN else 0
            half = -(-max(width, least, min(entries, 160)) // 2)
            return Extent(_LINE, half, half)
        width = max(title + (_BETWEEN + share if share else 0), detail) + 2 * _INSET
        half = max(_LINES, min(entries, 160)) // 2
        return Extent(width, half, half)


def _entries(heads: Sequence[Terminal]) -> list[Terminal]:
    """Where results enter a frame, each once: straight where it can, else near the middle line."""
    places: dict[int, list[int]] = {}
    for one in heads:
        places.setdefault(one.source, []).append(one.at)
    taken = {some[0] for some in places.values() if len(some) == 1}
    found: list[Terminal] = []
    for source, some in places.items():
        at = some[0]
        if len(some) > 1:
            at = min((one for one in (0, *some) if one not in taken), key=abs)
            taken.add(at)
        found.append(Terminal(source, at))
    return found


def title_of(item: Item) -> str:
    """The words in front: the type or the block, and how often it is there."""
    return f"{item.title} {words.times(item.times)}".rstrip()


def detail_of(item: Item) -> str:
    """The arguments, and whose weights are used."""
    shared = f"weights of {item.shared}" if item.shared else ""
    return ", ".join(one for one in (item.detail, shared) if one)


def _lane(slot: Slot) -> Cell:
    (source,) = slot.needs
    end = (Terminal(source, 0),)
    return Cell(Extent(0, _LANE, _LANE), end, end)


def _beside(cells: Sequence[Cell]) -> list[int]:
    """Middle lines of cells side by side, the first one's at 0."""
    middles: list[int] = []
    edge = 0
    for cell in cells:
        middle = edge + _GAP + cell.extent.low if middles else 0
        middles.append(middle)
        edge = middle + cell.extent.high
    return middles


def _centre(middles: Sequence[int]) -> int:
    """What stands on the middle line: the middle branch, or between the two in the middle."""
    count = len(middles)
    return (middles[(count - 1) // 2] + middles[count // 2]) // 2


def _with_straight_lanes(drafts: Sequence[PlacedRow]) -> list[PlacedRow]:
    """Rows with each lane in one place as long as it runs, shorter ones inside of longer ones."""
    runs: list[tuple[int, int, int]] = []  # from a row, to a row, of a source
    opened: dict[int, int] = {}
    for number, row in enumerate((*drafts, PlacedRow((), 0))):
        lanes = {cell.heads[0].source for cell, _ in row.cells if cell.lane}
        runs += [(opened.pop(one), number, one) for one in sorted(opened) if one not in lanes]
        for one in sorted(lanes):
            opened.setdefault(one, number)
    highs = [row.high for row in drafts]
    solid = [any(not cell.lane for cell, _ in row.cells) for row in drafts]
    at: dict[tuple[int, int], int] = {}
    for start, end, source in sorted(runs, key=lambda run: (run[1] - run[0], -run[0])):
        edge = max(
            high + (_GAP // 2 if full else 0)
            for high, full in zip(highs[start:end], solid[start:end], strict=True)
        )
        middle = edge + _LANE if any(solid[start:end]) or edge else 0
        for number in range(start, end):
            at[number, source] = middle
            highs[number] = middle + _LANE - (_GAP // 2 if solid[number] else 0)
    return [
        row._replace(
            cells=tuple(
                (cell, at[number, cell.heads[0].source] if cell.lane else middle)
                for cell, middle in row.cells
            )
        )
        for number, row in enumerate(drafts)
    ]


def _under_sources(
    cells: Sequence[Cell], middles: Sequence[int], above: Mapping[int, int]
) -> list[int]:
    """Middle lines near the middle of what each takes, in the same order and apart."""
    wanted = []
    for cell, middle in zip(cells, middles, strict=True):
        places = [above[one.source] for one in cell.heads if one.source in above]
        wanted.append(sum(places) // len(places) if places else middle)
    found: list[int] = []
    for number in range(len(cells)):
        least = middles[number] - middles[number - 1] + found[-1] if number else wanted[0]
        found.append(max(wanted[number], least))
    shift = sum(one - other for one, other in zip(wanted, found, strict=True)) // len(found)
    return [one + shift for one in found]


def _turned(cell: Cell, above: Mapping[int, int], middle: int) -> Cell:
    """A box with its entries in the order in which results arrive."""
    if cell.item is None or cell.box is None or len(cell.heads) < 2:  # noqa: PLR2004 - one is in the middle
        return cell
    order = sorted(range(len(cell.heads)), key=lambda one: above.get(cell.heads[one].source, 0))
    places = [above.get(cell.heads[one].source, middle) - middle for one in order]
    count = len(order)
    half = min(cell.box.low, cell.box.high) - 8
    spots: list[int]
    if 0 in places:
        straight = places.index(0)
        step = max(1, min(_STEP + 8, half // max(straight, count - 1 - straight, 1)))
        spots = [step * (one - straight) for one in range(count)]
    else:
        step = max(1, min(_STEP, 2 * half // (count - 1)))
        spots = [step * one - step * (count - 1) // 2 for one in range(count)]
    heads = list(cell.heads)
    for spot, one in zip(spots, order, strict=True):
        heads[one] = Terminal(cell.heads[one].source, spot)
    return cell._replace(heads=tuple(heads))
