"""The stages of a net, as segments for gradient checkpointing.

A stage is a block, group or residual at the top of the structure, a turn of a loop there, or the
layers between two of them. A net without such parts is cut into sqrt(n) segments of n layers,
with which the memory of a chain is the least (Chen et al., 2016).
"""

from __future__ import annotations

from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING

from cnncalc.net.structure import structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.net.network import Network
    from cnncalc.net.structure import Part


def stages(network: Network) -> tuple[range, ...]:
    """The layers of each stage, as indices, in order."""
    found: list[range] = []
    start = 0
    alone = False  # whether the last range holds layers that are in no part
    for part in _parts(structure(network).children):
        count = sum(1 for _ in part.layers())
        single = part.kind == "layer"
        if single and alone:
            found[-1] = range(found[-1].start, start + count)
        elif count:
            found.append(range(start, start + count))
        alone = single
        start += count
    return tuple(found) if len(found) > 1 else _even(start)


def _parts(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts at the top, turns in place of their loops."""
    for part in parts:
        for one in (part._replace(alike=()), *part.alike):
            if one.kind == "loop":
                yield from _parts(one.children)
            else:
                yield one


def _even(count: int) -> tuple[range, ...]:
    """About sqrt(n) ranges of almost the same length."""
    pieces = isqrt(count)
    bounds = [count * index // max(1, pieces) for index in range(pieces + 1)]
    return tuple(range(low, high) for low, high in pairwise(bounds))
