"""A summary as a Markdown table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures import FIGURES
from cnncalc.render import columns, units
from cnncalc.render.columns import Line
from cnncalc.render.summary.columns import COUNT, DEFAULT, column, heads, inputs
from cnncalc.render.summary.totals import notes, title_of
from cnncalc.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.summary import Summary

_STRONG = ("params", "macs", COUNT)


def markdown(summary: Summary, names: Sequence[str] = DEFAULT) -> str:
    """The rows, the totals as the last of them, and a list of what these leave out."""
    chosen = [column(name, summary.counted) for name in names]
    cells = [one.cells(summary) for one in chosen]
    lines = list(inputs(summary, names))
    lines += [Line(tuple(cell(row) for cell in cells)) for row in summary.rows if row.counts]
    if summary.complete:
        lines.append(Line(tuple(_total(summary, name) for name in names)))
    right = frozenset(i for i, one in enumerate(chosen) if one.figure)
    listed = "".join(f"- {note}\n" for note in notes(summary)) if summary.complete else ""
    below = f"\n{listed}" if listed else ""
    return (
        f"### {visible(title_of(summary))}\n\n"
        + columns.markdown(heads(names, summary.counted), lines, right)
        + below
    )


def _total(summary: Summary, name: str) -> str:
    if name == "name":
        return "**total**"
    figure = FIGURES.get(name)
    if name == COUNT:
        figure = summary.counted
    if figure is None:
        return ""
    text = units.value(summary.total(name), figure.unit)
    return f"**{text}**" if name in _STRONG else text
