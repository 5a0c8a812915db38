"""Names of layers, and what `from`, `share` and `outputs` refer to by them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.limits import LONGEST_PATH
from cnncalc.language.problems import SpecProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.build.frame import Frame
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.layers.base.tensors import Shape


class _Missing(NamedTuple):
    wanted: str
    at: Placed
    frame: Frame
    by: str  # the full name of what asked, if it has one


class References:
    """What is known of names while a net is unrolled.

    Attributes:
        known: every layer and input so far.
        aliases: blocks and named groups, with the layers whose results are theirs.
        received: the inputs of blocks by the names that the blocks give them.
        taken: names of blocks and groups, and of layers that a spec gives one; whether it gives it.
        lookups: how often a name was looked for.
        defined: places of inputs and of layers that failed.
        edges: what layers of unknown shape take.
        failed: blocks and groups that could not be read, with all that is in them.
    """

    def __init__(self, known: dict[str, Shape | None]) -> None:
        self.known = known
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.received: dict[str, tuple[str, ...]] = {}
        self.taken: dict[str, bool] = {}
        self.defined: dict[str, Placed] = {}
        self.edges: dict[str, tuple[str, ...]] = {}
        self.failed: set[str] = set()
        self.lookups = 0
        self._missing: list[_Missing] = []

    def find(self, wanted: str, prefix: str) -> str | None:
        """The full name of the one result that is meant; None if nothing is."""
        return next(iter(self.results(wanted, prefix)), None)

    def results(self, wanted: str, prefix: str) -> tuple[str, ...]:
        """The full names of what is meant, the innermost first; empty if nothing is.

        A block or group may have several results.
        """
        self.lookups += 1
        for full in _readings(wanted, prefix):
            if full in self.known:
                return (full,)
            found = self.aliases.get(full) or self.received.get(full)
            if found:
                return found
            if self.failed and (outer := self._failed_around(full)):
                return (outer,)
        return ()

    def find_block(self, wanted: str, prefix: str) -> str:
        """The full name of the block or group that is meant; empty if none is."""
        self.lookups += 1
        return next((full for full in _readings(wanted, prefix) if full in self.aliases), "")

    def _failed_around(self, name: str) -> str:
        name = name[: 2 * LONGEST_PATH]  # no path is longer than that, and one name in it
        while name := name.rpartition("/")[0]:
            if name in self.failed:
                return name
        return ""

    def missing(self, wanted: str, at: Placed, frame: Frame, by: str = "") -> None:
        """Note a name that is not known yet; at the end it is told why."""
        self._missing.append(_Missing(wanted, at, frame, by))

    def check_all_known(self) -> None:
        """Hold that every shape is known; raises `SpecProblem`, since no other error says why."""
        for name, shape in self.known.items():
            if shape is None:
                raise SpecProblem(
                    codes.EXPRESSION, "a value depends on a shape that is not known",
                    self.defined.get(name),
                )  # fmt: skip

    def unresolved(
        self, line_of: Callable[[str], str], advised: int
    ) -> Iterator[tuple[SpecProblem, Frame]]:
        """A problem, and where it is, for each name that was missing when it was needed.

        Args:
            line_of: where a name was given.
            advised: how many names are looked for among those that there are.
        """
        found = [(one, self.find(one.wanted, one.frame.prefix)) for one in self._missing]
        for one, later in found:
            if one.by and later is not None:
                self.edges[one.by] = (*self.edges.get(one.by, ()), later)
        for one, later in found:
            if later is None:
                advised -= 1
                yield self._unknown(one, advised=advised >= 0), one.frame
            else:
                yield self._forward(one, later, line_of(later)), one.frame

    def _forward(self, missing: _Missing, later: str, line: str) -> SpecProblem:
        message = f"`{missing.wanted}` is defined further down{line}"
        if later == missing.by:
            message = f"`{missing.wanted}` depends on its own result"
        elif missing.by and self._reaches(later, missing.by):
            message = f"`{missing.by}` and `{later}` depend on each other: a cycle"
        return SpecProblem(
            codes.FORWARD_REFERENCE, message, missing.at,
            help=("a layer takes results of layers above it",),
        )  # fmt: skip

    def _reaches(self, start: str, goal: str) -> bool:
        stack, seen = [start], set()
        while stack:
            name = stack.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                stack += self.edges.get(name, ())
        return False

    def _unknown(self, missing: _Missing, *, advised: bool) -> SpecProblem:
        prefix = missing.frame.prefix
        newest = chain(self.aliases, reversed(self.known))
        known = (name.removeprefix(prefix) for name in newest if "?" not in name)
        close = nearest(missing.wanted, known) if advised else ""
        return SpecProblem(
            codes.UNKNOWN_LAYER, f"there is no layer `{missing.wanted}`", missing.at,
            label=f"did you mean `{close}`?" if close else "",
        )  # fmt: skip


def _readings(wanted: str, prefix: str) -> Iterator[str]:
    """The full names that one may mean inside a prefix, the innermost first."""
    yield prefix + wanted
    while prefix:
        prefix = prefix[:-1].rpartition("/")[0]
        prefix = prefix + "/" if prefix else ""
        yield prefix + wanted
