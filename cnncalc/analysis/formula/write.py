"""A formula as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.formula.tree import (
    PRECEDENCE,
    SIGNED,
    Binary,
    Call,
    Chain,
    Choice,
    Formula,
    Name,
    Negative,
    Number,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE = 5  # a precedence above that of every sign


def written(formula: Formula, names: Mapping[str, str] | None = None) -> str:
    """The text of a formula, its names replaced where `names` has others.

    >>> from cnncalc.analysis.formula.tree import parse
    >>> written(parse("(in - kernel + 2*pad) / stride + 1"), {"kernel": "F"})
    '(in - F + 2*pad) / stride + 1'
    """
    return _text(formula, names or {})


def _text(formula: Formula, names: Mapping[str, str]) -> str:  # noqa: PLR0911 - a case a kind
    if isinstance(formula, Binary):
        sign, left, right, tight = formula
        before = _operand(left, PRECEDENCE[sign] + (sign == "^"), names)
        after = _operand(right, least_precedence(sign, right), names, leading=False)
        return f"{before}{sign}{after}" if tight else f"{before} {sign} {after}"
    if isinstance(formula, Number):
        return shown(formula.value)
    if isinstance(formula, Name):
        return names.get(formula.text, formula.text)
    match formula:
        case Negative(operand):
            return f"-{_operand(operand, SIGNED, names)}"
        case Chain(sign, numbers, tight):
            return (sign if tight else f" {sign} ").join(map(str, numbers))
        case Call(function, arguments):
            return f"{function}({', '.join(_text(one, names) for one in arguments)})"
        case Choice(then, condition, otherwise):
            parts = (_text(one, names) for one in (then, condition, otherwise))
            return "{} if {} else {}".format(*parts)


def shown(value: float) -> str:
    """A number as it would be written by hand, exactly.

    >>> shown(2.0), shown(0.1), shown(1.0507009873554805)
    ('2', '0.1', '1.0507009873554805')
    """
    if isinstance(value, int):
        return str(value)
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def least_precedence(sign: str, right: Formula) -> int:
    """The precedence below which what is right of a sign needs brackets.

    A product of products needs none; a sum in a sum keeps those that it was
    written with.
    """
    if sign == "*" and _is_product(right):
        return PRECEDENCE["*"]
    return PRECEDENCE[sign] + 1


def _is_product(formula: Formula) -> bool:
    if isinstance(formula, Chain):
        return formula.sign == "*"
    return (
        isinstance(formula, Binary)
        and formula.sign == "*"
        and (_is_product(formula.left) or precedence(formula.left) > PRECEDENCE["*"])
    )


def precedence(formula: Formula) -> int:
    """How closely a formula holds together: from comparisons and sums to single numbers."""
    if isinstance(formula, Number):
        return SIGNED if formula.value < 0 else _WHOLE
    if isinstance(formula, (Binary, Chain)):
        return PRECEDENCE[formula.sign]
    if isinstance(formula, Choice):
        return -1
    return SIGNED if isinstance(formula, Negative) else _WHOLE


def _operand(
    formula: Formula, least: int, names: Mapping[str, str], *, leading: bool = True
) -> str:
    text, closely = _text(formula, names), precedence(formula)
    negative = closely == SIGNED and not leading
    return f"({text})" if closely < least or negative else text
