"""The shapes of the inputs: as the spec writes them, or as they are given in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.scope import Evaluator, Variables
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.language.document import read_shape
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.document import Document
    from cnncalc.language.tree import Tree
    from cnncalc.layers.base.tensors import Shape


def overrides_by_input(document: Document, overrides: Mapping[str, Shape]) -> dict[str, Shape]:
    """Given shapes by the inputs that they are of; the name "" stands for the only one.

    Raises:
        SpecProblem: one is of no input.
    """
    trees = document.inputs
    wanted = {name or next(iter(trees)): shape for name, shape in overrides.items()}
    for name in wanted:
        if name not in trees:
            raise SpecProblem(
                codes.UNKNOWN_LAYER, f"the spec has no input `{name}`",
                help=(f"its inputs are {listed(trees)}",),
            )  # fmt: skip
    return wanted


def shape_of_input(tree: Tree, document: Document, variables: Variables) -> Shape:
    """The shape that a spec writes for an input; raises `SpecProblem` if it is none."""
    evaluator = Evaluator(variables, document.layout, None)
    return read_shape(tree, document.layout, evaluator.value(tree))
