"""A comparison as CSV: one table, numbers raw, nothing folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import units
from cnncalc.render.comparison.json import rounded, saving_data
from cnncalc.render.csv import csv as written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.compare.comparison import Comparison
    from cnncalc.analysis.compare.steps import Side


def csv(comparison: Comparison, *, layers: bool = False) -> str:
    """One table: growth or convolutions if asked for, else layers or the totals of each net."""
    if comparison.scaling:
        rows = _point_rows(comparison)
    elif comparison.savings:
        rows = _saving_rows(comparison)
    elif layers:
        rows = _step_rows(comparison)
    else:
        rows = _total_rows(comparison)
    return written(rows)


def _total_rows(comparison: Comparison) -> Iterator[Sequence[object]]:
    for at, net in enumerate(comparison.nets):
        if not at:
            yield ("net", *net.totals, "params_ratio", "macs_ratio")
        ratios = (rounded(net.ratios[key]) for key in ("params", "macs"))
        cells = ("" if one is None else one for one in ratios)
        yield (net.label, *map(units.raw, net.totals.values()), *cells)


def _step_rows(comparison: Comparison) -> Iterator[Sequence[object]]:
    yield ("before", "after", "mark", *(f"{name}_{when}" for when in ("before", "after")
           for name in ("name", "type", "output_shape", "params", "macs")), "changes",
           "resized")  # fmt: skip
    for one in comparison.differences:
        for step in one.steps:
            changes = "; ".join(f"{c.what}: {c.before} -> {c.after}" for c in step.changes)
            yield (one.before, one.after, step.mark, *_side(step.before), *_side(step.after),
                   changes, str(step.resized).lower())  # fmt: skip


def _side(side: Side | None) -> Sequence[object]:
    if side is None:
        return ("",) * 5
    return (side.name, side.type, units.shape(side.output_shape), side.params, side.macs)


def _saving_rows(comparison: Comparison) -> Iterator[Sequence[object]]:
    yield ("net", "layers", "type", "input_shape", "output_shape", "positions", "dense", "local",
           "shared", "biases", "neuron_biases", "saved_by_locality",
           "saved_by_sharing")  # fmt: skip
    for label, savings in comparison.savings:
        for one in savings:
            data = saving_data(one)
            yield (label, one.name, one.type, units.shape(one.input_shape),
                   units.shape(one.output_shape), one.positions, one.dense, one.local, one.shared,
                   one.biases, one.neuron_biases, data["saved_by_locality"],
                   data["saved_by_sharing"])  # fmt: skip


def _point_rows(comparison: Comparison) -> Iterator[Sequence[object]]:
    yield ("net", "input", "shapes", "params", "macs", "reason")
    for point in comparison.scaling.points if comparison.scaling else ():
        figures = ("", "") if point.reason else (point.params, point.macs)
        shapes = " ".join(map(units.shape, point.shapes))
        yield (point.net, point.size, shapes, *figures, point.reason)
