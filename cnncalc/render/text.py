"""Texts of a spec as they may be printed on a terminal."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE = ("W", "F")
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal: wide characters take two, combining ones none.

    Source: Unicode Standard Annex 11, East Asian width.

    >>> width_of("conv"), width_of("\u7573\u307f"), width_of("e\u0301")
    (4, 4, 1)
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width  # noqa: PLC0415 - few texts need it

    return sum(
        2 if east_asian_width(char) in _WIDE else 0 if category(char) in _WITHOUT_WIDTH else 1
        for char in text
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text filled up with spaces to so many columns, behind it or in front."""
    fill = " " * (width - width_of(text))
    return fill + text if right else text + fill


def widest(texts: Sequence[str]) -> int:
    """The columns that the widest of some texts takes."""
    return max(map(len if _ascii(texts) else width_of, texts))


def filled(texts: Sequence[str], width: int, *, right: bool = False) -> Iterable[str]:
    """Texts filled up with spaces to so many columns, behind them or in front."""
    if _ascii(texts):
        return map(str.rjust if right else str.ljust, texts, repeat(width))
    return (padded(text, width, right=right) for text in texts)


def _ascii(texts: Sequence[str]) -> bool:
    return all(map(str.isascii, texts))


def shortened(text: str, width: int) -> str:
    """A text cut in its middle to so many columns; what indents it stays.

    >>> shortened("  global_avgpool_1", 12)
    '  glob…ool_1'
    """
    if width_of(text) <= width:
        return text
    name = text.lstrip(" ")
    indent = len(text) - len(name)
    room = max(width - indent - 1, 2)
    head = _taken(name, room // 2)
    tail = _taken(name[::-1], room - width_of(head))[::-1]
    return f"{' ' * indent}{head}…{tail}"


def _taken(text: str, width: int) -> str:
    """The beginning of a text that fits into so many columns."""
    taken = 0
    for at, char in enumerate(text):
        taken += width_of(char)
        if taken > width:
            return text[:at]
    return text


def wrapped(text: str, width: int | None, indent: str = "") -> list[str]:
    """A text in lines of so many columns, broken at spaces; later lines are indented.

    A single word that is longer stays whole, and so does everything without a width.

    >>> wrapped("  one two", 5, "    ")
    ['  one', '    two']
    """
    if width is None or width_of(text) <= width:
        return [text]
    lines: list[str] = []
    words = text.lstrip(" ")
    line = " " * (len(text) - len(words))
    for word in words.split(" "):
        longer = f"{line} {word}" if line.strip() else line + word
        if line.strip() and width_of(longer) > width:
            lines.append(line.rstrip())
            line = indent + word
        else:
            line = longer
    return [*lines, line]
