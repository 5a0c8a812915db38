"""The formats of a picture, each from the same contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from cnncalc.exhaustive import unreachable
from cnncalc.named_tuple import NamedTuple
from cnncalc.render.columns import PLAIN
from cnncalc.render.drawing.contents import Weigh, contents
from cnncalc.render.drawing.data import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.net.network import Network
    from cnncalc.render.columns import Style


class Screen(NamedTuple):
    """How text is drawn: its looks, the columns that there are, whether ASCII only."""

    style: Style = PLAIN
    width: int | None = None
    plain: bool = False


DrawFormat = Literal["text", "svg", "mermaid", "dot"]
#: What a picture may be asked for, by what it says.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "format": get_args(DrawFormat),
    "weight": get_args(Weigh),
    "direction": get_args(Direction),
}


def written(  # noqa: PLR0913 - the options of the command
    network: Network,
    format_: DrawFormat,
    *,
    depth: int | None = None,
    weigh: Weigh = "params",
    direction: Direction = "down",
    unfold: bool = False,
    screen: Screen | None = None,
) -> str:
    """A picture of a net in a format; the `screen` is what text is drawn for, else a file."""
    if format_ == "svg":
        from cnncalc.render.drawing.layout import drawing  # noqa: PLC0415 - only for this format
        from cnncalc.render.drawing.svg import svg  # noqa: PLC0415 - only for this format

        return svg(drawing(network, depth=depth, weigh=weigh, direction=direction, unfold=unfold))
    shown = contents(network, depth=depth, weigh=weigh, unfold=unfold)
    if format_ == "text":
        from cnncalc.render.drawing.text import text  # noqa: PLC0415 - only for this format

        style, width, plain = screen or Screen()
        return text(shown, style=style, width=width, plain=plain)
    if format_ == "mermaid":
        from cnncalc.render.drawing.mermaid import mermaid  # noqa: PLC0415 - only for this format

        return mermaid(shown, direction=direction)
    if format_ == "dot":
        from cnncalc.render.drawing.dot import dot  # noqa: PLC0415 - only for this format

        return dot(shown, direction=direction)
    raise unreachable(format_)
