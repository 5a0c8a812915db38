"""The longest common subsequence of two sequences, and the alignment that it gives.

The lengths are computed with one bit per position, a whole row of the table in
a few operations on one large integer (Hyyro, Bit-parallel LCS-length
computation revisited, 2004). Unlike the algorithms whose cost grows with the
number of differences, or with the number of equal pairs, this costs the same
for all contents: rows * columns / word size. Nets are both: many layers, few
distinct ones.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

Pair = tuple[int, int]


def align(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Pair]:
    """The positions (before, after) of a longest common subsequence, in order.

    Of several longest ones, the one that matches as early as it can: where a
    block is repeated once more, the last one is the new one.
    """
    head = _common(before, after)
    pairs = [(i, i) for i in range(head)]
    # An equal end is not taken off: a block repeated before it would be cut in two.
    rows = _shared(before, after, head)
    columns = _shared(after, before, head)
    matches = _matches([before[i] for i in rows], [after[j] for j in columns])
    return pairs + [(rows[i], columns[j]) for i, j in matches]


def _common(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count


def _shared(these: Sequence[Hashable], those: Sequence[Hashable], start: int) -> list[int]:
    """The positions from `start` whose element the other sequence has, too."""
    known = set(those[start:])
    return [i for i in range(start, len(these)) if these[i] in known]


def _matches(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[Pair]:
    if not before or not after:
        return
    # Reversed, since the way back through the table then runs forwards.
    rows, columns = before[::-1], after[::-1]
    row, column = len(rows), len(columns)
    table = _Table(rows, columns)
    while row and column:
        if rows[row - 1] == columns[column - 1]:
            yield len(rows) - row, len(columns) - column
            row -= 1
            column -= 1
        elif table.grows(row, column):
            row -= 1
        else:
            column -= 1


class _Table:
    """The table of LCS lengths: where it grows from one column to the next.

    Row `i` is an integer whose bit `j - 1` is 0 where the length of the LCS
    of the first `i` and the first `j` elements exceeds that of `i` and
    `j - 1`. Only some rows are kept, about the root of their number; those
    between are computed again when they are asked for, from the last to the
    first, so that 100,000 layers need no gigabyte.
    """

    def __init__(self, rows: Sequence[Hashable], columns: Sequence[Hashable]) -> None:
        self._rows = rows
        self._full = (1 << len(columns)) - 1
        self._masks = _Masks(columns)
        self._step = isqrt(len(rows)) + 1
        self._kept = [self._full]
        self._first = 0
        current = self._full
        for number, element in enumerate(rows, 1):
            current = self._next(current, element)
            if number % self._step == 0:
                self._kept.append(current)
        self._known: list[int] = []

    def _next(self, row: int, element: Hashable) -> int:
        matches = row & self._masks.of(element)
        return ((row + matches) | (row - matches)) & self._full

    def grows(self, row: int, column: int) -> bool:
        """Whether the LCS of `row` and `column` elements is longer than without the last column."""
        at = row - self._first
        if not 0 <= at < len(self._known):
            at = self._load(row)
        return not self._known[at] >> (column - 1) & 1

    def _load(self, row: int) -> int:
        section, at = divmod(row, self._step)
        self._first = section * self._step
        self._known = [self._kept[section]]
        for element in self._rows[self._first : self._first + self._step - 1]:
            self._known.append(self._next(self._known[-1], element))
        return at


_RARE = 64  # occurrences; the masks of rarer elements are not worth keeping


class _Masks:
    """For every element, the columns where it is, as the bits of a number.

    A number has as many bits as there are columns, so that only those of
    frequent elements are kept: of these there are few.
    """

    def __init__(self, columns: Sequence[Hashable]) -> None:
        self._size = len(columns) // 8 + 1
        self._places: dict[Hashable, list[int]] = {}
        for column, element in enumerate(columns):
            self._places.setdefault(element, []).append(column)
        self._kept: dict[Hashable, int] = {}

    def of(self, element: Hashable) -> int:
        """The mask of an element."""
        kept = self._kept.get(element)
        if kept is not None:
            return kept
        places = self._places.get(element, ())
        if len(places) == 1:
            return 1 << places[0]
        mask = self._made(places)
        if len(places) > _RARE:
            self._kept[element] = mask
        return mask

    def _made(self, places: Sequence[int]) -> int:
        bits = bytearray(self._size)
        for place in places:
            bits[place // 8] |= 1 << place % 8
        return int.from_bytes(bits, "little")
