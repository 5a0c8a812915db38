"""Functions of one number, each with its derivative: activations, roots and powers.

Piecewise linear and rational functions stay exact. Where a function has a corner, the
derivative is the one that PyTorch takes there.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.numbers.exact import Number

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946
_LARGEST_EXPONENT = 700.0  # of a double


class Function(NamedTuple):
    """A function of one number: what steps call it, its value and its derivative."""

    name: str
    value: Callable[[Number], Number]
    derivative: Callable[[Number], Number]


def sigmoid(x: Number) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + _exp(-x))
    grown = _exp(x)
    return grown / (1.0 + grown)


def softplus(x: Number) -> float:
    """log(1 + exp(x)), without overflow."""
    return max(float(x), 0.0) + math.log1p(_exp(-abs(float(x))))


def _exp(x: Number) -> float:
    return math.exp(min(float(x), _LARGEST_EXPONENT))


def clamp(low: Number, high: Number, name: str) -> Function:
    """`x` between two bounds; the derivative is 0 on them and outside."""
    return Function(
        name, lambda x: min(max(x, low), high), lambda x: 1 if low < x < high else 0
    )  # fmt: skip


def leaky(slope: Number, name: str = "leaky_relu") -> Function:
    """`x` above 0, else slope * x."""
    return Function(name, lambda x: x if x > 0 else slope * x, lambda x: 1 if x > 0 else slope)


def elu(alpha: Number, scale: Number = 1, name: str = "elu") -> Function:
    """`scale * x` above 0, else scale * alpha * (exp(x) - 1)."""
    return Function(
        name,
        lambda x: scale * x if x > 0 else float(scale * alpha) * math.expm1(x),
        lambda x: scale if x > 0 else float(scale * alpha) * _exp(x),
    )


def celu(alpha: Number) -> Function:
    """`x` above 0, else alpha * (exp(x / alpha) - 1)."""
    return Function(
        "celu",
        lambda x: x if x > 0 else float(alpha) * math.expm1(float(x) / float(alpha)),
        lambda x: 1 if x > 0 else _exp(float(x) / float(alpha)),
    )


def power(exponent: Number) -> Function:
    """`x` to a fixed power."""
    if isinstance(exponent, int) and exponent >= 1:
        return Function(
            f"pow{exponent}", lambda x: x**exponent, lambda x: exponent * x ** (exponent - 1)
        )
    p = float(exponent)

    def value(x: Number) -> float:
        if x < 0:
            raise ValueError(f"a negative number to the power of {p:g}")
        return math.pow(x, p)

    return Function(f"pow{p:g}", value, lambda x: p * float(x) ** (p - 1))


def softplus_of(beta: Number, threshold: Number) -> Function:
    """log(1 + exp(beta * x)) / beta; x itself where beta * x is above the threshold."""

    def value(x: Number) -> Number:
        return x if beta * x > threshold else softplus(beta * x) / float(beta)

    def derivative(x: Number) -> Number:
        return 1 if beta * x > threshold else sigmoid(beta * x)

    return Function("softplus", value, derivative)


def threshold(limit: Number, below: Number) -> Function:
    """`x` above a limit, else a fixed number."""
    return Function(
        "threshold", lambda x: x if x > limit else below, lambda x: 1 if x > limit else 0
    )


def softshrink(width: Number) -> Function:
    """`x` moved towards 0 by a width."""

    def value(x: Number) -> Number:
        return x - width if x > width else x + width if x < -width else 0

    return Function("softshrink", value, lambda x: 0 if -width <= x <= width else 1)


def hardshrink(width: Number) -> Function:
    """x, or 0 within a width of it."""
    return Function(
        "hardshrink",
        lambda x: 0 if -width <= x <= width else x,
        lambda x: 0 if -width <= x <= width else 1,
    )


def bounded_relu(slope: Number, start: Number, most: Number | None) -> Function:
    """Keras's ReLU: slope * (x - start) below start, x above it, never over the bound."""

    def value(x: Number) -> Number:
        if x < start:
            return slope * (x - start)
        return x if most is None else min(x, most)

    def derivative(x: Number) -> Number:
        if x <= start:
            return slope
        return 1 if most is None or x < most else 0

    return Function("relu", value, derivative)


def _gelu_derivative(x: Number) -> float:
    density = math.exp(-(float(x) ** 2) / 2) / math.sqrt(2 * math.pi)
    return _normal(x) + float(x) * density


def _normal(x: Number) -> float:
    return 0.5 * math.erfc(-float(x) / math.sqrt(2))


_TANH_FACTOR, _TANH_CUBE = math.sqrt(2 / math.pi), 0.044715


def _gelu_tanh(x: Number) -> float:
    x = float(x)
    return 0.5 * x * (1 + math.tanh(_TANH_FACTOR * (x + _TANH_CUBE * x**3)))


