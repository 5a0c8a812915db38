"""Several operators that are one layer.

A rule looks at a step, which is the last of its pattern, and back from there; it gives the
step that stands for all of them, or None. What nothing takes any more goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.patterns import (
    activations,
    attention,
    constants,
    functions,
    joins,
    normalizing,
    powers,
    shuffles,
    views,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.onnx.steps import Step, Steps

    Rule = Callable[[Step, Steps], Step | None]

#: In this order; each rule goes over all steps before the next one.
_PASSES: Sequence[Sequence[Rule]] = (
    (activations.activation, normalizing.norm, normalizing.affine, powers.power),
    (activations.activation, activations.gated_half, activations.negated, functions.function),
    (shuffles.shuffle, shuffles.roll, shuffles.patches, views.merged),
    (attention.attention,),
    (shuffles.roll, views.merged, views.pooled),
    (constants.left,),
)


def join_biases(steps: Steps) -> None:
    """Let layers have the biases that are added after them."""
    _apply((constants.bias,), steps)


def recognise(steps: Steps) -> None:
    """Let layers stand for the patterns that they are exported as."""
    for rules in _PASSES:
        _apply(rules, steps)
        views.drop(steps)
    joins.rejoin(steps)


def _apply(rules: Sequence[Rule], steps: Steps) -> None:
    for step in steps:
        for rule in rules:
            current = steps.get(step.output)
            if current is None:
                break
            found = rule(current, steps)
            if found is not None:
                steps.replace(found)
