"""What works element by element: activations, merges, and operators that patterns are made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnncalc.importers.onnx.constants import Constant, broadcast
from cnncalc.importers.onnx.context import NotSupported
from cnncalc.importers.onnx.operators.arguments import given, number
from cnncalc.importers.onnx.operators.shapes import shape_of
from cnncalc.importers.onnx.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.onnx.context import Context, Value
    from cnncalc.importers.onnx.proto import Node

_PLAIN = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "HardSwish": "hardswish", "Mish": "mish",
    "Softsign": "softsign", "Abs": "abs", "Selu": "selu", "Softplus": "softplus", "Swish": "silu",
    "QuickGelu": "silu",
}  # fmt: skip
_MERGES = {"Sum": "add", "Mean": "average", "Max": "maximum", "Min": "minimum"}
_BINARY = {"Add": "add", "Mul": "multiply", "Sub": "subtract"}
_COMPARISONS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "And", "Or")
#: Operators whose operands cannot change places.
_ORDERED = frozenset({"Sub", "Div", "Pow", *_COMPARISONS[:4]})
#: Operands that change nothing.
_NEUTRAL = {"Add": 0, "Sub": 0, "Mul": 1, "Div": 1, "Pow": 1}
#: Operators on one tensor that patterns are made of.
_PARTS = (
    "Erf", "Sqrt", "Exp", "Neg", "Reciprocal", "Log", "Floor", "Ceil", "Round", "Sign", "Sin",
    "Cos", "Not", "IsNaN",
)  # fmt: skip


def _plain(node: Node, at: Context) -> None:
    at.layer(node, _PLAIN[node.op])


def _with(type_: str, attribute: str, argument: str, default: float, ours: float) -> _Handler:
    """An activation with one number: its default in ONNX, and ours."""

    def add(node: Node, at: Context) -> None:
        value = number(node.attributes.get(attribute, default))
        at.layer(node, type_, given(**{argument: (value, ours)}))

    return add


def _gelu(node: Node, at: Context) -> None:
    approximate = node.attributes.get("approximate", "none") or "none"
    at.layer(node, "gelu", given(approximate=(approximate, "none")))


def _hard_sigmoid(node: Node, at: Context) -> None:
    # PyTorch's slope is 1/6; others' is 1/5, which changes no figure.
    at.layer(node, "hardsigmoid")


def _clip(node: Node, at: Context) -> None:
    low, high = _bound(node, at, 1, "min"), _bound(node, at, 2, "max")
    if low == 0 and high == 6:  # noqa: PLR2004 - ReLU6
        at.layer(node, "relu6")
    elif low == 0 and high is None:
        at.layer(node, "relu")
    elif low == 0 and high is not None and high > 0:
        at.layer(node, "relu", {"max_value": high})
    elif low is not None and high is not None and low < high:
        at.layer(node, "hardtanh", given(min_val=(low, -1), max_val=(high, 1)))
    elif high is not None and low is None:
        _bounded(node, at, "Min", high)
    elif low is not None and high is None:
        _bounded(node, at, "Max", low)
    else:
        raise NotSupported


def _bounded(node: Node, at: Context, op: str, limit: float) -> None:
    """A clip at one end."""
    value = at.value(node.inputs[0])
    with_constant(node._replace(op=op), at, value, Constant((), (limit,), 1), first=False)


def _bound(node: Node, at: Context, index: int, attribute: str) -> float | None:
    given_ = at.constant(node, index)
    value = node.attributes.get(attribute) if given_ is None else given_.scalar
    if value is None or abs(value) > 1e30:  # noqa: PLR2004 - the largest float of older files
        return None
    return number(value)


def _prelu(node: Node, at: Context) -> None:
    slope = at.required(node, 1)
    arguments = {} if slope.size == 1 else {"num_parameters": slope.size}
    at.layer(node, "prelu", arguments, holds=(slope,))


def _softmax(type_: str) -> _Handler:
    def add(node: Node, at: Context) -> None:
        value = at.value(node.inputs[0])
        axis = value.own_axis(node.attributes.get("axis", -1))
        if axis is None:
            raise NotSupported
        last = len(value.own) - 1
        at.layer(node, type_, {} if last == 0 else {"axis": -1 if axis == last else axis})

    return add


def _merge(node: Node, at: Context) -> None:
    if len(node.inputs) == 1:
        at.alias(node, at.value(node.inputs[0]))
        return
    if len(node.inputs) == 2 and any(name in at.constants for name in node.inputs):  # noqa: PLR2004 - a bound
        _binary(node, at)
        return
    _together(node, at, _MERGES[node.op], [at.value(name) for name in node.inputs])


def _binary(node: Node, at: Context) -> None:
    if len(node.inputs) != 2:  # noqa: PLR2004 - two operands
        raise NotSupported
    first, second = node.inputs
    if first in at.values and second in at.values:
        if node.op not in _BINARY:
            raise NotSupported
        _together(node, at, _BINARY[node.op], [at.value(first), at.value(second)])
        return
    place = 0 if first in at.constants else 1
    operand = at.required(node, place)
    with_constant(node, at, at.value(node.inputs[1 - place]), operand, first=place == 0)


def _where(node: Node, at: Context) -> None:
    """A choice element by element; numbers that it chooses are kept with the step."""
    values = [at.values[name] for name in node.inputs if name in at.values]
    chosen: list[float | None] = []
    for index, name in enumerate(node.inputs):
        if name in at.values:
            chosen.append(None)
            continue
        constant = at.required(node, index)
        if constant.learned and constant.scalar is None:
            raise NotSupported
        level = constant.level
        chosen.append(math.nan if level is None else float(level))
    shape = shape_of(node, at)
    batch = at.batch_axis(shape, values)
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    tensors = tuple(value.tensor for value in values)
    at.add(
        Step(":Where", {"given": tuple(chosen)}, tensors, node.outputs[0], own, node), shape, batch
    )


def _compare(node: Node, at: Context) -> None:
    """A comparison of two tensors, or with a constant."""
    if any(name in at.constants for name in node.inputs):
        _binary(node, at)
    else:
        _part_of(node, at, [at.value(name) for name in node.inputs])


def _together(node: Node, at: Context, type_: str, values: Sequence[Value]) -> None:
    """A merge of values that one of our layers can broadcast."""
    values = sorted(values, key=lambda one: -len(one.own)) if type_ != "subtract" else list(values)
    if type_ == "multiply" and len(values) == 2:  # noqa: PLR2004 - a gate and what it scales
        values = [at.value(name) for name in node.inputs]
    at.layer(node, type_, inputs=values)


def with_constant(node: Node, at: Context, value: Value, operand: Constant, *, first: bool) -> None:
    """An operator with a constant, which stays with the step; `first` if it comes first."""
    try:
        shape = broadcast(value.shape, operand.dims)
    except ValueError:
        raise NotSupported from None
    batch = value.batch
    if batch is not None:
        batch += len(shape) - len(value.shape)
        if shape[batch] == at.exported:
            shape = (*shape[:batch], at.batch, *shape[batch + 1 :])
        if shape[batch] != at.batch:
            raise NotSupported
    if not operand.learned and shape == value.shape and operand.level is not None:
        operand = operand._replace(dims=(), values=(operand.level,), sources=())
        if operand.level == _NEUTRAL.get(node.op) and not (first and node.op in {"Sub", "Div"}):
            at.alias(node, value)
            return
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    arguments = {"first": True} if first and node.op in _ORDERED else {}
    at.add(
        Step(f":{node.op}", arguments, (value.tensor,), node.outputs[0], own, node, (), operand),
        shape, batch,
    )  # fmt: skip


def _divide(node: Node, at: Context) -> None:
    first, second = node.inputs
    if first in at.constants or second in at.constants:
        _binary(node, at)
        return
    one, other = at.value(first), at.value(second)
    _part_of(node, at, (one, other))


def _part(node: Node, at: Context) -> None:
    _part_of(node, at, (at.value(node.inputs[0]),))


def _part_of(node: Node, at: Context, values: Sequence[Value]) -> None:
    """An operator that has no layer of its own, with the shape that it gives."""
    try:
        shape = values[0].shape
        for value in values[1:]:
            shape = broadcast(shape, value.shape)
    except ValueError:
        raise NotSupported from None
    batch = values[0].batch
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    tensors = tuple(value.tensor for value in values)
    at.add(Step(f":{node.op}", {}, tensors, node.outputs[0], own, node), shape, batch)


def _identity(node: Node, at: Context) -> None:
    at.alias(node, at.value(node.inputs[0]))


def _shrink(node: Node, at: Context) -> None:
    bias, limit = node.attributes.get("bias", 0.0), node.attributes.get("lambd", 0.5)
    type_ = "softshrink" if bias == limit else "hardshrink"
    if bias not in {0, limit}:
        raise NotSupported
    at.layer(node, type_, given(lambd=(number(limit), 0.5)))


if TYPE_CHECKING:
    _Handler = Callable[[Node, Context], None]

OPERATORS: dict[str, _Handler] = {
    **dict.fromkeys(_PLAIN, _plain),
    **dict.fromkeys(_MERGES, _merge),
    **dict.fromkeys(("Add", "Mul", "Sub", "Pow"), _binary),
    **dict.fromkeys(_PARTS, _part),
    **dict.fromkeys(("Identity", "Cast", "CastLike"), _identity),
    **dict.fromkeys(_COMPARISONS, _compare),
    "Where": _where,
    "Div": _divide,
    "LeakyRelu": _with("leaky_relu", "alpha", "negative_slope", 0.01, 0.01),
    "Elu": _with("elu", "alpha", "alpha", 1.0, 1.0),
    "Celu": _with("celu", "alpha", "alpha", 1.0, 1.0),
    "ThresholdedRelu": _with("threshold", "alpha", "threshold", 1.0, -1.0),
    "Gelu": _gelu,
    "FastGelu": _gelu,
    "HardSigmoid": _hard_sigmoid,
    "Clip": _clip,
    "PRelu": _prelu,
    "Softmax": _softmax("softmax"),
    "LogSoftmax": _softmax("log_softmax"),
    "Shrink": _shrink,
}
