"""Numbers that remember how they were made.

Every value on a tape is a leaf (an element of an input or a weight, a constant) or
the result of one operation on earlier values. An operation states its result, its
partial derivatives and the words of its step, once and in one place: what is printed
and the gradients are read from the same tape.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from cnncalc.numbers.exact import Number, dot, shown, simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.numbers.functions import Function


class Value:
    """A number, and where it is on its tape.

    Attributes:
        number: exact, or a float.
        index: its position on the tape; what it was made of stands before it.
        inline: whether a step that uses it shows how it was made, instead of its number.
    """

    __slots__ = ("index", "inline", "number")

    #: Whether an operation needs brackets inside another.
    compound: ClassVar[bool] = False
    number: Number
    index: int
    inline: bool

    def parents(self) -> Iterable[tuple[Value, Number]]:
        """The values that it was made of, each with the partial derivative by it."""
        return ()

    def step(self) -> str:
        """How it was made: `0*-1 + 50*0`; its number for a leaf."""
        return shown(self.number)


def _operand(value: Value) -> str:
    """A value inside a step: its number, or how it was made."""
    return f"({value.step()})" if value.inline and value.compound else _alone(value)


def _alone(value: Value) -> str:
    """The same where brackets or commas stand around it already."""
    return value.step() if value.inline else shown(value.number)


class Leaf(Value):
    """A given number."""

    __slots__ = ()


class Copy(Value):
    """A value passed on: an element of another tensor."""

    __slots__ = ("original",)

    def __init__(self, original: Value) -> None:
        self.original = original
        self.number = original.number

    def parents(self) -> Iterable[tuple[Value, Number]]:
        return ((self.original, 1),)

    def step(self) -> str:
        return shown(self.number)


class Dot(Value):
    """A sum of products, and a bias if there is one."""

    __slots__ = ("bias", "terms")
    compound = True

    def __init__(self, terms: Sequence[tuple[Value, Value]], bias: Value | None = None) -> None:
        self.terms = terms
        self.bias = bias
        pairs = [(first.number, second.number) for first, second in terms]
        if bias is not None:
            pairs.append((bias.number, 1))
        self.number = dot(pairs)

    def parents(self) -> Iterable[tuple[Value, Number]]:
        for first, second in self.terms:
            yield first, second.number
            yield second, first.number
        if self.bias is not None:
            yield self.bias, 1

    def step(self) -> str:
        words = [f"{_operand(first)}*{_operand(second)}" for first, second in self.terms]
        if self.bias is not None:
            words.append(_operand(self.bias))
        return " + ".join(words) or "0"


class Sum(Value):
    """A sum, divided by a fixed number for a mean."""

    __slots__ = ("divisor", "operands")
    compound = True

    def __init__(self, operands: Sequence[Value], divisor: int = 1) -> None:
        self.operands = operands
        self.divisor = divisor
        self.number = divided(dot((one.number, 1) for one in operands), divisor)

    def parents(self) -> Iterable[tuple[Value, Number]]:
        share = divided(1, self.divisor)
        return ((one, share) for one in self.operands)

    def step(self) -> str:
        words = " + ".join(map(_operand, self.operands)) or "0"
        return words if self.divisor == 1 else f"({words}) / {self.divisor}"


class Extreme(Value):
    """The largest (or smallest) of some values.

    The gradient goes to the first of equal ones (as PyTorch's pooling does), or is
    split among them (as its `maximum` and `minimum` do).
    """

    __slots__ = ("chosen", "operands", "word")

    def __init__(
        self, operands: Sequence[Value], *, largest: bool = True, split: bool = False
    ) -> None:
        self.operands = operands
        self.word = "max" if largest else "min"
        self.number = (max if largest else min)(one.number for one in operands)
        self.chosen = [one for one in operands if one.number == self.number]
        if not split:
            del self.chosen[1:]

    def parents(self) -> Iterable[tuple[Value, Number]]:
        share = divided(1, len(self.chosen))
        return ((one, share) for one in self.chosen)

    def step(self) -> str:
        return f"{self.word}({', '.join(map(_alone, self.operands))})"


class Product(Value):
    """A product of two values."""

    __slots__ = ("first", "second")

    def __init__(self, first: Value, second: Value) -> None:
        self.first = first
        self.second = second
        self.number = simplified(first.number * second.number)

    def parents(self) -> Iterable[tuple[Value, Number]]:
        return ((self.first, self.second.number), (self.second, self.first.number))

    def step(self) -> str:
        return f"{_operand(self.first)}*{_operand(self.second)}"


class Difference(Value):
    """One value less another."""

    __slots__ = ("first", "second")
    compound = True

    def __init__(self, first: Value, second: Value) -> None:
        self.first = first
        self.second = second
        self.number = simplified(first.number - second.number)

    def parents(self) -> Iterable[tuple[Value, Number]]:
        return ((self.first, 1), (self.second, -1))

    def step(self) -> str:
        return f"{_operand(self.first)} - {_operand(self.second)}"


class Quotient(Value):
    """One value divided by another."""

    __slots__ = ("first", "second")
    compound = True

    def __init__(self, first: Value, second: Value) -> None:
        self.first = first
        self.second = second
        self.number = divided(first.number, second.number)

    def parents(self) -> Iterable[tuple[Value, Number]]:
        below = self.second.number
        return ((self.first, divided(1, below)), (self.second, -divided(self.number, below)))

    def step(self) -> str:
        return f"{_operand(self.first)} / {_operand(self.second)}"


class Applied(Value):
    """A function of one value."""

    __slots__ = ("function", "operand")

    def __init__(self, function: Function, operand: Value) -> None:
        self.function = function
        self.operand = operand
        self.number = simplified(function.value(operand.number))

    def parents(self) -> Iterable[tuple[Value, Number]]:
        return ((self.operand, simplified(self.function.derivative(self.operand.number))),)

    def step(self) -> str:
        return f"{self.function.name}({_alone(self.operand)})"


class Tape:
    """Values in the order in which they were made."""

    def __init__(self) -> None:
        self.values: list[Value] = []

    def leaf(self, number: Number) -> Value:
        """A given number."""
        value = Leaf()
        value.number = number
        return self.add(value)

    def add(self, value: Value, *, inline: bool = False) -> Value:
        """Put a value on the tape; `inline` where it is a part of a longer step."""
        value.index = len(self.values)
        value.inline = inline
        self.values.append(value)
        return value


def divided(first: Number, second: Number) -> Number:
    """A quotient, exact unless one of the two is a float; raises `ZeroDivisionError`."""
    if isinstance(first, float) or isinstance(second, float):
        return first / second
    return simplified(Fraction(first) / Fraction(second))
