"""A summary as a table for a terminal or a file."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from cnncalc.render import columns
from cnncalc.render.columns import NO_LOOKS, PLAIN, Line, Style
from cnncalc.render.printable import text_format
from cnncalc.render.summary.columns import DEFAULT, TEXTS, column, heads, inputs
from cnncalc.render.summary.totals import footer, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.analysis.summary import Row, Summary
    from cnncalc.figures.figure import Value
    from cnncalc.render.columns import Look
    from cnncalc.render.summary.columns import Column

#: The least shares of the net, in percent, that are highlighted.
_MOST, _MUCH = 25, 10


@text_format
def table(
    summary: Summary,
    names: Sequence[str] = DEFAULT,
    *,
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """The rows, blocks as a tree, with both ways of counting parameters below.

    Where the width is too small, words are shortened, then columns left out
    from the right; without a width nothing is.
    """
    chosen = [column(name, summary.counted) for name in names]
    lines = [*inputs(summary, names), *_lines(summary, names, chosen, coloured=bool(style.end))]
    titles = heads(names, summary.counted)
    texts = [at for at, name in enumerate(names) if name in TEXTS]
    count = columns.room_for(titles, lines, width, texts)
    if count < len(titles):
        lines = [line._replace(cells=line.cells[:count]) for line in lines]
    body = columns.render(
        titles[:count],
        lines,
        right=[at for at, one in enumerate(chosen) if one.figure],
        style=style,
        width=width,
        names=[at for at in texts if at < count],
    )
    title = f"{style.head}{title_of(summary)}{style.end if style.head else ''}\n"
    missing = _missing(names[count:], width, style) if count < len(names) else ""
    return title + body + missing + ("\n" + footer(summary, width) if summary.complete else "")


def _missing(names: Sequence[str], width: int | None, style: Style) -> str:
    """The word about columns for which there is no room."""
    told = f"no room in {width} columns for {', '.join(names)}; --columns chooses others"
    return f"{style.dim}{told}{style.end if style.dim else ''}\n"


def _lines(
    summary: Summary, names: Sequence[str], chosen: Sequence[Column], *, coloured: bool
) -> Iterator[Line]:
    """A line per row, made by columns."""
    texts = [one.texts(summary) for one in chosen]
    if "name" in names:
        texts[names.index("name")] = [*map(_name, summary.rows)]
    looks = _looks(summary, chosen) if coloured else repeat(NO_LOOKS)
    cells = zip(*texts, strict=True)
    for row, own, its in zip(summary.rows, cells, looks, strict=False):
        yield Line(own, "strong" if row.layers > 1 else "plain", its)


def _name(row: Row) -> str:
    """The name; in the tree without those of the blocks around it."""
    return "  " * row.level + row.name.rpartition("/")[2] if row.level else row.name


def _looks(summary: Summary, chosen: Sequence[Column]) -> Iterator[Mapping[int, Look]]:
    """How the cells of each row are shown: zeros dim, and large shares highlighted."""
    figures = [
        (at, summary.position(one.figure), one.head.endswith("%"))
        for at, one in enumerate(chosen)
        if one.figure
    ]
    known: dict[int, Mapping[int, Look]] = {}
    for row in summary.rows:
        measured = row.measured
        looks = known.get(id(measured))
        if looks is None:
            looks = known[id(measured)] = {
                at: _weight(measured.values[value], summary.totals[value]) if share else "dim"
                for at, value, share in figures
                if share or not measured.values[value]
            }
        yield looks


def _weight(part: Value, whole: Value) -> Look:
    if not part:
        return "dim"
    if not isinstance(part, int) or not isinstance(whole, int):
        return "plain"
    percent = 100 * part // whole
    if 2000 * part < whole:  # 0.0%
        return "dim"
    return "most" if percent >= _MOST else "much" if percent >= _MUCH else "plain"