def _gelu_tanh_derivative(x: Number) -> float:
    x = float(x)
    bent = math.tanh(_TANH_FACTOR * (x + _TANH_CUBE * x**3))
    inner = _TANH_FACTOR * (1 + 3 * _TANH_CUBE * x**2)
    return 0.5 * (1 + bent) + 0.5 * x * (1 - bent**2) * inner


def _silu_derivative(x: Number) -> float:
    gate = sigmoid(x)
    return gate * (1 + float(x) * (1 - gate))


def _mish_derivative(x: Number) -> float:
    bent = math.tanh(softplus(x))
    return bent + float(x) * (1 - bent**2) * sigmoid(x)


def _hardswish(x: Number) -> Number:
    return (
        Fraction(x * min(max(x + 3, 0), 6)) / 6 if not isinstance(x, float) else _float_hardswish(x)
    )


def _float_hardswish(x: float) -> float:
    return x * min(max(x + 3, 0.0), 6.0) / 6


def _hardswish_derivative(x: Number) -> Number:
    if not -3 < x < 3:  # noqa: PLR2004 - the bounds of the formula
        return 0 if x < 0 else 1
    return x / 3 + 0.5 if isinstance(x, float) else Fraction(x) / 3 + Fraction(1, 2)


def _hardsigmoid(x: Number) -> Number:
    clipped = min(max(x + 3, 0), 6)
    return clipped / 6 if isinstance(x, float) else Fraction(clipped) / 6


def _softsign(x: Number) -> Number:
    below = 1 + _absolute(x)
    return x / below if isinstance(x, float) else Fraction(x) / below


def _softsign_derivative(x: Number) -> Number:
    below = (1 + _absolute(x)) ** 2
    return 1 / below if isinstance(x, float) else Fraction(1) / below


def _absolute(x: Number) -> Number:
    return x if x >= 0 else -x


def _root_derivative(x: Number) -> float:
    return 0.5 / math.sqrt(x)


ROOT = Function("sqrt", math.sqrt, _root_derivative)
EXPONENTIAL = Function("exp", math.exp, math.exp)
LOGARITHM = Function("log", math.log, lambda x: 1 / float(x))
ABSOLUTE = Function("abs", _absolute, lambda x: (x > 0) - (x < 0))
IDENTITY = Function("", lambda x: x, lambda _: 1)
RELU = Function("relu", lambda x: max(x, 0), lambda x: 1 if x > 0 else 0)
RELU6 = clamp(0, 6, "relu6")
SIGMOID = Function("sigmoid", sigmoid, lambda x: sigmoid(x) * sigmoid(-x))
TANH = Function("tanh", math.tanh, lambda x: 1 - math.tanh(x) ** 2)
SILU = Function("silu", lambda x: float(x) * sigmoid(x), _silu_derivative)
GELU = Function("gelu", lambda x: float(x) * _normal(x), _gelu_derivative)
GELU_TANH = Function("gelu", _gelu_tanh, _gelu_tanh_derivative)
MISH = Function("mish", lambda x: float(x) * math.tanh(softplus(x)), _mish_derivative)
SELU = elu(_SELU_ALPHA, _SELU_SCALE, "selu")
HARDSIGMOID = Function(
    "hardsigmoid", _hardsigmoid, lambda x: Fraction(1, 6) if -3 < x < 3 else 0  # noqa: PLR2004 - where it bends
)  # fmt: skip
#: PyTorch's backward multiplies by `1.0f / 6.0f`, a float32 constant, whatever the dtype.
HARDSIGMOID_TORCH = HARDSIGMOID._replace(
    derivative=lambda x: Fraction(11184811, 67108864) if -3 < x < 3 else 0  # noqa: PLR2004 - where it bends
)
HARDSWISH = Function("hardswish", _hardswish, _hardswish_derivative)
SOFTSIGN = Function("softsign", _softsign, _softsign_derivative)
LOG_SIGMOID = Function("log_sigmoid", lambda x: -softplus(-x), lambda x: sigmoid(-x))
TANHSHRINK = Function("tanhshrink", lambda x: float(x) - math.tanh(x), lambda x: math.tanh(x) ** 2)
SOFTPLUS = softplus_of(1, 20)

#: The functions that the name of an activation stands for, as an argument of other layers.
BY_NAME = {
    "linear": IDENTITY, "relu": RELU, "relu6": RELU6, "sigmoid": SIGMOID, "tanh": TANH,
    "silu": SILU, "gelu": GELU, "mish": MISH, "selu": SELU, "elu": elu(1), "celu": celu(1),
    "hardsigmoid": HARDSIGMOID, "hardswish": HARDSWISH, "softsign": SOFTSIGN,
    "softplus": SOFTPLUS, "log_sigmoid": LOG_SIGMOID, "leaky_relu": leaky(Fraction(1, 5)),
    "exponential": EXPONENTIAL, "tanhshrink": TANHSHRINK, "hardtanh": clamp(-1, 1, "hardtanh"),
    "softshrink": softshrink(Fraction(1, 2)), "hardshrink": hardshrink(Fraction(1, 2)),
}  # fmt: skip
