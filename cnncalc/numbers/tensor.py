"""Values in the shape of a tensor, row by row, and how its elements are found."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeVar

from cnncalc.layers.base.layout import channels_of, spatial_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.tape import Value

T = TypeVar("T")


class Tensor(NamedTuple):
    """Values in a shape without the batch dimension, the last axis running fastest."""

    shape: Shape
    values: Sequence[Value]

    def at(self, index: Sequence[int]) -> Value:
        """The element of this index."""
        return self.values[sum(i * step for i, step in zip(index, steps(self.shape), strict=True))]

    @property
    def numbers(self) -> list[Number]:
        """The numbers, row by row."""
        return [value.number for value in self.values]


class Grid(NamedTuple):
    """A shape seen as channels and spatial axes, with the distances between neighbours."""

    channels: int
    sizes: Shape
    channel_step: int
    spatial_steps: tuple[int, ...]

    def positions(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """Every spatial position with the offset of its first channel."""
        for position in indices(self.sizes):
            yield position, sum(i * s for i, s in zip(position, self.spatial_steps, strict=True))


def grid_of(shape: Shape, layout: Layout) -> Grid:
    """Channels and spatial axes of a shape in a layout."""
    distances = steps(shape)
    first = layout == "channels_first"
    return Grid(
        channels_of(shape, layout),
        spatial_of(shape, layout),
        distances[0] if first else distances[-1],
        distances[1:] if first else distances[:-1],
    )


def steps(shape: Shape) -> tuple[int, ...]:
    """The distance between neighbours along each axis."""
    found = []
    step = 1
    for size in reversed(shape):
        found.append(step)
        step *= size
    return tuple(reversed(found))


def indices(shape: Shape) -> Iterator[tuple[int, ...]]:
    """Every index of a shape, the last axis running fastest."""
    return product(*map(range, shape))


def nested(shape: Shape, items: Sequence[T], show: Callable[[T], Any]) -> Any:  # noqa: ANN401 - nested as the shape
    """Items, row by row, as lists in lists of this shape."""
    if not shape:
        return show(items[0])
    if len(shape) == 1:
        return [show(item) for item in items]
    size = len(items) // shape[0] if shape[0] else 0
    return [nested(shape[1:], items[i * size : (i + 1) * size], show) for i in range(shape[0])]
