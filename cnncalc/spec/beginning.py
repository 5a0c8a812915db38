"""What a net begins with: the values of its variables and the shapes of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes, listed, nearest
from cnncalc.spec.document import read_shape
from cnncalc.spec.problems import SpecProblem
from cnncalc.spec.scope import Evaluator, LazyValue, Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base import Shape
    from cnncalc.spec.document import Document
    from cnncalc.spec.tree import Tree


def variables_of(document: Document, overrides: Mapping[str, Any]) -> Variables:
    """The spec's variables, each computed when it is first used.

    Raises:
        SpecProblem: an override is of no variable.
    """
    given = document.variables
    for name in overrides:
        if name not in given:
            close = nearest(name, given)
            raise SpecProblem(
                codes.UNKNOWN_KEY, f"the spec has no variable `{name}` to be set",
                label=f"did you mean `{close}`?" if close else "",
                help=(f"its variables are {listed(given)}" if given else "it has no `variables:`",),
            )  # fmt: skip
    values: dict[str, Any] = dict(overrides)
    variables = Variables(values)
    evaluator = Evaluator(variables, document.layout, None)
    running: list[str] = []
    for name, tree in given.items():
        if name not in overrides:
            values[name] = LazyValue(name, tree, evaluator, running)
    return variables


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
