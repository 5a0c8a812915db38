"""Convolutions, and products with a matrix of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import NotSupported
from cnncalc.importers.onnx.operators.arguments import given, padding_of, per_axis, sizes

if TYPE_CHECKING:
    from cnncalc.importers.onnx.constants import Constant
    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node

_MATRIX = 2  # axes


def _conv(node: Node, at: Context) -> None:
    kernel, bias = at.required(node, 1), at.constant(node, 2)
    rank = len(kernel.dims) - 2
    arguments = _window(node, kernel, rank) | given(
        groups=(node.attributes.get("group", 1), 1), bias=(bias is not None, True)
    )
    at.layer(node, "conv", {"filters": kernel.dims[0], **arguments}, holds=_known(kernel, bias))


def _window(node: Node, kernel: Constant, rank: int) -> dict[str, Any]:
    if rank < 1:
        raise NotSupported
    return {"kernel": sizes(kernel.dims[2:])} | given(
        stride=(per_axis(node, "strides", rank), 1),
        padding=(padding_of(node, rank), 0),
        dilation=(per_axis(node, "dilations", rank), 1),
    )


def _conv_transpose(node: Node, at: Context) -> None:
    kernel, bias = at.required(node, 1), at.constant(node, 2)
    rank = len(kernel.dims) - 2
    groups = node.attributes.get("group", 1)
    output = node.attributes.get("output_padding") or (0,) * rank
    if node.attributes.get("output_shape"):
        raise NotSupported
    arguments = _window(node, kernel, rank) | given(
        output_padding=(sizes(output), 0), groups=(groups, 1), bias=(bias is not None, True)
    )
    filters = kernel.dims[1] * groups
    at.layer(node, "conv_transpose", {"filters": filters, **arguments}, holds=_known(kernel, bias))


def _gemm(node: Node, at: Context) -> None:
    weight, bias = at.required(node, 1), at.constant(node, 2)
    if node.attributes.get("transA", 0) or len(at.value(node.inputs[0]).shape) != _MATRIX:
        raise NotSupported
    if len(node.inputs) > 2 and node.inputs[2] and bias is None:  # noqa: PLR2004 - the bias
        raise NotSupported
    units = weight.dims[0 if node.attributes.get("transB", 0) else 1]
    arguments = {"units": units} | given(bias=(bias is not None, True))
    at.layer(node, "dense", arguments, holds=_known(weight, bias))


def _known(*constants: Constant | None) -> list[Constant]:
    return [one for one in constants if one is not None]


def _matmul(node: Node, at: Context) -> None:
    weight = at.constant(node, 1)
    if weight is not None and len(weight.dims) == _MATRIX:
        arguments = {"units": weight.dims[1], "bias": False}
        at.layer(node, "dense", arguments, holds=(weight,))
        return
    one, other = at.value(node.inputs[0]), at.value(node.inputs[1])
    at.layer(node, "matmul", inputs=(one, other))


OPERATORS = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Gemm": _gemm,
    "MatMul": _matmul,
}
