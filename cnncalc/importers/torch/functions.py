"""Functions and methods on tensors, by their names, as layers of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.importers.naming import NotKnownError
from cnncalc.importers.torch.products import matmul_of
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape

_MERGES = {
    "add": "add", "add_": "add", "iadd": "add", "mul": "multiply", "mul_": "multiply",
    "imul": "multiply", "sub": "subtract", "maximum": "maximum", "minimum": "minimum",
    "matmul": "matmul", "bmm": "matmul",
}  # fmt: skip
_ACTIVATIONS = {
    "relu": "relu", "relu_": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "tanh": "tanh",
    "silu": "silu", "gelu": "gelu", "hardswish": "hardswish", "hardsigmoid": "hardsigmoid",
    "elu": "elu", "selu": "selu", "mish": "mish", "softplus": "softplus",
    "leaky_relu": "leaky_relu", "abs": "abs",
}  # fmt: skip
_SAME = frozenset({
    "contiguous", "clone", "detach", "dropout", "dropout2d", "alpha_dropout", "stochastic_depth",
    "to", "float", "type_as", "requires_grad_", "drop_path",
})  # fmt: skip
_SHAPES = frozenset({"view", "reshape", "flatten", "squeeze", "unsqueeze", "unflatten"})
#: What gives several parts of a tensor.
PARTS = frozenset({"chunk", "split", "tensor_split", "unbind"})
_REDUCTIONS = {"mean": "mean", "sum": "reduce_sum", "amax": "max", "amin": "min"}
_EXCHANGES = frozenset({"transpose", "swapaxes", "swapdims"})
_SCALARS = frozenset({"add", "sub", "mul", "truediv", "div"})


class Called(NamedTuple):
    """A call; its parts are those of `function_of`."""

    name: str
    given: Sequence[Any]
    named: Mapping[str, Any]
    shapes: Sequence[Shape]
    output: Shape

    def values(self, *names: str) -> Sequence[Any]:
        """What is given for each of its first parameters; None where nothing is."""
        found = dict(zip(names, self.given, strict=False)) | dict(self.named)
        return [found.get(name) for name in names]


class Function(NamedTuple):
    """A layer for a call, or the input itself where `type` is empty."""

    type: str
    arguments: Mapping[str, Any]


def function_of(
    name: str,
    given: Sequence[Any],
    named: Mapping[str, Any],
    shapes: Sequence[Shape],
    output: Shape,
) -> Function:
    """A layer of ours for a call.

    Args:
        name: of the function or the method.
        given: its arguments that are no tensors of the model, in order.
        named: its named arguments.
        shapes: of the tensors that it takes, for one sample.
        output: of its result.

    Raises:
        NotKnownError: there is none.
    """
    if name in _SAME:
        return Function("", {})
    if name in _SHAPES:
        return _shaped(shapes[0], output)
    plain = _plain(name, given, shapes)
    if plain is not None:
        return plain
    for names, rule in _RULES:
        if name.startswith(names):
            return rule(Called(name, given, named, shapes, output))
    raise NotKnownError


def with_parameter(
    called: str, learned: Sequence[int], before: Shape, shape: Shape
) -> tuple[str, dict[str, Any]]:
    """A call with parameters of the model: a table of positions, a factor per channel, a token.

    Args:
        called: the name of the function or the method.
        learned: the number of elements of each parameter.
        before: the shape of the tensor that it takes, for one sample.
        shape: of its result.

    Raises:
        NotKnownError: there is none.
    """
    if called in {"add", "iadd"} and list(learned) == [product(shape)]:
        return "position_embedding", {}
    features = before[-1] if len(before) <= 2 else before[0]  # noqa: PLR2004 - a sequence
    if called in {"mul", "imul"} and list(learned) == [features]:
        return "layer_scale", {}
    if called == "cat" and len(learned) == 1 and len(before) == 2:  # noqa: PLR2004 - a sequence
        count, rest = divmod(learned[0], before[1])
        if not rest and shape == (before[0] + count, before[1]):
            return "class_token", {} if count == 1 else {"count": count}
    raise NotKnownError


def hold_to_shape(
    type_: str, arguments: Mapping[str, Any], shapes: Sequence[Shape], shape: Shape
) -> None:
    """Raise `NotKnownError` for a layer of ours that gives another shape, or refuses its inputs."""
    name = registry.find(type_)
    try:
        found = name and shape_of(name.make(arguments), Inputs(tuple(shapes)))
    except LayerError:
        found = None
    if found != shape:
        raise NotKnownError


def _plain(name: str, given: Sequence[Any], shapes: Sequence[Shape]) -> Function | None:
    """A call that its name and the number of its tensors tell all of."""
    if name in _MERGES and len(shapes) == 2:  # noqa: PLR2004 - two operands
        return Function(_MERGES[name], {})
    if name in _SCALARS and len(shapes) == 1 and len(given) == 1:
        return _scalar(name, given[0])
    return Function(_ACTIVATIONS[name], {}) if name in _ACTIVATIONS else None


def _scalar(name: str, value: Any) -> Function:  # noqa: ANN401 - any plain value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NotKnownError
    if name in {"add", "sub"}:
        return Function("rescaling", {"offset": value if name == "add" else -value})
    return Function("rescaling", {"scale": value if name == "mul" else 1 / value})


def _shaped(before: Shape, after: Shape) -> Function:
    from cnncalc.importers.onnx.operators.views import shaping  # noqa: PLC0415 - of the same form

    if before == after:
        return Function("", {})
    return Function(*shaping(before, after))


def _own(axis: Any, rank: int) -> int:  # noqa: ANN401 - any plain value
    """An axis without the batch; raises `NotKnownError` for the batch itself."""
    if not isinstance(axis, int):
        raise NotKnownError
    own = (axis + rank + 1 if axis < 0 else axis) - 1
    if not 0 <= own < rank:
        raise NotKnownError
    return own


def _reduced(call: Called) -> Function:
    shape = call.shapes[0]
    if call.name not in _REDUCTIONS:
        raise NotKnownError
    dims = call.named.get("dim", call.given[0] if call.given else None)
    keep = len(call.output) == len(shape)
    axes = sorted(
        _own(one, len(shape)) for one in (dims if isinstance(dims, (list, tuple)) else [dims])
    )
    if call.name == "mean" and len(shape) > 1 and axes == list(range(1, len(shape))):
        return Function("global_avgpool", {"keepdims": True} if keep else {})
    arguments: dict[str, Any] = {"axis": axes[0] if len(axes) == 1 else axes}
    return Function(_REDUCTIONS[call.name], arguments | ({"keepdims": True} if keep else {}))


def _joined(call: Called) -> Function:
    rank = len(call.shapes[0])
    positions = (one for one in call.given if isinstance(one, int))
    axis = _own(call.named.get("dim", next(positions, 0)), rank)
    return Function("concat", {} if axis == 0 and rank != 2 else {"axis": axis})  # noqa: PLR2004 - sequences


def _normalised(call: Called) -> Function:
    rank = len(call.shapes[0])
    axis = _own(call.named.get("dim", call.given[0] if call.given else -1), rank)
    return Function(call.name, {} if rank == 1 else {"axis": axis})


def _permuted(call: Called) -> Function:
    rank, given = len(call.shapes[0]), call.given
    dims = [*(given[0] if len(given) == 1 and isinstance(given[0], (list, tuple)) else given)]
    if call.name in _EXCHANGES:
        first, second = (_own(one, rank) for one in [*dims, *call.named.values()])
        order = list(range(rank))
        order[first], order[second] = second, first
        return Function("permute", {"dims": order})
    if not dims or dims[0] != 0:
        raise NotKnownError
    return Function("permute", {"dims": [_own(one, rank) for one in dims[1:]]})


def _summed(call: Called) -> Function:
    if len(call.shapes) != 2 or not call.given:  # noqa: PLR2004 - two operands
        raise NotKnownError
    ranks = [len(shape) for shape in call.shapes]
    return Function("matmul", matmul_of(call.given[0], ranks))


def _moved(call: Called) -> Function:
    """Axes at other places, the others in their order."""
    rank = len(call.shapes[0])
    sources, targets = (
        [_own(one, rank) for one in (axes if isinstance(axes, (list, tuple)) else [axes])]
        for axes in call.values("source", "destination")
    )
    others = iter(axis for axis in range(rank) if axis not in sources)
    places = dict(zip(targets, sources, strict=True))
    return Function(
        "permute", {"dims": [places[at] if at in places else next(others) for at in range(rank)]}
    )


def _padded(call: Called) -> Function:
    """What is added around the last axes, which are listed from the last on."""
    sides, mode, value = call.values("pad", "mode", "value")
    axes = len(call.shapes[0]) - 1
    if not isinstance(sides, (list, tuple)) or len(sides) > 2 * axes:
        raise NotKnownError
    if not all(isinstance(one, int) for one in sides):
        raise NotKnownError
    if not any(sides):
        return Function("", {})
    pairs = [list(pair) for pair in zip(sides[::2], sides[1::2], strict=True)][::-1]
    found: dict[str, Any] = {"padding": [*[[0, 0]] * (axes - len(pairs)), *pairs]}
    if mode not in {None, "constant"}:
        found["mode"] = mode
    elif value:
        found |= {"mode": "constant", "value": value}
    return Function("pad", found)


def _rolled(call: Called) -> Function:
    shifts, dims = (
        [*one] if isinstance(one, (list, tuple)) else [one] for one in call.values("shifts", "dims")
    )
    axes = [_own(one, len(call.shapes[0])) for one in dims]
    return Function(
        "roll",
        {
            "shifts": shifts[0] if len(shifts) == 1 else shifts,
            "axis": axes[0] if len(axes) == 1 else axes,
        },
    )


def _adaptive(call: Called) -> Function:
    sizes = call.output[1:]
    if set(sizes) == {1}:
        return Function("global_avgpool", {"keepdims": True})
    return Function("adaptive_avgpool", {"size": _sizes(sizes)})


def _window(call: Called) -> Function:
    keys = ("kernel", "stride", "padding")
    values = {**dict(zip(keys, call.given, strict=False)), **_renamed(call.named)}
    arguments = {key: _sizes(value) for key, value in values.items() if value is not None}
    if "kernel" not in arguments:
        raise NotKnownError
    for key, default in (("stride", arguments["kernel"]), ("padding", 0)):
        if arguments.get(key) == default:
            del arguments[key]
    arguments |= {"ceil_mode": True} if call.named.get("ceil_mode") else {}
    return Function("maxpool" if call.name.startswith("max") else "avgpool", arguments)


def _renamed(named: Mapping[str, Any]) -> dict[str, Any]:
    names = {"kernel_size": "kernel", "stride": "stride", "padding": "padding"}
    return {names[key]: value for key, value in named.items() if key in names}


def _resized(call: Called) -> Function:
    mode = call.named.get("mode", "nearest")
    arguments = {} if mode == "nearest" else {"mode": mode}
    pairs = list(zip(call.shapes[0][1:], call.output[1:], strict=True))
    factors = {after // before for before, after in pairs}
    if len(factors) == 1 and all(after % before == 0 for before, after in pairs):
        return Function("upsample", {"scale": factors.pop(), **arguments})
    return Function("upsample", {"size": _sizes(call.output[1:]), **arguments})


def _sizes(value: Any) -> Any:  # noqa: ANN401 - a number, or one per axis
    if isinstance(value, (tuple, list)) and value:
        return value[0] if len(set(value)) == 1 else list(value)
    return value


def _merged(call: Called) -> Function:
    """Every second row and column, four times, as channels (the merging of patches in Swin)."""
    if any(size % 2 for size in call.shapes[0][:2]):
        raise NotKnownError
    return Function("pixel_unshuffle", {"factor": 2, "data_format": "channels_last"})


_RULES: Sequence[tuple[tuple[str, ...], Callable[[Called], Function]]] = (
    (("mean", "sum", "amax", "amin"), _reduced),
    (("cat", "concat"), _joined),
    (("softmax", "log_softmax"), _normalised),
    (("permute", *_EXCHANGES), _permuted),
    (("einsum",), _summed),
    (("movedim", "moveaxis"), _moved),
    (("pad",), _padded),
    (("roll",), _rolled),
    (("_patch_merging_pad",), _merged),
    (("adaptive_avg_pool",), _adaptive),
    (("max_pool", "avg_pool"), _window),
    (("interpolate", "upsample"), _resized),
)
