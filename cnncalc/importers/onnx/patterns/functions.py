"""Activations that exporters write out as arithmetic, told by the values that they give.

What is computed of one tensor and of numbers, element by element, is a function of one
variable. It is compared at a few points with the activations that have a name; the numbers in
it are what their arguments may be.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.operators.arguments import number
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.importers.onnx.steps import Step, Steps

    Function = Callable[..., float]

_MOST_STEPS = 14  # of one activation
_POINTS = (-30.0, -4.0, -2.1, -0.9, -0.45, -0.2, 0.03, 0.3, 0.55, 1.3, 2.7, 7.0, 40.0)
_CLOSE = 2e-3  # numbers are stored in 32 or 16 bits
_BELOW, _ABOVE = -700.0, 700.0  # what `exp` takes


def _exp(x: float) -> float:
    return math.exp(min(max(x, _BELOW), _ABOVE))


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x))


def _softplus(x: float) -> float:
    return x + math.log1p(_exp(-x)) if x > 0 else math.log1p(_exp(x))


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0))


def _clipped(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


_UNARY: Mapping[str, Function] = {
    "sigmoid": _sigmoid, "tanh": math.tanh, "softplus": _softplus, "abs": abs, ":Exp": _exp,
    "relu": lambda x: max(x, 0), "relu6": lambda x: _clipped(x, 0, 6),
    "hardsigmoid": lambda x: _clipped(x / 6 + 0.5, 0, 1), ":Neg": lambda x: -x,
    ":Log": math.log, ":Sqrt": math.sqrt, ":Sign": _sign, ":Erf": math.erf,
    ":Reciprocal": lambda x: 1 / x, ":Not": lambda x: float(not x),
}  # fmt: skip
_BINARY: Mapping[str, Function] = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
    "maximum": max, "minimum": min, "Add": lambda a, b: a + b, "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b, "Div": lambda a, b: a / b, "Pow": lambda a, b: a**b,
    "Max": max, "Min": min,
    "Greater": lambda a, b: float(a > b), "GreaterOrEqual": lambda a, b: float(a >= b),
    "Less": lambda a, b: float(a < b), "LessOrEqual": lambda a, b: float(a <= b),
    "Or": lambda a, b: float(bool(a or b)), "And": lambda a, b: float(bool(a and b)),
}  # fmt: skip
_LINEAR = frozenset({":Div", ":Mul", ":Add", ":Sub"})  # with one number
#: The last step of an activation, where it is not an activation itself.
_LAST = frozenset({
    ":Where", ":Div", ":Mul", ":Log", ":Add", ":Sub", "add", "subtract", "multiply", "maximum",
    "minimum", ":Max", ":Min",
})  # fmt: skip


class _Known(NamedTuple):
    """An activation of ours: its arguments, each with its default, and what it computes."""

    type: str
    arguments: Mapping[str, float]
    compute: Function


def _mish(x: float) -> float:
    return x * math.tanh(_softplus(x))


def _gelu(x: float) -> float:
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


_KNOWN = (
    _Known("relu", {}, lambda x: max(x, 0.0)),
    _Known("relu6", {}, lambda x: _clipped(x, 0, 6)),
    _Known("softplus", {"beta": 1.0}, lambda x, b: _softplus(b * x) / b),
    _Known("log_sigmoid", {}, lambda x: -_softplus(-x)),
    _Known("softsign", {}, lambda x: x / (1 + abs(x))),
    _Known("tanhshrink", {}, lambda x: x - math.tanh(x)),
    _Known("hardshrink", {"lambd": 0.5}, lambda x, a: x if abs(x) > a else 0.0),
    _Known("softshrink", {"lambd": 0.5}, lambda x, a: _sign(x) * max(abs(x) - a, 0)),
    _Known("silu", {}, lambda x: x * _sigmoid(x)),
    _Known("mish", {}, _mish),
    _Known("gelu", {}, _gelu),
    _Known("hardswish", {}, lambda x: x * _clipped(x / 6 + 0.5, 0, 1)),
    _Known("leaky_relu", {"negative_slope": 0.01}, lambda x, a: x if x > 0 else a * x),
    _Known("elu", {"alpha": 1.0}, lambda x, a: x if x > 0 else a * (_exp(min(x, 0)) - 1)),
    _Known("threshold", {"threshold": -1.0, "value": 0.0}, lambda x, t, v: x if x > t else v),
)


_ITSELF = _Known("identity", {}, lambda x: x)


class _Cone(NamedTuple):
    """Steps that compute a function of one tensor: the last one, all of them, and the tensor."""

    last: Step
    inside: Mapping[str, Step]
    taken: str


def function(step: Step, steps: Steps) -> Step | None:
    """The activation that a step and some of those before it compute, if it has a name."""
    if step.type not in _LAST or not _computes(step):
        return None
    for cone in _cones(step, steps):
        if len(cone.inside) == 1 and step.type in _LINEAR:
            continue
        found = _named(cone)
        if found is not None:
            type_, arguments = found
            return step._replace(
                type=type_, arguments=arguments, inputs=(cone.taken,), operand=None
            )
    return None


def _cones(last: Step, steps: Steps) -> Iterator[_Cone]:
    """What ends in a step and begins at one tensor, from small to large.

    Nothing outside takes a result inside.
    """
    inside = {last.output: last}
    while len(inside) <= _MOST_STEPS:
        taken = {name for one in inside.values() for name in one.inputs} - inside.keys()
        if len(taken) == 1:
            yield _Cone(last, dict(inside), *taken)
        closed = (
            found
            for name in taken
            if (found := steps.get(name)) is not None and _computes(found)
            and _uses(name, inside) == steps.uses.get(name)
        )  # fmt: skip
        before = next(closed, None)
        if before is None:
            return
        inside[before.output] = before


def _uses(name: str, inside: Mapping[str, Step]) -> int:
    return sum(one.inputs.count(name) for one in inside.values())


def _computes(step: Step) -> bool:
    if step.type == ":Where":
        return "given" in step.arguments
    if step.type in _UNARY:
        return True
    if step.operand is not None:
        return step.operand.scalar is not None and step.type[1:] in _BINARY
    return step.type.lstrip(":") in _BINARY and len(step.inputs) == 2  # noqa: PLR2004 - operands


def _named(cone: _Cone) -> tuple[str, dict[str, Any]] | None:
    try:
        values = [_value(cone.last, cone, {cone.taken: x}) for x in _POINTS]
    except (ValueError, ArithmeticError, TypeError):
        return None
    if _agrees(_ITSELF, (), values):
        return None
    numbers = sorted({1.0, *map(number, _numbers(cone))})[:_MOST_STEPS]
    for known in _KNOWN:
        for given in itertools.product(numbers, repeat=len(known.arguments)):
            if _agrees(known, given, values):
                pairs = zip(known.arguments, given, strict=True)
                return known.type, {
                    key: number(one) for key, one in pairs
                    if one != known.arguments[key] or key == "threshold"
                }  # fmt: skip
    return None


def _agrees(known: _Known, given: Sequence[float], values: Sequence[float]) -> bool:
    try:
        wanted = [known.compute(x, *given) for x in _POINTS]
    except ArithmeticError:
        return False
    return all(
        abs(one - other) <= _CLOSE * max(1, abs(other))
        for one, other in zip(values, wanted, strict=True)
    )


def _numbers(cone: _Cone) -> Iterator[float]:
    """The numbers that steps are given."""
    for step in cone.inside.values():
        if step.operand is not None and step.operand.scalar is not None:
            yield step.operand.scalar
        yield from (one for one in step.arguments.get("given", ()) if isinstance(one, float))


def _value(step: Step, cone: _Cone, known: dict[str, float]) -> float:
    """What a step gives where what is taken has a value."""
    operands: list[float] = []
    for name in step.inputs:
        if name not in known:
            known[name] = _value(cone.inside[name], cone, known)
        operands.append(known[name])
    if step.type == ":Where":
        rest = iter(operands)
        condition, taken, other = (
            next(rest) if one is None else one for one in step.arguments["given"]
        )
        return taken if condition else other
    if step.operand is not None and step.operand.scalar is not None:
        operands.insert(0 if step.arguments.get("first") else 1, step.operand.scalar)
    compute = _UNARY.get(step.type) or _BINARY[step.type.lstrip(":")]
    value = compute(*operands)
    if not isinstance(value, (int, float)):
        raise TypeError("a complex number")
    return value
