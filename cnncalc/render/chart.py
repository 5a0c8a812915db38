"""Bar charts in plain characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.text import padded, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"
_ASCII = "#"
_LEAST = 8  # characters that a bar keeps, however narrow the terminal
_WIDEST = 48


class Bar(NamedTuple):
    """A labelled value; `text` is how it is written behind its bar."""

    label: str
    value: int
    text: str


def bars(groups: Sequence[Sequence[Bar]], *, width: int | None, plain: bool) -> str:
    """Bars on one linear scale, groups apart by an empty line.

    Args:
        groups: the bars.
        width: columns that there are; None for a file.
        plain: ASCII only, for outputs that can write no more.
    """
    every = [bar for group in groups for bar in group]
    if not every:
        return ""
    labels = max(width_of(bar.label) for bar in every)
    texts = max(len(bar.text) for bar in every)
    room = _WIDEST if width is None else max(_LEAST, min(_WIDEST, width - labels - texts - 4))
    largest = max(1, *(bar.value for bar in every))
    out = [
        "".join(
            f"{padded(bar.label, labels)}  "
            f"{f'{drawn(bar.value, largest, room, plain=plain)} {bar.text}'.lstrip()}\n"
            for bar in group
        )
        for group in groups
    ]
    return "\n".join(out)


def drawn(value: int, largest: int, room: int, *, plain: bool) -> str:
    """The bar of a value, `room` characters long for the largest; something for all but 0.

    >>> drawn(1, 2, 3, plain=False)
    '█▌'
    >>> drawn(1, 2, 4, plain=True)
    '##'
    """
    if plain:
        return _ASCII * max((2 * value * room + largest) // (2 * largest), bool(value))
    eighths = max((16 * value * room + largest) // (2 * largest), bool(value))
    whole, rest = divmod(eighths, 8)
    return _FULL * whole + (_EIGHTHS[rest] if rest else "")
