"""A comparison as JSON and CSV: numbers raw, nothing folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.render import units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.compare.comparison import Comparison
    from cnncalc.analysis.compare.mlp import Derived
    from cnncalc.analysis.compare.savings import Saving
    from cnncalc.analysis.compare.scaling import Point
    from cnncalc.analysis.compare.steps import Side, Step
    from cnncalc.analysis.compare.totals import ComparedNet

SCHEMA_VERSION = 1
_DIGITS = 6  # of ratios


def json(comparison: Comparison, failed: Sequence[tuple[int, dict[str, Any]]] = ()) -> str:
    """One object; `failed` are nets that could not be read, with their places among the nets."""
    from json import dumps  # noqa: PLC0415 - only for this format

    nets = [_net(net) for net in comparison.nets]
    for place, net in failed:
        nets.insert(place, net)
    data: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "nets": nets}
    if comparison.differences:
        data["differences"] = [
            {"nets": [one.before, one.after], **_step(step)}
            for one in comparison.differences
            for step in one.steps
        ]
    if comparison.derived:
        data["mlps"] = [*map(_mlp, comparison.derived)]
    if comparison.savings:
        data["convolutions"] = [
            {"net": label, **_saving(one)}
            for label, savings in comparison.savings
            for one in savings
        ]
    if comparison.scaling:
        data["scaling"] = [*map(_point, comparison.scaling.points)]
    parts = [f"{dumps(key)}: {_lines(value, dumps)}" for key, value in data.items()]
    return "{" + ",\n ".join(parts) + "}\n"


def _lines(value: object, dumps: Callable[[object], str]) -> str:
    """A list with one element a line, so that a diff of two results can be read."""
    if not isinstance(value, list):
        return dumps(value)
    return "[\n  " + ",\n  ".join(map(dumps, value)) + "\n ]"


def _net(net: ComparedNet) -> dict[str, Any]:
    return {
        "name": net.label,
        "source": net.source,
        "layout": net.layout,
        "inputs": [{"name": name, "shape": shape} for name, shape in net.inputs],
        "totals": net.totals,
        "ratios": {key: _rounded(ratio) for key, ratio in net.ratios.items()},
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "mark": step.mark,
        "resized": step.resized,
        "before": step.before._asdict() if step.before else None,
        "after": step.after._asdict() if step.after else None,
        "changes": [change._asdict() for change in step.changes],
    }


def _mlp(derived: Derived) -> dict[str, Any]:
    return {
        **derived._asdict(),
        "params_ratio": _rounded(derived.params_ratio),
        "macs_ratio": _rounded(derived.macs_ratio),
    }


def _rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, _DIGITS)


def _saving(saving: Saving) -> dict[str, Any]:
    return {
        "layers": saving.name.split(", "),
        **{name: value for name, value in saving._asdict().items() if name != "name"},
        "saved_by_locality": _rounded(saving.by_locality),
        "saved_by_sharing": saving.by_sharing,
    }


def _point(point: Point) -> dict[str, Any]:
    data = point._asdict()
    return {**data, "params": None, "macs": None} if point.reason else data


def csv(comparison: Comparison, *, layers: bool = False) -> str:
    """One table: growth or convolutions if asked for, else layers or the totals of each net."""
    import csv as csv_  # noqa: PLC0415 - only for this format
    from io import StringIO  # noqa: PLC0415 - only for this format

    if comparison.scaling:
        rows = _point_rows(comparison)
    elif comparison.savings:
        rows = _saving_rows(comparison)
    elif layers:
        rows = _step_rows(comparison)
    else:
        rows = _total_rows(comparison)
    out = StringIO()
    csv_.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _total_rows(comparison: Comparison) -> Iterator[Sequence[object]]:
    for at, net in enumerate(comparison.nets):
        if not at:
            yield ("net", *net.totals, "params_ratio", "macs_ratio")
        ratios = (_rounded(net.ratios[key]) for key in ("params", "macs"))
        rounded = ("" if one is None else one for one in ratios)
        yield (net.label, *map(units.raw, net.totals.values()), *rounded)


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
            data = _saving(one)
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
