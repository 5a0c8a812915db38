"""Worked numbers as JSON: exact numbers as strings, others as floats, nested as the shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.worked import Worked, WorkedLayer, WorkedWeight


def json(worked: Worked) -> str:
    """One JSON object."""
    from json import dumps  # noqa: PLC0415 - only for JSON

    return dumps(as_data(worked), indent=2) + "\n"


def as_data(worked: Worked) -> dict[str, Any]:
    """The JSON form."""
    return {
        "schema_version": 1,
        "name": worked.name,
        "source": worked.source,
        "layers": [_layer(layer) for layer in worked.layers],
        "penalty": _number(worked.penalty),
        "penalties": [
            {**term._asdict(), "value": _number(term.value)} for term in worked.penalties
        ],
        "not_computed": {layer.name: layer.missing for layer in worked.layers if layer.missing},
        "gradient_assumed": worked.assumed_gradient,
    }


def _layer(layer: WorkedLayer) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": layer.name,
        "type": layer.type,
        "shape": list(layer.shape),
        "values": _array(layer.shape, layer.values),
        "gradient": _array(layer.shape, layer.gradient),
        "weights": {weight.name: _weight(weight) for weight in layer.weights},
    }
    if layer.steps:
        data["steps"] = list(layer.steps)
        data["notes"] = list(layer.notes)
    if layer.gradient_steps:
        data["gradient_steps"] = list(layer.gradient_steps)
    return data


def _weight(weight: WorkedWeight) -> dict[str, Any]:
    return {
        "shape": list(weight.shape),
        "values": _array(weight.shape, weight.values),
        "gradient": _array(weight.shape, weight.gradient),
        "from_loss": _array(weight.shape, weight.from_loss),
        "from_penalty": _array(weight.shape, weight.from_penalty),
    }


def _array(shape: Shape, numbers: Sequence[Number | None] | None) -> Any:  # noqa: ANN401 - nested
    if numbers is None:
        return None
    from cnncalc.numbers.tensor import nested  # noqa: PLC0415 - only where there are numbers

    return nested(shape, numbers, _number)


def _number(number: Number | None) -> str | float | None:
    """An exact number as a string; a float as it is, unless JSON has no word for it."""
    if number is None:
        return None
    if isinstance(number, float):
        return number if math.isfinite(number) else str(number)
    return str(number)
