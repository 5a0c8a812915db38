"""Normalising and rescaling the input of a net by fixed numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.axes import axis_of
from cnncalc.layers.input_normalization import InputNormalization, Rescaling
from cnncalc.numbers import functions
from cnncalc.numbers.exact import exact
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Difference, Dot, Quotient
from cnncalc.numbers.tensor import indices, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Rescaling, per_output=2)
def rescaling(work: Work) -> Tensor:
    """Times scale, plus offset; a list has one number per element of the last axis."""
    scale, offset = _constants(work, work.layer.scale), _constants(work, work.layer.offset)
    values = [
        work.tape.add(Dot([(value, scale[i % len(scale)])], offset[i % len(offset)]))
        for i, value in enumerate(work.source.values)
    ]
    return work.result(values)


def _constants(work: Work, given: object) -> list[Value]:
    listed = given if isinstance(given, tuple) else (given,)
    return [work.constant(exact(one)) for one in listed]


@computes(InputNormalization, per_output=4)
def input_normalization(work: Work) -> Tensor:
    """(x - mean) / sqrt(variance); the other way round with `invert` (Keras's rule)."""
    layer, rank = work.layer, len(work.source.shape)
    axes = sorted({axis_of(layer, axis, rank) for axis in layer.axis or ()})
    if layer.mean is not None:
        means, variances = _constants(work, layer.mean), _constants(work, layer.variance)
    else:
        means = list(work.weights["mean"].values)
        variances = list(work.weights["variance"].values)
    add = work.tape.add
    roots = [add(Applied(functions.ROOT, one), inline=True) for one in variances]
    distances = steps(tuple(work.source.shape[axis] for axis in axes))
    values = []
    for index, value in zip(indices(work.source.shape), work.source.values, strict=True):
        at = sum(index[axis] * step for axis, step in zip(axes, distances, strict=True))
        mean, root = _at(means, at), _at(roots, at)
        if layer.invert:
            values.append(add(Dot([(value, root)], mean)))
        else:
            deviation = add(Difference(value, mean), inline=True)
            values.append(add(Quotient(deviation, root)))
    return work.result(values)


def _at(values: Sequence[Value], position: int) -> Value:
    return values[position % len(values)]
