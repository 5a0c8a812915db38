"""Transposed convolutions: every input element spreads over the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.transposed_convolution import ConvTranspose
from cnncalc.numbers.activations import activated
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Dot
from cnncalc.numbers.tensor import indices, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic import TransposedWindow
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(ConvTranspose)
def transposed(work: Work) -> Tensor:
    """Each output element sums the products that reach it; kernels are (in, out / groups, ...)."""
    kernel, grid, out = work.weights["kernel"], work.grid, work.output_grid
    per_group = kernel.shape[1]
    channels_per_group = grid.channels // work.layer.groups
    elements = product(kernel.shape[2:])
    reaching = _reaching(work)
    results: list[Value] = [work.constant(0)] * product(work.output)
    for number in range(out.channels):
        group, inside = divmod(number, per_group)
        bias = work.weight("bias", number) if "bias" in work.weights else None
        for (_, place), pairs in zip(out.positions(), reaching, strict=True):
            terms = [
                (
                    work.source.values[channel * grid.channel_step + offset],
                    kernel.values[(channel * per_group + inside) * elements + element],
                )
                for channel in range(group * channels_per_group, (group + 1) * channels_per_group)
                for offset, element in pairs
            ]
            results[place + number * out.channel_step] = work.tape.add(Dot(terms, bias))
    return activated(work, results)


def _reaching(work: Work) -> list[list[tuple[int, int]]]:
    """Per output position: the offsets that reach it, each with its kernel element."""
    windows: Sequence[TransposedWindow] = work.layer.windows(work.inputs)
    kernel_steps = steps(tuple(window.kernel for window in windows))
    found: list[list[tuple[int, int]]] = [
        [] for _ in range(product(window.output for window in windows))
    ]
    output_steps = steps(tuple(window.output for window in windows))
    axes = range(len(windows))
    for position, offset in work.grid.positions():
        for taps in indices(tuple(window.kernel for window in windows)):
            reached = [
                position[a] * windows[a].stride + taps[a] * windows[a].dilation - windows[a].before
                for a in axes
            ]
            if all(0 <= reached[a] < windows[a].output for a in axes):
                where = sum(reached[a] * output_steps[a] for a in axes)
                found[where].append((offset, sum(taps[a] * kernel_steps[a] for a in axes)))
    return found
