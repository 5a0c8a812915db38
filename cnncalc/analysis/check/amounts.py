"""Claimed numbers: exact, rounded or bounded, with units, parsed into integers."""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Final, Literal

from cnncalc.figures.figure import numbers_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.numerals import number

if TYPE_CHECKING:
    from fractions import Fraction

    from cnncalc.figures.figure import Value

_UNITS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_UNITS |= {f"{prefix}iB": 2 ** (10 * power) for power, prefix in enumerate("KMGT", start=1)}
_UNITS |= {f"{prefix}B": _UNITS[prefix] for prefix in "kKMGT"}
_NUMBER = re.compile(r"(\d[\d_,]*)?(?:\.(\d*))?(?:[eE]([-+]?\d+))?\s*([KMGT]iB|[kKMGT]B|[kKMGBT]?)")
_COMPARISON = re.compile(r"(<=|>=|<|>|==|=|~)?\s*(\S.*)")

Bound = Literal["max", "min"]
_SIGNS: Final[dict[Bound, tuple[str, str]]] = {"max": ("<=", "<"), "min": (">=", ">")}
_MEANT: Final[dict[Bound, str]] = {"max": "most", "min": "least"}

WAYS = "a number such as 280, 5M or 1.5G, a limit such as `<= 5M`, a range 3M..5M, or ~25.6M"


class Amount(NamedTuple):
    """The numbers that a claim allows, both ends included; None leaves an end open.

    `exact` claims name one number, written out or rounded: only for these is
    it worth asking which small change would give it.
    """

    text: str
    low: int | None = None
    high: int | None = None
    exact: bool = False

    def allows(self, number: float | Fraction) -> bool:
        """Whether the claim holds for this number.

        >>> amount("<= 5M").allows(5_000_000), amount("~25.6M").allows(25_557_032)
        (True, True)
        """
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )


def allowed(wanted: Amount, value: Value) -> bool:
    """Whether a claim holds for a figure: on every axis, if it has a value per axis.

    An axis without a number is larger than all numbers; what is not counted has no true claim.
    """
    if value is None:
        return False
    return all(wanted.allows(inf if one is None else one) for one in numbers_of(value))


def amount(value: object) -> Amount:
    """Parse a declared number as YAML or the command line gives it.

    >>> amount("1.5G").low
    1500000000
    >>> amount("< 5k").high
    4999

    Raises:
        ValueError: it is none; the text says what was expected.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"expected {WAYS}")  # noqa: TRY004 - a value of the spec, not of a caller
    return _amount(str(value).strip())


@lru_cache(maxsize=1024)
def _amount(text: str) -> Amount:
    if ".." in text:
        return _range(text)
    match = _COMPARISON.fullmatch(text)
    if match is None:
        raise ValueError(f"expected {WAYS}")
    sign, rest = match.group(1) or "=", match.group(2)
    return _compared(text, sign, *_number(rest))


def rounded(wanted: Amount) -> Amount | None:
    """A claim that names one number, as one that is rounded; None for every other claim.

    >>> rounded(amount("18.5k")).allows(18_496)
    True
    """
    if not wanted.exact or wanted.text.startswith("~"):
        return None
    return amount(f"~{wanted.text.lstrip('= ')}")


def limit(text: str, bound: Bound) -> Amount:
    """Parse a budget: the most, or the least, that is allowed.

    >>> limit("5M", "max").high, limit("5M", "min").low, limit("< 5M", "max").high
    (5000000, 5000000, 4999999)

    Raises:
        ValueError: it is neither a plain number nor a comparison in the direction of the bound.
    """
    match = _COMPARISON.fullmatch(text.strip())
    sign, rest = (match.group(1), match.group(2)) if match else (None, text)
    signs = _SIGNS[bound]
    if sign not in (None, *signs) or ".." in text:
        ways = f"a number such as 5M, `{signs[0]} 5M` or `{signs[1]} 5M`"
        raise ValueError(f"`{text}` does not say the {_MEANT[bound]} that is allowed: write {ways}")
    return _compared(text, sign or signs[0], *_number(rest))


def _range(text: str) -> Amount:
    low, _, high = text.partition("..")
    ends = _whole(_number(low)[0], text), _whole(_number(high)[0], text)
    if ends[0] > ends[1]:
        raise ValueError(f"the range {text} is empty: its ends are the wrong way round")
    return Amount(text, *ends)


def _compared(text: str, sign: str, number: Fraction, step: Fraction) -> Amount:
    # Limits need not be whole numbers (`< 0.5`): the nearest whole ones inside are kept.
    below, above = number.__floor__(), number.__ceil__()
    if sign == "<=":
        return Amount(text, None, below)
    if sign == "<":
        return Amount(text, None, above - 1)
    if sign == ">=":
        return Amount(text, above, None)
    if sign == ">":
        return Amount(text, below + 1, None)
    if sign == "~":
        half = step / 2
        return Amount(text, (number - half).__ceil__(), (number + half).__floor__(), exact=True)
    whole = _whole(number, text)
    return Amount(text, whole, whole, exact=True)


def _number(text: str) -> tuple[Fraction, Fraction]:
    """The number, and the value of one unit of its last digit."""
    match = _NUMBER.fullmatch(text.strip())
    before, after, exponent, unit = match.groups("") if match else ("", "", "", "")
    if not before and not after:
        raise ValueError(f"`{text.strip()}` is not a number: expected {WAYS}")
    digits = f"{before.replace('_', '').replace(',', '') or 0}.{after}e{exponent or 0}"
    number(digits)  # refuses what is too long
    from fractions import Fraction  # noqa: PLC0415 - only where a number is claimed

    last = Fraction(f"1e{int(exponent or 0) - len(after)}")
    return Fraction(digits) * _UNITS[unit], last * _UNITS[unit]


def _whole(number: Fraction, text: str) -> int:
    if number.denominator != 1:
        raise ValueError(f"`{text}` is not a whole number")
    return number.numerator
