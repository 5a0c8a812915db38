"""Attention as exporters write it: projections, heads, two products with a softmax between.

Between these stand only views and scalings, in many forms; they are looked through. One
input gives query, key and value: by one product with all three kernels, or by three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import held_of
from cnncalc.importers.onnx.patterns.matching import scalar
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Held, Step, Steps

_THROUGH = frozenset({"reshape", "flatten", "permute", "slice", "chunk", "split", "dropout"})
_SEQUENCE = 2  # axes
_LONGEST = 12  # views between a projection and a product


class _Core(NamedTuple):
    """The two products.

    Attributes:
        heads: how many.
        query, key, value: the projections.
        extra: learned tensors that are added to the scores.
    """

    heads: int
    query: Step
    key: Step
    value: Step
    extra: tuple[Held, ...]


def attention(step: Step, steps: Steps) -> Step | None:
    """A dense layer after heads that attend is the output projection of an attention layer."""
    if step.type != "dense":
        return None
    product = _back(step.inputs[0], steps)
    if product is None or product.type != "matmul":
        return None
    core = _core(product, steps)
    if core is None:
        return None
    arguments = _arguments(step, core)
    if arguments is None:
        return None
    projections = list({one.output: one for one in (core.query, core.key, core.value)}.values())
    inputs = tuple(one.inputs[0] for one in (core.query, core.key, core.value))
    if len(set(inputs)) == 1:
        inputs = inputs[:1]
    elif len(step.shape) != _SEQUENCE:
        return None
    holds = tuple(held for one in projections for held in one.holds)
    type_ = "attention" if len(step.shape) == _SEQUENCE else "multi_head_attention"
    return step._replace(
        type=type_, arguments=arguments, inputs=inputs, holds=(*holds, *step.holds),
        within=tuple(one.node for one in projections), extra=core.extra,
    )  # fmt: skip


def _back(name: str, steps: Steps) -> Step | None:
    """The step that views, parts and scalings are made of."""
    for _ in range(_LONGEST):
        step = steps.get(name)
        if step is None:
            return None
        if step.type not in _THROUGH and not (scalar(step, ":Mul") or scalar(step, ":Div")):
            return step
        name = step.inputs[0]
    return None


def _core(product: Step, steps: Steps) -> _Core | None:
    weights, value = (_back(name, steps) for name in product.inputs)
    if weights is None or value is None or weights.type != "softmax":
        return None
    scores = steps.get(weights.inputs[0])
    extra: tuple[Held, ...] = ()
    while scores is not None and scores.type != "matmul":
        if scores.type == ":Add" and scores.operand is not None:
            dims = scores.operand.dims
            if scores.operand.learned and len(dims) > _SEQUENCE and dims[-3] == scores.shape[-3]:
                extra += tuple(held_of((scores.operand,)))
        elif not (
            scalar(scores, ":Mul")
            or scalar(scores, ":Div")
            or scores.type in {"reshape", "flatten"}
        ):
            return None
        scores = steps.get(scores.inputs[0])
    if scores is None or len(scores.shape) <= _SEQUENCE:
        return None
    query, key = (_back(name, steps) for name in scores.inputs)
    if query is None or key is None:
        return None
    if any(one.type != "dense" for one in (query, key, value)):
        return None
    return _Core(scores.shape[-3], query, key, value, extra)


def _arguments(step: Step, core: _Core) -> dict[str, Any] | None:
    """The arguments of the layer; None where none of ours has such projections."""
    flags = {one.arguments.get("bias", True) for one in (step, core.query, core.key, core.value)}
    features = step.arguments["units"]
    width = core.query.arguments["units"]
    together = core.query.output == core.key.output == core.value.output
    width = width // 3 if together else width
    if len(flags) != 1 or width != features or features % core.heads:
        return None
    bias = {} if flags == {True} else {"bias": False}
    if len(step.shape) == _SEQUENCE:
        return {"num_heads": core.heads, **bias}
    axis = len(step.shape) - 2
    key = features // core.heads
    return {"num_heads": core.heads, "key_dim": key, "attention_axes": axis, **bias}
