"""A comparison as JSON: numbers raw, nothing folded."""

from __future__ import annotations

from itertools import islice
from json import dumps
from typing import TYPE_CHECKING, Any

from cnncalc.render.json_text import json_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.compare.comparison import Comparison
    from cnncalc.analysis.compare.mlp import Derived
    from cnncalc.analysis.compare.savings import Saving
    from cnncalc.analysis.compare.scaling import Point
    from cnncalc.analysis.compare.steps import Difference, Side
    from cnncalc.analysis.compare.totals import ComparedNet

SCHEMA_VERSION = 1
_PART = 1000  # elements of a list that are written at once
_DIGITS = 6  # of ratios


def json(
    comparison: Comparison, failed: Sequence[tuple[int, dict[str, Any]]] = ()
) -> Iterator[str]:
    """One object, in parts, since nets may be long.

    Args:
        comparison: of the nets that could be read.
        failed: those that could not, with their places among the nets.
    """
    nets = [_net(net) for net in comparison.nets]
    for place, net in failed:
        nets.insert(place, net)
    data: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "nets": nets}
    if comparison.nets:
        data["ratios_to"] = comparison.nets[0].label
    if comparison.differences:
        data["differences"] = _Lines(line for one in comparison.differences for line in _steps(one))
    if comparison.derived:
        data["mlps"] = [*map(_mlp, comparison.derived)]
    if comparison.savings:
        data["convolutions"] = [
            {"net": label, **saving_data(one)}
            for label, savings in comparison.savings
            for one in savings
        ]
    if comparison.scaling:
        data["scaling"] = [*map(_point, comparison.scaling.points)]
    between = "{"
    for key, value in data.items():
        yield f"{between}{dumps(key)}: "
        yield from _lines(value)
        between = ",\n "
    yield "}\n"


class _Lines:
    """The JSON of the elements of a long list, made when it is asked for."""

    def __init__(self, elements: Iterator[str]) -> None:
        self.elements = elements


def _lines(value: object) -> Iterator[str]:
    """A list with one element per line, so that a diff of two results can be read."""
    if isinstance(value, _Lines):
        lines = value.elements
    elif isinstance(value, list):
        lines = map(dumps, value)
    else:
        yield dumps(value)
        return
    yield "[\n  "
    between = ""
    while part := ",\n  ".join(islice(lines, _PART)):
        yield between + part
        between = ",\n  "
    yield "\n ]"


def _net(net: ComparedNet) -> dict[str, Any]:
    return {
        "name": net.label,
        "source": net.source,
        "layout": net.layout,
        "variables": dict(net.variables),
        "inputs": [{"name": name, "shape": shape} for name, shape in net.inputs],
        "totals": net.totals,
        "ratios": {key: rounded(ratio) for key, ratio in net.ratios.items()},
    }


def _steps(difference: Difference) -> Iterator[str]:
    """The JSON of each step; what follows the names of alike layers is written once."""
    nets = f'{{"nets": {json_text([difference.before, difference.after])}, '
    tails: dict[object, str] = {}

    def side(layer: Side | None) -> str:
        if layer is None:
            return "null"
        tail = tails.get(layer[1:])
        if tail is None:
            tail = json_text(layer._asdict())[len(f'{{"name": {quoted(layer.name)}') :]
            tails[layer[1:]] = tail
        return f'{{"name": {quoted(layer.name)}{tail}'

    for mark, before, after, changes, _, resized in difference.steps:
        told = ", ".join([json_text(change._asdict()) for change in changes])
        yield (
            f'{nets}"mark": {quoted(mark)}, "resized": {json_text(resized)}, '
            f'"before": {side(before)}, "after": {side(after)}, "changes": [{told}]}}'
        )


def _mlp(derived: Derived) -> dict[str, Any]:
    return {
        **derived._asdict(),
        "params_ratio": rounded(derived.params_ratio),
        "macs_ratio": rounded(derived.macs_ratio),
    }


def rounded(ratio: float | None) -> float | None:
    """A ratio with as many digits as results have."""
    return None if ratio is None else round(ratio, _DIGITS)


def saving_data(saving: Saving) -> dict[str, Any]:
    """A convolution's weights and factors; its layers as a list."""
    return {
        "layers": saving.name.split(", "),
        **{name: value for name, value in saving._asdict().items() if name != "name"},
        "saved_by_locality": rounded(saving.by_locality),
        "saved_by_sharing": saving.by_sharing,
    }


def _point(point: Point) -> dict[str, Any]:
    data = point._asdict()
    return {**data, "params": None, "macs": None} if point.reason else data
