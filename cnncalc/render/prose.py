"""Prose on a terminal, wrapped and set by rich: a table whose cells are sentences, and Markdown.

rich costs more to import than a whole summary: this module is imported only where
one of these is really drawn.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from cnncalc.render.columns import Line


def table(heads: Sequence[str], lines: Sequence[Line], width: int, *, colour: bool) -> str:
    """Rows under heads; what does not fit its column goes on below."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    for index, head in enumerate(heads):
        made.add_column(head, no_wrap=not index)
    for line in lines:
        made.add_row(*line.cells, style="bold" if line.look == "strong" else None)
    return _drawn(made, width, colour=colour)


def markdown(text: str, width: int, *, colour: bool) -> str:
    """A page of Markdown, its examples set apart."""
    from rich.markdown import Markdown

    return _drawn(Markdown(text, code_theme="ansi_dark"), width, colour=colour)


def _drawn(what: RenderableType, width: int, *, colour: bool) -> str:
    from rich.console import Console

    out = StringIO()
    Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
    ).print(what)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
