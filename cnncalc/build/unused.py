"""Results that nothing takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.build.frame import Names
    from cnncalc.build.placing import GraphBuilder
    from cnncalc.diagnostics.diagnostic import Placed


def unused_results(graph: GraphBuilder, outputs: Names) -> Iterator[SpecProblem]:
    """A warning for each input and layer whose result is neither taken nor an output."""
    # Most layers take what the one before gives: of the others a set is kept.
    used = set(outputs)
    last = ""
    followed = bytearray(len(graph.nodes))
    for place, node in enumerate(graph.nodes):
        for name in node.inputs:
            if name == last:
                followed[place - 1] = True
            else:
                used.add(name)
        last = node.name
    for name, shape in graph.inputs.items():
        if name not in used and graph.nodes:
            yield _warning(
                f"the input `{name}` {show_shape(shape)}", graph.references.defined[name]
            )
    for place, node in enumerate(graph.nodes):
        if not followed[place] and node.name not in used:
            yield _warning(f"the result of `{node.name}`", node.origin)


def _warning(what: str, at: Placed | None) -> SpecProblem:
    return SpecProblem(
        codes.UNUSED, f"{what} is never used", at,
        help=("`from:` lets a later layer use it, `outputs:` makes it an output of the net",),
    )  # fmt: skip
