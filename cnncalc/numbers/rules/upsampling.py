"""Upsampling."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every
from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.upsampling import Upsample
from cnncalc.numbers.errors import NotComputedError
from cnncalc.numbers.exact import exact
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Dot

if TYPE_CHECKING:
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    #: The neighbours of an output position along one axis, each with its share.
    Taps = list[tuple[int, Number]]

_LINEAR = {"linear", "bilinear", "trilinear"}


@computes(Upsample, per_output=8)
def upsample(work: Work) -> Tensor:
    """Nearest neighbours, or shares of the neighbours along each axis (linear modes)."""
    grid, out = work.grid, work.output_grid
    by_axis = [
        _taps(work, axis, size, grown)
        for axis, (size, grown) in enumerate(zip(grid.sizes, out.sizes, strict=True))
    ]
    results: list[Value] = [work.constant(0)] * product(work.output)
    for position, place in out.positions():
        shares = []
        for parts in every(*(by_axis[a][i] for a, i in enumerate(position))):
            offset = sum(i * s for (i, _), s in zip(parts, grid.spatial_steps, strict=True))
            share: Number = 1
            for _, part in parts:
                share *= part
            if share:
                shares.append((offset, share))
        for channel in range(grid.channels):
            base = channel * grid.channel_step
            terms = [(work.source.values[base + o], work.constant(share)) for o, share in shares]
            results[place + channel * out.channel_step] = (
                terms[0][0] if len(terms) == 1 and shares[0][1] == 1 else work.tape.add(Dot(terms))
            )
    return work.result(results)


def _taps(work: Work, axis: int, size: int, grown: int) -> list[Taps]:
    layer = work.layer
    ratio = _ratio(work, axis, size, grown)
    if layer.mode == "nearest":
        return [[(min(int(i * ratio), size - 1), 1)] for i in range(grown)]
    if layer.mode == "nearest-exact":
        return [[(min(int((i + Fraction(1, 2)) * ratio), size - 1), 1)] for i in range(grown)]
    if layer.mode not in _LINEAR:
        raise NotComputedError(f"{layer.type} with `mode: {layer.mode}` has no rule")
    if layer.align_corners:
        ratio = Fraction(size - 1, grown - 1) if grown > 1 else Fraction(0)
        places = [i * ratio for i in range(grown)]
    else:
        half = Fraction(1, 2)
        places = [max((i + half) * ratio - half, Fraction(0)) for i in range(grown)]
    found: list[Taps] = []
    for place in places:
        first = min(int(place), size - 1)
        share = place - first
        found.append([(first, 1 - share), (min(first + 1, size - 1), share)])
    return found


def _ratio(work: Work, axis: int, size: int, grown: int) -> Fraction:
    """The step in the input per step in the output: 1 / scale where a scale is given (PyTorch)."""
    layer = work.layer
    if layer.scale is None or layer.dialect == "keras" or layer.recompute_scale_factor:
        return Fraction(size, grown)
    scale = layer.scale[axis % len(layer.scale)] if isinstance(layer.scale, tuple) else layer.scale
    return 1 / Fraction(exact(scale))
