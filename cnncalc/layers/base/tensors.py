"""Shapes, layouts and weights: the words in which layers speak of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cnncalc.arithmetic import product
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


Shape = tuple[int, ...]


#: The order of the axes that code needs: as the spec has them, the channels first, or any.
Order = Literal["written", "channels_first", "channels_last", "first_last", "any"]
Layout = Literal["channels_first", "channels_last"]


Dialect = Literal["own", "torch", "keras"]


Share = Literal["dense", "convolution", "normalisation", "attention", "recurrent", "other"]


Role = Literal["kernel", "bias", "scale", "parameter"]


#: What an output that shares the input's memory is of the input; empty where it does not.
View = Literal["", "identity", "reshape", "strided"]


#: Sizes beyond this are refused: no tensor has them, and printing them would not end.
LARGEST_SIZE = 10**300


#: Likewise for a layer's elements, parameters, buffers and MACs.
LARGEST_COUNT = 10**1000


#: As PyTorch has them; the work on a layer grows with its axes.
MOST_AXES = 64


class Weight(NamedTuple):
    """One tensor that a layer keeps.

    `buffer` marks running statistics and the like: kept, but not learned.
    The penalty of a regulariser falls on weights of the role `kernel`.
    """

    name: str
    shape: Shape
    role: Role = "parameter"
    buffer: bool = False

    @property
    def size(self) -> int:
        """The number of elements."""
        return product(self.shape)


class Inputs(NamedTuple):
    """What arrives at a layer: shapes without the batch dimension, and their layout."""

    shapes: tuple[Shape, ...]
    layout: Layout = "channels_first"


def show_shape(shape: Sequence[int]) -> str:
    """A shape as messages print it: `(3, 32, 32)`."""
    return "(" + ", ".join(map(str, shape)) + ")"


def plural(count: int, noun: str) -> str:
    """`1 axis`, `2 axes`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-2] + 'es' if noun.endswith('xis') else noun + 's'}"


def axis_names(rank: int) -> tuple[str, ...]:
    """What the spatial axes are called: length; height, width; depth, height, width."""
    return {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}[rank]
