"""What a net begins with: the values of its variables and the shapes of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes, nearest
from cnncalc.spec.document import read_shape
from cnncalc.spec.problems import SpecProblem
from cnncalc.spec.scope import Evaluator, LazyValue, Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base import Shape
    from cnncalc.spec.document import Document


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
                codes.UNKNOWN_KEY, f"--set {name}: the spec has no variable `{name}`",
                label=f"did you mean `{close}`?" if close else "",
                help=(f"its variables are {', '.join(given) or 'none'}",),
            )  # fmt: skip
    values: dict[str, Any] = dict(overrides)
    variables = Variables(values)
    evaluator = Evaluator(variables, document.layout, None)
    for name, tree in given.items():
        if name not in overrides:
            values[name] = LazyValue(name, tree, evaluator)
    return variables


def shapes_of(
    document: Document, variables: Variables, overrides: Mapping[str, Shape]
) -> dict[str, Shape]:
    """The shape of each input; the override "" stands for the only one.

    Raises:
        SpecProblem: a shape is none, or an override is of no input.
    """
    trees = document.inputs
    wanted = {name or next(iter(trees)): shape for name, shape in overrides.items()}
    for name in wanted:
        if name not in trees:
            raise SpecProblem(
                codes.UNKNOWN_LAYER, f"--input {name}: the spec has no input `{name}`",
                help=(f"its inputs are {', '.join(trees)}",),
            )  # fmt: skip
    evaluator = Evaluator(variables, document.layout, None)
    return {
        name: (
            wanted[name]
            if name in wanted
            else read_shape(tree, document.layout, evaluator.value(tree))
        )
        for name, tree in trees.items()
    }
