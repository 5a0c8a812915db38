"""Functions on tensors of Keras, `x + y` and `keras.ops`, as layers of ours."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.importers.keras.classes import layer_of, ours
from cnncalc.importers.naming import NotKnownError, ReadLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.layers.base.tensors import Inputs, Shape

    _Config = Mapping[str, Any]
    _Rule = Callable[[str, _Config, Inputs], ReadLayer]

_MERGES = {
    "Add": "add", "Multiply": "multiply", "Subtract": "subtract", "Maximum": "maximum",
    "Minimum": "minimum", "Matmul": "matmul",
}  # fmt: skip
_ACTIVATIONS = {
    "Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Silu": "silu",
    "Softplus": "softplus", "HardSigmoid": "hardsigmoid", "HardSwish": "hardswish", "Abs": "abs",
    "HardSilu": "hardswish", "Absolute": "abs", "Elu": "elu", "Selu": "selu", "Celu": "celu",
    "Gelu": "gelu", "Mish": "mish", "Softsign": "softsign", "LogSigmoid": "log_sigmoid",
    "HardTanh": "hardtanh", "TanhShrink": "tanhshrink", "SoftShrink": "softshrink",
    "HardShrink": "hardshrink",
}  # fmt: skip
_REDUCTIONS = {"Mean": "mean", "Max": "max", "Amax": "max", "Min": "min", "Amin": "min",
               "Sum": "reduce_sum"}  # fmt: skip
#: What gives each axis that it keeps its size, and each element a value of its own.
_ELEMENTWISE = frozenset({
    "Exp", "Expm1", "Log", "Log1p", "Sqrt", "Rsqrt", "Square", "Negative", "Sign", "Round",
    "Floor", "Ceil", "Sin", "Cos", "Erf", "Reciprocal", "Power", "Clip", "Cast", "Flip", "Cumsum",
    "Cumprod", "LogicalNot", "Isnan", "Sort", "Argsort", "StopGradient", "Normalize",
    "Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd",
    "LogicalOr", "TrueDivide", "Divide", "FloorDivide", "Mod", "Add", "Multiply", "Subtract",
    "Maximum", "Minimum",
})  # fmt: skip
_REDUCING = frozenset({
    *_REDUCTIONS, "Var", "Std", "Prod", "Argmax", "Argmin", "Any", "All", "Logsumexp", "Median",
    "CountNonzero", "Norm",
})  # fmt: skip
_PAIR = 2
_SEQUENCE = 2  # axes: length and features
_SIX = 6


def operation(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    """A layer for a function on tensors.

    Args:
        class_: its name in Keras.
        config: its arguments; axes count the batch as 0.
        inputs: what it takes.

    Raises:
        NotKnownError: there is none.
    """
    if class_ in _MERGES and len(inputs.shapes) == _PAIR:
        return ours(_MERGES[class_], {}, inputs)
    if class_ in _ACTIVATIONS and len(inputs.shapes) == 1:
        tanh = class_ == "Gelu" and config.get("approximate")
        return ours(_ACTIVATIONS[class_], {"approximate": "tanh"} if tanh else {}, inputs)
    if class_ in _REDUCTIONS:
        return _reduced(class_, config, inputs)
    rule = _RULES.get(class_)
    if rule is None:
        raise NotKnownError
    return rule(class_, config, inputs)


def shape_of(class_: str, config: _Config, shapes: Sequence[Shape]) -> Shape | None:
    """The shape that a function without a layer gives; None where that is not known."""
    try:
        if class_ in _ELEMENTWISE and shapes:
            return max(shapes, key=lambda shape: (len(shape), product(shape)))
        if class_ in _REDUCING and shapes:
            axes = _axes(config.get("axis"), shapes[0])
            return tuple(
                1 if axis in axes else size
                for axis, size in enumerate(shapes[0])
                if axis not in axes or config.get("keepdims")
            )
        if class_ in {"Tile", "Repeat", "Stack"} and shapes:
            return _repeated(class_, config, shapes)
        if class_ == "Einsum":
            return _of_letters(config.get("subscripts"), shapes)
        if class_ == "GetItem" and shapes:
            return _of_index(config.get("index"), shapes[0])
    except NotKnownError:
        pass
    return None


def _of_letters(equation: Any, shapes: Sequence[Shape]) -> Shape | None:  # noqa: ANN401 - as the file has it
    """The shape of a sum over letters, of which the first is the batch in each operand."""
    terms, _, result = str(equation).replace(" ", "").partition("->")
    sizes: dict[str, int] = {}
    for letters, shape in zip(terms.split(","), shapes, strict=False):
        if len(letters) != len(shape) + 1 or letters[0] != result[:1]:
            return None
        sizes.update(zip(letters[1:], shape, strict=True))
    return tuple(sizes[one] for one in result[1:]) if {*result[1:]} <= sizes.keys() else None


def _of_index(index: Any, shape: Shape) -> Shape | None:  # noqa: ANN401 - as the file has it
    """What an index leaves of a shape."""
    parts = index if isinstance(index, list) else [index]
    if _bounds(parts[0]) != (None, None, None) or len(parts) > len(shape) + 1:
        return None
    found = []
    for size, part in zip(shape, parts[1:], strict=False):
        if not isinstance(part, int):
            found.append(len(range(*slice(*_bounds(part)).indices(size))))
    return (*found, *shape[len(parts) - 1 :]) or (1,)


def _repeated(class_: str, config: _Config, shapes: Sequence[Shape]) -> Shape | None:
    shape, axis = shapes[0], config.get("axis")
    if class_ == "Stack" and isinstance(axis, int):
        place = axis - 1 if axis > 0 else axis + len(shape) + 1
        return (*shape[:place], len(shapes), *shape[place:]) if place >= 0 else None
    repeats = config.get("repeats")
    if class_ == "Tile" and isinstance(repeats, list) and len(repeats) == len(shape) + 1:
        return tuple(size * count for size, count in zip(shape, repeats[1:], strict=True))
    if class_ == "Repeat" and isinstance(repeats, int):
        (own,) = _axes(axis, shape)
        return (*shape[:own], shape[own] * repeats, *shape[own + 1 :])
    return None


# -- axes -----------------------------------------------------------------------------------------


def _axes(given: Any, shape: Shape) -> list[int]:  # noqa: ANN401 - as the file has it
    """Axes without the batch; raises `NotKnownError` for the batch itself, or for all."""
    listed = given if isinstance(given, list) else [given]
    found = []
    for axis in listed:
        if not isinstance(axis, int):
            raise NotKnownError
        own = (axis + len(shape) + 1 if axis < 0 else axis) - 1
        if not 0 <= own < len(shape):
            raise NotKnownError
        found.append(own)
    return sorted(found)


def _reduced(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    shape = inputs.shapes[0]
    axes = _axes(config.get("axis"), shape)
    kept = {"keepdims": True} if config.get("keepdims") else {}
    type_ = {"Mean": "global_avgpool", "Max": "global_maxpool"}.get(class_)
    if type_ and len(shape) > _SEQUENCE and axes == list(range(len(shape) - 1)):
        return ours(type_, kept, inputs)
    axis: Any = axes[0] if len(axes) == 1 else axes
    return ours(_REDUCTIONS[class_], {"axis": axis, **kept}, inputs)


def _along(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    """A function along one axis, the last one unless it is told."""
    type_ = {"Softmax": "softmax", "LogSoftmax": "log_softmax"}[class_]
    (axis,) = _axes(config.get("axis", -1), inputs.shapes[0])
    last = axis == len(inputs.shapes[0]) - 1
    return ours(type_, {} if last else {"axis": axis}, inputs)


def _joined(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    shape = inputs.shapes[0]
    (axis,) = _axes(config.get("axis", -1), shape)
    return ours("concat", {} if axis == len(shape) - 1 else {"axis": axis}, inputs)


def part_of_split(config: _Config, inputs: Inputs, number: int) -> ReadLayer:
    """One of the results of a `Split`; raises `NotKnownError` where it is not known."""
    shape, given = inputs.shapes[0], config.get("indices_or_sections")
    (axis,) = _axes(config.get("axis", 0), shape)
    where = {} if axis == len(shape) - 1 else {"axis": axis}
    index = {"index": number} if number else {}
    if isinstance(given, int):
        return ours("chunk", {"chunks": given, **index, **where}, inputs)
    if not isinstance(given, list) or not all(isinstance(one, int) for one in given):
        raise NotKnownError
    ends = [0, *given, shape[axis]]
    sizes = [stop - start for start, stop in pairwise(ends)]
    return ours("split", {"sizes": sizes, **index, **where}, inputs)


# -- shapes ---------------------------------------------------------------------------------------


def _reshaped(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    given = config.get("newshape")
    if not isinstance(given, list) or not all(isinstance(one, int) for one in given):
        raise NotKnownError
    return _to(tuple(given[1:]), inputs)


def _to(wanted: Sequence[int], inputs: Inputs) -> ReadLayer:
    shape = inputs.shapes[0]
    rest = product(size for size in wanted if size > 0)
    full = tuple(product(shape) // rest if size < 0 and rest else size for size in wanted)
    if full == shape:
        return ours("identity", {}, inputs)
    if len(full) == 1:
        return ours("flatten", {}, inputs)
    return ours("reshape", {"shape": list(full)}, inputs)


def _expanded(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    shape, axis = inputs.shapes[0], config.get("axis")
    if not isinstance(axis, int) or not axis:
        raise NotKnownError
    place = axis - 1 if axis > 0 else axis + len(shape) + 1
    return _to((*shape[:place], 1, *shape[place:]), inputs)


def _squeezed(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    shape = inputs.shapes[0]
    axes = _axes(config.get("axis"), shape)
    return _to(tuple(size for axis, size in enumerate(shape) if axis not in axes) or (1,), inputs)


def _permuted(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    rank = len(inputs.shapes[0])
    order = list(range(rank))
    if class_ == "Swapaxes":
        (one,), (two,) = (_axes(config.get(key), inputs.shapes[0]) for key in ("axis1", "axis2"))
        order[one], order[two] = order[two], order[one]
    else:
        axes = config.get("axes")
        if not isinstance(axes, list) or len(axes) != rank + 1 or axes[0] != 0:
            raise NotKnownError
        order = [axis - 1 for axis in axes[1:]]
    return ours("permute", {"dims": order}, inputs)


def _taken(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    """One slice of one axis, or one element of it where the axis has but one."""
    index, shape = config.get("index"), inputs.shapes[0]
    parts = [
        (axis, part)
        for axis, part in enumerate(index if isinstance(index, list) else [index])
        if _bounds(part) != (None, None, None)
    ]
    if len(parts) != 1 or not parts[0][0]:
        raise NotKnownError
    axis, (start, stop, step) = parts[0][0] - 1, _bounds(parts[0][1])
    if axis >= len(shape) or step not in {None, 1}:
        raise NotKnownError
    bounds = {key: one for key, one in (("start", start), ("stop", stop)) if one}
    return ours("slice", {**bounds, "axis": axis}, inputs)


def _bounds(part: Any) -> tuple[int | None, int | None, int | None]:  # noqa: ANN401 - as above
    """What a slice takes; raises `NotKnownError` for another index."""
    config = part.get("config") if isinstance(part, dict) else None
    if not isinstance(config, dict) or part.get("class_name") != "__slice__":
        raise NotKnownError
    start, stop, step = (config.get(key) for key in ("start", "stop", "step"))
    if not all(one is None or isinstance(one, int) for one in (start, stop, step)):
        raise NotKnownError
    return start, stop, step


# -- others ---------------------------------------------------------------------------------------


def _scaled(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    """An operator with a number."""
    scalar = config.get("scalar")
    if not isinstance(scalar, (int, float)) or len(inputs.shapes) != 1:
        raise NotKnownError
    if class_ == "Add":
        return ours("rescaling", {"offset": scalar}, inputs)
    if class_ == "Multiply":
        return ours("rescaling", {"scale": scalar}, inputs)
    if class_ == "Subtract":
        turned = {"scale": -1, "offset": scalar}
        given = turned if config.get("scalar_first") else {"offset": -scalar}
        return ours("rescaling", given, inputs)
    if config.get("scalar_first") or not scalar:
        raise NotKnownError
    return ours("rescaling", {"scale": 1 / scalar}, inputs)


def _clipped(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    low, high = config.get("x_min"), config.get("x_max")
    if low == 0 and high == _SIX:
        return ours("relu6", {}, inputs)
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        raise NotKnownError
    return ours("hardtanh", {"min_val": low, "max_val": high}, inputs)


def _leaky(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    return ours("leaky_relu", {"negative_slope": config.get("negative_slope", 0.2)}, inputs)


def _pooled(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    kind = {"MaxPool": "MaxPooling", "AveragePool": "AveragePooling"}[class_]
    rank = len(inputs.shapes[0]) - 1
    return layer_of(f"{kind}{rank}D", "keras.layers", config, inputs.shapes)


def _padded(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    pairs = config.get("pad_width")
    rank = len(inputs.shapes[0])
    if not isinstance(pairs, list) or len(pairs) != rank + 1 or pairs[0] != [0, 0]:
        raise NotKnownError
    if pairs[-1] != [0, 0] or config.get("mode") != "constant":
        raise NotKnownError
    same = all(before == after for before, after in pairs[1:-1])
    padding = [before for before, _ in pairs[1:-1]] if same else pairs[1:-1]
    return ours("pad", {"padding": padding}, inputs)


def _resized(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    mode = config.get("interpolation", "bilinear")
    return ours("upsample", {"size": config.get("size"), "mode": mode}, inputs)


def _shuffled(class_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    type_ = {"DepthToSpace": "pixel_shuffle", "SpaceToDepth": "pixel_unshuffle"}[class_]
    return ours(type_, {"factor": config.get("block_size")}, inputs)


def _rolled(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    shift, axes = config.get("shift"), _axes(config.get("axis"), inputs.shapes[0])
    axis: Any = axes[0] if len(axes) == 1 else axes
    return ours("roll", {"shifts": shift, "axis": axis}, inputs)


def _unit(_: str, config: _Config, inputs: Inputs) -> ReadLayer:
    (axis,) = _axes(config.get("axis", -1), inputs.shapes[0])
    if config.get("order", 2) != 2:  # noqa: PLR2004 - Euclid's
        raise NotKnownError
    last = axis == len(inputs.shapes[0]) - 1
    return ours("unit_norm", {} if last else {"axis": axis}, inputs)


_RULES: dict[str, _Rule] = {
    **dict.fromkeys(("Add", "Multiply", "Subtract", "TrueDivide", "Divide"), _scaled),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _along),
    **dict.fromkeys(("Transpose", "Swapaxes"), _permuted),
    **dict.fromkeys(("MaxPool", "AveragePool"), _pooled),
    **dict.fromkeys(("DepthToSpace", "SpaceToDepth"), _shuffled),
    "Concatenate": _joined,
    "Reshape": _reshaped,
    "ExpandDims": _expanded,
    "Squeeze": _squeezed,
    "GetItem": _taken,
    "Clip": _clipped,
    "LeakyRelu": _leaky,
    "Pad": _padded,
    "Resize": _resized,
    "Normalize": _unit,
    "Roll": _rolled,
}
