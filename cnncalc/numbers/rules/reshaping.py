"""Layers that only rearrange elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers import reshaping as layers
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(layers.Flatten, layers.Reshape, layers.Unflatten, per_output=0)
def same_order(work: Work) -> Tensor:
    """The same elements in the same order."""
    return work.result(work.source.values)


@computes(layers.Permute, per_output=0)
def permute(work: Work) -> Tensor:
    """Axis i of the output is axis dims[i] of the input."""
    dims = work.layer.dims
    if work.layer.dialect != "own":
        dims = tuple(axis - 1 for axis in dims if axis or len(dims) == len(work.output))
    values = []
    for index in indices(work.output):
        found = [0] * len(index)
        for position, axis in zip(index, dims, strict=True):
            found[axis] = position
        values.append(work.source.at(found))
    return work.result(values)


@computes(layers.RepeatVector, per_output=0)
def repeat_vector(work: Work) -> Tensor:
    """The vector n times."""
    return work.result(list(work.source.values) * work.layer.n)
