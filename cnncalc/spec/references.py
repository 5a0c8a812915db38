"""Names of layers, and what `from`, `share` and `outputs` refer to by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.diagnostics import Diagnostic, codes, nearest
from cnncalc.spec.problems import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.spec.tree import Tree


class _Missing(NamedTuple):
    wanted: str
    tree: Tree
    by: str


class References:
    """What is known of names while a net is unrolled.

    Attributes:
        known: every layer and input so far.
        aliases: blocks and named groups, with the layer whose result is theirs.
        taken: names that a spec gave, of layers and of blocks.
        defined: places of inputs and of layers that failed.
        edges: what layers of unknown shape take.
    """

    def __init__(self, known: Mapping[str, object]) -> None:
        self.known = known
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.taken: set[str] = set()
        self.defined: dict[str, Tree] = {}
        self.edges: dict[str, tuple[str, ...]] = {}
        self._missing: list[_Missing] = []

    def find(self, wanted: str, prefix: str) -> str | None:
        """The full name of what is meant, the innermost first; None if nothing is."""
        while True:
            full = prefix + wanted
            if full in self.known:
                return full
            if self.aliases.get(full):
                return self.aliases[full][0]
            if not prefix:
                return None
            prefix = prefix[:-1].rpartition("/")[0]
            prefix = prefix + "/" if prefix else ""

    def missing(self, wanted: str, tree: Tree, by: str) -> None:
        """Note a name that is not known yet; at the end it is told why."""
        self._missing.append(_Missing(wanted, tree, by))
        if by:
            self.edges[by] = (*self.edges.get(by, ()), wanted)

    def unresolved(self, source: str) -> Iterator[Diagnostic]:
        """A diagnostic for each name that was missing when it was needed."""
        for missing in self._missing:
            later = self.find(missing.wanted, "")
            if missing.wanted == missing.by:
                problem = SpecProblem(
                    codes.FORWARD_REFERENCE, f"`{missing.by}` takes its own result", missing.tree
                )
            elif later is not None:
                problem = self._forward(missing, later)
            else:
                problem = self._unknown(missing)
            yield problem.diagnostic(source)

    def _forward(self, missing: _Missing, later: str) -> SpecProblem:
        place = self.defined.get(later)
        line = f", in line {place.mark.line + 1}" if place is not None else ""
        if missing.by and self._reaches(later, missing.by):
            message = f"`{missing.by}` and `{later}` take each other's results: a cycle"
        else:
            message = f"`{missing.wanted}` stands further down{line}"
        return SpecProblem(
            codes.FORWARD_REFERENCE, message, missing.tree,
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

    def _unknown(self, missing: _Missing) -> SpecProblem:
        known = [*(name for name in self.known if "?" not in name), *self.aliases]
        close = nearest(missing.wanted, known)
        return SpecProblem(
            codes.UNKNOWN_LAYER, f"there is no layer `{missing.wanted}`", missing.tree,
            label=f"did you mean `{close}`?" if close else "",
        )  # fmt: skip
