"""Normalising by a mean and a variance: what the layers of that kind share."""

from __future__ import annotations

import sys
from itertools import product as every
from typing import TYPE_CHECKING

from cnncalc.numbers import functions
from cnncalc.numbers.exact import exact
from cnncalc.numbers.tape import Applied, Difference, Dot, Product, Quotient, Sum
from cnncalc.numbers.tensor import indices, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    #: From the index of an element to its position in gamma and beta.
    Learned = Callable[[tuple[int, ...]], int]

#: Per element: mean, deviation, square, variance, root, quotient, gamma and beta.
OPERATIONS = 8


def epsilon_of(work: Work) -> Value:
    """What is added to the variance: the layer's `eps`, else the smallest step of a double."""
    given = work.layer.eps
    return work.constant(sys.float_info.epsilon if given is None else exact(given))


def by_statistics(work: Work, axis: int) -> Tensor:
    """Normalised by a mean and a variance that are given; by the sample's own if none are."""
    if "running_mean" not in work.weights:
        shape = work.source.shape
        others = [a for a in range(len(shape)) if a != axis]
        return normalized(work, together(shape, others), lambda index: index[axis])
    add, epsilon = work.tape.add, epsilon_of(work)
    roots = []
    for variance in work.weights["running_variance"].values:
        total = add(Sum([variance, epsilon]), inline=True)
        roots.append(add(Applied(functions.ROOT, total), inline=True))
    means = work.weights["running_mean"].values
    values = []
    for index, value in zip(indices(work.source.shape), work.source.values, strict=True):
        channel = index[axis]
        deviation = add(Difference(value, means[channel]), inline=True)
        scaled = add(Quotient(deviation, roots[channel]))
        values.append(affine(work, scaled, channel))
    return work.result(values)


def normalized(
    work: Work, sets: Sequence[list[int]], learned: Learned, *, centred: bool = True
) -> Tensor:
    """Every set of offsets normalised to mean 0 (if centred) and variance 1, then scaled."""
    add, source, epsilon = work.tape.add, work.source.values, epsilon_of(work)
    where = list(indices(work.source.shape))
    results: list[Value] = list(source)
    for number, offsets in enumerate(sets, 1):
        values = [source[offset] for offset in offsets]
        if centred:
            mean = work.note(f"mean {number}", add(Sum(values, len(values))))
            values = [add(Difference(value, mean), inline=True) for value in values]
        squares = [add(Product(value, value), inline=True) for value in values]
        name = "variance" if centred else "mean of squares"
        variance = work.note(f"{name} {number}", add(Sum(squares, len(squares))))
        root = add(Applied(functions.ROOT, add(Sum([variance, epsilon]), inline=True)), inline=True)
        for offset, value in zip(offsets, values, strict=True):
            scaled = add(Quotient(value, root))
            results[offset] = affine(work, scaled, learned(where[offset]))
    return work.result(results)


def affine(work: Work, value: Value, at: int) -> Value:
    """`value * gamma` + beta, as far as the layer keeps them."""
    gamma, beta = work.weights.get("gamma"), work.weights.get("beta")
    if gamma is None and beta is None:
        return value
    value.inline = True
    if gamma is None:
        assert beta is not None  # noqa: S101 - one of the two is there
        return work.tape.add(Sum([value, beta.values[at]]))
    return work.tape.add(
        Dot([(value, gamma.values[at])], None if beta is None else beta.values[at])
    )


def together(shape: Shape, axes: Sequence[int]) -> list[list[int]]:
    """The offsets that differ along the axes only, set by set."""
    outside = [range(1) if a in axes else range(n) for a, n in enumerate(shape)]
    distances = steps(shape)
    sets = []
    for start in every(*outside):
        ranges = [
            range(shape[a]) if a in axes else range(start[a], start[a] + 1)
            for a in range(len(distances))
        ]
        sets.append(offsets_of(shape, ranges))
    return sets


def offsets_of(shape: Shape, ranges: Sequence[range]) -> list[int]:
    """The offsets of the elements whose indices lie in these ranges."""
    distances = steps(shape)
    return [
        sum(i * step for i, step in zip(index, distances, strict=True)) for index in every(*ranges)
    ]


def inside(shape: Shape, axes: Sequence[int]) -> Learned:
    """The position of an element among those that are normalised together."""
    distances = steps(tuple(shape[axis] for axis in axes))
    return lambda index: sum(index[axis] * step for axis, step in zip(axes, distances, strict=True))
