"""Turns of a `repeat` that follow one another, where they come out as one before."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import NO_VALUES, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable


class Turns(NamedTuple):
    """Some turns of a `repeat`.

    Attributes:
        numbers: theirs, from 1.
        around: the scope of the loop.
        single: whether a turn is one layer, which is in that scope itself.
    """

    numbers: range
    around: Scope
    single: bool

    def some(self, start: int, stop: int) -> Turns:
        """Those from one position to before another."""
        return Turns(self.numbers[start:stop], self.around, self.single)

    def scopes(self, start: int, layers: int) -> Iterable[Scope]:
        """The scope of each, of that many layers; `start` layers come before the first."""
        if self.single:
            return repeat(self.around, len(self.numbers))
        return [
            Scope("turn", start + layers * done, self.around, "", "", NO_VALUES, number)
            for done, number in enumerate(self.numbers)
        ]
