"""How far a layer reaches: which positions of an input each position of the output reads.

A layer answers axis by axis, for every axis of every input, with a
[`Reach`][cnncalc.layers.base.reach.Reach]. Positions are counted on an
unbounded axis: what lies outside the input is padding.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from cnncalc.arithmetic import Window, ceil_div
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from cnncalc.arithmetic import TransposedWindow
    from cnncalc.layers.base.tensors import Shape


class Reach(NamedTuple):
    """What the positions along one axis of an input are to the output.

    Position `k * period + phase` of the output reads the positions
    `k * shift + tap` of the input, for each of `taps[phase]`, in rising order.

    Attributes:
        axis: the axis of the output; None where every element reads the whole axis.
        period: positions of the output after which the pattern repeats.
        shift: positions of the input between two repetitions.
        taps: what each phase reads; empty where the output's axis mixes this axis with
            others, as a flatten does, or the pattern is very long: which positions an element
            reads is not told.
        widest: from the first to the last position that an element reads, where `taps` is empty.
        cyclic: the axis goes round, so that beyond its ends there is nothing to be read: what
            pads the output reads nothing.
    """

    axis: int | None
    period: int = 1
    shift: int = 1
    taps: tuple[range, ...] = (range(1),)
    widest: int = 1
    cyclic: bool = False

    def at(self, position: int) -> range:
        """What this position of the output reads."""
        turn, phase = divmod(position, self.period)
        start, taps = turn * self.shift, self.taps[phase]
        return range(taps.start + start, taps.stop + start, taps.step)


_MOST_PHASES = 1 << 16  # longer patterns are not written out


#: Every element of the output reads the whole axis.
GLOBAL = Reach(None)


class Reshaped(NamedTuple):
    """Axes whose elements get other sizes, which an argument lists.

    Attributes:
        sizes: the name of the argument.
        axes: the axes of the input, in a row; those of the output begin where they do.
    """

    sizes: str
    axes: range


def mixed(axis: int, widest: int = 1) -> Reach:
    """An axis that is mixed with others into an axis of the output."""
    return Reach(axis, 1, 0, (), widest)


def shifted(axis: int, by: int) -> Reach:
    """Position u reads position u + `by`: negative behind padding, positive behind a crop."""
    return Reach(axis, taps=(range(by, by + 1),))


def rolled(axis: int, by: int, size: int) -> Reach:
    """A cyclic shift of an axis: position u reads `(u - by) % size`."""
    if not by % size:
        return Reach(axis)
    if size > _MOST_PHASES:
        return mixed(axis)
    read = ((position - by) % size for position in range(size))
    return Reach(axis, size, size, tuple(range(one, one + 1) for one in read), cyclic=True)


def slid(axis: int, window: Window | TransposedWindow) -> Reach:
    """A window, plain or transposed.

    A transposed one lets position u read i where `u + before = i * stride + j * dilation`
    for an element j of the kernel.
    """
    before, dilation, stride = window.before, window.dilation, window.stride
    if isinstance(window, Window):
        reached = range(-before, -before + dilation * window.kernel, dilation)
        return Reach(axis, 1, stride, (reached,))
    common = gcd(stride, dilation)
    every = stride // common  # elements of the kernel between two that meet an input
    if stride > _MOST_PHASES:
        widest = (ceil_div(window.kernel, every) - 1) * (dilation // common) + 1
        return mixed(axis, widest)
    taps = []
    for phase in range(stride):
        meeting = (j for j in range(min(every, window.kernel))
                   if (phase + before - j * dilation) % stride == 0)  # fmt: skip
        first = next(meeting, None)
        if first is None:
            taps.append(range(0))
            continue
        count = ceil_div(window.kernel - first, every)
        step = dilation // common
        last = (phase + before - first * dilation) // stride
        taps.append(range(last - (count - 1) * step, last + 1, step))
    return Reach(axis, stride, 1, tuple(taps))


def resampled(axis: int, ratio: Fraction, size: int, mode: str) -> Reach:
    """Interpolation: `ratio` input positions for each of the output's `size`.

    Args:
        axis: the axis of the output.
        ratio: input positions between two of the output.
        size: the output's size.
        mode: `nearest` reads `floor(u * ratio)`, `nearest-exact` `floor((u + 1/2) * ratio)`,
            `corners` the two around `u * ratio`, `cubic` and `corners-cubic` the four; `area` the
            window of adaptive pooling; every other one the two around `(u + 1/2) * ratio - 1/2`.
            A neighbour of weight 0 is not read.
    """
    period, shift = ratio.denominator, ratio.numerator
    if period > size:
        period, shift = size, round(ratio * size)
    if period > _MOST_PHASES:
        return mixed(axis, _widest(ratio, mode))
    return Reach(axis, period, shift, tuple(_around(u, ratio, mode) for u in range(period)))


def _widest(ratio: Fraction, mode: str) -> int:
    """The most positions that `_around` gives, for a long pattern: every remainder comes up."""
    if mode == "area":
        whole, rest = divmod(ratio.numerator, ratio.denominator)
        return whole + (2 if rest > 1 else 1)
    if mode.startswith("nearest"):
        return 1
    return 4 if mode.endswith("cubic") else 2


def _around(position: int, ratio: Fraction, mode: str) -> range:
    half = ratio / 2
    if mode == "area":
        return range(int(position * ratio), ceil_div(*((position + 1) * ratio).as_integer_ratio()))
    if mode.startswith("nearest"):
        source = position * ratio + (half if mode == "nearest-exact" else 0)
        return range(source.__floor__(), source.__floor__() + 1)
    at = (
        position * ratio
        if mode.startswith("corners")
        else position * ratio + half - type(half)(1, 2)
    )
    before = at.__floor__()
    if at == before:
        return range(before, before + 1)
    return range(before - 1, before + 3) if mode.endswith("cubic") else range(before, before + 2)


def reading_whole(axes: set[int], rank: int) -> tuple[Reach, ...]:
    """These axes are read as a whole, the others element by element."""
    return tuple(GLOBAL if axis in axes else Reach(axis) for axis in range(rank))


def same_axes(given: Shape, output: Shape) -> tuple[Reach, ...]:
    """Element by element along axes of the same size; other axes are read as a whole."""
    rank = len(output)
    return tuple(
        Reach(axis) if axis < rank and output[axis] == size else GLOBAL
        for axis, size in enumerate(given)
    )


def regrouped(given: Shape, output: Shape) -> tuple[Reach, ...]:
    """The same elements in another shape: axes that keep their stride stay, others are mixed."""
    after: dict[int, int] = {}
    for axis, stride in enumerate(_strides(output)):
        if stride not in after or output[axis] != 1:
            after[stride] = axis
    found = []
    for size, stride in zip(given, _strides(given), strict=True):
        kept = after.get(stride)
        if kept is not None and output[kept] == size:
            found.append(Reach(kept))
        else:
            found.append(mixed(_holding(stride, output)))
    return tuple(found)


def _strides(shape: Shape) -> list[int]:
    """The elements from one position to the next along each axis."""
    stride, found = 1, []
    for size in reversed(shape):
        found.append(stride)
        stride *= size
    return found[::-1]


def _holding(stride: int, output: Sequence[int]) -> int:
    """The innermost axis of the output whose elements lie this far apart, or farther."""
    strides = _strides(tuple(output))
    return max((axis for axis, own in enumerate(strides) if own * output[axis] > stride), default=0)
