"""A summary as an HTML table, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cnncalc.render.printable import text_format
from cnncalc.render.summary.columns import DEFAULT, column, heads, inputs
from cnncalc.render.summary.totals import footer, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.analysis.summary import Summary


@text_format
def html(summary: Summary, names: Sequence[str] = DEFAULT) -> str:
    """The rows under the net's name, and the totals below."""
    chosen = [column(name, summary.counted) for name in names]
    cells = [one.cells(summary) for one in chosen]
    right = [bool(one.figure) for one in chosen]
    rows = [_row("th", heads(names, summary.counted), right)]
    rows += [_row("td", line.cells, right) for line in inputs(summary, names)]
    rows += [_row("td", [cell(row) for cell in cells], right) for row in summary.rows if row.counts]
    name = escape(title_of(summary))
    table = "\n".join(rows)
    below = f"<pre>{escape(footer(summary))}</pre>" if summary.complete else ""
    return f"<table>\n<caption>{name}</caption>\n{table}\n</table>\n{below}\n"


def _row(tag: str, cells: Iterable[str], right: Iterable[bool]) -> str:
    made = (
        f'<{tag} style="text-align: {"right" if far else "left"}">{escape(cell)}</{tag}>'
        for cell, far in zip(cells, right, strict=True)
    )
    return f"<tr>{''.join(made)}</tr>"
