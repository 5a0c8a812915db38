"""A formula as a tree, and how it is read from its text.

    choice     := operation ("if" operation "else" choice)?
    operation  := signed (sign signed)*;  sign := "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/"
    signed     := "-" signed | power;  power := atom ("^" signed)?
    atom       := number | name "?"? | "(" choice ")" | name "(" (choice ("," choice)*)? ")"

Signs hold as closely as in Python. `groups?` marks a quantity that is left out where it has no
effect (a factor or divisor of 1, a term of 0). A product that is written without spaces, `3*3*3`,
stays so when it is printed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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


class Chain(NamedTuple):
    """Numbers with the same sign between them, of any length: `3 + 3 + 3`, `3*3*3`."""

    sign: str
    numbers: tuple[int, ...]
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


Formula = Number | Name | Negative | Binary | Chain | Call | Choice

#: How closely a sign holds what is beside it; a comparison holds least.
PRECEDENCE: Final = {
    ">": 0, "<": 0, ">=": 0, "<=": 0, "+": 1, "-": 1, "*": 2, "/": 2, "^": 4,
}  # fmt: skip
SIGNED: Final = 3  # of the minus of a negative
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?!\w)|(?P<name>[^\W\d]\w*\??)"
    r"|(?P<sign>[<>]=|[-+*/^<>(),])|$)"
)
_CHOOSING = ("if", "else")
_CHAINED = ("+", "*")


@cache
def parse(text: str) -> Formula:
    """Read the text of a formula.

    Raises:
        ValueError: the text is not a formula.

    >>> parse("filters + 1")
    Binary(sign='+', left=Name(text='filters', optional=False), right=Number(value=1), tight=False)
    """
    return _Parser(text).whole()


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


class _Parser:
    """Reads the text of a formula from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._go_on()

    def whole(self) -> Formula:
        """The formula that the whole text is."""
        found = self._choice()
        if self.kind is not None:
            raise self._wrong()
        return found

    def _go_on(self) -> None:
        """Look at the next token: its kind, what it is, and whether there is space before it."""
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise self._wrong()
        self.at = found.end()
        self.kind = found.lastgroup
        self.ahead = found[self.kind] if self.kind else ""
        self.spaced = len(self.ahead) < len(found[0])

    def _wrong(self) -> ValueError:
        return ValueError(f"not a formula: {self.text}")

    def _taken(self, token: str) -> bool:
        """Whether this token is next; then the one after it is looked at."""
        if self.ahead != token:
            return False
        self._go_on()
        return True

    def _choice(self) -> Formula:
        then = self._operation(0)
        if not self._taken("if"):
            return then
        condition = self._operation(0)
        if not self._taken("else"):
            raise self._wrong()
        return Choice(then, condition, self._choice())

    def _operation(self, least: int) -> Formula:
        """Formulas with signs between them that hold at least so closely."""
        row = _Row(self._signed())
        while (closely := PRECEDENCE.get(self.ahead, -1)) >= least:
            sign, loose = self.ahead, self.spaced
            self._go_on()
            loose = loose or self.spaced
            right = self._operation(closely if sign == "^" else closely + 1)
            if not row.takes(sign, right, tight=not loose):
                row = _Row(Binary(sign, row.formula(), right, not loose))
            if not closely:  # nothing compares the result of a comparison
                break
        return row.formula()

    def _signed(self) -> Formula:
        return Negative(self._operation(SIGNED)) if self._taken("-") else self._atom()

    def _atom(self) -> Formula:
        kind, token = self.kind, self.ahead
        if kind == "number":
            self._go_on()
            return Number(int(token) if token.isdigit() else float(token))
        if kind == "name" and token not in _CHOOSING:
            self._go_on()
            if self._taken("("):
                return Call(token, tuple(self._arguments()))
            return Name(token.removesuffix("?"), token.endswith("?"))
        if not self._taken("("):
            raise self._wrong()
        inside = self._choice()
        if not self._taken(")"):
            raise self._wrong()
        return inside

    def _arguments(self) -> Iterator[Formula]:
        """What is in the brackets of a call, and the bracket at their end."""
        while not self._taken(")"):
            yield self._choice()
            if self.ahead != ")" and not self._taken(","):
                raise self._wrong()


class _Row:
    """A formula, and numbers with one sign between them that follow it if it is a number."""

    __slots__ = ("first", "numbers", "sign", "tight")

    def __init__(self, first: Formula) -> None:
        self.first, self.sign, self.tight = first, "", False
        number = _whole(first)
        self.numbers = [] if number is None else [number]

    def takes(self, sign: str, right: Formula, *, tight: bool) -> bool:
        """Add a number, if it goes on as it began."""
        goes_on = (sign, tight) == (self.sign, self.tight) if self.sign else sign in _CHAINED
        number = _whole(right)
        if not goes_on or not self.numbers or number is None:
            return False
        self.sign, self.tight = sign, tight
        self.numbers.append(number)
        return True

    def formula(self) -> Formula:
        """What was read so far."""
        return Chain(self.sign, tuple(self.numbers), self.tight) if self.sign else self.first


def _whole(formula: Formula) -> int | None:
    """The whole number that a formula is."""
    if isinstance(formula, Number) and isinstance(formula.value, int):
        return formula.value
    return None


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
