"""Numbers as written: exact integers and fractions; floats only where a root comes in."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Number: TypeAlias = int | Fraction | float

_DIGITS = 12  # significant digits of a float as it is printed
_LONGEST = 24  # characters of an exact decimal; longer ones are printed as fractions
_MOST_DIGITS = 1000  # of a numerator or denominator
_MOST_BITS: int = (10**_MOST_DIGITS).bit_length()


def exact(value: float | Fraction) -> Number:
    """A number as it was written: 0.7 is seven tenths.

    >>> exact(0.7)
    Fraction(7, 10)
    >>> exact(2.0)
    2
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            return value
        value = Fraction(repr(value))
    return simplified(value)


def simplified(value: Number) -> Number:
    """A fraction of denominator 1 as an integer."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def too_long(value: Number) -> bool:
    """Whether a number has over 1,000 digits, so that a net of products could hang.

    >>> too_long(10**999), too_long(Fraction(1, 10**1001)), too_long(1e308)
    (False, True, False)
    """
    if isinstance(value, float):
        return False
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS


def dot(pairs: Iterable[tuple[Number, Number]]) -> Number:
    """The sum of products; exact unless one of the factors is a float.

    >>> dot([(1, 2), (Fraction(1, 2), 3)])
    Fraction(7, 2)
    """
    whole = 0
    by_denominator: dict[int, int] = {}
    floats: list[float] = []
    for first, second in pairs:
        if type(first) is int and type(second) is int:
            whole += first * second
        elif isinstance(first, float) or isinstance(second, float):
            floats.append(float(first) * float(second))
        else:
            below = first.denominator * second.denominator
            above = first.numerator * second.numerator
            by_denominator[below] = by_denominator.get(below, 0) + above
    parts = (Fraction(above, below) for below, above in by_denominator.items())
    total = sum(parts, Fraction(whole))
    return math.fsum((*floats, float(total))) if floats else simplified(total)


def shown(value: Number) -> str:
    """A number as it is printed: decimals where they end, else a fraction; floats with `~`.

    >>> shown(Fraction(87, 100)), shown(Fraction(1, 3)), shown(0.5), shown(-3)
    ('0.87', '1/3', '~0.5', '-3')
    """
    if isinstance(value, float):
        return f"~{value:.{_DIGITS}g}"
    if isinstance(value, int):
        return str(value)
    decimal = _decimal(value)
    return decimal if decimal is not None else str(value)


def decimals(value: int | Fraction) -> int | None:
    """The digits after the point; None where they never end, or are very many.

    >>> decimals(Fraction(1, 8)), decimals(Fraction(1, 3)), decimals(29)
    (3, None, 0)
    """
    for places in range(_LONGEST + 1):
        if 10**places % value.denominator == 0:
            return places
    return None


def _decimal(value: Fraction) -> str | None:
    """The decimal notation of a fraction that has a short one."""
    places = decimals(value)
    if places is None:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    head, tail = digits[: len(digits) - places], digits[len(digits) - places :]
    sign = "-" if value < 0 else ""
    return f"{sign}{head}.{tail}" if tail else f"{sign}{head}"
