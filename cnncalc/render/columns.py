"""Text in aligned columns: the tables of numbers.

Written out here because start-up is part of the product: rich's `Table` takes
about 45 ms for the 170 rows of a ResNet-50, half of the whole run. Where cells
hold prose to be wrapped, rich draws them (`prose`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "
_LEAST = 12  # the fewest characters that a shortened first column keeps


class Style(NamedTuple):
    """How a terminal shows parts of a table; all empty where there is no colour."""

    head: str = ""
    dim: str = ""
    strong: str = ""
    good: str = ""
    bad: str = ""
    end: str = ""


PLAIN = Style()
COLOUR = Style("\x1b[1m", "\x1b[2m", "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[0m")


class Line(NamedTuple):
    """One row of cells and how it is shown: as "plain", "dim" or "strong"."""

    cells: tuple[str, ...]
    look: str = "plain"


def render(
    heads: Sequence[str],
    lines: Sequence[Line],
    *,
    right: frozenset[int] = frozenset(),
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """Rows under heads; columns in `right` are aligned to the right.

    With a `width` the first column is shortened in the middle so that the table
    fits, if its cells stay apart; without, nothing is ever cut.
    """
    heads = [visible(head) for head in heads]
    cells = [tuple(map(visible, line.cells)) for line in lines]
    widths = [len(head) for head in heads]
    for row in cells:
        widths = [max(wide, len(cell)) for wide, cell in zip(widths, row, strict=True)]
    spare = sum(widths) + len(_GAP) * (len(widths) - 1) - width if width is not None else 0
    room = widths[0] - spare if widths else 0
    if spare > 0 and room >= max(_LEAST, len(heads[0])):
        short = {row[0]: _shortened(row[0], room) for row in cells}
        if len(set(short.values())) == len(short):
            widths[0] = room
            cells = [(short[row[0]], *row[1:]) for row in cells]
    out = [_wrapped(_joined(heads, widths, right), style.head, style)]
    out.append(
        _wrapped("-" * len(_joined(["-" * w for w in widths], widths, right)), style.dim, style)
    )
    for row, line in zip(cells, lines, strict=True):
        code = {"dim": style.dim, "strong": style.strong}.get(line.look, "")
        out.append(_wrapped(_joined(row, widths, right), code, style))
    return "\n".join(out) + "\n"


def _joined(cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    padded = [
        cell.rjust(wide) if i in right else cell.ljust(wide)
        for i, (cell, wide) in enumerate(zip(cells, widths, strict=True))
    ]
    return _GAP.join(padded).rstrip()


def _wrapped(text: str, code: str, style: Style) -> str:
    return f"{code}{text}{style.end}" if code else text


def _shortened(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    left = (width - 1) // 2
    return f"{text[:left]}…{text[len(text) - (width - 1 - left) :]}"


def markdown(heads: Sequence[str], lines: Sequence[Line], right: frozenset[int]) -> str:
    """The same rows as a Markdown table."""

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(visible(cell).replace("|", "\\|") for cell in cells) + " |"

    rule = "|" + "|".join(" ---: " if i in right else " --- " for i in range(len(heads))) + "|"
    return "\n".join([row(heads), rule, *(row(line.cells) for line in lines)]) + "\n"
