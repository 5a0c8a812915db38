"""The arithmetic of the spec language: `4 * $width`, `$stride > 1 or $in_channels != $width`.

    expression := or ("if" or "else" expression)?
    or         := and ("or" and)*;  and := not ("and" not)*
    not        := "not" not | comparison
    comparison := sum (("==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not" "in") sum)?
    sum        := term (("+" | "-") term)*
    term       := sign (("*" | "/" | "//" | "%") sign)*
    sign       := "-" sign | power;  power := place ("**" sign)?
    place      := atom ("[" expression "]")*
    atom       := number | $name | text in quotes | true | false | "(" expression ")"
                | function "(" expression ("," expression)* ")"
                | "[" (expression ("," expression)*)? "]"

Inside `${...}` in a name, a bare word is a variable. Values are exact: whole numbers
and fractions, never floats on the way.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cnncalc.language.operations import (
    ARITHMETIC,
    FUNCTIONS,
    ExpressionError,
    Value,
    as_number,
    called,
    comparable,
    contained,
    equal,
    item,
    length,
    truth,
)
from cnncalc.numerals import TooLongError, number

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|\$(?P<variable>\w+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<quote>\"[^\"]*\"|'[^']*')|(?P<symbol>\*\*|//|==|!=|<=|>=|[-+*/%()<>,\[\]]))"
)
_FUNCTIONS = (*FUNCTIONS, "len")
_RESERVED = ("and", "or", "not", "if", "else", "in", "true", "false")
_MOST_TOKENS = 500
_MOST_NESTED = 40


def evaluate(
    text: str,
    lookup: Callable[[str], Value],
    compared: Callable[[int], None] = lambda _: None,
    *,
    bare: bool = False,
) -> Value:
    """The value of an expression; `lookup` gives the value of a variable.

    `compared` is told how many values a comparison of lists goes through.

    With `bare`, a word is a variable without its `$`. Whole results are `int`, others
    `fractions.Fraction`; truth values, texts and lists are themselves.

    Raises:
        ExpressionError: with a sentence that says why.
    """
    return compute(_parsed(text, bare), lookup, compared)


def parsed(text: str, *, bare: bool = False) -> tuple[Any, ...]:
    """The tree of an expression: nested tuples of an operation and its operands.

    Raises:
        ExpressionError: with a sentence that says why.
    """
    return _parsed(text, bare)


def levels(text: str) -> int:
    """How deep the operations of an expression are nested; 1 for what cannot be read."""
    try:
        tree = _parsed(text, False)  # noqa: FBT003 - a key of the cache
    except ExpressionError:
        return 1
    deepest = 1
    stack = [(tree, 1)]
    while stack:
        (operation, *parts), depth = stack.pop()
        deepest = max(deepest, depth)
        if operation in _CHAINED:
            stack.append((parts.pop(0), depth))
        if operation not in ("value", "variable"):
            stack += [(part, depth + 1) for part in parts if isinstance(part, tuple)]
    return deepest


@lru_cache(maxsize=4096)
def _parsed(text: str, bare: bool) -> tuple[Any, ...]:  # noqa: FBT001 - a key of the cache
    return _Parser(text, bare=bare).parse()


class _Parser:
    """Recursive descent to nested tuples (operation, operands...)."""

    def __init__(self, text: str, *, bare: bool) -> None:
        self.text = text
        self.bare = bare
        self.tokens = _tokens(text)
        self.at = 0
        self.nested = 0

    def parse(self) -> tuple[Any, ...]:
        tree = self.expression()
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

    def expression(self) -> tuple[Any, ...]:
        tree = self.disjunction()
        if not self.accept("if"):
            return tree
        condition = self.disjunction()
        self.expect("else")
        return ("if", condition, tree, self.deeper(self.expression))

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
        if self.accept("in"):
            return ("in", left, self.sum())
        if self.accept("not"):
            self.expect("in")
            return ("not", ("in", left, self.sum()))
        return left

    def sum(self) -> tuple[Any, ...]:
        return self.chain(self.term, "+", "-")

    def term(self) -> tuple[Any, ...]:
        return self.chain(self.sign, "*", "//", "/", "%")

    def sign(self) -> tuple[Any, ...]:
        if self.accept("-"):
            return ("negative", self.deeper(self.sign))
        base = self.place()
        if self.accept("**"):
            return ("**", base, self.deeper(self.sign))
        return base

    def place(self) -> tuple[Any, ...]:
        tree = self.atom()
        while self.accept("["):
            tree = ("item", tree, self.deeper(self.expression))
            self.expect("]")
        return tree

    def deeper(self, rule: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        self.nested += 1
        if self.nested > _MOST_NESTED:
            raise ExpressionError("nested too deeply")
        tree = rule()
        self.nested -= 1
        return tree

    def atom(self) -> tuple[Any, ...]:  # noqa: PLR0911 - a return a kind
        if self.accept("("):
            tree = self.deeper(self.expression)
            self.expect(")")
            return tree
        if self.accept("["):
            return ("list", *self.items())
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
        if kind == "word" and text in _FUNCTIONS and self.accept("("):
            return self.call(text)
        if kind == "word" and self.bare and text not in _RESERVED:
            return ("variable", text)
        raise ExpressionError(_unexpected(kind, text, self.text))

    def call(self, function: str) -> tuple[Any, ...]:
        arguments = [self.deeper(self.expression)]
        while self.accept(","):
            arguments.append(self.deeper(self.expression))
        self.expect(")")
        return ("call", function, *arguments)

    def items(self) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        while not self.accept("]"):
            if found:
                self.expect(",")
            found.append(self.deeper(self.expression))
        return found

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise ExpressionError(f"`{self.text}` lacks a `{symbol}`")


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
    if kind == "word" and text in _FUNCTIONS:
        return f"`{text}` is a function: `{text}(...)`"
    if kind == "word" and text not in _RESERVED:
        return f"unknown word `{text}`; a variable is written `${text}`, a text in quotes"
    return f"did not expect `{text}` in `{whole}`"


def _number(text: str) -> Value:
    try:
        value = number(text)
    except TooLongError as error:
        raise ExpressionError(str(error)) from None
    if isinstance(value, int):
        return value
    from fractions import Fraction  # noqa: PLC0415 - few specs need it

    return Fraction(text.replace("_", ""))


def compute(
    tree: tuple[Any, ...],
    lookup: Callable[[str], Value],
    compared: Callable[[int], None] = lambda _: None,
) -> Value:
    """The value of a parsed expression; a chain such as `a + b - c` is a loop, however long.

    Raises:
        ExpressionError: with a sentence that says why.
    """
    chain = []
    while tree[0] in _CHAINED:
        chain.append(tree)
        tree = tree[1]
    value = _single(tree, lookup, compared)
    for operation, _, right in reversed(chain):
        value = _applied(operation, value, right, lookup, compared)
    return value


def _applied(
    operation: str,
    left: Value,
    right: tuple[Any, ...],
    lookup: Callable[[str], Value],
    compared: Callable[[int], None],
) -> Value:
    """What an operation with two operands comes to; `and` and `or` may do without the right."""
    if operation in ("and", "or"):
        decided = truth(left, operation) is (operation == "or")
        return left if decided else truth(compute(right, lookup, compared), operation)
    value = compute(right, lookup, compared)
    if operation in _COMPARED:
        return _comparison(operation, [left, value], compared)
    return ARITHMETIC[operation](as_number(left, operation), as_number(value, operation))


def _single(  # noqa: PLR0911 - a return an operation
    tree: tuple[Any, ...], lookup: Callable[[str], Value], compared: Callable[[int], None]
) -> Value:
    """The value of what is not an operation with two operands."""
    operation = tree[0]
    if operation == "value":
        return tree[1]
    if operation == "variable":
        return lookup(tree[1])
    if operation == "if":
        condition = truth(compute(tree[1], lookup, compared), "if")
        return compute(tree[2] if condition else tree[3], lookup, compared)
    if operation == "not":
        return not truth(compute(tree[1], lookup, compared), "not")
    if operation == "negative":
        return -as_number(compute(tree[1], lookup, compared), "-")
    if operation == "list":
        return [compute(part, lookup, compared) for part in tree[1:]]
    return _call(tree[1], [compute(part, lookup, compared) for part in tree[2:]])


def _comparison(operation: str, values: list[Value], compared: Callable[[int], None]) -> Value:
    if operation != "item" and isinstance(values[1], (list, dict)):
        compared(comparable(values))
    return _COMPARED[operation](*values)


def _call(function: str, values: list[Value]) -> Value:
    if function == "len":
        if len(values) != 1:
            raise ExpressionError("`len` takes 1 value")
        return length(values[0])
    return called(function, [as_number(value, function) for value in values])


_COMPARED: dict[str, Callable[[Value, Value], Value]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "in": contained,
    "item": item,
}
_CHAINED = frozenset((*ARITHMETIC, *_COMPARED, "and", "or"))
