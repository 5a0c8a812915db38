"""Values in a formula: what they leave out, how they are put in, and the result."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from cnncalc.analysis.formula.tree import (
    Binary,
    Call,
    Chain,
    Choice,
    Formula,
    Name,
    Negative,
    Number,
    rebuilt,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    #: A number, or the sizes whose product (in `sum(...)`: whose sum) a name stands for.
    Value = int | float | tuple[int, ...]

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "^": operator.pow, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
#: The functions that can be evaluated.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "floor": math.floor, "ceil": math.ceil, "min": min, "max": max, "abs": abs, "exp": math.exp,
    "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "erf": math.erf,
}  # fmt: skip


def simplified(formula: Formula, values: Mapping[str, Value]) -> Formula:
    """The formula without the optional quantities that have no effect.

    >>> from cnncalc.analysis.formula.tree import parse
    >>> from cnncalc.analysis.formula.write import written
    >>> written(simplified(parse("(kernel*channels/groups? + bias?) * filters"),
    ...                    {"groups": 1, "bias": 0}))
    'kernel*channels * filters'
    """
    return _kept(formula, values) or Number(0)


def _kept(formula: Formula, values: Mapping[str, Value]) -> Formula | None:
    """The simplified formula; None where an optional 0 leaves nothing."""
    match formula:
        case Name(text, True) if values.get(text) == 0:
            return None
        case Binary("+" | "-"):
            return _sum(formula, values)
        case Binary("*" | "/"):
            return _product(formula, values)
        case _:
            return rebuilt(formula, lambda part: simplified(part, values))


def _sum(formula: Binary, values: Mapping[str, Value]) -> Formula | None:
    left, right = _kept(formula.left, values), _kept(formula.right, values)
    if right is None:
        return left
    if left is None:
        return right if formula.sign == "+" else Negative(right)
    match formula.sign, left, right:
        case "+", Binary("-", first, Number(taken)), Number(added) if taken == added:
            return first
    return formula._replace(left=left, right=right)


def _product(formula: Binary, values: Mapping[str, Value]) -> Formula | None:
    left, right = _kept(formula.left, values), _kept(formula.right, values)
    if left is None or right is None:
        return None
    if _is_one(right, values):
        return left
    if formula.sign == "*" and _is_one(left, values):
        return right
    return formula._replace(left=left, right=right)


def _is_one(formula: Formula, values: Mapping[str, Value]) -> bool:
    return isinstance(formula, Name) and formula.optional and values.get(formula.text) in {1, ()}


def put_in(formula: Formula, values: Mapping[str, Value]) -> Formula:
    """The formula with numbers for its names; those without a value stay.

    >>> from cnncalc.analysis.formula.tree import parse
    >>> from cnncalc.analysis.formula.write import written
    >>> written(put_in(parse("kernel * filters"), {"kernel": (3, 3), "filters": 8}))
    '3*3 * 8'
    """
    if isinstance(formula, Binary):
        sign, left, right, tight = formula
        return Binary(sign, put_in(left, values), put_in(right, values), tight)
    match formula:
        case Name(text) if text in values:
            return _number(values[text])
        case Number():
            return formula
        case Call("sum" | "product" as function, (Name(text),)) if text in values:
            return _spread(function, values[text])
        case _:
            return rebuilt(formula, lambda part: put_in(part, values))


def _spread(function: str, value: Value) -> Formula:
    if not isinstance(value, tuple):
        raise TypeError(f"a {function} is of several sizes, not of {value}")
    return _chain("+", value) if function == "sum" else _number(value)


def _number(value: Value) -> Formula:
    if isinstance(value, tuple):
        return _chain("*", value, tight=True) if value else Number(1)
    return Number(value)


def _chain(sign: str, numbers: tuple[int, ...], *, tight: bool = False) -> Formula:
    return Chain(sign, numbers, tight) if len(numbers) > 1 else Number(*numbers)


def evaluated(formula: Formula, values: Mapping[str, Value]) -> int | float | Fraction:
    """The result, exact for integers and fractions; a bool for a comparison.

    >>> from cnncalc.analysis.formula.tree import parse
    >>> evaluated(parse("floor((in - 3) / 2 + 1)"), {"in": 32})
    15
    """
    result: int | float | Fraction = _result(put_in(formula, values))
    return result


def _result(formula: Formula) -> Any:  # noqa: ANN401 - a number
    from fractions import Fraction  # noqa: PLC0415 - few runs evaluate a formula

    match formula:
        case Number(value):
            return Fraction(value) if isinstance(value, int) else value
        case Negative(operand):
            return -_result(operand)
        case Binary(sign, left, right):
            return _OPERATIONS[sign](_result(left), _result(right))
        case Chain(sign, numbers):
            return Fraction(sum(numbers) if sign == "+" else math.prod(numbers))
        case Call(function, arguments):
            return FUNCTIONS[function](*map(_result, arguments))
        case Choice(then, condition, otherwise):
            return _result(then if _result(condition) else otherwise)
        case Name(text):
            raise KeyError(text)
