"""The shapes of the inputs: as the spec writes them, or as they are given in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.scope import Evaluator, Variables
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.language.problems import SpecProblem
from cnncalc.language.shapes import read_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.tensors import Layout, Shape


def overrides_by_input(
    inputs: Mapping[str, Value | None], overrides: Mapping[str, Shape]
) -> dict[str, Shape]:
    """Given shapes by the inputs that they are of; the name "" stands for the only one.

    Raises:
        SpecProblem: one is of no input.
    """
    wanted = {name or next(iter(inputs)): shape for name, shape in overrides.items()}
    for name in wanted:
        if name not in inputs:
            raise SpecProblem(
                codes.UNKNOWN_LAYER, f"the spec has no input `{name}`",
                help=(f"its inputs are {listed(inputs)}",),
            )  # fmt: skip
    return wanted


def shape_of_input(written: Value, layout: Layout, variables: Variables) -> Shape:
    """The shape that a spec writes for an input; raises `SpecProblem` if it is none."""
    evaluator = Evaluator(variables, layout, None)
    return read_shape(written, layout, evaluator.value(written))
