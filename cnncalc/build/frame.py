"""Where entries are while a net is unrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import PLAIN, Traits

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
    dtype: str = ""  # what a block or group around says
    calls: tuple[tuple[str, Placed], ...] = ()  # the blocks that led here, outermost first
    twin: str = ""  # the prefix of the block whose weights are used here, if another's are

    @property
    def traits(self) -> Traits:
        """What a layer is that says nothing itself."""
        if self.trainable and not self.dtype:
            return PLAIN
        return Traits(trainable=self.trainable, dtype=self.dtype)

    def turn(self, entry: Entry, variables: Variables, scope: Scope | None) -> Frame:
        """The frame in a turn of an entry's loop."""
        return Frame(
            self.prefix, variables, self.inputs, self.counters, scope, entry,
            self.trainable, self.dtype, self.calls, self.twin,
        )  # fmt: skip

    def inside(self, name: str, scope: Scope) -> Frame:
        """The frame in a block, group or branch of this full name."""
        twin = f"{self.twin}{name[len(self.prefix) :]}/" if self.twin else ""
        return Frame(
            f"{name}/", self.variables, self.inputs, {}, scope, self.turn_of,
            self.trainable, self.dtype, self.calls, twin,
        )  # fmt: skip
