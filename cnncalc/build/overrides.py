"""Values that are given for a spec's variables, from Python as well: as a spec would have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.diagnostics import codes
from cnncalc.language.limits import DEFAULT
from cnncalc.language.operations import whole
from cnncalc.language.problems import SpecProblem
from cnncalc.numerals import MOST_DIGITS

_TOO_LARGE = 10**MOST_DIGITS


def given_value(name: str, value: object, depth: int = 0) -> Any:  # noqa: ANN401 - any plain value
    """A value as the text of a spec gives it: tuples are lists, whole floats are whole numbers.

    Raises:
        SpecProblem: a spec has no such value, or none of that size or depth.
    """
    if depth > DEFAULT.depth:
        raise SpecProblem(
            codes.LIMIT, f"the value of `{name}` is nested deeper than {DEFAULT.depth} levels"
        )
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (list, tuple, range)):
        return [given_value(name, one, depth + 1) for one in value]
    if isinstance(value, Mapping):
        return {str(key): given_value(name, one, depth + 1) for key, one in value.items()}
    return _number(name, value)


def _number(name: str, value: Any) -> Any:  # noqa: ANN401 - any object, and any plain number
    if isinstance(value, float):
        number: Any = int(value) if value.is_integer() else value
    elif hasattr(value, "__index__"):
        number = value.__index__()
    elif _is_fraction(value):
        number = whole(value)
    else:
        raise SpecProblem(
            codes.WRONG_TYPE,
            f"the value of `{name}` is of the type {type(value).__name__}, which no spec has",
            help=("numbers, texts, truth values, lists and mappings of them",),
        )
    if isinstance(number, int) and abs(number) >= _TOO_LARGE:
        raise SpecProblem(codes.LIMIT, f"the value of `{name}` has over {MOST_DIGITS} digits")
    return number


def _is_fraction(value: object) -> bool:
    from fractions import Fraction  # noqa: PLC0415 - few runs are given any

    return isinstance(value, Fraction)
