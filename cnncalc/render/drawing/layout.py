"""A picture of a net with coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cnncalc.named_tuple import NamedTuple
from cnncalc.render import units
from cnncalc.render.drawing.cells import Measure, detail_of
from cnncalc.render.drawing.contents import contents
from cnncalc.render.drawing.data import Box, Drawing, Edge, Frame, Label
from cnncalc.render.drawing.graph import skipping
from cnncalc.render.drawing.rows import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.net.network import Network
    from cnncalc.render.drawing.cells import Cell, Extent, PlacedRow
    from cnncalc.render.drawing.channel import Channel, Terminal
    from cnncalc.render.drawing.contents import Contents, Item, Weigh
    from cnncalc.render.drawing.data import Direction, Point

_MARGIN = 16
_ABOVE = 34  # for the net's name
_BELOW = 40  # for the legend
_LEGEND = 380  # its width
_LEVELS = 5

_Path: TypeAlias = "tuple[Point, ...]"


def drawing(
    network: Network,
    *,
    depth: int | None = None,
    weigh: Weigh = "params",
    direction: Direction = "down",
    unfold: bool = False,
) -> Drawing:
    """Draw a net: its blocks as frames, its layers as boxes, its results as lines.

    Args:
        network: the net.
        depth: blocks below this level are closed, as in `summarize --depth`; None opens as many
            levels as can be read at a glance.
        weigh: the figure of which each box shows its share: `params`, `macs`, or `memory`, the
            bytes that are kept for the backward.
        direction: in which results flow, `down` or `right`.
        unfold: draw equal turns of a loop one by one.
    """
    shown = contents(network, depth=depth, weigh=weigh, unfold=unfold)
    wired = wiring(shown.boxes)
    shares = [share_of(box, shown.total) for box in shown.boxes]
    cell = Measure(wired, shares, direction).whole(shown.items)
    return _Placing(shown, shares, direction).drawing(cell)


def share_of(box: Item, total: int) -> str:
    """A box's share in percent; nothing below a twentieth of one percent."""
    text = units.share(box.weight, total)
    return "" if text in {"", "0.0%"} else text


