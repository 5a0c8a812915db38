"""What stands in the place of an argument: a plain value, or one that a variable tells."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Open(Enum):
    """Any value will do: what is here is not built."""

    ANY = "any"
    NEEDED = "needed"  # a shortcut: where the shapes of its ends differ


ANY, NEEDED = Open.ANY, Open.NEEDED


class Variable:
    """An argument of a block or a column of a table.

    Attributes:
        hint: the argument of a layer that it is for.
        usual: that argument's default; None if it has none.
    """

    __slots__ = ("hint", "usual")

    def __init__(self, hint: str, usual: Any = None) -> None:  # noqa: ANN401 - any plain value
        self.hint = hint
        self.usual = usual


class Scaled(NamedTuple):
    """`times * variable // over + plus`; the variable is a text for a size that arrives."""

    variable: Variable | str
    times: int = 1
    over: int = 1
    plus: int = 0

    def of(self, value: Any) -> Any:  # noqa: ANN401 - any plain value
        """The value, once the variable has one."""
        if self.times == self.over == 1 and not self.plus:
            return value
        if isinstance(value, Scaled):
            return value._replace(
                times=value.times * self.times, over=value.over * self.over, plus=self.plus
            )
        return value * self.times // self.over + self.plus


def ratio(base: Any, other: Any) -> tuple[int, int] | None:  # noqa: ANN401 - any values
    """How many times the base the other is, as a whole number or one over one; else None.

    >>> ratio(64, 256), ratio(256, 64), ratio(64, 96)
    ((4, 1), (1, 4), None)
    """
    if _same(base, other):
        return 1, 1
    if isinstance(base, Scaled) and isinstance(other, Scaled):
        if base.variable is not other.variable or base.plus or other.plus:
            return None
        return _whole(base.times * other.over, other.times * base.over)
    if type(base) is int and type(other) is int and base > 0 and other > 0:
        return _whole(base, other)
    return None


def common_ratio(bases: Sequence[Any], others: Sequence[Any]) -> tuple[int, int] | None:
    """The ratio of two columns where it is the same in each row; what is open says nothing."""
    found: tuple[int, int] | None = None
    for base, other in zip(bases, others, strict=True):
        if base is ANY or other is ANY:
            continue
        one = ratio(base, other)
        if one is None or (found is not None and one != found):
            return None
        found = one
    return found


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any values
    return type(one) is type(other) and bool(one == other)


def _whole(base: int, other: int) -> tuple[int, int] | None:
    if other % base == 0:
        return other // base, 1
    if base % other == 0:
        return 1, base // other
    return None
