"""Pooling, and reductions along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import NotSupported
from cnncalc.importers.onnx.operators.arguments import given, padding_of, per_axis, sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.onnx.context import Context, Value
    from cnncalc.importers.onnx.proto import Node

_REDUCTIONS = {
    "ReduceMean": "mean", "ReduceMax": "max", "ReduceMin": "min", "ReduceSum": "reduce_sum",
}  # fmt: skip


def _window(node: Node, at: Context) -> dict[str, Any]:
    rank = len(at.value(node.inputs[0]).shape) - 2
    kernel = tuple(node.attributes.get("kernel_shape") or ())
    if len(kernel) != rank or rank < 1:
        raise NotSupported
    window, stride = sizes(kernel), per_axis(node, "strides", rank)
    return {"kernel": window} | given(
        stride=(stride, window),
        padding=(padding_of(node, rank), 0),
        ceil_mode=(bool(node.attributes.get("ceil_mode", 0)), False),
    )


def _maxpool(node: Node, at: Context) -> None:
    rank = len(at.value(node.inputs[0]).shape) - 2
    arguments = _window(node, at) | given(dilation=(per_axis(node, "dilations", rank), 1))
    at.layer(node, "maxpool", arguments)


def _avgpool(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    arguments = _window(node, at)
    rank = len(value.shape) - 2
    if per_axis(node, "dilations", rank) != 1:
        raise NotSupported
    if arguments == {"kernel": 1}:  # what is left of an adaptive pool to the size that arrives
        at.layer(node, "adaptive_avgpool", {"size": sizes(value.own[-rank:])})
        return
    if "padding" in arguments and not node.attributes.get("count_include_pad", 0):
        arguments["count_include_pad"] = False
    at.layer(node, "avgpool", arguments)


def _lppool(node: Node, at: Context) -> None:
    at.layer(node, "lppool", {"norm_type": node.attributes.get("p", 2), **_window(node, at)})


def _global(type_: str) -> Callable[[Node, Context], None]:
    def add(node: Node, at: Context) -> None:
        at.layer(node, type_, {"keepdims": True})

    return add


def _reduction(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    rank = len(value.shape)
    axes = at.integers(node, 1, "axes") or tuple(range(rank))
    keepdims = bool(node.attributes.get("keepdims", 1))
    own = sorted(_own(value, axis) for axis in axes)
    global_ = {"mean": "global_avgpool", "max": "global_maxpool"}.get(_REDUCTIONS[node.op])
    if global_ and own == list(range(1, len(value.own))) and len(value.own) > 1:
        found = at.layer(node, global_, given(keepdims=(keepdims, False)))
    else:
        arguments = {"axis": own[0] if len(own) == 1 else own} | given(keepdims=(keepdims, False))
        found = at.layer(node, _REDUCTIONS[node.op], arguments)
    if not keepdims and value.batch is not None:
        gone = sum(1 for axis in axes if axis % rank < value.batch)
        at.alias(node, _moved(found, value.batch - gone, at))


def _moved(value: Value, batch: int, at: Context) -> Value:
    """A value whose batch stands at another axis."""
    shape = (*value.own[:batch], at.batch, *value.own[batch:])
    return value._replace(shape=shape, batch=batch)


def _own(value: Value, axis: int) -> int:
    own = value.own_axis(axis)
    if own is None:
        raise NotSupported
    return own


OPERATORS = {
    "MaxPool": _maxpool,
    "AveragePool": _avgpool,
    "LpPool": _lppool,
    "GlobalAveragePool": _global("global_avgpool"),
    "GlobalMaxPool": _global("global_maxpool"),
    **dict.fromkeys(_REDUCTIONS, _reduction),
}
