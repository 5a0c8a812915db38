"""Layers made of squares and powers: norms of length, of neighbouring channels, poolings of powers.

None of them has an operator in PyTorch's exports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.operators.arguments import given, number
from cnncalc.importers.onnx.patterns.matching import scalar, two

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Step, Steps
    from cnncalc.layers.base.tensors import Shape

_PAIR = 2
_MOST_VIEWS = 5
_LEAST = 1e-4  # what is added to a length, or is the smallest one


def power(step: Step, steps: Steps) -> Step | None:
    """A quotient by a power or a length, or a root of averaged powers."""
    if step.type == ":Div" and len(step.inputs) == _PAIR:
        return _local_response(step, steps) or _unit(step, steps)
    return _pooled(step, steps) if step.type == ":Pow" else None


def _squared(step: Step | None) -> str | None:
    """The tensor that a step squares."""
    if step is None:
        return None
    if step.type == "multiply" and len(step.inputs) == _PAIR and len(set(step.inputs)) == 1:
        return step.inputs[0]
    return step.inputs[0] if scalar(step, ":Pow", 2) else None


# -- local response -------------------------------------------------------------------------------


def _local_response(step: Step, steps: Steps) -> Step | None:
    """`x / (k + alpha * mean(x^2))^beta`, the mean over neighbouring channels."""
    taken, divisor = step.inputs
    chain = steps.chain(divisor, (":Pow", ":Add", ":Mul"))
    if chain is None or not all(scalar(one, one.type) for one in chain):
        return None
    size, name = 0, chain[-1].inputs[0]
    for _ in range(_MOST_VIEWS):
        inner = steps.only(name)
        if inner is None or inner.type not in {"reshape", "flatten", "pad", "avgpool"}:
            break
        if inner.type == "avgpool":
            size = _channels(inner.arguments["kernel"])
        name = inner.inputs[0]
    if not size or _squared(steps.only(name)) != taken:
        return None
    beta, k, alpha = (number(one.operand.scalar or 0) for one in chain if one.operand is not None)
    arguments = {"size": size, **given(alpha=(alpha, 1e-4), beta=(beta, 0.75), k=(k, 1))}
    return step._replace(type="local_response_norm", arguments=arguments, inputs=(taken,))


def _channels(kernel: Any) -> int:  # noqa: ANN401 - a number or a list
    """How many channels a window covers that covers nothing else; 0 for other windows."""
    sizes = kernel if isinstance(kernel, list) else [kernel]
    return sizes[0] if all(size == 1 for size in sizes[1:]) else 0


# -- length ---------------------------------------------------------------------------------------


def _unit(step: Step, steps: Steps) -> Step | None:
    """`x / length(x)` along axes of its own, a small number aside."""
    taken, divisor = step.inputs
    length = _behind(divisor, steps)
    if length is None:
        return None
    if length.type == ":Sqrt":
        total = steps.only(length.inputs[0])
        total = _past_small(total, steps)
        if total is None or total.type != "reduce_sum":
            return None
        if _squared(steps.only(total.inputs[0])) != taken:
            return None
        length = total
    elif length.type != ":ReduceL2" or length.inputs != (taken,):
        return None
    axes = _summed(step.shape, length.shape)
    if axes is None:
        return None
    last = axes == [len(step.shape) - 1]
    axis: Any = axes[0] if len(axes) == 1 else axes
    return step._replace(
        type="unit_norm", arguments={} if last else {"axis": axis}, inputs=(taken,)
    )


def _behind(name: str, steps: Steps) -> Step | None:
    """A length before it is made larger than a small number, and stretched."""
    step = steps.only(name)
    while step is not None and step.type == ":Expand":
        step = steps.only(step.inputs[0])
    return _past_small(step, steps)


def _past_small(step: Step | None, steps: Steps) -> Step | None:
    while step is not None and step.type in {":Add", ":Max"} and step.operand is not None:
        small = step.operand.scalar
        if small is None or abs(small) > _LEAST:
            return None
        step = steps.only(step.inputs[0])
    return step


def _summed(before: Shape, after: Shape) -> list[int] | None:
    """The axes that became 1."""
    if len(before) != len(after):
        return None
    axes = [axis for axis, size in enumerate(before) if size != after[axis]]
    return axes if axes and all(after[axis] == 1 for axis in axes) else None


# -- pooling --------------------------------------------------------------------------------------


def _pooled(step: Step, steps: Steps) -> Step | None:
    """The p-th root of windows' sums of p-th powers, written with averages."""
    root = step.operand.scalar if step.operand is not None else None
    scaled = steps.only(step.inputs[0])
    if not root or scaled is None or not scalar(scaled, ":Mul"):
        return None
    pool = _plain(steps.only(scaled.inputs[0]), steps)
    if pool is None or pool.type != "avgpool":
        return None
    raised = steps.only(pool.inputs[0])
    if raised is None or not scalar(raised, ":Pow", 1 / root):
        return None
    arguments = {"norm_type": number(1 / root), **pool.arguments}
    return step._replace(type="lppool", arguments=arguments, inputs=raised.inputs, operand=None)


def _plain(step: Step | None, steps: Steps) -> Step | None:
    """What `sign(x) * relu(abs(x))` is made of; any other step itself."""
    if step is None or step.type != "multiply" or len(step.inputs) != _PAIR:
        return step
    for one, other in two(step):
        sign, relu = steps.only(one), steps.only(other)
        size = steps.only(relu.inputs[0]) if relu is not None and relu.type == "relu" else None
        if sign is None or size is None or (sign.type, size.type) != (":Sign", "abs"):
            continue
        if sign.inputs == size.inputs:
            return steps.get(sign.inputs[0])
    return step
