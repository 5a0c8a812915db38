"""Formulas as LaTeX."""

from __future__ import annotations

import re
from functools import lru_cache

from cnncalc.analysis.formula.tree import (
    Binary,
    Call,
    Chain,
    Choice,
    Formula,
    Name,
    Negative,
    Number,
    parse,
)
from cnncalc.analysis.formula.write import least_precedence, precedence, shown

_BRACKETS = {
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
    "ceil": (r"\left\lceil ", r" \right\rceil"),
    "abs": (r"\left| ", r" \right|"),
    "sqrt": (r"\sqrt{", "}"),
}
_FUNCTIONS = {"exp": r"\exp", "log": r"\log", "tanh": r"\tanh", "min": r"\min", "max": r"\max"}
_SIGNS = {"*": r" \cdot ", ">=": r" \ge ", "<=": r" \le "}


@lru_cache(maxsize=4096)  # the layers of a net have few formulas
def latex(formula: str) -> str:
    r"""A formula as LaTeX, without the dollar signs.

    >>> latex("floor((32 - 3 + 2*0) / 1 + 1)")
    '\\left\\lfloor \\frac{32 - 3 + 2 \\cdot 0}{1} + 1 \\right\\rfloor'
    >>> latex("x1 + x2 + ...")
    '\\text{x1 + x2 + ...}'
    """
    try:
        return _tex(parse(formula))
    except ValueError:
        return _words(formula)


def _words(text: str) -> str:
    escaped = re.sub(r"([_%&#$])", r"\\\1", text).replace("^", r"\^{}")
    escaped = escaped.replace("*", "\u00b7")  # two of them would be emphasis in Markdown
    return rf"\text{{{escaped}}}"


def _tex(formula: Formula) -> str:  # noqa: PLR0911 - a case per kind of node
    match formula:
        case Number(value):
            return shown(value)
        case Name(text):
            return _name(text)
        case Negative(operand):
            return f"-{_in_brackets(operand, precedence(formula))}"
        case Binary("/", left, right):
            return rf"\frac{{{_tex(left)}}}{{{_tex(right)}}}"
        case Binary("^", left, right):
            return rf"{_in_brackets(left, precedence(formula) + 1)}^{{{_tex(right)}}}"
        case Binary(sign, left, right):
            between = _SIGNS.get(sign, f" {sign} ")
            first = _in_brackets(left, precedence(formula))
            least = least_precedence(sign, right)
            return f"{first}{between}{_in_brackets(right, least, leading=False)}"
        case Chain(sign, numbers):
            return _SIGNS.get(sign, f" {sign} ").join(map(str, numbers))
        case Call(function, arguments):
            return _call(function, ", ".join(map(_tex, arguments)))
        case Choice(then, condition, otherwise):
            cases = rf"{_tex(then)} & {_tex(condition)} \\ {_tex(otherwise)} & \text{{else}}"
            return rf"\begin{{cases}} {cases} \end{{cases}}"


def _name(text: str) -> str:
    """A letter or a letter with an index as in mathematics, else a word."""
    letter, _, index = text.partition("_")
    if len(letter) > 1:
        return _words(text)
    return rf"{letter}_{{{_words(index)}}}" if index else letter


def _call(function: str, inside: str) -> str:
    if function in _BRACKETS:
        opening, closing = _BRACKETS[function]
        return f"{opening}{inside}{closing}"
    name = _FUNCTIONS.get(function) or rf"\operatorname{{{function}}}"
    return rf"{name}\left({inside}\right)"


def _in_brackets(formula: Formula, least: int, *, leading: bool = True) -> str:
    is_fraction = isinstance(formula, Binary) and formula.sign == "/"
    negative = isinstance(formula, Negative) or (isinstance(formula, Number) and formula.value < 0)
    if (precedence(formula) < least and not is_fraction) or (negative and not leading):
        return rf"\left({_tex(formula)}\right)"
    return _tex(formula)
