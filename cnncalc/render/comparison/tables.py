"""Tables of a comparison before they become text, and how they fit a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.render import columns, units
from cnncalc.render import markdown as md
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.text import shortened, width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Show(NamedTuple):
    """How a comparison is shown: on which terminal, and how much of it."""

    every: bool = False  # each layer of the layer-by-layer table, nothing folded
    style: Style = PLAIN
    width: int | None = None
    plain: bool = False  # ASCII only


class Table(NamedTuple):
    """A table before it becomes text; `details` go below the row of the same number."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    right: frozenset[int]
    details: tuple[str, ...] = ()
    title: str = ""
    note: str = ""  # below the table
    names: frozenset[int] = frozenset({0})  # the columns that may be shortened
    above: tuple[str, ...] = ()  # headings of rows, over all columns


def fitting(show: Show, build: Callable[[Callable[[int], str]], Table]) -> str:
    """The table with exact numbers; with three digits and a unit where those do not fit."""
    return first_fitting(show, (lambda: build(units.count), lambda: build(units.short)))


def first_fitting(show: Show, builds: Sequence[Callable[[], Table]]) -> str:
    """The first of several tables, each shorter than the one before, that fits; else the last."""
    *wider, last = builds
    for build in wider:
        made = build()
        if show.width is None or columns_of(made) <= show.width:
            return as_text(made, show)
    return as_text(last(), show)


def columns_of(made: Table) -> int:
    """The columns that a table takes uncut."""
    cells = [made.heads, *(line.cells for line in made.lines)]
    return sum(max(map(width_of, column)) + 2 for column in zip(*cells, strict=True)) - 2


def as_text(made: Table, show: Show) -> str:
    """The table as lines of text, with its title and details."""
    style = show.style
    text = columns.render(
        made.heads, made.lines, right=made.right, style=style, width=show.width, names=made.names
    )
    head, rule, *rows = text.splitlines()
    titles = _wrapped(made.title, show.width, indent="") if made.title else []
    out = [f"{style.head}{title}{style.end}" for title in titles]
    out += [""] if titles else []
    out += [head, rule]
    details = made.details or ("",) * len(rows)
    above = made.above or ("",) * len(rows)
    for row, heading, detail in zip(rows, above, details, strict=True):
        if heading:
            cut = shortened(heading, show.width) if show.width else heading
            out.append(f"{style.dim}{cut}{style.end}")
        out.append(_coloured(row, style))
        if detail:
            out += _wrapped(detail, show.width)
    if made.note:
        out += _wrapped(made.note, show.width, indent="")
    return "\n".join(out) + "\n"


def _coloured(row: str, style: Style) -> str:
    colour = {"+ ": style.good, "- ": style.bad, "~ ": style.strong}.get(row[:2], "")
    return f"{colour}{row}{style.end}" if colour else row


def _wrapped(text: str, width: int | None, indent: str = "      ") -> list[str]:
    room = None if width is None else max(width - len(indent), 20)
    return [indent + line for line in wrapped(text, room)]


def as_markdown(made: Table) -> str:
    """The table in Markdown, under its title as a heading."""
    heading = f"{md.heading(4, made.title)}\n" if made.title else ""
    lines = [Line(tuple(map(_single_spaced, line.cells))) for line in made.lines]
    table = md.table([head.strip() for head in made.heads], lines, made.right)
    return heading + table + (f"\n{md.paragraph(made.note)}" if made.note else "")


def _single_spaced(cell: str) -> str:
    return " ".join(cell.split())
