"""Axes named in arguments: how they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Integer, ListOf, Nullable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.kinds import Kind
    from cnncalc.layers.base.layer import Layer


class Axis(Integer):
    """An axis: without the batch under our own names, with it (as 0) under a framework's."""

    def describe(self) -> str:
        return "an axis, negative ones from the end"


def axis_of(layer: Layer, axis: int, rank: int, argument: str = "axis") -> int:
    """The index in a shape without the batch that an axis argument means.

    Under our own names axes count from 0 without the batch; under a
    framework's name as that framework counts, the batch being 0. Negative axes
    count from the end in both.

    Raises:
        LayerError: there is no such axis, or it is the batch.
    """
    with_batch = layer.dialect != "own"
    index = axis + rank if axis < 0 else axis - with_batch
    if 0 <= index < rank:
        return index
    if with_batch and index == -1:
        raise LayerError(
            codes.AXIS, f"`{argument}: {axis}` is the batch, which a spec does not contain",
            argument=argument,
        )  # fmt: skip
    first = 1 if with_batch else 0
    raise LayerError(
        codes.AXIS,
        f"`{argument}: {axis}` is out of range: the axes are {first} to {rank - 1 + first}, "
        f"or {-rank} to -1",
        argument=argument,
    )


def check_axes(layer: Layer, axes: Iterable[int], rank: int) -> None:
    """Refuse axes that do not exist; raises `LayerError`.

    For layers that keep the shape and no weights: under a framework's name the
    batch is an axis like any other.
    """
    batch = {0, -rank - 1} if layer.dialect != "own" else set()
    for axis in axes:
        if axis not in batch:
            axis_of(layer, axis, rank)


def given_axes(layer: Layer, rank: int) -> Mapping[str, Sequence[int]]:
    """The axes that are given by arguments, as indices in a shape without the batch."""
    given = {name: getattr(layer, name) for name in layer.axis_arguments}
    return {
        name: indices_of(layer, value if isinstance(value, tuple) else (value,), rank, name)
        for name, value in given.items()
        if value is not None
    }


def indices_of(
    layer: Layer, axes: Iterable[int], rank: int, argument: str = "axis"
) -> tuple[int, ...]:
    """The indices in a shape without the batch that axes mean, in order; the batch is left out."""
    batch = {0, -rank - 1} if layer.dialect != "own" else set()
    return tuple(
        sorted({axis_of(layer, axis, rank, argument) for axis in axes if axis not in batch})
    )


def axis_arguments_of(cls: type[Layer]) -> Mapping[str, Argument]:
    """The arguments of a class that name axes."""
    return {name: spec for name, spec in cls.arguments.items() if _names_axes(spec.kind)}


def _names_axes(kind: Kind) -> bool:
    if isinstance(kind, Nullable):
        return _names_axes(kind.kind)
    return isinstance(kind, Axis) or (isinstance(kind, ListOf) and _names_axes(kind.item))
