"""The arithmetic of the spec language: `4 * $width`, `$stride > 1 or $in_channels != $width`.

    expression := or;  or := and ("or" and)*;  and := not ("and" not)*
    not        := "not" not | comparison
    comparison := sum (("==" | "!=" | "<" | "<=" | ">" | ">=") sum)?
    sum        := term (("+" | "-") term)*
    term       := sign (("*" | "/" | "//" | "%") sign)*
    sign       := "-" sign | power;  power := atom ("**" sign)?
    atom       := number | $name | text in quotes | true | false
                | function "(" expression ("," expression)* ")" | "(" expression ")"

Values are exact: whole numbers and fractions, never floats on the way.
"""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    from collections.abc import Callable

Value = Any

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)|\$(?P<variable>\w+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<quote>\"[^\"]*\"|'[^']*')|(?P<symbol>\*\*|//|==|!=|<=|>=|[-+*/%()<>,]))"
)
_MOST_TOKENS = 500
_MOST_NESTED = 40
_MOST_BITS = 1100  # a little over the largest size of a tensor


class ExpressionError(ValueError):
    """An expression is malformed, or has no value."""


def evaluate(text: str, lookup: Callable[[str], Value]) -> Value:
    """The value of an expression; `lookup` gives the value of a variable.

    Whole results are `int`, others `fractions.Fraction`; truth values and
    texts are themselves.

    Raises:
        ExpressionError: with a sentence that says why.
    """
    return _compute(_parsed(text), lookup)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[Any, ...]:
    return _Parser(text).parse()


