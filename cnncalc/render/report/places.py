"""Where parameters, MACs and memory sit: bars by part of the top level, and treemaps."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from cnncalc.layers.base.tensors import plural
from cnncalc.named_tuple import NamedTuple
from cnncalc.render import units
from cnncalc.render.html import PERCENT, SLOT, Markup, element, joined, pattern
from cnncalc.render.report.charts import bar
from cnncalc.render.report.treemap import Box, squarified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.report.tree import Row


class Measure(NamedTuple):
    """A figure of a row: its names in a title and in a sentence, how it is written, its value."""

    key: str
    title: str
    words: str
    short: Callable[[int], str]
    of: Callable[[Row], int]


MEASURES: Final = (
    Measure("params", "Parameters", "parameters", units.short, attrgetter("counts.params")),
    Measure("macs", "MACs", "MACs", units.short, attrgetter("counts.macs")),
    Measure("saved", "Memory", "memory kept for the backward", units.size,
            attrgetter("counts.saved")),
)  # fmt: skip
_MOST_PARTS = 16  # bars of each measure
_KINDS = 6  # types of layers that have a colour of their own
_AREA = Box(0, 0, 220, 100)  # of a treemap, of about its proportions on a wide screen
_LEAST_PART = 40  # of ten thousand: smaller parts of a treemap are drawn as one
_LEAST_LAYER = 8  # likewise for layers
#: Pixels of a treemap on screens of two widths, and those of its height.
_WIDTHS, _HEIGHT = (330, 660), 320
_LETTER, _MARGIN, _LINE = 7, 14, 18  # pixels
_AMOUNTS: Final = 1024  # that are kept
_ACROSS, _DOWN = 100 / _AREA.width, 100 / _AREA.height  # percent of a length


def bars(tree: Sequence[Row]) -> Markup:
    """A row per part of the top level, with a bar for each measure."""
    parts = [row for row in tree if not row.level]
    totals = [sum(map(one.of, parts)) for one in MEASURES]
    weights = [_weight(row, totals) for row in parts]
    order = sorted(range(len(parts)), key=lambda at: -weights[at])
    chosen = {at for at in order[:_MOST_PARTS] if weights[at]}
    shown = [row for at, row in enumerate(parts) if at in chosen]
    rest = [row for at, row in enumerate(parts) if at not in chosen and weights[at]]
    widest = [max(map(one.of, shown), default=0) for one in MEASURES]
    rows = [_bars(_part(row), [one.of(row) for one in MEASURES], totals, widest) for row in shown]
    if rest:
        sums = [sum(map(one.of, rest)) for one in MEASURES]
        rows.append(_bars(plural(len(rest), "other part"), sums, totals, widest))
    heads = (element("th", one.title, scope="col") for one in MEASURES)
    head = element("thead", element("tr", element("th", "Part", scope="col"), *heads))
    caption = element(
        "caption", "Parts of the top level, in the order of the net. Memory is what a layer keeps"
        " for the backward.",
    )  # fmt: skip
    table = element("table", caption, head, element("tbody", *rows), class_="bars")
    return element("div", table, class_="scroll", tabindex="0", role="region",
                   aria_label="Where the figures sit")  # fmt: skip


def _weight(row: Row, totals: Sequence[int]) -> int:
    """The largest of its shares, in ten thousandths."""
    return max(
        one.of(row) * 10_000 // (total or 1) for one, total in zip(MEASURES, totals, strict=True)
    )


def _part(row: Row) -> Markup:
    told = row.kind != "layer" and row.type != "group"
    more = (" ", element("small", row.type)) if told else ()
    return joined((row.name, *more))


def _bars(name: str, values: Sequence[int], totals: Sequence[int], widest: Sequence[int]) -> Markup:
    cells = [element("th", name, scope="row")]
    for measure, value, total, most in zip(MEASURES, values, totals, widest, strict=True):
        words = (measure.short(value), " ", element("small", units.share(value, total)))
        cells.append(
            element("td", bar(value, most, f"c-{measure.key}"), *(words if value else ("–",)))
        )
    return element("tr", *cells)


# -- treemaps ---------------------------------------------------------------------------------

_PLACE: Final = {"x": PERCENT, "y": PERCENT, "width": PERCENT, "height": PERCENT}
_TILE: Final = pattern(element("rect", element("title", SLOT), class_=SLOT, **_PLACE))
_FRAME: Final = pattern(element("rect", class_="frame", **_PLACE))
_LABEL: Final = pattern(element("svg", SLOT, class_=SLOT, **_PLACE))
_LEAF: Final = pattern(
    element(
        "svg", element("text", SLOT, class_="leaf", x="7", y="100%", dy="-7"), class_=SLOT, **_PLACE
    )
)


class _Tile(NamedTuple):
    """A layer, or what is too small to be drawn by itself."""

    name: str
    type: str
    value: int


def treemaps(tree: Sequence[Row]) -> Markup:
    """A treemap of each measure, and what the colours mean."""
    groups = list(_groups(tree))
    kinds = _kinds(tree)
    figures = [
        element(
            "figure", element("figcaption", f"{one.title}: {one.short(total)}"),
            _treemap(one, groups, total, kinds), class_="treemap", data_title=one.title,
        )
        for one in MEASURES
        if (total := sum(one.of(row) for row in tree if not row.level))
    ]  # fmt: skip
    others = any(row.type not in kinds for row in _leaves(tree))
    legend = map(_colour, range(len(kinds) + others), (*kinds, "others"))
    return element(
        "div",
        element("div", *figures, class_="treemaps"),
        element("ul", *legend, class_="legend", aria_label="Colours"),
        class_="maps",
    )


def _leaves(rows: Sequence[Row]) -> Iterator[Row]:
    """Layers, and blocks whose layers are not listed."""
    for row in rows:
        if row.kind == "layer" or row.hidden:
            yield row


def _groups(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Every part of the top level with the rows inside that are not unfolded further."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or not rows[end].level:
            yield rows[start], list(_leaves(rows[start:end]))
            start = end


def _kinds(rows: Sequence[Row]) -> tuple[str, ...]:
    """The types that hold most of any measure, each by its share."""
    shares: Counter[str] = Counter()
    leaves = list(_leaves(rows))
    for one in MEASURES:
        values = list(map(one.of, leaves))
        total = sum(values) or 1
        for row, value in zip(leaves, values, strict=True):
            shares[row.type] += value * 10_000 // total
    return tuple(name for name, _ in shares.most_common(_KINDS))


def _colour(at: int, name: str) -> Markup:
    """A square of a colour, and what has it."""
    square = element("rect", class_=f"k{at}", width="12", height="12", rx="2")
    svg = element("svg", square, width="12", height="12", aria_hidden="true")
    return element("li", svg, name)


def _treemap(
    measure: Measure, groups: Sequence[tuple[Row, list[Row]]], total: int, kinds: Sequence[str]
) -> Markup:
    parts: list[tuple[str, list[_Tile]]] = []
    small: list[Row] = []
    for row, inside in groups:
        if measure.of(row) * 10_000 // total < _LEAST_PART:
            small += [one for one in inside if measure.of(one)]
        else:
            parts.append((row.name, _tiles(inside, measure, total)))
    if small:
        parts.append(("others", _tiles(small, measure, total)))
    parts.sort(key=lambda part: -sum(one.value for one in part[1]))
    sums = [sum(one.value for one in tiles) for _, tiles in parts]
    boxes = squarified([_scaled(value, total) for value in sums], _AREA)
    drawn = [
        _group(name, tiles, box, measure, total, kinds)
        for (name, tiles), box in zip(parts, boxes, strict=True)
    ]
    title = element("title", f"The area of a layer is its share of the {measure.words}")
    return element("svg", title, *drawn, class_="map", role="img")


def _scaled(value: int, total: int) -> float:
    """A share as a number above 0 that has the digits of a float."""
    return max(value * 10**9 // total, 1) / 10**9


def _tiles(rows: Sequence[Row], measure: Measure, total: int) -> list[_Tile]:
    tiles = [_Tile(row.path, row.type, value) for row in rows if (value := measure.of(row))]
    tiles.sort(key=lambda one: -one.value)
    large = [one for one in tiles if one.value * 10_000 // total >= _LEAST_LAYER]
    rest = tiles[len(large) :]
    if rest:
        large.append(
            _Tile(f"{plural(len(rest), 'smaller layer')}", "", sum(one.value for one in rest))
        )
        large.sort(key=lambda one: -one.value)
    return large


def _group(  # noqa: PLR0913, PLR0917 - what is drawn
    name: str, tiles: Sequence[_Tile], box: Box, measure: Measure, total: int, kinds: Sequence[str]
) -> Markup:
    whole = sum(one.value for one in tiles)
    inner = squarified([_scaled(one.value, whole) for one in tiles], box)
    cells = [_tile(*one, measure, total, kinds) for one in zip(tiles, inner, strict=True)]
    frame = _FRAME(*_placed(box))
    words = [_label(name, units.share(whole, total), box)]
    if len(tiles) > 1:
        words += [
            _leaf(one, place, first=not at)
            for at, (one, place) in enumerate(zip(tiles, inner, strict=True))
        ]
    return joined((*cells, frame, *words))


def _tile(one: _Tile, box: Box, measure: Measure, total: int, kinds: Sequence[str]) -> Markup:
    kind = kinds.index(one.type) if one.type in kinds else len(kinds)
    told = f"{one.name}{f' ({one.type})' if one.type else ''}"
    return _TILE(f"k{kind}", *_placed(box), f"{told}: {_amount(measure.short, one.value, total)}")


@lru_cache(_AMOUNTS)
def _amount(short: Callable[[int], str], value: int, total: int) -> str:
    """A value with its share; alike layers have the same."""
    return f"{short(value)}, {units.share(value, total)}"


def _placed(box: Box) -> tuple[float, float, float, float]:
    """Where a rectangle is, in the order of `_PLACE`."""
    x, y, width, height = box
    return x * _ACROSS, y * _DOWN, width * _ACROSS, height * _DOWN


def _label(name: str, share: str, box: Box) -> Markup:
    """The name of a part with its share, in the upper corner."""
    height, least = _height(box), _fitting(name, box)
    if least is None or height < _LINE:
        return Markup()
    lines = [element("text", name, x="7", y="16")]
    if height >= 2 * _LINE:
        lines.append(element("text", share, class_="leaf", x="7", y="32"))
    return _LABEL(f"label w{least}", *_placed(box), joined(lines))


def _leaf(one: _Tile, box: Box, *, first: bool) -> Markup:
    """The name of a layer in the lower corner, with its block if there is room on a wide screen."""
    if _height(box) < (4 if first else 2) * _LINE:  # above the first is the name of the part
        return Markup()
    names = one.name.split("/")
    for name in ("/".join(names[-2:]), names[-1]):
        least = _fitting(name, box)
        if least is not None:
            return _LEAF(f"label w{least}", *_placed(box), name)
    return Markup()


def _height(box: Box) -> float:
    """The pixels of a rectangle's height."""
    return box.height / _AREA.height * _HEIGHT


def _fitting(name: str, box: Box) -> int | None:
    """The first width of a screen at which a name fits into a rectangle."""
    share, needed = box.width / _AREA.width, len(name) * _LETTER + _MARGIN
    for at, width in enumerate(_WIDTHS):
        if width * share >= needed:
            return at
    return None
