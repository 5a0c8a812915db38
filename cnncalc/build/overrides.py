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
_CONSTANTS = {None: "null", True: "true", False: "false"}  # as keys


def given_values(values: Mapping[str, object]) -> dict[str, Any]:
    """Values by name, each as the text of a spec gives it; raises as `given_value`."""
    return {name: given_value(name, value) for name, value in values.items()}


def given_value(name: str, value: object) -> Any:  # noqa: ANN401 - any plain value
    """A value as the text of a spec gives it: tuples are lists, whole floats are whole numbers.

    Raises:
        SpecProblem: a spec has no such value, or none of that size or depth.
    """
    return _Given(name).of(value, 0)


class _Given:
    """What is made of one value; a list that stands in it twice counts twice."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.left = DEFAULT.values

    def of(self, value: object, depth: int) -> Any:  # noqa: ANN401 - any plain value
        """A value so many levels inside."""
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, (list, tuple, range)):
            self._open(len(value), depth)
            return [self.of(one, depth + 1) for one in value]
        if isinstance(value, Mapping):
            self._open(len(value), depth)
            return {self._key(key): self.of(one, depth + 1) for key, one in value.items()}
        return self._number(value)

    def _open(self, count: int, depth: int) -> None:
        """Account for a list or mapping of so many values."""
        self.left -= count + 1
        if depth >= DEFAULT.depth:
            told = f"is nested deeper than {DEFAULT.depth} levels"
        elif self.left < 0:
            told = f"has over {DEFAULT.values:,} values"
        else:
            return
        raise SpecProblem(codes.LIMIT, f"the value of `{self.name}` {told}")

    def _key(self, key: object) -> str:
        if isinstance(key, str):
            return key
        if key is None or isinstance(key, bool):
            return _CONSTANTS[key]
        return str(self._number(key))

    def _number(self, value: Any) -> Any:  # noqa: ANN401 - any object, and any plain number
        if isinstance(value, float):
            number: Any = int(value) if value.is_integer() else value
        elif hasattr(value, "__index__"):
            number = value.__index__()
        elif _is_fraction(value):
            number = whole(value)
        else:
            raise SpecProblem(
                codes.WRONG_TYPE,
                f"the value of `{self.name}` is of the type {type(value).__name__}, "
                "which no spec has",
                help=("numbers, texts, truth values, lists and mappings of them",),
            )
        parts = () if isinstance(number, float) else (number.numerator, number.denominator)
        if any(abs(part) >= _TOO_LARGE for part in parts):
            raise SpecProblem(
                codes.LIMIT, f"the value of `{self.name}` has over {MOST_DIGITS} digits"
            )
        return number


def _is_fraction(value: object) -> bool:
    from fractions import Fraction  # noqa: PLC0415 - few runs are given any

    return isinstance(value, Fraction)
