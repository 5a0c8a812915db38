"""Looking back along steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Step, Steps

_CLOSE = 1e-3


def scalar(step: Step | None, type_: str, *values: float) -> bool:
    """Whether a step is an operator with one number, one of these if any are given."""
    if step is None or step.type != type_ or step.operand is None or step.arguments:
        return False
    number = step.operand.scalar
    if number is None:
        return False
    return not values or any(abs(number - value) <= _CLOSE * abs(value) for value in values)


def scaled(step: Step | None, factor: float) -> bool:
    """Whether a step multiplies by a number, or divides by its inverse."""
    return scalar(step, ":Mul", factor) or scalar(step, ":Div", 1 / factor)


def two(step: Step) -> tuple[tuple[str, str], tuple[str, str]]:
    """The two inputs of a step in either order; none where there are others."""
    first, second = step.inputs
    return (first, second), (second, first)


def source(steps: Steps, name: str) -> str:
    """The tensor that views are made of."""
    step = steps.get(name)
    while step is not None and step.type in {"reshape", "flatten", "permute"}:
        name = step.inputs[0]
        step = steps.get(name)
    return name
