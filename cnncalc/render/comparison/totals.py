"""The totals of nets side by side, and what an MLP was derived from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.compare.totals import SHARES
from cnncalc.figures import FIGURES
from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.columns import Line
from cnncalc.render.comparison.tables import Table, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.compare.totals import ComparedNet

_TITLES = {
    "weights": "  weights",
    "biases": "  biases",
    "recurrent": "in recurrent layers",
    "other": "in other layers",
}
_MAIN = frozenset({"params", "macs"})


def sets_of(nets: Sequence[ComparedNet], width: int | None) -> list[Sequence[ComparedNet]]:
    """The nets in as many tables as the width needs, each with the first net in front."""
    others = list(nets[1:])
    count = len(others)
    while (
        width is not None
        and count > 1
        and any(
            columns_of(totals_table([nets[0], *part], units.short)) > width
            for part in _chunks(others, count)
        )
    ):
        count -= 1
    return [[*nets[:1], *part] for part in _chunks(others, count)] or [nets]


def _chunks(nets: Sequence[ComparedNet], count: int) -> list[Sequence[ComparedNet]]:
    return [nets[at : at + count] for at in range(0, len(nets), count or 1)]


def totals_table(nets: Sequence[ComparedNet], number: Callable[[int], str]) -> Table:
    """One column per net, with the ratio to the first."""
    heads = ["", nets[0].label] if nets else [""]
    for net in nets[1:]:
        heads += [net.label, "ratio"]
    lines = [Line(("input", *_inputs(nets)))]
    lines += [
        Line((_title(key), *_metric(nets, key, number)), "strong" if key in _MAIN else "plain")
        for key in (nets[0].totals if nets else ())
        if any(net.totals[key] for net in nets)
    ]
    note = f"ratio: to {nets[0].label}" if len(nets) > 1 else ""
    return Table(tuple(heads), tuple(lines), frozenset(range(1, len(heads))), note=note)


def _inputs(nets: Sequence[ComparedNet]) -> Iterator[str]:
    for at, net in enumerate(nets):
        shapes = [units.shape(shape) for _, shape in net.inputs]
        yield shapes[0] if len(shapes) == 1 else plural(len(shapes), "input")
        if at:
            yield ""


def _title(key: str) -> str:
    if key in FIGURES:
        return FIGURES[key].title or FIGURES[key].heading
    return _TITLES.get(key, f"in {key}")


def _metric(nets: Sequence[ComparedNet], key: str, number: Callable[[int], str]) -> Iterator[str]:
    unit = FIGURES[key].unit if key in FIGURES else "count"
    for at, net in enumerate(nets):
        value, params = net.totals[key], net.totals["params"]
        if isinstance(value, int) and isinstance(params, int) and unit == "count":
            share = units.share(value, params) if key in SHARES else ""
            yield f"{number(value)} {share:>6}" if share else number(value)
        else:
            yield units.value(value, unit)
        if at:
            yield times(net.ratios[key])


def times(factor: float | None) -> str:
    """A ratio with three digits: `1.36x`; a dash where there is none."""
    if factor is None:
        return "-"
    for least, digits in ((100, 0), (10, 1), (0.1, 2)):
        if factor >= least:
            return f"{factor:,.{digits}f}x"
    return f"{factor:.2g}x"
