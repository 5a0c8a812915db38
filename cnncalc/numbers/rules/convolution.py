"""Convolutions: sums of products under a sliding kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.convolution import Conv, DepthwiseConv, SeparableConv
from cnncalc.numbers.activations import activated
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Dot
from cnncalc.numbers.windows import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    #: From a filter to the channels that it sees, and where its kernel begins.
    Sees = Callable[[int], tuple[range, int]]


@computes(Conv)
def convolution(work: Work) -> Tensor:
    """Each filter's products with the channels of its group, summed, and its bias."""
    kernel = work.weights["kernel"]
    filters, per_group = kernel.shape[:2]
    elements = product(kernel.shape[2:])
    filters_per_group = filters // work.layer.groups

    def sees(number: int) -> tuple[range, int]:
        first = number // filters_per_group * per_group
        return range(first, first + per_group), number * per_group * elements

    return activated(work, _slid(work, filters, kernel.values, sees))


@computes(DepthwiseConv)
def depthwise(work: Work) -> Tensor:
    """Each filter's products with its own channel."""
    kernel = work.weights["kernel"]
    return activated(work, _depthwise(work, kernel, bias=True))


@computes(SeparableConv)
def separable(work: Work) -> Tensor:
    """A depthwise convolution, then a sum over channels at each position."""
    middle = _depthwise(work, work.weights["depthwise_kernel"], bias=False)
    pointwise = work.weights["pointwise_kernel"]
    filters, channels = pointwise.shape[:2]
    grid = work.output_grid
    results: list[Value] = [work.constant(0)] * product(work.output)
    places = [offset for _, offset in grid.positions()]
    for number in range(filters):
        weights = pointwise.values[number * channels : (number + 1) * channels]
        for position, offset in enumerate(places):
            terms = [(middle[c * len(places) + position], weights[c]) for c in range(channels)]
            value = work.tape.add(Dot(terms, _bias(work, number)))
            results[offset + number * grid.channel_step] = value
    return activated(work, results)


def _depthwise(work: Work, kernel: Tensor, *, bias: bool) -> list[Value]:
    filters, elements = kernel.shape[0], product(kernel.shape[2:])
    multiplier = filters // work.grid.channels

    def sees(number: int) -> tuple[range, int]:
        channel = number // multiplier
        return range(channel, channel + 1), number * elements

    return _slid(work, filters, kernel.values, sees, bias=bias, planar=not bias)


def _slid(  # noqa: PLR0913 - the kernel and how it is applied
    work: Work,
    filters: int,
    kernel: Sequence[Value],
    sees: Sees,
    *,
    bias: bool = True,
    planar: bool = False,
) -> list[Value]:
    """Sums of products at every position, in the order of the output.

    Args:
        work: the layer at work.
        filters: the number of kernels.
        kernel: their elements.
        sees: what a filter sees.
        bias: whether the layer's bias is added.
        planar: whether the results are filter by filter, whatever the layout.
    """
    source, grid, values = work.source.values, work.grid, work.tape.add
    windows = work.layer.windows(work.inputs)
    seen = fields(windows, grid, work.layer.padding_mode)
    places = range(len(seen)) if planar else [offset for _, offset in work.output_grid.positions()]
    step = len(seen) if planar else work.output_grid.channel_step
    results: list[Value] = [work.constant(0)] * (filters * len(seen))
    zero = work.constant(0)
    for number in range(filters):
        channels, first = sees(number)
        for place, field in zip(places, seen, strict=True):
            at, terms = first, []
            for channel in channels:
                base = channel * grid.channel_step
                for offset in field.offsets:
                    terms.append((zero if offset is None else source[base + offset], kernel[at]))
                    at += 1
            added = _bias(work, number) if bias else None
            results[place + number * step] = values(Dot(terms, added))
    return results


def _bias(work: Work, number: int) -> Value | None:
    return work.weight("bias", number) if "bias" in work.weights else None
