"""What moves elements, joins tensors and takes parts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.importers.onnx.constants import (
    broadcast,
    reshaped,
    slice_bounds,
    sliced,
    squeezed,
    unsqueezed,
)
from cnncalc.importers.onnx.context import NotSupported, Value
from cnncalc.importers.onnx.operators.arguments import given, number, paired, sizes
from cnncalc.importers.onnx.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.onnx.constants import Constant
    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node

_FEW_PARTS = 4  # of an axis, which two slices tell as chunks
_SEQUENCE = 2  # axes: length and features


# -- other shapes -----------------------------------------------------------------------------


def _reshape(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    target = at.integers(node, 1, "shape")
    if target is None:
        raise NotSupported
    zero = bool(node.attributes.get("allowzero", 0))
    shape = _reached(value, target, at.exported, zero=zero)
    _to_shape(node, at, value, shape, _batch_after(value, shape, at.batch))


def _reached(
    value: Value, target: tuple[int, ...], exported: int, *, zero: bool
) -> tuple[int, ...]:
    """The shape that a target means, which may count the samples of the export."""
    try:
        return reshaped(value.shape, target, zero=zero)
    except (ValueError, IndexError):
        if exported == 1:
            raise NotSupported from None
    before, so_far = _before(value), 1
    for axis, size in enumerate(target):
        if size % exported == 0 and so_far <= before and so_far * size >= before * exported:
            smaller = (*target[:axis], size // exported, *target[axis + 1 :])
            try:
                return reshaped(value.shape, smaller, zero=zero)
            except (ValueError, IndexError):
                break
        so_far *= size
    raise NotSupported


def _batch_after(value: Value, shape: tuple[int, ...], size: int) -> int | None:
    """Where the batch is after a change of shape; None if it was merged with another axis."""
    before, so_far = _before(value), 1
    for axis, one in enumerate(shape):
        if so_far == before and one == size:
            return axis
        so_far *= one
    return None


def _before(value: Value) -> int:
    return value.before if value.batch is None else product(value.shape[: value.batch])


def _to_shape(
    node: Node, at: Context, value: Value, shape: tuple[int, ...], batch: int | None
) -> None:
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    if own == value.own or product(own) == product(value.own) == 1:
        at.alias(node, Value(value.tensor, shape, batch, _before(value)))
        return
    if product(own) != product(value.own):
        raise NotSupported
    type_, arguments = shaping(value.own, own)
    step = Step(type_, arguments, (value.tensor,), node.outputs[0], own, node)
    at.add(step, shape, batch, _before(value))


def shaping(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[str, dict[str, Any]]:
    """`flatten` where trailing axes become one, else `reshape`."""
    first = len(after) - 1
    if len(before) > len(after) and before[:first] == after[:first]:
        return "flatten", given(start_dim=(first, 0))
    return "reshape", {"shape": list(after)}


def _flatten(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    axis = node.attributes.get("axis", 1)
    axis += len(value.shape) if axis < 0 else 0
    shape = (product(value.shape[:axis]), product(value.shape[axis:]))
    _to_shape(node, at, value, shape, _batch_after(value, shape, at.batch))


def _unsqueeze(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    axes = at.integers(node, 1, "axes") or ()
    shape = unsqueezed(value.shape, axes)
    new = {axis % len(shape) for axis in axes}
    old = [axis for axis in range(len(shape)) if axis not in new]
    _to_shape(node, at, value, shape, None if value.batch is None else old[value.batch])


def _squeeze(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    axes = at.integers(node, 1, "axes")
    rank = len(value.shape)
    gone = (
        {axis % rank for axis in axes}
        if axes is not None
        else {axis for axis, size in enumerate(value.shape) if size == 1 and axis != value.batch}
    )
    shape = squeezed(value.shape, sorted(gone))
    batch = value.batch
    if batch is not None:
        batch = None if batch in gone else batch - sum(1 for axis in gone if axis < batch)
    _to_shape(node, at, value, shape, batch)


def _transpose(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    rank = len(value.shape)
    order = tuple(node.attributes.get("perm") or reversed(range(rank)))
    if sorted(order) != list(range(rank)):
        raise NotSupported
    shape = tuple(value.shape[axis] for axis in order)
    batch = None if value.batch is None else order.index(value.batch)
    dims = [at_ for axis in order if (at_ := value.own_axis(axis)) is not None]
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    moved = [axis for axis in dims if value.own[axis] != 1]
    if moved == sorted(moved):  # nothing but axes of 1 changes its place
        _to_shape(node, at, value, shape, batch)
        return
    step = Step("permute", {"dims": dims}, (value.tensor,), node.outputs[0], own, node)
    at.add(step, shape, batch)


def _expand(node: Node, at: Context) -> None:
    value, target = at.value(node.inputs[0]), at.integers(node, 1)
    if target is None:
        raise NotSupported
    try:
        shape = broadcast(value.shape, target)
    except ValueError:
        raise NotSupported from None
    batch = None if value.batch is None else value.batch + len(shape) - len(value.shape)
    if batch is not None and shape[batch] == at.exported:
        shape = (*shape[:batch], at.batch, *shape[batch + 1 :])
    if shape == value.shape:
        at.alias(node, value)
    else:
        raw(node, at, value, shape)


def raw(node: Node, at: Context, value: Value, shape: tuple[int, ...]) -> None:
    """An operator without a layer of ours, whose shape follows from its constants."""
    batch = value.batch
    if batch is not None:
        batch += len(shape) - len(value.shape)
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    step = Step(f":{node.op}", {}, (value.tensor,), node.outputs[0], own, node)
    at.add(step, shape, batch)


# -- joining and taking apart -----------------------------------------------------------------


def _concat(node: Node, at: Context) -> None:
    constants = [at.constant(node, index) for index in range(len(node.inputs))]
    if any(one is not None for one in constants):
        _with_token(node, at, constants)
        return
    values = [at.value(name) for name in node.inputs]
    axis = _own(values[0], node.attributes.get("axis", 0))
    if len(values) == 1:
        at.alias(node, values[0])
        return
    at.layer(node, "concat", _axis(axis, values[0]), inputs=values)


def _with_token(node: Node, at: Context, constants: Sequence[Constant | None]) -> None:
    """A learned token before a sequence."""
    if len(constants) != 2 or constants[0] is None:  # noqa: PLR2004 - a token, and what follows
        raise NotSupported
    token, value = constants[0], at.value(node.inputs[1])
    axis = _own(value, node.attributes.get("axis", 0))
    if axis != 0 or len(value.own) != _SEQUENCE or token.size % value.own[1]:
        raise NotSupported
    count = token.size // value.own[1]
    at.layer(node, "class_token", given(count=(count, 1)), inputs=(value,), holds=(token,))


def _own(value: Value, axis: int) -> int:
    own = value.own_axis(axis)
    if own is None:
        raise NotSupported
    return own


def _axis(axis: int, value: Value) -> dict[str, Any]:
    """The argument for an axis: none for the channels of a map or of features."""
    return {} if axis == 0 and len(value.own) != _SEQUENCE else {"axis": axis}


def _split(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    full = node.attributes.get("axis", 0) % len(value.shape)
    axis = _own(value, full)
    parts = at.integers(node, 1, "split")
    count = len(node.outputs)
    if parts is None:
        size = -(-value.shape[full] // count)
        parts = (*(size,) * (count - 1), value.shape[full] - size * (count - 1))
    for index, output in enumerate(node.outputs):
        if output:
            type_, arguments = _part(parts, index)
            arguments |= _axis(axis, value)
            at.layer(node, type_, arguments, inputs=(value,), output=output)


def _part(parts: Sequence[int], index: int) -> tuple[str, dict[str, Any]]:
    if len(set(parts)) == 1:
        return "chunk", {"chunks": len(parts)} | given(index=(index, 0))
    return "split", {"sizes": list(parts)} | given(index=(index, 0))


def _slice(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    rank = len(value.shape)
    bounds = slice_bounds(
        node.attributes, [at.integers(node, index) for index in range(1, len(node.inputs))], rank
    )
    if bounds is None:
        raise NotSupported
    taken = {axis: sliced(value.shape[axis], *bound) for axis, bound in bounds.items()}
    real = {axis: at_ for axis, at_ in taken.items() if len(at_) != value.shape[axis]}
    if any(not at_ for at_ in real.values()):
        raise NotSupported
    if any(one.step != 1 for one in real.values()) or value.batch in real:
        shape = tuple(len(taken.get(axis, range(size))) for axis, size in enumerate(value.shape))
        raw(node, at, value, shape)
        return
    for index, (axis, one) in enumerate(real.items()):
        output = node.outputs[0] if index == len(real) - 1 else f"{node.outputs[0]}:{axis}"
        type_, arguments = _taken(value.shape[axis], one.start, one.stop)
        arguments |= _axis(_own(value, axis), value)
        value = at.layer(node, type_, arguments, inputs=(value,), output=output)
    if not real:
        at.alias(node, value)


def _taken(size: int, start: int, stop: int) -> tuple[str, dict[str, Any]]:
    """`chunk` for one of a few equal parts, else `slice`."""
    part = stop - start
    if size % part == 0 and start % part == 0 and size // part <= _FEW_PARTS:
        return "chunk", {"chunks": size // part} | given(index=(start // part, 0))
    return "slice", given(start=(start, 0), stop=(stop, size))


def _gather(node: Node, at: Context) -> None:
    indices = at.constant(node, 1)
    if node.inputs[0] in at.constants:
        _embedding(node, at)
        return
    value = at.value(node.inputs[0])
    axis = node.attributes.get("axis", 0) % len(value.shape)
    if indices is None:
        raise NotSupported
    shape = (*value.shape[:axis], *indices.dims, *value.shape[axis + 1 :])
    in_order = indices.integers == tuple(range(value.shape[axis]))
    if in_order or (len(value.shape) == 1 and indices.size == value.shape[0] > 1):  # all of it
        _to_shape(node, at, value, shape, _batch_after(value, shape, at.batch))
        return
    own = _own(value, axis)
    if indices.scalar is None or indices.dims not in {(), (1,)}:
        raw(node, at, value, shape)
        return
    index = int(indices.scalar) % value.shape[axis]
    arguments = given(start=(index, 0), stop=(index + 1, value.shape[axis]))
    taken = value
    if arguments:
        arguments |= {"axis": own}
        taken = at.layer(
            node, "slice", arguments, inputs=(value,), output=f"{node.outputs[0]}:slice"
        )
    batch = value.batch
    if batch is not None and axis < batch:
        batch += len(indices.dims) - 1
    _to_shape(node, at, taken, shape, batch)


def _embedding(node: Node, at: Context) -> None:
    table, value = at.required(node, 0), at.value(node.inputs[1])
    if len(table.dims) != 2 or not table.learned or node.attributes.get("axis", 0):  # noqa: PLR2004 - rows
        raise NotSupported
    arguments = {"symbols": table.dims[0], "size": table.dims[1]}
    at.layer(node, "embedding", arguments, inputs=(value,), holds=(table,))


# -- maps -------------------------------------------------------------------------------------

_MODES = {"constant": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def _pad(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    pads = at.integers(node, 1, "pads")
    rank = len(value.shape)
    axes = at.integers(node, 3) if len(node.inputs) > 3 else None  # noqa: PLR2004 - its axes
    if pads is None:
        raise NotSupported
    axes = tuple(axis % rank for axis in axes) if axes is not None else tuple(range(rank))
    sides = dict(zip(axes, zip(pads[: len(axes)], pads[len(axes) :], strict=True), strict=True))
    shape = tuple(size + sum(sides.get(axis, (0, 0))) for axis, size in enumerate(value.shape))
    real = {_own(value, axis): pair for axis, pair in sides.items() if any(pair)}
    if not real:
        at.alias(node, value)
    elif 0 in real or len(value.own) < 2:  # noqa: PLR2004 - channels are not padded by ours
        raw(node, at, value, shape)
    else:
        pairs = [real.get(axis, (0, 0)) for axis in range(1, len(value.own))]
        both = paired([one for one, _ in pairs] + [other for _, other in pairs])
        at.layer(node, "pad", _pad_arguments(node, at, both))


def _pad_arguments(node: Node, at: Context, padding: Any) -> dict[str, Any]:  # noqa: ANN401 - a value of a spec
    mode = _MODES.get(node.attributes.get("mode", "constant") or "constant")
    if mode is None:
        raise NotSupported
    fill = at.constant(node, 2)
    filler = fill.scalar if fill is not None else node.attributes.get("value", 0)
    arguments = {"padding": padding} | given(mode=(mode, "zeros"))
    if mode == "zeros" and filler:
        arguments |= {"mode": "constant", "value": number(filler)}
    return arguments


def _resize(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    new = node.op == "Resize" and len(node.inputs) > 2  # noqa: PLR2004 - since version 11
    scales = at.constant(node, 2 if new else 1)
    wanted = at.integers(node, 3) if len(node.inputs) > 3 and node.inputs[3] else None  # noqa: PLR2004 - the fourth
    factors = scales.values if scales is not None else node.attributes.get("scales")
    rank = len(value.own) - 1
    arguments = _resized(value.own[1:], factors and factors[-rank:], wanted and wanted[-rank:])
    mode = node.attributes.get("mode", "nearest") or "nearest"
    named = {"linear": {1: "linear", 2: "bilinear", 3: "trilinear"}.get(rank), "cubic": "bicubic"}
    corners = node.attributes.get("coordinate_transformation_mode", "") == "align_corners"
    arguments |= given(mode=(named.get(mode, mode), "nearest"))
    if corners and mode != "nearest":
        arguments["align_corners"] = True
    at.layer(node, "upsample", arguments)


def _resized(
    own: Sequence[int], factors: Sequence[float] | None, wanted: Sequence[int] | None
) -> dict[str, Any]:
    """A factor where all sizes are whole multiples, else the sizes."""
    if wanted is not None:
        multiples = {after // before for before, after in zip(own, wanted, strict=True)}
        exact = all(after % before == 0 for before, after in zip(own, wanted, strict=True))
        if exact and len(multiples) == 1:
            return {"scale": multiples.pop()}
        return {"size": sizes(wanted)}
    if not factors:
        raise NotSupported
    return {"scale": sizes([number(factor) for factor in factors])}  # type: ignore[misc]


def _blocks(type_: str) -> Callable[[Node, Context], None]:
    def add(node: Node, at: Context) -> None:
        at.layer(node, type_, {"factor": node.attributes.get("blocksize", 1)})

    return add


def _tile(node: Node, at: Context) -> None:
    value, repeats = at.value(node.inputs[0]), at.integers(node, 1)
    if repeats is None or len(repeats) != len(value.shape):
        raise NotSupported
    shape = tuple(size * count for size, count in zip(value.shape, repeats, strict=True))
    if shape == value.shape:
        at.alias(node, value)
    else:
        raw(node, at, value, shape)


OPERATORS = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Expand": _expand,
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Gather": _gather,
    "Pad": _pad,
    "Resize": _resize,
    "Upsample": _resize,
    "DepthToSpace": _blocks("pixel_shuffle"),
    "SpaceToDepth": _blocks("pixel_unshuffle"),
    "Tile": _tile,
}
