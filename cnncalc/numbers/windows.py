"""Which elements a sliding window covers, position by position."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic import Window
    from cnncalc.numbers.tensor import Grid

#: Where an index outside an axis of a size is taken from; None: it is padding.
FILLS: dict[str, Callable[[int, int], int | None]] = {
    "zeros": lambda _index, _size: None,
    "constant": lambda _index, _size: None,
    "reflect": lambda index, size: -index if index < 0 else 2 * (size - 1) - index,
    "replicate": lambda index, size: 0 if index < 0 else size - 1,
    "circular": lambda index, size: index % size,
}


class Field(NamedTuple):
    """What one position of a window sees.

    Attributes:
        offsets: of the element under each kernel element, in the kernel's order; None
            where it is padding.
        counted: the elements that lie inside the input and its padding (the last
            window of `ceil_mode` may stand out).
    """

    offsets: tuple[int | None, ...]
    counted: int


def fields(windows: Sequence[Window], grid: Grid, mode: str = "zeros") -> list[Field]:
    """One field per output position, in their order; offsets are those of the first channel."""
    by_axis = [
        _along(window, step, mode) for window, step in zip(windows, grid.spatial_steps, strict=True)
    ]
    found = []
    for position in product(*by_axis):
        offsets = tuple(
            None if None in parts else sum(parts)  # type: ignore[arg-type]
            for parts in product(*(one.offsets for one in position))
        )
        counted = 1
        for one in position:
            counted *= one.counted
        found.append(Field(offsets, counted))
    return found


def _along(window: Window, step: int, mode: str) -> list[Field]:
    fill = FILLS[mode]
    found = []
    for output in range(window.output):
        start = output * window.stride - window.before
        indices = [start + k * window.dilation for k in range(window.kernel)]
        inside = [i if 0 <= i < window.size else fill(i, window.size) for i in indices]
        counted = sum(-window.before <= i < window.size + window.after for i in indices)
        found.append(Field(tuple(None if i is None else i * step for i in inside), counted))
    return found
