"""Operators with a constant: biases, learned factors and tables, plain numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import held_of
from cnncalc.importers.onnx.operators.arguments import number

if TYPE_CHECKING:
    from cnncalc.importers.onnx.constants import Constant
    from cnncalc.importers.onnx.steps import Step, Steps

_SEQUENCE = 2  # axes
#: Names of parameters, unlike those of exporters: `val_3`, `onnx::Mul_7`, `/Constant_output_0`.
_GIVEN = re.compile(
    r"(?!_?val_|scalar|const|_to_copy|new_|full|arange)[A-Za-z_][\w.]*$", re.IGNORECASE
)
_WITHOUT_BIAS = {"dense": "units", "conv": "filters", "conv_transpose": "filters"}


def bias(step: Step, steps: Steps) -> Step | None:
    """An addition after a layer without a bias that is its bias."""
    if step.type != ":Add" or step.operand is None:
        return None
    layer = steps.only(step.inputs[0])
    if layer is None or layer.type not in _WITHOUT_BIAS or layer.arguments.get("bias", True):
        return None
    count = layer.arguments[_WITHOUT_BIAS[layer.type]]
    axis = len(layer.shape) - 1 if layer.type == "dense" else 0
    if step.operand.size != count or own_axis(step.operand, step) != axis:
        return None
    arguments = {key: value for key, value in layer.arguments.items() if key != "bias"}
    holds = (*layer.holds, *held_of((step.operand,)))
    return layer._replace(output=step.output, arguments=arguments, holds=holds)


def own_axis(operand: Constant, step: Step) -> int | None:
    """The only axis of a step's shape along which a constant differs; None if it is not one."""
    behind = len(operand.dims)
    large = [behind - axis for axis, size in enumerate(operand.dims) if size != 1]
    if len(large) != 1 or large[0] > len(step.shape):
        return None
    return len(step.shape) - large[0]


def left(step: Step, steps: Steps) -> Step | None:  # noqa: ARG001 - as every rule
    """What an operator with a constant is where no pattern has it."""
    operand = step.operand
    if operand is None:
        return None
    plain = operand.scalar
    if plain is not None and not (operand.learned and _named(operand)):
        return _rescaling(step, plain)
    if not operand.learned:
        kept = tuple(held_of((operand,), buffer=True)) if operand.buffer else ()
        return step._replace(holds=kept) if kept else None
    holds = tuple(held_of((operand,)))
    count = 1
    for size in step.shape:
        count *= size
    if step.type == ":Add" and operand.size == count:
        return _as(step, "position_embedding", {}, holds)
    features = len(step.shape) - 1 if len(step.shape) <= _SEQUENCE else 0
    if step.type == ":Mul" and own_axis(operand, step) == features:
        return _as(step, "layer_scale", {}, holds)
    return step._replace(holds=holds)


def _named(operand: Constant) -> bool:
    """Whether a constant is a list of one, under a name that a person gave it: a parameter."""
    return bool(operand.dims) and _GIVEN.match(operand.name) is not None


def _rescaling(step: Step, plain: float) -> Step | None:
    if step.type in {":Add", ":Sub"} and not step.arguments:
        return _as(step, "rescaling", {"offset": number(plain if step.type == ":Add" else -plain)})
    if step.type == ":Mul":
        return _as(step, "rescaling", {"scale": number(plain)})
    if step.type == ":Div" and not step.arguments and plain:
        return _as(step, "rescaling", {"scale": number(1 / plain)})
    if step.type == ":Sub" and step.arguments:  # a number less the input
        return _as(step, "rescaling", {"scale": -1, "offset": number(plain)})
    return None


def _as(step: Step, type_: str, arguments: dict[str, Any], holds: tuple[Any, ...] = ()) -> Step:
    return step._replace(type=type_, arguments=arguments, holds=holds, operand=None)