class _Parser:
    """Recursive descent to nested tuples (operation, operands...)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.nested = 0

    def parse(self) -> tuple[Any, ...]:
        tree = self.disjunction()
        if self.at < len(self.tokens):
            raise ExpressionError(f"did not expect `{self.tokens[self.at][1]}` in `{self.text}`")
        return tree

    def accept(self, *symbols: str) -> str:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind in ("symbol", "word") and text in symbols:
                self.at += 1
                return text
        return ""

    def chain(self, operand: Callable[[], tuple[Any, ...]], *symbols: str) -> tuple[Any, ...]:
        tree = operand()
        while symbol := self.accept(*symbols):
            tree = (symbol, tree, operand())
        return tree

    def disjunction(self) -> tuple[Any, ...]:
        return self.chain(self.conjunction, "or")

    def conjunction(self) -> tuple[Any, ...]:
        return self.chain(self.negation, "and")

    def negation(self) -> tuple[Any, ...]:
        if self.accept("not"):
            return ("not", self.deeper(self.negation))
        left = self.sum()
        if symbol := self.accept("==", "!=", "<=", ">=", "<", ">"):
            return (symbol, left, self.sum())
        return left

    def sum(self) -> tuple[Any, ...]:
        return self.chain(self.term, "+", "-")

    def term(self) -> tuple[Any, ...]:
        return self.chain(self.sign, "*", "//", "/", "%")

    def sign(self) -> tuple[Any, ...]:
        if self.accept("-"):
            return ("negative", self.deeper(self.sign))
        base = self.atom()
        if self.accept("**"):
            return ("**", base, self.deeper(self.sign))
        return base

    def deeper(self, rule: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        self.nested += 1
        if self.nested > _MOST_NESTED:
            raise ExpressionError("nested too deeply")
        tree = rule()
        self.nested -= 1
        return tree

    def atom(self) -> tuple[Any, ...]:
        if self.accept("("):
            tree = self.deeper(self.disjunction)
            self.expect(")")
            return tree
        if self.at >= len(self.tokens):
            raise ExpressionError(f"`{self.text}` ends too early")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return ("value", _number(text))
        if kind == "variable":
            return ("variable", text)
        if kind == "quote":
            return ("value", text[1:-1])
        if text in ("true", "false"):
            return ("value", text == "true")
        if kind == "word" and text in FUNCTIONS and self.accept("("):
            return self.call(text)
        raise ExpressionError(_unexpected(kind, text, self.text))

    def call(self, function: str) -> tuple[Any, ...]:
        arguments = [self.deeper(self.disjunction)]
        while self.accept(","):
            arguments.append(self.deeper(self.disjunction))
        self.expect(")")
        return ("call", function, *arguments)

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise ExpressionError(f"`{self.text}` misses a `{symbol}`")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"cannot read `{text[at:end].strip()[:20]}` in `{text[:60]}`")
        kind = match.lastgroup or ""
        tokens.append((kind, match.group(kind)))
        at = match.end()
        if len(tokens) > _MOST_TOKENS:
            raise ExpressionError(f"longer than {_MOST_TOKENS} symbols")
    return tokens


def _unexpected(kind: str, text: str, whole: str) -> str:
    if kind == "word" and text in FUNCTIONS:
        return f"`{text}` is a function: `{text}(...)`"
    if kind == "word":
        return f"unknown word `{text}`; a variable is written `${text}`, a text in quotes"
    return f"did not expect `{text}` in `{whole}`"


def _number(text: str) -> Value:
    text = text.replace("_", "")
    if len(text) > _MOST_BITS // 3:
        raise ExpressionError(f"a number of {len(text)} digits is too large")
    if text.isdigit():
        return int(text)
    from fractions import Fraction  # noqa: PLC0415 - few specs need it

    mantissa, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > _MOST_BITS // 4:
        raise ExpressionError(f"{text} is too large")
    return _whole(Fraction(mantissa) * Fraction(10) ** int(exponent or 0))


def _compute(  # noqa: PLR0911 - a return an operation
    tree: tuple[Any, ...], lookup: Callable[[str], Value]
) -> Value:
    operation = tree[0]
    if operation == "value":
        return tree[1]
    if operation == "variable":
        return lookup(tree[1])
    if operation == "call":
        numbers = [_as_number(_compute(part, lookup), tree[1]) for part in tree[2:]]
        return _whole(_called(tree[1], numbers))
    if operation in ("and", "or"):
        left = _truth(_compute(tree[1], lookup), operation)
        decided = left if operation == "or" else not left
        return left if decided else _truth(_compute(tree[2], lookup), operation)
    values = [_compute(part, lookup) for part in tree[1:]]
    if operation == "not":
        return not _truth(values[0], "not")
    if operation == "negative":
        return -_as_number(values[0], "-")
    if operation in ("==", "!="):
        return (values[0] == values[1]) == (operation == "==")
    left, right = (_as_number(value, operation) for value in values)
    return _ARITHMETIC[operation](left, right)


def _truth(value: Value, operation: str) -> bool:
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"`{operation}` needs true or false, not {value}")


def _as_number(value: Value, operation: str) -> Value:
    if isinstance(value, bool) or value is None or isinstance(value, (str, list, dict)):
        raise ExpressionError(f"`{operation}` needs a number, not {show(value)}")
    if isinstance(value, float):
        if not isfinite(value):
            raise ExpressionError(f"`{operation}` needs a number, not {value}")
        from fractions import Fraction  # noqa: PLC0415 - few specs need it

        return _whole(Fraction(str(value)))
    return value


def _whole(value: Value) -> Value:
    if isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else value


def _bits(value: Value) -> int:
    return int(max(value.numerator.bit_length(), value.denominator.bit_length()))


def _bounded(value: Value) -> Value:
    if _bits(value) > _MOST_BITS:
        raise ExpressionError("the result has over 300 digits")
    return _whole(value)


def _divide(left: Value, right: Value) -> Value:
    if right == 0:
        raise ExpressionError("division by zero")
    from fractions import Fraction  # noqa: PLC0415 - few specs need it

    return _whole(Fraction(left) / right)


def _floor_divide(left: Value, right: Value) -> Value:
    if right == 0:
        raise ExpressionError("division by zero")
    return left // right


def _modulo(left: Value, right: Value) -> Value:
    if right == 0:
        raise ExpressionError("division by zero")
    return _whole(left % right)


def _power(base: Value, exponent: Value) -> Value:
    if not isinstance(exponent, int):
        raise ExpressionError(f"the exponent must be a whole number, not {exponent}")
    if base in (0, 1, -1) and exponent >= 0:
        return base**exponent
    if base == 0:
        raise ExpressionError("division by zero")
    if abs(exponent) * max(1, _bits(base) - 1) > _MOST_BITS:
        raise ExpressionError(f"{base} ** {exponent} has over 300 digits")
    if exponent >= 0:
        return base**exponent
    return _divide(1, base**-exponent)


_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
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


def _called(name: str, numbers: list[Value]) -> Value:
    least, most, function = FUNCTIONS[name]
    if len(numbers) < least or (most is not None and len(numbers) > most):
        raise ExpressionError(f"`{name}` takes {least} value{'s' * (least > 1)}")
    return function(*numbers) if most is not None or len(numbers) > 1 else numbers[0]
