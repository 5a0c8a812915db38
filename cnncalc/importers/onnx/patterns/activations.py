"""Activations that exporters write out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnncalc.importers.onnx.patterns.matching import scalar, scaled, two

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Step, Steps

_PAIR = 2
_GATES = {"sigmoid": "silu", "hardsigmoid": "hardswish"}
_CUBE = 0.044715  # of the approximation of gelu by tanh


def activation(step: Step, steps: Steps) -> Step | None:
    """`x * sigmoid(x)` is silu, and so on; each ends in a product or a quotient."""
    if step.type == "multiply" and len(step.inputs) == _PAIR:
        return _gated(step, steps) or _gelu(step, steps)
    if step.type in {":Mul", ":Div"}:
        return _hard(step, steps) or _gelu(step, steps)
    return None


def _as(step: Step, type_: str, taken: str, **arguments: object) -> Step:
    return step._replace(type=type_, arguments=arguments, inputs=(taken,), operand=None)


def _gated(step: Step, steps: Steps) -> Step | None:
    for taken, gated in two(step):
        gate = steps.only(gated)
        if gate is None:
            continue
        if gate.type in _GATES and gate.inputs == (taken,):
            return _as(step, _GATES[gate.type], taken)
        chain = steps.chain(gated, ("tanh", "softplus"))
        if chain and chain[-1].inputs == (taken,):
            return _as(step, "mish", taken)
    return None


def gated_half(step: Step, steps: Steps) -> Step | None:
    """One half of an axis times the sigmoid of the other is glu."""
    if step.type != "multiply" or len(step.inputs) != _PAIR:
        return None
    for taken, gated in two(step):
        half, gate = steps.only(taken), steps.only(gated)
        if half is None or gate is None or gate.type != "sigmoid":
            continue
        other = steps.only(gate.inputs[0])
        if other is None or half.type != "chunk" or other.type != "chunk":
            continue
        second = {**half.arguments, "index": 1}
        if half.arguments.get("chunks") != _PAIR or half.inputs != other.inputs:
            continue
        if "index" not in half.arguments and dict(other.arguments) == second:
            axis = half.arguments.get("axis", 0)
            last = axis in {-1, len(step.shape) - 1}
            return _as(step, "glu", half.inputs[0], **({} if last else {"dim": axis}))
    return None


def negated(step: Step, steps: Steps) -> Step | None:
    """A softmax of what is negated is softmin."""
    before = steps.only(step.inputs[0]) if step.type == "softmax" else None
    if before is None or not (before.type == ":Neg" or scalar(before, ":Mul", -1)):
        return None
    return step._replace(type="softmin", inputs=before.inputs)


def _hard(step: Step, steps: Steps) -> Step | None:
    """`relu6(x + 3) / 6` is hardsigmoid; times x, before or after the quotient, hardswish."""
    if not scaled(step, 1 / 6):
        return None
    inner = steps.only(step.inputs[0])
    if inner is None:
        return None
    shifted = _shifted(inner, steps)
    if shifted is not None:
        return _as(step, "hardsigmoid", shifted)
    if inner.type == "multiply" and len(inner.inputs) == _PAIR:
        for taken, gated in two(inner):
            gate = steps.only(gated)
            if gate is not None and _shifted(gate, steps) == taken:
                return _as(step, "hardswish", taken)
    return None


def _shifted(step: Step, steps: Steps) -> str | None:
    """The x of `relu6(x + 3)`."""
    if step.type != "relu6":
        return None
    added = steps.only(step.inputs[0])
    return added.inputs[0] if added is not None and scalar(added, ":Add", 3) else None


def _gelu(step: Step, steps: Steps) -> Step | None:
    """`x * (1 + erf(x / sqrt(2))) / 2`, the half at any of the three places."""
    half, product = False, step
    if scaled(step, 0.5):
        inner = steps.only(step.inputs[0])
        if inner is None or inner.type != "multiply":
            return None
        half, product = True, inner
    if product.type != "multiply" or len(product.inputs) != _PAIR:
        return None
    for scaled_, gated in two(product):
        taken, first = _halved(scaled_, steps)
        gate, second = _halved(gated, steps)
        if half + first + second != 1:
            continue
        kind = _gate(gate, taken, steps)
        if kind is not None:
            return _as(step, "gelu", taken, **({"approximate": kind} if kind != "none" else {}))
    return None


def _halved(name: str, steps: Steps) -> tuple[str, bool]:
    """A tensor without the half that it is multiplied by, and whether it was."""
    step = steps.only(name)
    if step is not None and scaled(step, 0.5):
        return step.inputs[0], True
    return name, False


def _gate(name: str, taken: str, steps: Steps) -> str | None:
    """How `1 + erf(x / sqrt(2))` is computed of x: exactly, or by `tanh`; None for others."""
    added = steps.get(name)
    if added is None or not scalar(added, ":Add", 1):
        return None
    inner = steps.only(added.inputs[0])
    if inner is None:
        return None
    root = steps.only(inner.inputs[0])
    if inner.type == ":Erf" and root is not None and scaled(root, math.sqrt(0.5)):
        return "none" if root.inputs[0] == taken else None
    if inner.type == "tanh" and root is not None and _cubic(root, taken, steps):
        return "tanh"
    return None


def _cubic(step: Step, taken: str, steps: Steps) -> bool:
    """Whether a step is `sqrt(2/pi) * (x + 0.044715 x^3)` of this x, in any of its forms."""
    seen, names = 0, [step.output]
    cubed = False
    while names and seen < 10:  # noqa: PLR2004 - the longest form has six
        one = steps.get(names.pop())
        if one is None or one.output == taken:
            continue
        seen += 1
        if one.type not in {":Mul", ":Add", ":Pow", "multiply", "add", ":Div"}:
            return False
        cubed = cubed or scalar(one, ":Mul", _CUBE)
        names += [name for name in one.inputs if name != taken]
    return cubed
