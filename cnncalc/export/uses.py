"""The uses of a block that tell its code apart from one another.

A block's code must fit every use of it. Of uses that are alike in all that its entries can
see, one stands for the others: a ResNet-152 uses its block 50 times, in 8 ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.trace import Run
from cnncalc.language.syntax import Layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.export.sight import Sight
    from cnncalc.export.trace import Done


class Uses:
    """Every use of every block.

    Attributes:
        of: the uses of each block, in the order of the nets.
    """

    def __init__(self, sight: Sight) -> None:
        self.of: dict[str, list[Done]] = {}
        #: Whether something outside depends on what is inside a use.
        self._singled_out = False
        self._sight = sight

    def look(self, done: Done) -> None:
        """Take note of one entry."""
        block = block_of(done)
        if block:
            self.of.setdefault(block, []).append(done)
        beside = done.entry.beside
        if beside.share is not None or _reaches_inside(done):
            self._singled_out = True

    def unlike(self, block: str, further: Callable[[Run], object] = lambda _: None) -> list[Run]:
        """The entries of a block in one of all uses that are alike; `further` tells more apart."""
        runs = [done.runs[0] for done in self.of[block]]
        if self._singled_out:
            return runs
        found: dict[object, Run] = {}
        for run in {id(one): one for one in (use.like or use for use in runs)}.values():
            seen = self._sight.of(block, run.frame, run.inputs, run.trace.shapes)
            found.setdefault((seen, further(run)), run)
        return list(found.values())


def block_of(done: Done) -> str:
    """The block that an entry uses, or an empty text."""
    if done.node is not None or not isinstance(done.entry, Layer) or not done.parts:
        return ""
    first = done.parts[0]
    return first.frame.calls[-1][0] if isinstance(first, Run) else ""


def _reaches_inside(done: Done) -> bool:
    """Whether `from` names results with a path of their own, as those inside a block have."""
    inside, received = done.frame.prefix, done.frame.inputs
    return any("/" in one.removeprefix(inside) and one not in received for one in done.named)
