"""A summary as a fragment of HTML, for notebooks: the totals, and a table."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.html import Markup, element
from cnncalc.render.printable import text_format
from cnncalc.render.summary.columns import DEFAULT, column, heads, inputs
from cnncalc.render.summary.totals import notes, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.analysis.summary import Row, Summary

#: Rows that a notebook shows.
_MOST: Final = 1000
_DEEPEST: Final = 6  # levels that are indented


@text_format
def html(summary: Summary, names: Sequence[str] = DEFAULT) -> str:
    """The totals and the rows, under styles that hold for nothing else in a notebook."""
    chosen = [column(name, summary.counted) for name in names]
    cells = [one.cells(summary) for one in chosen]
    right = [bool(one.figure) for one in chosen]
    rows = [_row("td", line.cells, right) for line in inputs(summary, names)]
    rows += [
        _row("td", _own(row, [cell(row) for cell in cells], names), right, _look(row))
        for row in islice(summary.rows, _MOST)
    ]
    head = element("thead", _row("th", heads(names, summary.counted), right))
    parts = [
        element("style", Markup(_style())),
        element("p", element("b", title_of(summary))),
        element("ul", *(element("li", one) for one in _totals(summary))),
        element("div", element("table", head, element("tbody", *rows))),
    ]
    more = plural(len(summary.rows) - _MOST, "more row")
    said = [*([f"and {more}"] if len(summary.rows) > _MOST else []), *notes(summary)]
    parts += [element("p", element("small", one)) for one in said]
    return element("div", *parts, class_="cnncalc-net") + "\n"


def _style() -> str:
    return (Path(__file__).parent / "notebook.css").read_text(encoding="utf-8")


def _totals(summary: Summary) -> Iterator[str]:
    keys = ["params", "macs"] if summary.counted is None else ["params", summary.counted.key]
    for key in keys if summary.complete else ():
        figure = summary.figures[summary.position(key)]
        yield f"{units.value(summary.total(key), figure.unit)} {figure.title or figure.heading}"
    for name, shape in summary.outputs:
        yield f"{name} {units.shape(shape)}"


def _own(row: Row, cells: list[str], names: Sequence[str]) -> list[str]:
    """The cells, with a layer's own name: its blocks are above it."""
    if row.level and "name" in names:
        cells[names.index("name")] = row.name.rpartition("/")[2]
    return cells


def _look(row: Row) -> str | None:
    looks = [
        *([] if row.counts else ["block"]),
        *([f"l{min(row.level, _DEEPEST)}"] if row.level else []),
    ]
    return " ".join(looks) or None


def _row(tag: str, cells: Iterable[str], right: Iterable[bool], look: str | None = None) -> Markup:
    made = (
        element(tag, cell, class_="n" if far else None, scope="col" if tag == "th" else None)
        for cell, far in zip(cells, right, strict=True)
    )
    return element("tr", *made, class_=look)
