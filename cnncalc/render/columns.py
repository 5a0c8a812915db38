"""Text in aligned columns: the tables of numbers.

Written out here because start-up is part of the product: rich's `Table` takes
about 45 ms for the 170 rows of a ResNet-50, half of the whole run. Where cells
hold prose to be wrapped, rich draws them (`prose`).
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.text import filled, shortened, widest, width_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Look = Literal["plain", "dim", "strong", "much", "most"]

_GAP = "  "
_LEAST_NAME, _LEAST = 14, 8  # the fewest columns that the first, and another, shortened text keeps


class Style(NamedTuple):
    """How a terminal shows parts of a table; all empty where there is no colour."""

    head: str = ""
    dim: str = ""
    strong: str = ""
    good: str = ""
    bad: str = ""
    much: str = ""
    most: str = ""
    end: str = ""


PLAIN = Style()
COLOUR = Style(
    "\x1b[1m", "\x1b[2m", "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[1;33m", "\x1b[0m"
)


NO_LOOKS: Mapping[int, Look] = MappingProxyType({})


class Line(NamedTuple):
    """One row of cells and how it is shown; `looks` are those of single cells, by column."""

    cells: tuple[str, ...]
    look: Look = "plain"
    looks: Mapping[int, Look] = NO_LOOKS


def render(  # noqa: PLR0913 - how a table looks
    heads: Sequence[str],
    lines: Sequence[Line],
    *,
    right: Collection[int] = (),
    style: Style = PLAIN,
    width: int | None = None,
    names: Collection[int] = (0,),
) -> str:
    """Rows under heads; columns in `right` are aligned to the right.

    With a `width` the columns in `names` are shortened in the middle so that
    the table fits, if the cells of the first stay apart; without, nothing is
    ever cut.
    """
    columns = _columns(heads, lines)
    widths = [*map(widest, columns)]
    narrow = _narrowed(columns, widths, width, [i for i in names if i not in right])
    if narrow != widths and _apart(columns[0][1:], narrow[0]):
        columns = [
            column if now == wide else tuple(shortened(cell, now) for cell in column)
            for column, wide, now in zip(columns, widths, narrow, strict=True)
        ]
        widths = narrow
    rows = zip(
        *(filled(column, widths[i], right=i in right) for i, column in enumerate(columns)),
        strict=True,
    )
    out = [
        _wrapped(_joined(next(rows)), style.head, style),
        _wrapped("-" * _total(widths), style.dim, style),
    ]
    for row, line in zip(rows, lines, strict=True):
        if line.looks and style.end:
            out.append(_styled(row, line, style))
        else:
            out.append(_wrapped(_joined(row), _code(line.look, style), style))
    return "\n".join(out) + "\n"


def fitted(  # noqa: PLR0913 - how a table looks
    heads: Sequence[str],
    lines: Sequence[Line],
    *,
    right: Collection[int] = (),
    style: Style = PLAIN,
    width: int | None = None,
    names: Collection[int] = (0,),
) -> str:
    """As `render`, without the last columns where the table is wider than `width` with them."""
    count = room_for(heads, lines, width, names)
    cut = [line._replace(cells=line.cells[:count]) for line in lines]
    within = [i for i in names if i < count]
    return render(heads[:count], cut, right=right, style=style, width=width, names=within)


def room_for(
    heads: Sequence[str], lines: Sequence[Line], width: int | None, names: Collection[int] = (0,)
) -> int:
    """How many columns, from the left, `render` can fit into so much width; one at least."""
    if width is None:
        return len(heads)
    columns = _columns(heads, lines)
    every = [*map(widest, columns)]
    for count in range(len(heads), 1, -1):
        widths = every[:count]
        narrow = _narrowed(columns, widths, width, [i for i in names if i < count])
        if _total(narrow) <= width and (narrow == widths or _apart(columns[0][1:], narrow[0])):
            return count
    return 1


def _columns(heads: Sequence[str], lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """The cells of each column, its head first."""
    return [*zip(heads, *(line.cells for line in lines), strict=True)]


def _narrowed(
    columns: Sequence[tuple[str, ...]],
    widths: list[int],
    width: int | None,
    names: Sequence[int],
) -> list[int]:
    """The widths when texts are shortened, as few as can be, until the table fits; heads stay."""
    if width is None or _total(widths) <= width or len(columns[0]) == 1:
        return widths
    lengths = {i: Counter(map(width_of, columns[i][1:])) for i in names}
    least = {i: max(_LEAST if i else _LEAST_NAME, width_of(columns[i][0])) for i in names}
    narrow = list(widths)
    while _total(narrow) > width:
        spare = [i for i in names if narrow[i] > least[i]]
        if not spare:
            break
        # What is cut already costs no further row.
        cut = {i: sum(n for long, n in lengths[i].items() if long >= narrow[i]) for i in spare}
        narrow[min(spare, key=cut.__getitem__)] -= 1
    return narrow


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _apart(cells: Sequence[str], width: int) -> bool:
    """Whether cells are still told apart when they are shortened."""
    names = set(cells)
    return len({shortened(name, width) for name in names}) == len(names)


def _joined(cells: Sequence[str]) -> str:
    return _GAP.join(cells).rstrip()


def _styled(cells: Sequence[str], line: Line, style: Style) -> str:
    """A row of filled cells, each as it looks, as far as the line has something to show."""
    shown = max((i + 1 for i, cell in enumerate(line.cells) if cell), default=0)
    aligned = [*cells[:shown]]
    aligned[-1:] = [cell.rstrip() for cell in aligned[-1:]]
    looks = (line.looks.get(i, line.look) for i in range(shown))
    return _GAP.join(
        _wrapped(cell, _code(look, style), style) for cell, look in zip(aligned, looks, strict=True)
    )


def _code(look: Look, style: Style) -> str:
    code: str = getattr(style, look) if look != "plain" else ""
    return code


def _wrapped(text: str, code: str, style: Style) -> str:
    return f"{code}{text}{style.end}" if code else text
