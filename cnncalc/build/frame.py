"""Where entries are while a net is unrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cnncalc.build.scope import Variables
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Entry
    from cnncalc.net.node import Scope

Names = tuple[str, ...]


class Frame(NamedTuple):
    """Where entries are: the scope of their names and variables."""

    prefix: str
    variables: Variables
    inputs: Names  # what `input` means here
    counters: dict[str, int]
    scope: Scope | None = None
    turn_of: Entry | None = None  # the entry whose `repeat` or `for` goes round here
    trainable: bool = True
    calls: tuple[tuple[str, Placed], ...] = ()  # the blocks that led here, outermost first
    twin: str = ""  # the prefix of the block whose weights are used here, if another's are

    def inside(self, name: str, scope: Scope) -> Frame:
        """The frame in a block, group or branch of this full name."""
        return self._replace(
            prefix=f"{name}/",
            counters={},
            scope=scope,
            twin=f"{self.twin}{name[len(self.prefix) :]}/" if self.twin else "",
        )
