"""Local response normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.local_response_norm import LocalResponseNorm
from cnncalc.numbers import functions
from cnncalc.numbers.exact import exact
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Dot, Product, Quotient, Sum

if TYPE_CHECKING:
    from cnncalc.net.node import Node
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


def _neighbours(node: Node) -> int:
    size: int = node.layer.size  # type: ignore[attr-defined]  # the rule knows its layer
    return size + 5


@computes(LocalResponseNorm, per_output=_neighbours)
def local_response_norm(work: Work) -> Tensor:
    """`x` / (k + alpha * mean of squares of neighbouring channels) ** beta."""
    layer, add, grid = work.layer, work.tape.add, work.grid
    source = work.source.values
    results: list[Value] = list(source)
    before = layer.size // 2
    after = layer.size - before - 1
    factor = work.constant(exact(layer.alpha))
    power = functions.power(exact(layer.beta))
    for _, place in grid.positions():
        line = [source[place + c * grid.channel_step] for c in range(grid.channels)]
        squares = [add(Product(value, value), inline=True) for value in line]
        for channel, value in enumerate(line):
            near = squares[max(0, channel - before) : channel + after + 1]
            mean = add(Sum(near, layer.size), inline=True)
            base = add(Dot([(factor, mean)], work.constant(exact(layer.k))), inline=True)
            below = add(Applied(power, base), inline=True)
            results[place + channel * grid.channel_step] = add(Quotient(value, below))
    return work.result(results)
