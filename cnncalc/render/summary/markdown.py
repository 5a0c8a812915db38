"""A summary as a Markdown table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures import FIGURES
from cnncalc.render import markdown as md
from cnncalc.render import units
from cnncalc.render.columns import Line
from cnncalc.render.printable import text_format
from cnncalc.render.summary.columns import COUNT, DEFAULT, column, heads, inputs
from cnncalc.render.summary.totals import notes, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.summary import Summary

_STRONG = ("name", "params", "macs", COUNT)


@text_format
def markdown(summary: Summary, names: Sequence[str] = DEFAULT) -> str:
    """The rows, the totals as the last of them, and a list of what these leave out."""
    chosen = [column(name, summary.counted) for name in names]
    lines = list(inputs(summary, names))
    rows = zip(*(one.texts(summary) for one in chosen), strict=True)
    lines += [Line(cells) for row, cells in zip(summary.rows, rows, strict=True) if row.counts]
    if summary.complete:
        lines.append(_totals(summary, names))
    right = frozenset(i for i, one in enumerate(chosen) if one.figure)
    parts = [
        md.heading(3, title_of(summary)),
        md.table(heads(names, summary.counted), lines, right),
    ]
    if listed := [f"{md.item(note)}\n" for note in notes(summary)] if summary.complete else []:
        parts.append("".join(listed))
    return "\n".join(parts)


def _totals(summary: Summary, names: Sequence[str]) -> Line:
    cells = tuple(_total(summary, name) for name in names)
    return Line(cells, looks={at: "strong" for at, name in enumerate(names) if name in _STRONG})


def _total(summary: Summary, name: str) -> str:
    if name == "name":
        return "total"
    figure = FIGURES.get(name)
    if name == COUNT:
        figure = summary.counted
    if figure is None:
        return ""
    return units.value(summary.total(name), figure.unit)
