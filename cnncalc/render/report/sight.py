"""The receptive field along a net, beside the size of its input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.html import Markup, element
from cnncalc.render.report.charts import Curve, Level, Mark, levels_up_to, plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.report.net import NetReport, Sees

_MOST_STEPS = 600


def sight(net: NetReport) -> Markup:
    """A line over the layers that have a receptive field; nothing where none has."""
    sees, across = net.sees, net.across
    if not sees:
        return Markup()
    largest = max(across, *(one.field or 0 for one in sees))
    step = -(-len(sees) // _MOST_STEPS)
    values = [_height(one, largest) for one in sees[step - 1 :: step]] or [largest]
    chart = plot(
        [Curve(values, "sight")],
        title=f"The receptive field over the layers: {_sentence(sees, across)}",
        levels=[*_apart(levels_up_to(largest, str, 10), across, largest),
                Level(across, f"input {across}")],
        top=largest + largest // 6,
        mark=_mark(sees, step, len(values)),
        line=True,
    )  # fmt: skip
    names = (sees[0].layer, sees[-1].layer)
    axis = element("div", *(element("span", name) for name in names), class_="axis")
    return element("figure", element("figcaption", _sentence(sees, across)), chart, axis)


def _height(one: Sees, whole: int) -> int:
    return whole if one.field is None else one.field


def _apart(levels: Sequence[Level], across: int, largest: int) -> list[Level]:
    """The lines that are not too near to that of the input for both to be read."""
    return [one for one in levels if abs(one.value - across) * 12 > largest]


def _sentence(sees: Sequence[Sees], across: int) -> str:
    """Where the input is covered first, and where a layer sees all of it at once."""
    largest = max((one for one in sees if one.field is not None), key=lambda one: one.field or 0)
    parts = [f"up to {largest.field:,} input elements at {largest.layer}"]
    if covers := next((one for one in sees if one.field is not None and one.field >= across), None):
        parts.append(f"as many as the input has ({across:,}) from {covers.layer} on")
    if whole := next((one for one in sees if one.field is None), None):
        parts.append(f"{whole.layer} sees the whole input")
    words = f"{'; '.join(parts)}."
    return words[0].upper() + words[1:]


def _mark(sees: Sequence[Sees], step: int, count: int) -> Mark:
    """The largest field."""
    at, largest = max(
        ((at, one.field) for at, one in enumerate(sees) if one.field is not None),
        key=lambda pair: pair[1],
    )
    return Mark(min(at // step, count - 1), largest, f"{largest:,}")
