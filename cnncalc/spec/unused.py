"""Results that nothing takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.layers.base import show_shape
from cnncalc.spec.problems import SpecProblem
from cnncalc.spec.tree import Mapping, Scalar, Sequence, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.spec.frame import Names
    from cnncalc.spec.placing import Graph


def unused_results(graph: Graph, outputs: Names) -> Iterator[SpecProblem]:
    """A warning for each input and layer whose result is neither taken nor an output."""
    used = {name for node in graph.nodes for name in node.inputs}
    used.update(outputs)
    for name, shape in graph.inputs.items():
        if name not in used and graph.nodes:
            yield _warning(
                f"the input `{name}` {show_shape(shape)}", graph.references.defined[name]
            )
    for node in graph.nodes:
        if node.name not in used:
            tree = node.place if isinstance(node.place, (Scalar, Mapping, Sequence)) else None
            yield _warning(f"the result of `{node.name}`", tree)


def _warning(what: str, tree: Tree | None) -> SpecProblem:
    return SpecProblem(
        codes.UNUSED, f"{what} is never used", tree,
        help=("`from:` takes it further on, `outputs:` makes it a result of the net",),
    )  # fmt: skip
