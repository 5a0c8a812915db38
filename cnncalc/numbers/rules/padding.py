"""Padding and cropping as layers of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.padding import Crop, Pad, spread_sides
from cnncalc.numbers.exact import exact
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tensor import indices
from cnncalc.numbers.windows import FILLS

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Pad)
def pad(work: Work) -> Tensor:
    """The input with elements around its spatial axes."""
    layer, shape = work.layer, work.source.shape
    grown = [axis for axis in range(len(shape)) if work.output[axis] != shape[axis]]
    filled = work.constant(exact(layer.value or 0) if layer.mode == "constant" else 0)
    before = _before(work)
    fill = FILLS[layer.mode]
    values = []
    for index in indices(work.output):
        found: list[int | None] = []
        for axis, position in enumerate(index):
            at: int | None = position - before.get(axis, 0)
            if at is not None and not 0 <= at < shape[axis]:
                at = fill(at, shape[axis])
            found.append(at)
        inside = [at for at in found if at is not None]
        values.append(work.source.at(inside) if len(inside) == len(found) else filled)
    return work.result(values) if grown or before else work.result(work.source.values)


def _before(work: Work) -> dict[int, int]:
    """What is put before each padded axis."""
    layer, rank = work.layer, len(work.source.shape)
    first_layout = layer.layout_of(work.inputs) == "channels_first"
    count = rank - 1
    if first_layout and layer.dialect == "torch" and layer.mode in {"zeros", "constant"}:
        pairs = len(layer.padding) // 2 if all(isinstance(n, int) for n in layer.padding) else 0
        count = pairs if 1 <= pairs <= 3 else layer.rank or 1  # noqa: PLR2004 - up to 3D
        first = rank - count
    else:
        first = 1 if first_layout else 0
    sides = spread_sides(layer, layer.padding, count, "padding")
    return {first + position: before for position, (before, _) in enumerate(sides)}


@computes(Crop, per_output=0)
def crop(work: Work) -> Tensor:
    """The input without elements at the ends of its spatial axes."""
    rank = len(work.source.shape)
    first = 1 if work.layer.layout_of(work.inputs) == "channels_first" else 0
    pairs = spread_sides(work.layer, work.layer.cropping, rank - 1, "cropping")
    before = {first + position: pair[0] for position, pair in enumerate(pairs)}
    return work.result(
        [
            work.source.at([i + before.get(axis, 0) for axis, i in enumerate(index)])
            for index in indices(work.output)
        ]
    )
