"""How the receptive field of a layer comes about, axis by axis of the input.

A window of kernel `k` and dilation `d` over units that see `R` elements each and lie `S` apart
sees `R + (k-1)*d*S`. Source: Araujo, Norris and Sim, Computing receptive fields of convolutional
neural networks (Distill, 2019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures.receptive_field import (
    Field,
    followed,
    largest_input,
    viewed_within,
)
from cnncalc.layers.base.tensors import axis_names
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.figures.receptive_field import Carried, View
    from cnncalc.layers.base.reach import Reach
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

_WINDOW = "R + (k-1)*d*S"
_MERGED = "from the first to the last element that any input sees"
_LARGEST = "the largest of the units, which see differently"


class Sight(NamedTuple):
    """The receptive field along one axis of the input.

    Attributes:
        axis: its name.
        formula: in letters or words; empty for the whole input.
        values: the formula with the values put in; empty where there are none.
        result: input elements from the first to the last; None for the whole input.
        seen: how many of them are read, fewer where there are holes; None where it is not known.
    """

    axis: str
    formula: str
    values: str
    result: int | None
    seen: int | None


class Seen(NamedTuple):
    """What a layer sees along each axis of the input, and how that comes about.

    Nothing is told of a layer that sees what its inputs see.
    """

    node: Node
    views: tuple[View, ...]
    sights: tuple[Sight, ...]


def seen(network: Network) -> Iterator[Seen]:
    """What each layer sees, in order."""
    largest = largest_input(network)
    state: tuple[Carried, ...] = ()
    views: tuple[View, ...] = ()
    for node, arriving, reached, result in followed(network):
        if result is not state:
            state, views = result, viewed_within(result, largest)
        told: tuple[Sight, ...] = ()
        if len(state) in {1, 2, 3} and not any(
            one is state or (len(one) == len(state) and _alike(one, views, largest))
            for one in arriving
        ):
            told = tuple(_sights(arriving, reached or (), views))
        yield Seen(node, views, told)


def _alike(before: tuple[Carried, ...], views: tuple[View, ...], largest: Shape) -> bool:
    """Whether units see as much as before; where a flatten mixes places, holes are not told."""
    return all(
        old.size == new.size and new.seen in (None, old.seen)
        for old, new in zip(viewed_within(before, largest), views, strict=False)
    )


def _sights(
    arriving: Sequence[tuple[Carried, ...]],
    reached: Sequence[Sequence[Reach]],
    views: Sequence[View],
) -> Iterator[Sight]:
    for index, (axis, view) in enumerate(zip(axis_names(len(views)), views, strict=True)):
        if view.size is None:
            yield Sight(axis, "", "", None, None)
            continue
        formula, values = _LARGEST, ""
        if len(arriving) > 1:
            formula = _MERGED
        elif slid := _window(arriving[0][index], reached[0] if reached else ()):
            formula, values = _WINDOW, slid
        yield Sight(axis, formula, values, view.size, view.seen)


def _window(before: Carried, reached: Sequence[Reach]) -> str:
    """The formula of a window with the values put in; empty where units see differently."""
    if before.axis is None or not isinstance(before.sight, Field) or not reached:
        return ""
    reach, field = reached[before.axis], before.sight
    if (
        len(field.units) > 1
        or field.bounded
        or reach.period > 1
        or not reach.taps
        or not reach.taps[0]
    ):
        return ""
    taps = reach.taps[0]
    count = (taps[-1] - taps[0]) // taps.step + 1  # `len` has an end
    return f"{field.size} + ({count} - 1)*{taps.step}*{field.shift}"