def level_of(weight: int, most: int) -> int:
    """The tint of a box: 0 for none, to 5 for the one with the most."""
    return -(-_LEVELS * weight // most) if most else 0


class _At(NamedTuple):
    """A place along and across, and the number of frames around it."""

    along: int
    across: int
    depth: int = 0

    def further(self, along: int) -> _At:
        return self._replace(along=self.along + along)


class _Placing:
    """Gives cells their places, along and across, and turns both into x and y."""

    def __init__(self, shown: Contents, shares: Sequence[str], direction: Direction) -> None:
        self.shown = shown
        self.shares = shares
        self.direction = direction
        self.most = max((box.weight for box in shown.boxes), default=0)
        self.before = skipping(shown.boxes)
        self.frames: list[Frame] = []
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []
        self.labels: list[Label] = []

    def drawing(self, cell: Cell) -> Drawing:
        """The drawing of the whole net."""
        length, low, high = cell.extent
        if self.direction == "down":
            spare = max(0, _LEGEND - 2 * _MARGIN - low - high) // 2
            along, across = _MARGIN + _ABOVE, _MARGIN + low + spare
            width, height = low + high, length
        else:
            along, across = _MARGIN, _MARGIN + _ABOVE + low
            width, height = length, low + high
        self._put(cell, _At(along, across), [])
        return Drawing(
            self.shown.name,
            self.direction,
            self.shown.depth,
            self.shown.weigh,
            self.shown.total,
            self.most,
            max(width + 2 * _MARGIN, _LEGEND),
            height + 2 * _MARGIN + _ABOVE + _BELOW,
            tuple(self.frames),
            tuple(sorted(self.boxes)),
            tuple(self.edges),
            tuple(self.labels),
        )

    def _put(self, cell: Cell, at: _At, arriving: list[_Path]) -> list[_Path]:
        """Place a cell; the lines that arrive at its heads go on as those from its tails."""
        if cell.box is not None and cell.item is not None:
            return self._box(cell, cell.box, cell.item, at, arriving)
        if cell.inner is not None and cell.item is not None:
            return self._frame(cell, cell.item, at, arriving)
        lines = arriving
        tails: tuple[Terminal, ...] = ()
        for number, row in enumerate(cell.rows):
            if number:
                way = cell.channels[number - 1]
                lines = _led(lines, tails, way, row.heads, at)
                at = at.further(way.length)
            lines = self._row(row, at, lines)
            at = at.further(row.length)
            tails = row.tails
        return lines

    def _row(self, row: PlacedRow, at: _At, arriving: list[_Path]) -> list[_Path]:
        found: list[_Path] = []
        used = 0
        end = at.along + row.length
        for cell, middle in row.cells:
            mine = arriving[used : used + len(cell.heads)]
            used += len(cell.heads)
            if not cell.lane:
                start = _At(
                    at.along + (row.length - cell.extent.length) // 2, at.across + middle, at.depth
                )
                mine = _straight(mine, cell.heads, start)
                mine = self._put(cell, start, mine)
            found += _straight(mine, cell.tails, _At(end, at.across + middle))
        return found

    def _frame(self, cell: Cell, item: Item, at: _At, arriving: list[_Path]) -> list[_Path]:
        inner, entry = cell.inner, cell.entry
        assert inner is not None  # noqa: S101 - a frame has both
        assert entry is not None  # noqa: S101 - a frame has both
        area = self._area(at, cell.extent)
        self.frames.append(Frame(item.title, item.detail, item.times, item.name, at.depth, *area))
        inside = _At(at.along + cell.before, at.across, at.depth + 1)
        lines = _led(arriving, cell.heads, entry, inner.heads, inside)
        left = self._put(inner, inside.further(entry.length), lines)
        return _straight(left, cell.tails, at.further(cell.extent.length))

    def _box(
        self, cell: Cell, extent: Extent, item: Item, at: _At, arriving: list[_Path]
    ) -> list[_Path]:
        level = level_of(item.weight, self.most)
        self.boxes.append(
            Box(
                item.first, item.kind, item.title, detail_of(item), item.times, item.name,
                item.shared, item.weight, self.shares[item.first], level,
                *self._area(at, extent),
            )
        )  # fmt: skip
        for source, line in zip(item.takes, arriving, strict=True):
            skips = source in self.before[item.first]
            self.edges.append(Edge(source, item.first, skips, self._corners(line)))
        end = at.further(extent.length)
        if item.shape and cell.tails:
            x, y = (6, 12) if self.direction == "down" else (4, -4)
            left, upper = self._xy((end.along, end.across))
            self.labels.append(Label(item.shape, left + x, upper + y))
        return _straight([((end.along, at.across),) for _ in cell.tails], cell.tails,
                         at.further(cell.extent.length))  # fmt: skip

    def _area(self, at: _At, extent: Extent) -> tuple[int, int, int, int]:
        x, y = self._xy((at.along, at.across - extent.low))
        return (x, y, *self._xy((extent.length, extent.low + extent.high)))

    def _corners(self, line: _Path) -> _Path:
        """The corners of a line, as x and y."""
        return tuple(map(self._xy, line))

    def _xy(self, point: Point) -> Point:
        along, across = point
        return (across, along) if self.direction == "down" else (along, across)


def _led(
    lines: Sequence[_Path],
    tails: Sequence[Terminal],
    way: Channel,
    heads: Sequence[Terminal],
    at: _At,
) -> list[_Path]:
    """Lines through a channel, from the tails before it to the heads behind."""
    known = {one.source: line for one, line in zip(tails, lines, strict=True)}
    return [
        _on(known[head.source], *((at.along + a, at.across + c) for a, c in corners))
        for head, corners in zip(heads, way.lines, strict=True)
    ]


def _on(line: _Path, *points: Point) -> _Path:
    """A line that goes on through points; only its corners are kept."""
    for point in points:
        if line[-1] == point:
            continue
        kept = line[:-1] if len(line) > 1 and _between(line[-2], line[-1], point) else line
        line = (*kept, point)
    return line


def _straight(lines: Sequence[_Path], terminals: Sequence[Terminal], at: _At) -> list[_Path]:
    return [
        _on(line, (at.along, at.across + one.at))
        for line, one in zip(lines, terminals, strict=True)
    ]


def _between(one: Point, two: Point, three: Point) -> bool:
    return (one[0] == two[0] == three[0]) or (one[1] == two[1] == three[1])
