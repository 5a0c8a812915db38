"""A summary as a table for a terminal or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import columns
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.printable import text_format
from cnncalc.render.summary.columns import DEFAULT, TEXTS, column, heads, inputs
from cnncalc.render.summary.totals import footer, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.analysis.summary import Row, Summary
    from cnncalc.figures.figure import Value
    from cnncalc.render.columns import Look
    from cnncalc.render.summary.columns import Cell, Column

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
    cells = [one.cells(summary) for one in chosen]
    lines = list(inputs(summary, names))
    for row in summary.rows:
        looks = _looks(row, summary, chosen) if style.end else {}
        lines.append(Line(_cells(row, names, cells), _look(row), looks))
    titles = heads(names, summary.counted)
    texts = [at for at, name in enumerate(names) if name in TEXTS]
    count = columns.room_for(titles, lines, width, texts)
    body = columns.render(
        titles[:count],
        [line._replace(cells=line.cells[:count]) for line in lines],
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


def _look(row: Row) -> Look:
    return "strong" if row.layers > 1 else "plain"


def _looks(row: Row, summary: Summary, chosen: Sequence[Column]) -> Mapping[int, Look]:
    """Zeros are dim, and large shares are highlighted."""
    looks: dict[int, Look] = {}
    for at, one in enumerate(chosen):
        if one.figure:
            value = summary.value(row, one.figure)
            if not value:
                looks[at] = "dim"
            elif one.head.endswith("%"):
                looks[at] = _weight(value, summary.total(one.figure))
    return looks


def _weight(part: Value, whole: Value) -> Look:
    if not isinstance(part, int) or not isinstance(whole, int):
        return "plain"
    percent = 100 * part // whole
    if 2000 * part < whole:  # 0.0%
        return "dim"
    return "most" if percent >= _MOST else "much" if percent >= _MUCH else "plain"


def _cells(row: Row, names: Sequence[str], cells: Sequence[Cell]) -> tuple[str, ...]:
    texts = [cell(row) for cell in cells]
    if row.level and "name" in names:
        at = list(names).index("name")
        texts[at] = "  " * row.level + row.name.rpartition("/")[2]
    return tuple(texts)
