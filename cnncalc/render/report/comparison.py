"""Nets side by side: bars of their totals, all figures with ratios, and what was changed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.comparison.layers import difference_table
from cnncalc.render.comparison.tables import Show
from cnncalc.render.comparison.totals import times, totals_table
from cnncalc.render.html import Markup, element, joined
from cnncalc.render.report.charts import bar

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.analysis.compare.comparison import Comparison
    from cnncalc.analysis.compare.steps import Difference
    from cnncalc.analysis.report.page import Page
    from cnncalc.render.columns import Line
    from cnncalc.render.comparison.tables import Table

_MOST_ROWS: Final = 500
_MOST_OPEN: Final = 40  # rows that need not be unfolded
_WORDS: Final = frozenset({"layer", "type", "output", "ratio", "old params", "new params"})
_MARKS: Final = {"+": "added", "-": "removed", "~": "changed"}


def bars(page: Page) -> Markup:
    """Parameters, MACs and memory of each net."""
    nets = page.nets
    rows = (
        ("Parameters", [_number(net.summary.total("params")) for net in nets], units.short),
        ("MACs", [_number(net.summary.total("macs")) for net in nets], units.short),
        ("Memory, inference", [net.memory.total_inference for net in nets], units.size),
        ("Memory, training", [net.memory.total_training for net in nets], units.size),
    )
    figures = []
    for title, values, written in rows:
        most = max(values)
        lines = [
            element(
                "tr", element("th", label, scope="row"),
                element("td", bar(value, most, f"net{min(at, 5)}")),
                element("td", written(value), class_="n"),
                element("td", _ratio(value, values[0]) if at else "", class_="n dim"),
            )
            for at, (label, value) in enumerate(zip(page.labels, values, strict=True))
        ]  # fmt: skip
        table = element("table", element("caption", title), element("tbody", *lines), class_="bars")
        figures.append(table)
    return element("div", *figures, class_="pair")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _ratio(value: int, first: int) -> str:
    try:
        return times(value / first if first else None)
    except OverflowError:
        return "–"


def totals(comparison: Comparison) -> Markup:
    """Every figure of every net, with its ratio to the first."""
    return _table(totals_table(comparison.nets, units.count))


def difference(made: Difference) -> Markup:
    """The layers of two nets, aligned; equal ones folded, and all where they are many."""
    found = difference_table(made, Show(), units.count)
    summary = element("summary", found.title)
    rows = _table(found, marked=True)
    return element("details", summary, rows, open=len(found.lines) <= _MOST_OPEN)


def _table(made: Table, *, marked: bool = False) -> Markup:
    rows = zip(made.lines, made.details or ("",) * len(made.lines), strict=True)
    heads = [_head(text, number=at in made.right) for at, text in enumerate(made.heads)]
    body = [_row(*row, made.right, marked=marked) for row in islice(rows, _MOST_ROWS)]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *body))
    left = plural(len(made.lines) - len(body), "more row")
    cut = f"and {left}: `cnncalc compare` lists them all" if len(body) < len(made.lines) else ""
    notes = [element("p", note, class_="note") for note in (made.note, cut) if note]
    name = made.title or "Totals"
    scroll = element("div", table, class_="scroll", tabindex="0", role="region", aria_label=name)
    return joined((scroll, *notes))


def _head(text: str, *, number: bool) -> Markup:
    words = text.strip()
    shown = words.capitalize() if words in _WORDS else words
    return element("th", shown, scope="col", class_="n" if number else None)


def _row(line: Line, detail: str, right: Collection[int], *, marked: bool) -> Markup:
    first, *cells = line.cells
    mark = _MARKS.get(first[:1], "") if marked else ""
    parts = [element("span", mark, class_=f"badge {mark}"), " "] if mark else []
    parts.append(first[2:] if marked else first.strip())
    parts += [" ", element("small", detail)] if detail else []
    data = (
        element("td", cell, class_="n" if at in right else None) for at, cell in enumerate(cells, 1)
    )
    look = line.look if line.look != "plain" else None
    return element("tr", element("th", *parts, scope="row"), *data, class_=look)
