"""Pooling to a size of its output: adaptive and global."""

from __future__ import annotations

from itertools import product as every
from typing import TYPE_CHECKING

from cnncalc.arithmetic import ceil_div, product
from cnncalc.layers.adaptive_pooling import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    GlobalAvgPool,
    GlobalMaxPool,
)
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Extreme, Sum
from cnncalc.numbers.tensor import Tensor, grid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.work import Work


def _bin_elements(node: Node) -> int:
    return ceil_div(product(node.input_shapes[0]), product(node.output_shape)) + 1


@computes(AdaptiveAvgPool, GlobalAvgPool, per_output=_bin_elements)
def average(work: Work) -> Tensor:
    """The mean of each bin."""
    return _binned(work, lambda values: work.tape.add(Sum(values, len(values))))


@computes(AdaptiveMaxPool, GlobalMaxPool, per_output=_bin_elements)
def largest(work: Work) -> Tensor:
    """The largest value of each bin."""
    return _binned(work, lambda values: work.tape.add(Extreme(values)))


def _binned(work: Work, pool: Callable[[list[Value]], Value]) -> Tensor:
    """Bin i of an axis holds the elements floor(i*in/out) up to ceil((i+1)*in/out)."""
    layout = work.layer.layout_of(work.inputs)
    grid = work.grid
    flat = len(work.output) == 1 and len(work.source.shape) > 1
    sizes = (1,) * len(grid.sizes) if flat else work.output_grid.sizes
    shape: Shape = (*sizes, grid.channels) if layout == "channels_last" else (grid.channels, *sizes)
    out = grid_of(shape, layout)
    results: list[Value] = [work.constant(0)] * product(shape)
    for position, place in out.positions():
        ranges = [
            range(i * size // count * step, ceil_div((i + 1) * size, count) * step, step)
            for i, size, count, step in zip(
                position, grid.sizes, sizes, grid.spatial_steps, strict=True
            )
        ]
        offsets = [sum(parts) for parts in every(*ranges)]
        for channel in range(grid.channels):
            base = channel * grid.channel_step
            values = [work.source.values[base + offset] for offset in offsets]
            results[place + channel * out.channel_step] = pool(values)
    return work.result(results)
