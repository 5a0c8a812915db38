"""A picture in characters: a line for each box, frames around blocks, arcs for skips.

A box that takes what the line above gives hangs on it; every other connection is an arc on the
right, in one lane for each result, so that a picture of any net is as narrow as its words
and the results that are alive at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.chart import drawn
from cnncalc.render.columns import PLAIN
from cnncalc.render.drawing.arcs import arcs, lines
from cnncalc.render.drawing.cells import detail_of, title_of
from cnncalc.render.drawing.layout import share_of
from cnncalc.render.drawing.svg import total_of
from cnncalc.render.printable import text_format
from cnncalc.render.text import padded, shortened, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.render.columns import Style
    from cnncalc.render.drawing.arcs import Arc, Arcs, Line
    from cnncalc.render.drawing.contents import Contents, Item

_BAR = 8  # columns of the bar of the largest share
_SHARE = 6  # `100.0%`
_BESIDE = 2 + 2 + _SHARE + 1 + _BAR  # what stands behind words and shape, with the gaps
_ARROW = 2  # columns for the tip of an arc
_LEAST = 20  # columns that words keep, however narrow the terminal
_SHAPE = 14  # and shapes
_LANES = 60  # the most lanes in a file
_ASCII: Final = str.maketrans("│─╭╮╰╯├└┌╶┤┴┼◂×…", "|-,.`'|`,-++|<x~")


class _Columns(NamedTuple):
    """How many columns each part of a line takes; lanes and borders stand to the right."""

    words: int
    shape: int
    depth: int
    lanes: int
    arrow: int

    @property
    def area(self) -> int:
        """Up to the innermost border."""
        return self.words + self.shape + _BESIDE + self.arrow

    @property
    def whole(self) -> int:
        """With borders and lanes."""
        return self.area + 2 * (self.depth + self.lanes)


@text_format
def text(
    shown: Contents, *, style: Style = PLAIN, width: int | None = None, plain: bool = False
) -> str:
    """A picture for a terminal or a text file.

    Args:
        shown: what it shows.
        style: how a terminal shows the parts.
        width: columns that there are; None for a file, where nothing is cut.
        plain: ASCII only, for outputs that can write no more.
    """
    found = lines(shown)
    beside = arcs(shown, found, _room(found, width))
    columns = _columns(shown, found, beside, width)
    most = max(box.weight for box in shown.boxes)
    canvas = _Canvas(shown, found, beside, columns, most, style, plain)
    closed = f"  depth {shown.depth} of {shown.levels}" if shown.depth < shown.levels else ""
    head = f"{style.head}{shown.name}{style.end}{style.dim}{closed}{style.end}"
    below = f"{style.dim}{total_of(shown)}; each bar is a share of them{style.end}"
    made = "\n".join((head, "", *canvas.lines(), "", below, ""))
    return made.translate(_ASCII) if plain else made


def _depth(found: Sequence[Line]) -> int:
    return 1 + max((line.depth for line in found if line.kind == "head"), default=-1)


def _room(found: Sequence[Line], width: int | None) -> int:
    """How many lanes there is room for beside the least of everything else."""
    if width is None:
        return _LANES
    return max(1, (width - _LEAST - _SHAPE - _BESIDE - _ARROW) // 2 - _depth(found))


def _columns(shown: Contents, found: Sequence[Line], beside: Arcs, width: int | None) -> _Columns:
    depth = _depth(found)
    shape = max((width_of(box.shape) for box in shown.boxes), default=0)
    words = max(
        2 * line.depth + 2 + width_of("  ".join(_words(shown, beside.told, at, line)))
        for at, line in enumerate(found)
    )
    made = _Columns(words, shape, depth, beside.lanes, _ARROW if beside.arcs else 0)
    if width is None or made.whole <= width:
        return made
    made = made._replace(shape=min(shape, _SHAPE))
    return made._replace(words=max(_LEAST, words - max(0, made.whole - width)))


def _words(
    shown: Contents, told: Mapping[int, Sequence[int]], at: int, line: Line
) -> tuple[str, ...]:
    """The title of a line, and what follows: arguments, and sources that have no arc."""
    detail = detail_of(line.item) if line.kind in {"box", "head"} else ""
    sources = [shown.boxes[one] for one in told.get(at, ())]
    names = ", ".join(one.name or one.title for one in sources)
    parts = (title_of(line.item), f"◂ {names}" if names else "", detail)
    return tuple(one for one in parts if one)


class _Canvas(NamedTuple):
    """Puts lines together: borders, words in columns, and arcs."""

    shown: Contents
    found: Sequence[Line]
    beside: Arcs
    columns: _Columns
    most: int
    style: Style
    plain: bool

    def lines(self) -> Iterator[str]:
        """The lines, from top to bottom."""
        for at, going in enumerate(self.beside.going(len(self.found))):
            line = self.found[at]
            if line.kind == "head":
                yield self._border(at, going, "╭─ ", "╮")
            elif line.kind == "foot":
                yield self._border(at, going, "╰", "╯")
            elif line.kind == "box":
                yield self._box(at, going)
            elif any(arc.start == at for arc in going):
                yield self._out(at, going)

    def _border(self, at: int, going: Sequence[Arc], first: str, last: str) -> str:
        """The first or last line of a frame, which reaches over all lines in it."""
        depth = self.found[at].depth
        room = self.columns.area + 2 * (self.columns.depth - 2 * depth) - 1 - len(first)
        words, used = "", 0
        if self.found[at].kind == "head":
            words, used = self._title(at, room - 2)
            words, used = f"{words} ", used + 1
        made = f"{'│ ' * depth}{first}{words}{'─' * (room - used)}{last}{' │' * depth}"
        return f"{made}{self._lanes(at, going)}".rstrip()

    def _out(self, at: int, going: Sequence[Arc]) -> str:
        """A box's result on its way to its arc."""
        depth, item = self.found[at].depth, self.found[at].item
        left = f"{'│ ' * depth}{'│' if self._goes_on(item) else ' '} ╰"
        fill = self.columns.area - 2 * depth - 3
        return self._joined(left + "─" * fill, at, going, "─")

    def _box(self, at: int, going: Sequence[Arc]) -> str:
        words, used = self._content(at)
        fill = self.columns.area - used
        if any(at in arc.ends for arc in going):
            return self._joined(f"{words} ◂{'─' * (fill - 2)}", at, going, "─")
        if any(arc.start == at for arc in going):
            return self._joined(f"{words} {'─' * (fill - 1)}", at, going, "─")
        return self._joined(words + " " * fill, at, going, " ")

    def _joined(self, left: str, at: int, going: Sequence[Arc], over: str) -> str:
        """A line with the borders on the right, and the lanes; an arc goes over the borders."""
        depth = self.found[at].depth
        border = f"{over}{'┼' if over == '─' else '│'}"
        right = over * 2 * (self.columns.depth - depth) + border * depth
        return f"{left}{right}{self._lanes(at, going)}".rstrip()

    def _lanes(self, at: int, going: Sequence[Arc]) -> str:
        reach = max((arc.lane for arc in going if at == arc.start or at in arc.ends), default=-1)
        glyphs = {arc.lane: _glyph(arc, at, reach) for arc in going}
        return "".join(
            f"{'─' if lane <= reach else ' '}{glyphs.get(lane, '─' if lane < reach else ' ')}"
            for lane in range(self.columns.lanes)
        )

    def _content(self, at: int) -> tuple[str, int]:
        """The words of a box in their columns, and how many columns they take."""
        line, style, columns = self.found[at], self.style, self.columns
        item = line.item
        left = "│ " * line.depth + self._stem(item) + " "
        words, used = self._title(at, columns.words - 2 * line.depth - 2)
        made, used = left + words, used + 2 * line.depth + 2
        shape = shortened(item.shape, columns.shape)
        share = share_of(item, self.shown.total)
        bar = drawn(item.weight, self.most, _BAR, plain=self.plain) if item.weight else ""
        if shape or bar:
            made += " " * (columns.words - used + 2) + f"{style.dim}{shape}{style.end}"
            used = columns.words + 2 + width_of(shape)
        if bar:
            gap = " " * (columns.shape - width_of(shape) + 2)
            made += f"{gap}{padded(share, _SHARE, right=True)} {style.much}{bar}{style.end}"
            used = columns.words + 2 + columns.shape + 2 + _SHARE + 1 + len(bar)
        return made, used

    def _title(self, at: int, room: int) -> tuple[str, int]:
        """The title and what follows it, in so many columns; and how many they are."""
        title, *more = _words(self.shown, self.beside.told, at, self.found[at]) or ("",)
        title = shortened(title, room)
        rest = _cut("  ".join(("", *more)) if more else "", room - width_of(title))
        style = self.style
        made = f"{style.strong}{title}{style.end}"
        return (f"{made}{style.dim}{rest}{style.end}" if rest else made), width_of(title + rest)

    def _stem(self, item: Item) -> str:
        """How a box hangs on the lines above and below."""
        if item.first - 1 in item.takes:
            return "├" if self._goes_on(item) else "└"
        return "┌" if self._goes_on(item) else "╶"

    def _goes_on(self, item: Item) -> bool:
        following = item.first + 1
        return following < len(self.shown.boxes) and item.first in self.shown.boxes[following].takes


def _cut(words: str, room: int) -> str:
    """Words up to so many columns; nothing where hardly any would be left."""
    if width_of(words) <= room:
        return words
    taken = words
    while taken and width_of(taken) >= room:
        taken = taken[:-1]
    taken = taken.rstrip(" ,")
    return f"{taken}…" if taken.strip() else ""


def _glyph(arc: Arc, at: int, reach: int) -> str:
    """An arc in its lane beside a line: it begins, ends, branches off, or goes by."""
    if arc.start == at:
        return "╮"
    if at == arc.ends[-1]:
        return "╯" if arc.lane == reach else "┴"
    if at in arc.ends:
        return "┤"
    return "┼" if arc.lane < reach else "│"
