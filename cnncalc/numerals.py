"""Whole numbers as people write them: one rule for specs, claims and options.

A whole number is digits, `_` between them or not, or a decimal that comes to one: `1000`, `1_000`,
`1e3` and `1000.0` are the same, and `017` is seventeen. `0x10` and `1.5` are none.
"""

from __future__ import annotations

import re
from typing import Final

#: More than any size has; Python itself refuses to read numbers of over 4,300.
MOST_DIGITS: Final = 400
_MOST_EXPONENT: Final = 6  # characters
#: Digits, a point or an exponent: a whole number, or one that may come to be whole.
DECIMAL: Final = r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
#: Sizes per axis, `3x5`; compiled where it is first used, since few specs need it.
TIMES: Final = rf"{DECIMAL}(?:\s*[x×]\s*{DECIMAL})+"


class TooLongError(ValueError):
    """A number has more digits than any size; the text says how many."""


def number(text: str) -> int | float | None:
    """The number that a text stands for, exact where it is whole; None if it is none.

    >>> number("1e3"), number("1_000"), number("017"), number("0.5"), number("0x10")
    (1000, 1000, 17, 0.5, None)

    Raises:
        TooLongError: it has over `MOST_DIGITS` digits.
    """
    if text.isdecimal():
        return _digits(text)
    if re.fullmatch(DECIMAL, text) is None:
        return None
    digits = text.replace("_", "").lower()
    size = digits.lstrip("+-")
    value = _digits(size) if size.isdecimal() else _decimal(size)
    return -value if digits.startswith("-") else value


def whole_number(text: str) -> int | None:
    """The whole number that a text stands for; None if it is none.

    Raises:
        TooLongError: it has over `MOST_DIGITS` digits.
    """
    value = number(text.strip())
    return value if isinstance(value, int) else None


def _digits(text: str) -> int:
    if len(text) > MOST_DIGITS:
        text = text.lstrip("0") or "0"
        if len(text) > MOST_DIGITS:
            raise _too_long(f"a number of {len(text):,} digits")
    return int(text)


def _decimal(text: str) -> int | float:
    """A number without a sign, with a point or exponent."""
    mantissa, _, exponent = text.partition("e")
    before, _, after = mantissa.partition(".")
    after = after.rstrip("0")
    digits = before + after
    if len(exponent) > _MOST_EXPONENT or abs(int(exponent or 0)) > MOST_DIGITS:
        raise _too_long(f"a number with the exponent {exponent[:20]}")
    zeros = int(exponent or 0) - len(after)
    if not digits.strip("0"):
        return 0
    count = len(digits.lstrip("0")) + max(0, zeros)
    if count > MOST_DIGITS:
        raise _too_long(f"a number of {count:,} digits")
    if zeros < 0 and digits[zeros:].strip("0"):
        return float(text)
    return int(digits + "0" * zeros if zeros >= 0 else digits[:zeros])


def _too_long(what: str) -> TooLongError:
    return TooLongError(f"{what}; the limit is {MOST_DIGITS} digits")
