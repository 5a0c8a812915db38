"""Norms that exporters write out, and the factors and offsets after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.context import held_of
from cnncalc.importers.onnx.operators.arguments import given, number
from cnncalc.importers.onnx.patterns.constants import own_axis
from cnncalc.importers.onnx.patterns.matching import scalar, two

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.onnx.steps import Step, Steps

_EPS = 1e-5
_SEQUENCE = 2  # axes
_NORMS = frozenset({"layernorm", "rmsnorm", "groupnorm", "instancenorm"})


def norm(step: Step, steps: Steps) -> Step | None:
    """`(x - mean) / sqrt(variance + eps)` is layernorm; without the mean, rmsnorm."""
    if step.type == ":Div" and len(step.inputs) == 2:  # noqa: PLR2004 - of two tensors
        return _divided(step, steps, *step.inputs)
    if step.type == "multiply" and len(step.inputs) == 2:  # noqa: PLR2004 - as above
        for taken, factor in two(step):
            inverse = steps.only(factor)
            if inverse is not None and inverse.type in {":Reciprocal", ":Div"}:
                found = _divided(step, steps, taken, inverse.inputs[0]) or _scaled_first(
                    step, steps, taken, inverse.inputs[0]
                )
                if found is not None:
                    return found
    if step.type == "reshape":
        return _groups(step, steps)
    return None


def _divided(step: Step, steps: Steps, centered: str, deviation: str) -> Step | None:
    chain = steps.chain(deviation, (":Sqrt", ":Add"))
    mean = steps.only(chain[1].inputs[0]) if chain is not None else None
    axes = _averaged(mean)
    square = steps.only(mean.inputs[0]) if mean is not None else None
    if chain is None or axes is None or square is None:
        return None
    added = chain[1]
    if added.operand is None or added.operand.scalar is None or not scalar(square, ":Pow", 2):
        return None
    if square.inputs[0] != centered:
        return None
    eps = number(added.operand.scalar)
    center = steps.get(centered)
    type_, taken = "rmsnorm", centered
    if center is not None and center.type == "subtract":
        averaged = steps.get(center.inputs[1])
        same = averaged is not None and averaged.inputs == (center.inputs[0],)
        if not same or _averaged(averaged) != axes:
            return None
        type_, taken = "layernorm", center.inputs[0]
    rank = len(step.shape)
    return step._replace(
        type=type_, inputs=(taken,), operand=None,
        arguments=_shape(step, axes, rank) | {"elementwise_affine": False}
        | given(eps=(eps, _EPS)),
    )  # fmt: skip


def _scaled_first(step: Step, steps: Steps, taken: str, deviation: str) -> Step | None:
    """A norm whose learned factor is applied before the quotient."""
    factor = steps.only(taken)
    if factor is None or factor.type != ":Mul" or factor.operand is None:
        return None
    found = _divided(step, steps, factor.inputs[0], deviation) if factor.operand.learned else None
    if found is None or found.type != "rmsnorm" or not _fits(factor, found):
        return None
    arguments = {key: one for key, one in found.arguments.items() if key != "elementwise_affine"}
    holds = tuple(held_of((factor.operand,)))
    return found._replace(arguments=arguments, holds=holds, node=factor.node)


def _averaged(step: Step | None) -> list[int] | None:
    """The axes of a mean that keeps them; None for anything else."""
    if step is None or not step.arguments.get("keepdims"):
        return None
    if step.type == "global_avgpool":
        return list(range(1, len(step.shape)))
    axis = step.arguments.get("axis")
    if step.type != "mean" or axis is None:
        return None
    return [axis] if isinstance(axis, int) else list(axis)


def _shape(step: Step, axes: Sequence[int], rank: int) -> dict[str, object]:
    """The argument for the normalised axes; none for the features of a sequence."""
    if axes == [rank - 1]:
        return {} if rank <= _SEQUENCE else {"normalized_shape": step.shape[-1]}
    if axes == list(range(axes[0], rank)):
        return {"normalized_shape": list(step.shape[axes[0] :])}
    return {"axis": axes[0] if len(axes) == 1 else list(axes)}


def _groups(step: Step, steps: Steps) -> Step | None:
    """A group norm: the groups are the channels of an instance norm, whose factors are ones."""
    inner = steps.only(step.inputs[0])
    if inner is None or inner.type != "instancenorm":
        return None
    grouped = steps.only(inner.inputs[0])
    if grouped is None or grouped.type not in {"reshape", "flatten"}:
        return None
    before = steps.get(grouped.inputs[0])
    whole = before.shape if before is not None else steps.inputs.get(grouped.inputs[0])
    if whole != step.shape:
        return None
    arguments = {"groups": grouped.shape[0], "affine": False}
    arguments |= {key: value for key, value in inner.arguments.items() if key == "eps"}
    return step._replace(type="groupnorm", arguments=arguments, inputs=grouped.inputs)


def affine(step: Step, steps: Steps) -> Step | None:
    """A learned factor or offset after a norm that is the norm's own."""
    if step.type not in {":Mul", ":Add"} or step.operand is None or not step.operand.learned:
        return None
    layer = steps.only(step.inputs[0])
    if layer is None or layer.type not in _NORMS:
        return None
    arguments = dict(layer.arguments)
    if step.type == ":Mul":
        key = "elementwise_affine" if "elementwise_affine" in arguments else "affine"
        if arguments.get(key, True) or not _fits(step, layer):
            return None
        del arguments[key]
        if layer.type != "rmsnorm":
            arguments["center"] = False
    elif arguments.get("center", True) or not _fits(step, layer):
        return None
    else:
        del arguments["center"]
    holds = (*layer.holds, *held_of((step.operand,)))
    return layer._replace(output=step.output, arguments=arguments, holds=holds)


def _fits(step: Step, layer: Step) -> bool:
    """Whether a constant lies along the axes that a norm has weights for."""
    operand = step.operand
    if operand is None:
        return False
    if layer.type in {"groupnorm", "instancenorm"}:
        return own_axis(operand, step) == 0
    wanted = layer.arguments.get("normalized_shape")
    if isinstance(wanted, list):
        return [size for size in operand.dims if size != 1] == [one for one in wanted if one != 1]
    axis = layer.arguments.get("axis", len(step.shape) - 1)
    return bool(own_axis(operand, step) == axis)
