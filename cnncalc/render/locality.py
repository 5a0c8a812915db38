"""What outputs read, as pictures of characters: one character per position."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from cnncalc.arithmetic import ceil_div
from cnncalc.render.printable import text_format
from cnncalc.render.units import shape as sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.locality import Locality, Plane, Read

_GAP = "    "
_MARGIN = 3  # positions that are drawn beyond what is read
_MOST = 30  # characters per axis; longer axes have several positions in one
_LEGEND = "# read   + padding that is read   . not read"
READ, PADDED, OTHER, OUTSIDE = "#", "+", ".", " "


@text_format
def text(locality: Locality, *, width: int | None = None) -> str:
    """The layer's window on its own input, and the same outputs on the net's input."""
    own = locality.own
    shapes = f"{sizes(own.shape)} -> {sizes(locality.output_shape)}"
    lines = [
        f"{locality.name} ({locality.type}): {shapes}",
        f"what outputs read of {own.name}; {_LEGEND}",
        "",
        *_pictures(own, width),
    ]
    if locality.net is not None:
        net = locality.net
        lines += ["", f"the same outputs on the net's input {net.name} {sizes(net.shape)}"]
        lines += ["", *_pictures(net, width)]
    return "\n".join(lines) + "\n"


def _pictures(plane: Plane, width: int | None) -> list[str]:
    """The pictures of all outputs, side by side as far as the width takes them."""
    blocks = [_picture(plane, read) for read in plane.reads]
    lines: list[str] = []
    while blocks:
        count = len(blocks)
        while count > 1 and width is not None and _wide(blocks[:count]) > width:
            count -= 1
        group, blocks = blocks[:count], blocks[count:]
        height = max(map(len, group))
        filled = [block + [" " * len(block[0])] * (height - len(block)) for block in group]
        lines += [""] if lines else []
        lines += [_GAP.join(parts).rstrip() for parts in zip(*filled, strict=True)]
    return lines


def _wide(blocks: Sequence[list[str]]) -> int:
    return sum(len(block[0]) + len(_GAP) for block in blocks) - len(_GAP)


def _picture(plane: Plane, read: Read) -> list[str]:
    """One output's picture: its last two axes; what it reads of others is told in words."""
    shown = _shown(plane)
    step = _step(shown)
    every = list(zip(plane.sizes, read.axes, shown, strict=True))
    title = [f"output {list(read.unit)}"]
    title += [
        _span(name, taps, size)
        for name, (size, taps, _) in zip(_names(len(every)), every, strict=True)
    ]
    if step > 1:
        title.append(f"a character is {step}{f'x{step}' if len(every) > 1 else ''} positions")
    across = _cells(*every[-1], step)
    if len(every) == 1:
        lines = [" ".join(across)]
    else:
        lines = [" ".join(_meet(down, one) for one in across) for down in _cells(*every[-2], step)]
    block = [*title, *lines]
    widest = max(map(len, block))
    return [line.ljust(widest) for line in block]


def _names(rank: int) -> tuple[str, ...]:
    return {1: ("positions",), 2: ("rows", "columns")}.get(rank, ("planes", "rows", "columns"))


def _span(name: str, taps: tuple[int, ...], size: int) -> str:
    """`rows 0 to 2 of 9`, or `columns 0 to 4 by 2 of 9` where there are holes."""
    if not taps:
        return f"no {name} of {size}"
    if taps[0] == taps[-1]:
        return f"{name.removesuffix('s')} {taps[0]} of {size}"
    steps = {after - before for before, after in pairwise(taps)}
    by = f" by {max(steps)}" if len(steps) == 1 and max(steps) > 1 else ""
    return f"{name} {taps[0]} to {taps[-1]}{by} of {size}"


def _shown(plane: Plane) -> list[range]:
    """The positions of each axis that are drawn: what the outputs read, and a margin."""
    found = []
    for axis, size in enumerate(plane.sizes):
        taps = [tap for read in plane.reads for tap in read.axes[axis]]
        last = max(taps, default=0)
        stop = max(last + 1, min(size, last + 1 + _MARGIN) if size > _MOST else size)
        found.append(range(min([0, *taps]), stop))
    return found


def _step(shown: Sequence[range]) -> int:
    """The positions per character, the same for all axes."""
    return max(ceil_div(one.stop - one.start, _MOST) for one in shown)


def _cells(size: int, taps: tuple[int, ...], shown: range, step: int) -> list[str]:
    """An axis as characters."""
    cells = []
    for start in range(shown.start // step * step, shown.stop, step):
        inside = start < size and start + step > 0
        hit = bisect_left(taps, start) < bisect_left(taps, start + step)
        cells.append((READ if hit else OTHER) if inside else (PADDED if hit else OUTSIDE))
    return cells


def _meet(down: str, across: str) -> str:
    """The character where a row and a column meet."""
    if OUTSIDE in (down, across):
        return OUTSIDE
    if OTHER in (down, across):
        inside = PADDED not in (down, across)
        return OTHER if inside else OUTSIDE
    return PADDED if PADDED in (down, across) else READ
