"""How nets grow with their input: a table and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import chart, units
from cnncalc.render.columns import Line
from cnncalc.render.comparison.tables import Show, Table, fitting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.analysis.compare.scaling import Point, Scaling


def scaling_text(scaling: Scaling, show: Show) -> str:
    """The table of all sizes, and a bar chart each of parameters and MACs."""
    made = fitting(show, lambda number: point_table(scaling.points, number, join=False))
    charts = [
        f"{title}\n" + _chart(scaling, name, show)
        for name, title in (("params", "parameters"), ("macs", "MACs"))
    ]
    return "\n".join([made, *charts])


def point_table(
    points: Sequence[Point], number: Callable[[int], str], *, join: bool = True
) -> Table:
    """One row a size and net; the reason why it cannot be is in the row, or below it."""
    lines = [
        Line(
            (point.size, point.net, point.reason if join else "cannot", "-")
            if point.reason
            else (point.size, point.net, number(point.params), number(point.macs))
        )
        for point in points
    ]
    details = () if join else tuple(point.reason for point in points)
    return Table(("input", "net", "parameters", "MACs"), tuple(lines), frozenset({2, 3}), details)


def _chart(scaling: Scaling, figure: str, show: Show) -> str:
    """A bar for each point; the nets at one size stand together."""
    wide = max(map(len, scaling.sizes))
    groups = [
        [_bar(point, figure, wide) for point in scaling.points if point.size == size]
        for size in scaling.sizes
    ]
    if len(scaling.nets) == 1:
        groups = [[bar for group in groups for bar in group]]
    return chart.bars(groups, width=show.width, plain=show.plain)


def _bar(point: Point, figure: str, wide: int) -> chart.Bar:
    value: int = getattr(point, figure)
    text = "cannot" if point.reason else units.short(value)
    return chart.Bar(f"{point.size.ljust(wide)}  {point.net}", value, text)
