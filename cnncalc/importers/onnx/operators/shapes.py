"""Shapes of the results of operators that have no layer of ours.

They follow from the shapes that the operator takes; only an operator that is not here needs
the shape that a file states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.constants import broadcast
from cnncalc.importers.onnx.context import NotSupported

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node

    Full = tuple[int, ...]
    Rule = Callable[[Node, Context, Sequence[Full]], Full]

_BROADCAST = (
    "Add", "Sub", "Mul", "Div", "Pow", "Mod", "Max", "Min", "Sum", "Mean", "Where", "Equal",
    "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not", "BitwiseAnd",
    "BitwiseOr", "BitwiseXor", "BitwiseNot", "BitShift", "PRelu",
)  # fmt: skip
_SAME = (
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BatchNormalization", "Bernoulli",
    "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos", "Cosh", "CumSum", "DequantizeLinear",
    "Dropout", "Elu", "Erf", "Exp", "EyeLike", "Floor", "Gelu", "GroupNormalization",
    "HardSigmoid", "HardSwish", "Hardmax", "Identity", "InstanceNormalization", "IsInf", "IsNaN",
    "LRN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization",
    "MeanVarianceNormalization", "Mish", "Neg", "QuantizeLinear", "RandomNormalLike",
    "RandomUniformLike", "Reciprocal", "Relu", "ReverseSequence", "RMSNormalization", "Round",
    "Scatter", "ScatterElements", "ScatterND", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh",
    "SimplifiedLayerNormalization", "Softmax", "Softplus", "Softsign", "Sqrt", "Swish", "Tan",
    "Tanh", "TensorScatter", "ThresholdedRelu", "Trilu",
)  # fmt: skip
_REDUCED = (
    "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceProd", "ReduceL1", "ReduceL2",
    "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare",
)  # fmt: skip
_MATRIX = 2  # axes


def shape_of(node: Node, at: Context, index: int = 0) -> Full:
    """The shape of a result of an operator, with the batch.

    Args:
        node: the operator.
        at: what is known of its inputs.
        index: which of its results.

    Raises:
        NotSupported: it does not follow from the shapes of the inputs.
    """
    rule = _RULES.get(node.op) if not index else _FURTHER.get(node.op)
    if rule is None or not node.inputs:
        raise NotSupported
    try:
        return rule(node, at, [_taken(name, at) for name in node.inputs])
    except (ValueError, IndexError):
        raise NotSupported from None


def _taken(name: str, at: Context) -> Full:
    """The shape of an input; that of a scalar where it is left out."""
    if name in at.values:
        return at.values[name].shape
    if name and name not in at.constants:
        raise NotSupported
    return at.constants[name].dims if name else ()


def _together(_: Node, __: Context, shapes: Sequence[Full]) -> Full:
    found: Full = ()
    for shape in shapes:
        found = broadcast(found, shape)
    return found


def _same(_: Node, __: Context, shapes: Sequence[Full]) -> Full:
    return shapes[0]


def _reduced(node: Node, at: Context, shapes: Sequence[Full]) -> Full:
    return _without(node, at.integers(node, 1, "axes"), shapes[0])


def _index(node: Node, _: Context, shapes: Sequence[Full]) -> Full:
    return _without(node, (node.attributes.get("axis", 0),), shapes[0])


def _without(node: Node, axes: Sequence[int] | None, shape: Full) -> Full:
    """A shape whose axes become 1, all of them where none are named, or go."""
    if not axes and node.attributes.get("noop_with_empty_axes", 0):
        return shape
    gone = {axis % len(shape) for axis in axes} if axes else set(range(len(shape)))
    if node.attributes.get("keepdims", 1):
        return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


def matmul_shape(first: Full, second: Full) -> Full:
    """The shape of a product of matrices; raises `ValueError` where they do not meet."""
    one = first if len(first) > 1 else (1, *first)
    other = second if len(second) > 1 else (*second, 1)
    if one[-1] != other[-2]:
        raise ValueError("matrices do not meet")
    found = broadcast(one[:-2], other[:-2])
    rows, columns = one[-2:-1], other[-1:]
    return found + (rows if len(first) > 1 else ()) + (columns if len(second) > 1 else ())


def _matmul(_: Node, __: Context, shapes: Sequence[Full]) -> Full:
    return matmul_shape(shapes[0], shapes[1])


def _gemm(node: Node, _: Context, shapes: Sequence[Full]) -> Full:
    first, second = shapes[:2]
    if len(first) != _MATRIX or len(second) != _MATRIX:
        raise NotSupported
    rows = first[1 if node.attributes.get("transA", 0) else 0]
    return rows, second[0 if node.attributes.get("transB", 0) else 1]


def _top(node: Node, at: Context, shapes: Sequence[Full]) -> Full:
    count = at.integers(node, 1, "k")
    size = count[0] if isinstance(count, tuple) else count
    if not isinstance(size, int):
        raise NotSupported
    shape = list(shapes[0])
    shape[node.attributes.get("axis", -1)] = size
    return tuple(shape)


def _joined(node: Node, _: Context, shapes: Sequence[Full]) -> Full:
    axis = node.attributes.get("axis", 0) % len(shapes[0])
    rest = {shape[:axis] + shape[axis + 1 :] for shape in shapes}
    if len(rest) != 1:
        raise NotSupported
    size = sum(shape[axis] for shape in shapes)
    return (*shapes[0][:axis], size, *shapes[0][axis + 1 :])


def _gathered(node: Node, _: Context, shapes: Sequence[Full]) -> Full:
    data, indices = shapes
    axis = node.attributes.get("axis", 0) % len(data)
    return (*data[:axis], *indices, *data[axis + 1 :])


def _of_indices(_: Node, __: Context, shapes: Sequence[Full]) -> Full:
    return shapes[1]


def _gathered_nd(node: Node, _: Context, shapes: Sequence[Full]) -> Full:
    data, indices = shapes
    batch = node.attributes.get("batch_dims", 0)
    return (*indices[:-1], *data[batch + indices[-1] :])


def _sampled(_: Node, __: Context, shapes: Sequence[Full]) -> Full:
    data, grid = shapes
    return (*data[:2], *grid[1:-1])


def _aligned(node: Node, _: Context, shapes: Sequence[Full]) -> Full:
    data, regions = shapes[:2]
    height, width = (node.attributes.get(f"output_{one}", 1) for one in ("height", "width"))
    return (regions[0], data[1], height, width)


def _one_hot(node: Node, at: Context, shapes: Sequence[Full]) -> Full:
    depth = at.integers(node, 1)
    axis = node.attributes.get("axis", -1)
    if not depth:
        raise NotSupported
    place = axis % (len(shapes[0]) + 1)
    return (*shapes[0][:place], depth[0], *shapes[0][place:])


def _state(_: Node, __: Context, shapes: Sequence[Full]) -> Full:
    """The last state of a recurrent layer: directions, batch and units."""
    recurrent = shapes[2]
    return (recurrent[0], shapes[0][1], recurrent[2])


def _states(node: Node, at: Context, shapes: Sequence[Full]) -> Full:
    return (shapes[0][0], *_state(node, at, shapes))


_RECURRENT = ("LSTM", "GRU", "RNN")
#: Of results beyond the first.
_FURTHER: dict[str, Rule] = {
    **dict.fromkeys(_RECURRENT, _state),
    "TopK": _top,
    "Dropout": _same,
}
_RULES: dict[str, Rule] = {
    **dict.fromkeys(_RECURRENT, _states),
    **dict.fromkeys(_BROADCAST, _together),
    **dict.fromkeys(_SAME, _same),
    **dict.fromkeys(_REDUCED, _reduced),
    **dict.fromkeys(("ArgMax", "ArgMin"), _index),
    "MatMul": _matmul,
    "Gemm": _gemm,
    "TopK": _top,
    "Concat": _joined,
    "Gather": _gathered,
    "GatherElements": _of_indices,
    "GatherND": _gathered_nd,
    "GridSample": _sampled,
    "RoiAlign": _aligned,
    "OneHot": _one_hot,
}
