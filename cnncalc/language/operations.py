"""What the operators and functions of an expression do with exact values."""

from __future__ import annotations

import operator
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics.listing import listed
from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    from collections.abc import Callable

Value = Any

MOST_BITS = 1100  # a little over the largest size of a tensor
_SMALL = 1 << 60  # numbers below have few bits
_LONGEST_LIST = 1000  # values that are compared


class ExpressionError(ValueError):
    """An expression is malformed, or has no value."""


def truth(value: Value, operation: str) -> bool:
    """A truth value, which the operation needs."""
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"`{operation}` needs true or false, not {value}")


def as_number(value: Value, operation: str) -> Value:
    """An exact number, which the operation needs."""
    if type(value) is int:
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (str, list, dict)):
        raise ExpressionError(f"`{operation}` needs a number, not {show(value)}")
    if isinstance(value, float):
        if not isfinite(value):
            raise ExpressionError(f"`{operation}` needs a number, not {value}")
        from fractions import Fraction  # noqa: PLC0415 - few specs need it

        return whole(Fraction(str(value)))
    return value


def equal(left: Value, right: Value) -> bool:
    """Whether two values are the same."""
    return bool(left == right)


def contained(value: Value, values: Value) -> bool:
    """Whether a value is one of a list."""
    if not isinstance(values, list):
        raise ExpressionError(f"`in` needs a list, not {show(values)}")
    return value in values


def comparable(values: list[Value]) -> int:
    """How many values a comparison goes through, those of lists in lists included.

    Raises:
        ExpressionError: they are too many.
    """
    stack, count = list(values), 0
    while stack:
        value = stack.pop()
        count += 1
        if count > _LONGEST_LIST:
            raise ExpressionError(f"lists of over {_LONGEST_LIST:,} values are not compared")
        if isinstance(value, (list, dict)):
            stack += islice(value.values() if isinstance(value, dict) else value, _LONGEST_LIST)
    return count


def item(values: Value, index: Value) -> Value:
    """The value at a place of a list, from 0 on or from -1 back, or under a key of a mapping."""
    if isinstance(values, dict):
        if str(index) not in values:
            raise ExpressionError(f"there is no key {show(index)}: the keys are {listed(values)}")
        return values[str(index)]
    if not isinstance(values, list):
        raise ExpressionError(f"`[...]` needs a list before it, not {show(values)}")
    if isinstance(index, bool) or not isinstance(index, int):
        raise ExpressionError(f"a place in a list is a whole number, not {show(index)}")
    if not -len(values) <= index < len(values):
        raise ExpressionError(
            f"there is no place {index} in a list of {len(values)} values, which counts from 0"
        )
    return values[index]


def length(values: Value) -> int:
    """How many values a list has."""
    if not isinstance(values, (list, dict)):
        raise ExpressionError(f"`len` needs a list, not {show(values)}")
    return len(values)


def whole(value: Value) -> Value:
    """An exact number, as `int` if it is whole."""
    if isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else value


def _bits(value: Value) -> int:
    return int(max(value.numerator.bit_length(), value.denominator.bit_length()))


def _bounded(value: Value) -> Value:
    if type(value) is int and -_SMALL < value < _SMALL:
        return value
    if _bits(value) > MOST_BITS:
        raise ExpressionError("the result has over 300 digits")
    return whole(value)


def _divide(left: Value, right: Value) -> Value:
    if right == 0:
        raise ExpressionError("division by zero")
    from fractions import Fraction  # noqa: PLC0415 - few specs need it

    return _bounded(Fraction(left) / right)


def _floor_divide(left: Value, right: Value) -> Value:
    if right == 0:
        raise ExpressionError("division by zero")
    return _bounded(left // right)


def _modulo(left: Value, right: Value) -> Value:
    if right == 0:
        raise ExpressionError("division by zero")
    return _bounded(left % right)


def _power(base: Value, exponent: Value) -> Value:
    if not isinstance(exponent, int):
        raise ExpressionError(f"the exponent must be a whole number, not {exponent}")
    if base in (0, 1, -1) and exponent >= 0:
        return base**exponent
    if base == 0:
        raise ExpressionError("division by zero")
    if abs(exponent) * max(1, _bits(base) - 1) > MOST_BITS:
        raise ExpressionError(f"{base} ** {exponent} has over 300 digits")
    if exponent >= 0:
        return base**exponent
    return _divide(1, base**-exponent)


ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda left, right: _bounded(left + right),
    "-": lambda left, right: _bounded(left - right),
    "*": lambda left, right: _bounded(left * right),
    "/": _divide,
    "//": _floor_divide,
    "%": _modulo,
    "**": _power,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def round_to(value: Value, divisor: Value) -> Value:
    """The nearest multiple of `divisor`, at least one, and never below 90 % of `value`.

    The channel rule of the MobileNets and EfficientNets (`make_divisible` in
    their reference code): halves round up.
    """
    if divisor < 1:
        raise ExpressionError(f"round_to needs a divisor of 1 or more, not {divisor}")
    multiple = max(divisor, (2 * value + divisor) // (2 * divisor) * divisor)
    return multiple + divisor if 10 * multiple < 9 * value else multiple


FUNCTIONS: dict[str, tuple[int, int | None, Callable[..., Value]]] = {
    "min": (1, None, min),
    "max": (1, None, max),
    "ceil": (1, 1, lambda value: -((-value) // 1)),
    "floor": (1, 1, lambda value: value // 1),
    "round": (1, 1, round),
    "round_to": (2, 2, round_to),
}


def called(name: str, numbers: list[Value]) -> Value:
    """The value of a function of numbers."""
    least, most, function = FUNCTIONS[name]
    if len(numbers) < least or (most is not None and len(numbers) > most):
        raise ExpressionError(f"`{name}` takes {least} value{'s' * (least > 1)}")
    return _bounded(function(*numbers) if most is not None or len(numbers) > 1 else numbers[0])
