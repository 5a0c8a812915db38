"""A summary as a table for a terminal or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import columns
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.summary.columns import DEFAULT, column, inputs
from cnncalc.render.summary.totals import footer
from cnncalc.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.summary import Row, Summary
    from cnncalc.render.summary.columns import Cell


def table(
    summary: Summary,
    names: Sequence[str] = DEFAULT,
    *,
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """The rows, blocks as a tree, with both ways of counting parameters below."""
    chosen = [column(name) for name in names]
    cells = [one.cells(summary) for one in chosen]
    lines = list(inputs(summary, names))
    lines += [Line(_cells(row, names, cells), _look(row)) for row in summary.rows]
    right = frozenset(i for i, one in enumerate(chosen) if one.figure)
    heads = [one.head for one in chosen]
    body = columns.render(heads, lines, right=right, style=style, width=width)
    title = f"{style.head}{visible(summary.name)}{style.end if style.head else ''}\n"
    return title + body + ("\n" + footer(summary) if summary.complete else "")


def _look(row: Row) -> str:
    return "strong" if row.layers > 1 else "plain"


def _cells(row: Row, names: Sequence[str], cells: Sequence[Cell]) -> tuple[str, ...]:
    texts = [cell(row) for cell in cells]
    if row.level and "name" in names:
        at = list(names).index("name")
        texts[at] = "  " * row.level + row.name.rpartition("/")[2]
    return tuple(texts)
