"""A formula as a tree, and how it is read from its text.

The text is that of Python's expressions, with two additions: `x^2` is a power,
and `groups?` marks a quantity that is left out where it has no effect (a factor
or divisor of 1, a term of 0). A product that is written without spaces,
`3*3*3`, stays so when it is printed.
"""

from __future__ import annotations

import _ast as ast  # the classes that `ast` exports, without what it imports beside them
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Number(NamedTuple):
    """A number in the formula."""

    value: int | float


class Name(NamedTuple):
    """A named quantity; an optional one is left out where it has no effect."""

    text: str
    optional: bool = False


class Negative(NamedTuple):
    """The negative of a formula."""

    operand: Formula


class Binary(NamedTuple):
    """An operation or comparison of two formulas; tight where it is written without spaces."""

    sign: str
    left: Formula
    right: Formula
    tight: bool = False


class Call(NamedTuple):
    """A function of formulas."""

    function: str
    arguments: tuple[Formula, ...]


class Choice(NamedTuple):
    """One of two formulas: `x if x > 0 else 0`."""

    then: Formula
    condition: Formula
    otherwise: Formula


Formula = Number | Name | Negative | Binary | Call | Choice

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^",
    ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=",
}  # fmt: skip
# What Python cannot read: a mark at the end of a name, and a name that is one of its words.
_OPTIONAL, _KEYWORD = "_optional", "in"


@cache
def parse(text: str) -> Formula:
    """Read the text of a formula.

    Raises:
        ValueError: the text is not a formula.

    >>> parse("filters + 1")
    Binary(sign='+', left=Name(text='filters', optional=False), right=Number(value=1), tight=False)
    """
    source = re.sub(r"(\w)\?", rf"\1{_OPTIONAL}", text).replace("^", "**")
    source = re.sub(rf"\b{_KEYWORD}\b", f"{_KEYWORD}_", source)
    try:
        tree: Any = compile(source, "<formula>", "eval", ast.PyCF_ONLY_AST)
        return _read(tree.body, source)
    except SyntaxError as error:
        raise ValueError(f"not a formula: {text}") from error


@cache
def names_in(text: str) -> tuple[Name, ...]:
    """The names in the text of a formula, each once; raises `ValueError`.

    >>> [(one.text, one.optional) for one in names_in("kernel*kernel + bias?")]
    [('kernel', False), ('bias', True)]
    """
    found: dict[Name, None] = {}

    def look(part: Formula) -> Formula:
        if isinstance(part, Name):
            found[part] = None
        return rebuilt(part, look)

    look(parse(text))
    return tuple(found)


def _read(node: ast.expr, source: str) -> Formula:  # noqa: PLR0911 - a case per kind of node
    match node:
        case ast.Constant(value=int() | float() as value):
            return Number(value)
        case ast.Name(id=name):
            return Name(name.removesuffix(_OPTIONAL).rstrip("_"), name.endswith(_OPTIONAL))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(_read(operand, source))
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(left, op, right, source)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _binary(left, op, right, source)
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return Call(function, tuple(_read(one, source) for one in arguments))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Choice(_read(body, source), _read(test, source), _read(orelse, source))
        case _:
            raise ValueError(f"not a formula: {source}")


def _binary(left: ast.expr, op: ast.AST, right: ast.expr, source: str) -> Binary:
    between = source[left.end_col_offset : right.col_offset]
    sign = _SIGNS[type(op)]
    return Binary(sign, _read(left, source), _read(right, source), " " not in between)


def rebuilt(formula: Formula, change: Callable[[Formula], Formula]) -> Formula:
    """The formula with each of its parts changed."""
    match formula:
        case Negative(operand):
            return Negative(change(operand))
        case Binary(sign, left, right, tight):
            return Binary(sign, change(left), change(right), tight)
        case Call(function, arguments):
            return Call(function, tuple(map(change, arguments)))
        case Choice(then, condition, otherwise):
            return Choice(change(then), change(condition), change(otherwise))
        case _:
            return formula
