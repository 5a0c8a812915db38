"""Expressions as they are carried into code: computed, put into one another, shortened.

They are the trees that the language parses an expression into: nested tuples of an
operation and its operands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc.language.expressions import compute, parsed
from cnncalc.language.operations import ExpressionError
from cnncalc.language.syntax import Choice, Expression, List, Literal, Map

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from cnncalc.language.syntax import Value

Symbol: TypeAlias = tuple[Any, ...]


def constant(value: object) -> Symbol:
    """A value that is known."""
    return ("value", value)


def name(text: str) -> Symbol:
    """A variable."""
    return ("variable", text)


def is_constant(symbol: Symbol | None) -> bool:
    """Whether it is a value, not a computation."""
    return symbol is not None and symbol[0] == "value"


def symbol_of(written: Value) -> Symbol:
    """What is written as the value of an argument, as an expression."""
    if isinstance(written, Expression):
        return parsed(written.text)
    if isinstance(written, Literal):
        return constant(written.value)
    if isinstance(written, List):
        return ("list", *map(symbol_of, written.items))
    if isinstance(written, Map):
        return ("map", *((key.text, symbol_of(value)) for key, value in written.pairs))
    if isinstance(written, Choice):
        rows = tuple((row.value, symbol_of(value)) for row, value in written.rows)
        return ("choice", symbol_of(written.by), *rows)
    raise ExpressionError("it is no value")


def evaluate(symbol: Symbol, lookup: Callable[[str], Any]) -> Any:  # noqa: ANN401 - any plain value
    """The value of an expression; raises `ExpressionError`."""
    if symbol[0] == "choice":
        wanted = evaluate(symbol[1], lookup)
        rows = dict(symbol[2:])
        if wanted not in rows and "default" not in rows:
            raise ExpressionError(f"no row for {wanted}")
        return evaluate(rows.get(wanted, rows.get("default")), lookup)  # type: ignore[arg-type]
    if symbol[0] == "list":
        return [evaluate(item, lookup) for item in symbol[1:]]
    if symbol[0] == "map":
        return {key: evaluate(item, lookup) for key, item in symbol[1:]}
    return compute(symbol, lookup)


def names_in(symbol: Any) -> Iterator[str]:  # noqa: ANN401 - a tree, or a leaf
    """The variables of an expression."""
    if not isinstance(symbol, tuple) or not symbol:
        return
    if symbol[0] == "variable":
        yield symbol[1]
    elif symbol[0] in _TABLES:
        for part in symbol[1:]:
            yield from names_in(part if _is_by(symbol, part) else part[1])
    elif symbol[0] != "value":
        for part in symbol[1:]:
            yield from names_in(part)


_TABLES = {"choice", "map"}


def _is_by(symbol: Symbol, part: object) -> bool:
    """Whether a part of a table is what its row is chosen by, and no row."""
    return symbol[0] == "choice" and part is symbol[1]


def substituted(symbol: Any, values: Mapping[str, Symbol]) -> Any:  # noqa: ANN401 - a tree, or a leaf
    """An expression with others in place of variables, shortened."""
    if not isinstance(symbol, tuple) or not symbol or symbol[0] == "value":
        return symbol
    if symbol[0] == "variable":
        return values.get(symbol[1], symbol)
    if symbol[0] in _TABLES:
        by = substituted(symbol[1], values) if symbol[0] == "choice" else None
        row = next((row for row in symbol[2:] if by == ("value", row[0])), None) if by else None
        if row is not None:
            return substituted(row[1], values)
        return (
            symbol[0],
            *(
                substituted(part, values)
                if _is_by(symbol, part)
                else (part[0], substituted(part[1], values))
                for part in symbol[1:]
            ),
        )
    return shortened((symbol[0], *(substituted(part, values) for part in symbol[1:])))


def shortened(symbol: Symbol) -> Symbol:
    """The same expression without what has no effect: `1 * x`, `x + 0`, sums of numbers."""
    operation = symbol[0]
    parts = symbol[1:]
    if operation in {"choice", "map", "item", "list"}:
        return symbol
    if all(isinstance(part, tuple) and part[0] == "value" for part in parts if part is not None):
        folded = _folded(symbol)
        if folded is not None:
            return folded
    rule = _RULES.get(operation)
    simpler = rule(operation, *parts) if rule is not None else None
    return symbol if simpler is None else simpler


def _sum(operation: str, left: Symbol, right: Symbol) -> Symbol | None:
    """A sum or difference with an operation less; None if no rule applies."""
    if operation == "+" and _multiple(left)[1] == _multiple(right)[1] is not None:
        count = _multiple(left)[0] + _multiple(right)[0]
        return shortened(("*", constant(count), _multiple(left)[1]))
    if operation == "-" and right == ("value", 0):
        return left
    if left[0] in {"+", "-"} and is_constant(right):
        more = _shifted(left, operation, right)
        if more is not None:
            return more
    rest = _cancelled(operation, left, right)
    if rest is None and operation == "+":
        return _without_neutral(operation, left, right)
    return rest


def _quotient(operation: str, left: Symbol, right: Symbol) -> Symbol | None:
    """`x // 1` and `4 * x // 4` as `x`, `x // 2 // 3` as `x // 6`: sizes are whole."""
    if right == ("value", 1):
        return left
    if operation == left[0] == "//" and _is_count(left[2]) and _is_count(right):
        return ("//", left[1], constant(left[2][1] * right[1]))
    if operation == "//" and is_constant(right) and left[:2] == ("*", right):
        return left[2]  # type: ignore[no-any-return]
    return None


def _is_count(symbol: Symbol) -> bool:
    return is_constant(symbol) and type(symbol[1]) is int and symbol[1] > 0


def _condition(operation: str, left: Symbol, right: Symbol) -> Symbol | None:
    """`True and x` and `False or x` as `x`."""
    neutral = ("value", operation == "and")
    if neutral in {left, right}:
        return right if left == neutral else left
    return None


def _shifted(inner: Symbol, outer: str, by: Symbol) -> Symbol | None:
    """`x - 1 + 1` as `x`: two whole numbers that are added or taken away, as one.

    `x + 1 - i - 1` and `4 - i + 1`, too.
    """
    within, left, right = inner
    if within == "-" and is_constant(left) and not is_constant(right):
        number = _folded((outer, left, by))
        return number and ("-", number, right)
    if not is_constant(right) and left[0] in {"+", "-"} and is_constant(left[2]):
        shorter = _shifted(left, outer, by)
        return shorter and shortened((within, shorter, right))
    numbers = (right[1], by[1]) if is_constant(right) else ()
    if not numbers or not all(type(one) is int for one in numbers):
        return None
    first, second = (
        -one if sign == "-" else one for sign, one in zip((within, outer), numbers, strict=True)
    )
    total = first + second
    return shortened(("+" if total >= 0 else "-", left, constant(abs(total))))


def _cancelled(operation: str, left: Symbol, right: Symbol) -> Symbol | None:
    """What is left of `x + (y - x)`, `(y - x) + x`, `(x + y) - x`, `x - (x - y)`: `y`."""
    if operation == "+":
        for one, other in ((left, right), (right, left)):
            if other[0] == "-" and other[2] == one:
                return other[1]  # type: ignore[no-any-return]
    elif left[0] == "+" and right in left[1:]:
        return left[2] if left[1] == right else left[1]  # type: ignore[no-any-return]
    elif right[0] == "-" and right[1] == left:
        return right[2]  # type: ignore[no-any-return]
    return None


def _multiple(symbol: Symbol) -> tuple[Any, Symbol]:
    """A number of times something."""
    if symbol[0] == "*" and symbol[1][0] == "value":
        return symbol[1][1], symbol[2]
    return 1, symbol


def _folded(symbol: Symbol) -> Symbol | None:
    if symbol[0] == "call" and symbol[1] == "len":
        return None
    try:
        return constant(compute(symbol, lambda _: None))
    except ExpressionError:
        return None


_NEUTRAL = {"+": 0, "*": 1}


def _without_neutral(operation: str, left: Symbol, right: Symbol) -> Symbol:
    """A sum or product, its numbers in one, first in a product and last in a sum."""
    unit = ("value", _NEUTRAL[operation])
    if left == unit:
        return right
    if right == unit:
        return left
    if left[0] == operation and right[0] == "value":
        for here, other in ((left[1], left[2]), (left[2], left[1])):
            if here[0] == "value":
                number = shortened((operation, here, right))
                return _without_neutral(operation, other, number)
    if operation == "*" and right[0] == "value":
        return ("*", right, left)
    if operation == "*" and left[0] == "value" and right[0] == "*" and right[1][0] == "value":
        return _without_neutral("*", shortened(("*", left, right[1])), right[2])
    return (operation, left, right)


_RULES: Mapping[str, Callable[[str, Symbol, Symbol], Symbol | None]] = {
    "+": _sum, "-": _sum, "*": _without_neutral, "//": _quotient, "/": _quotient, "**": _quotient,
    "and": _condition, "or": _condition,
}  # fmt: skip

_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def are_opposite(one: Symbol, other: Symbol, positive: Container[str] = ()) -> bool:
    """Whether of two conditions one holds just where the other does not.

    Args:
        one: a condition.
        other: another.
        positive: the variables that are whole numbers from 1.
    """
    if one == ("not", other) or other == ("not", one):
        return True
    if {one[0], other[0]} == {"and", "or"}:
        return any(
            are_opposite(one[1], first, positive) and are_opposite(one[2], second, positive)
            for first, second in (other[1:], other[:0:-1])
        )
    if one[1:] != other[1:]:
        return False
    return _OPPOSITES.get(one[0]) == other[0] or _tells_one(one, other, positive)


def _tells_one(one: Symbol, other: Symbol, positive: Container[str]) -> bool:
    """Whether two conditions are `x == 1` and `x > 1` of a number from 1."""
    if {one[0], other[0]} != {"==", ">"}:
        return False
    (kind, *of), number = one[1:]
    return kind == "variable" and of[0] in positive and number == constant(1)


def summed(symbols: list[Symbol]) -> Symbol:
    """The sum of expressions."""
    total = symbols[0]
    for one in symbols[1:]:
        total = shortened(("+", total, one))
    return total


def multiplied(symbols: list[Symbol]) -> Symbol:
    """The product of expressions."""
    total = symbols[0]
    for one in symbols[1:]:
        total = shortened(("*", total, one))
    return total
