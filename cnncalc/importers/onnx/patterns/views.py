"""Views: several in a row are one, and those that change nothing are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.operators.views import shaping

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Step, Steps

_SHAPES = frozenset({"reshape", "flatten"})


def merged(step: Step, steps: Steps) -> Step | None:
    """A change of shape or order right after another one."""
    if step.type not in {*_SHAPES, "permute"}:
        return None
    before = steps.only(step.inputs[0])
    if before is None:
        return None
    if step.type in _SHAPES and before.type in _SHAPES:
        origin = steps.get(before.inputs[0])
        shape = origin.shape if origin is not None else steps.inputs.get(before.inputs[0])
        if shape is None:
            return None
        type_, arguments = shaping(shape, step.shape)
        return step._replace(type=type_, arguments=arguments, inputs=before.inputs)
    if step.type == before.type == "permute":
        first = before.arguments["dims"]
        dims = [first[axis] for axis in step.arguments["dims"]]
        return step._replace(arguments={"dims": dims}, inputs=before.inputs)
    return None


def pooled(step: Step, steps: Steps) -> Step | None:
    """The axes of 1 that a global pooling leaves, taken away."""
    if step.type not in _SHAPES or len(step.shape) != 1:
        return None
    pool = steps.only(step.inputs[0])
    if pool is None or pool.type not in {"global_avgpool", "global_maxpool"}:
        return None
    return pool._replace(output=step.output, arguments={}, shape=step.shape)


def drop(steps: Steps) -> None:
    """Take away views that give what they take."""
    gone = {}
    for step in steps:
        if step.type in _SHAPES:
            before = steps.get(step.inputs[0])
            shape = before.shape if before is not None else steps.inputs.get(step.inputs[0])
            if shape == step.shape:
                gone[step.output] = step.inputs[0]
        elif step.type == "permute" and list(step.arguments["dims"]) == sorted(
            step.arguments["dims"]
        ):
            gone[step.output] = step.inputs[0]
    if gone:
        steps.rename(gone)
