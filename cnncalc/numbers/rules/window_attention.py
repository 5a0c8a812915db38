"""Attention inside windows of a map."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.layers.window_attention import WindowAttention
from cnncalc.numbers.registry import computes
from cnncalc.numbers.rules.attention import linear, score
from cnncalc.numbers.rules.softmax import softmax_of
from cnncalc.numbers.tape import Dot, Sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.numbers.rules.attention import Rows
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


class _Place(NamedTuple):
    """A position of a window.

    Attributes:
        inside: row and column inside the window.
        part: whether it came round the end of each axis; others are no neighbours of it.
        offset: of its first channel among the values of the map; None for padding.
    """

    inside: tuple[int, ...]
    part: tuple[bool, ...]
    offset: int | None


@computes(WindowAttention, per_output=8)
def window_attention(work: Work) -> Tensor:
    """Attention with a bias for each distance, window by window."""
    grid, source = work.grid, work.source.values
    channels = [channel * grid.channel_step for channel in range(grid.channels)]
    empty = [work.constant(0)] * grid.channels
    results: list[Value] = list(source)
    for places in _windows(work):
        rows = [
            empty if place.offset is None else [source[place.offset + step] for step in channels]
            for place in places
        ]
        for place, row in zip(places, _attended(work, places, rows), strict=True):
            if place.offset is not None:
                for step, value in zip(channels, row, strict=True):
                    results[place.offset + step] = value
    return work.result(results)


def _windows(work: Work) -> Iterator[list[_Place]]:
    grid, sizes = work.grid, work.layer.sizes
    padded, shifts = work.layer.padded(work.inputs), work.layer.shifts(work.inputs)
    counts = [range(whole // size) for whole, size in zip(padded, sizes, strict=True)]
    for window in product(*counts):
        places = []
        for inside in product(*map(range, sizes)):
            rolled = [
                number * size + at + shift
                for number, size, at, shift in zip(window, sizes, inside, shifts, strict=True)
            ]
            place = [at % whole for at, whole in zip(rolled, padded, strict=True)]
            held = all(at < size for at, size in zip(place, grid.sizes, strict=True))
            offset = sum(at * step for at, step in zip(place, grid.spatial_steps, strict=True))
            part = tuple(at >= whole for at, whole in zip(rolled, padded, strict=True))
            places.append(_Place(inside, part, offset if held else None))
        yield places


def _attended(work: Work, places: list[_Place], rows: Rows) -> Rows:
    """What leaves one window."""
    features, heads = work.grid.channels, work.layer.num_heads
    width = features // heads
    scale = work.tape.leaf(1 / math.sqrt(width))
    biases = _biases(work)
    projected = linear(work, rows, "qkv_kernel", _bias(work, "qkv_bias"))
    joined: Rows = [[] for _ in rows]
    for head, (number, own) in product(range(heads), enumerate(places)):
        first = head * width
        query = projected[number][first : first + width]
        others = [at for at, other in enumerate(places) if other.part == own.part]
        scores = [
            work.tape.add(
                Sum(
                    [
                        score(work, query, projected[at][features + first :][:width], scale),
                        biases[number * len(places) + at][head],
                    ]
                )
            )
            for at in others
        ]
        shares = softmax_of(work, scores)
        for channel in range(2 * features + first, 2 * features + first + width):
            values = [projected[at][channel] for at in others]
            joined[number].append(work.tape.add(Dot(list(zip(shares, values, strict=True)))))
    return linear(work, joined, "proj_kernel", _bias(work, "proj_bias"))


def _biases(work: Work) -> Rows:
    """For each pair of a window's positions what the table holds, head by head."""
    heads, count = work.layer.num_heads, work.layer.distances
    table = work.weights["relative_position_bias_table"].values
    found: Rows = []
    for value in work.weights["relative_position_index"].values:
        if value.number not in range(count):
            raise ValueError(f"relative_position_index holds {value.number}, not 0 to {count - 1}")
        row = int(value.number) * heads
        found.append(list(table[row : row + heads]))
    return found


def _bias(work: Work, name: str) -> list[Value] | None:
    found = work.weights.get(name)
    return None if found is None else list(found.values)
