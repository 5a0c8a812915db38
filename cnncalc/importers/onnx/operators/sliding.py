"""Convolutions, and products with a matrix of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import NotSupported, held_of
from cnncalc.importers.onnx.operators.arguments import given, padding_of, per_axis, sizes
from cnncalc.importers.onnx.steps import Step

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


def _einsum(node: Node, at: Context) -> None:
    """A sum of products has no layer; its shape follows from the letters."""
    terms, _, result = str(node.attributes.get("equation", "")).replace(" ", "").partition("->")
    dims: dict[str, int] = {}
    values = [at.values.get(name) for name in node.inputs]
    letters_of = terms.split(",")
    if len(letters_of) != len(node.inputs):
        raise NotSupported
    for letters, name in zip(letters_of, node.inputs, strict=True):
        value, constant = at.values.get(name), at.constants.get(name)
        shape = value.shape if value is not None else constant.dims if constant is not None else ()
        if len(letters) != len(shape) or not letters.isalpha():
            raise NotSupported
        dims.update(zip(letters, shape, strict=True))
    first = next((one for one in values if one is not None), None)
    if first is None or not result.isalpha() or not set(result) <= dims.keys():
        raise NotSupported
    shape = tuple(dims[letter] for letter in result)
    batch = 0 if first.batch is not None and shape[0] == at.batch else None
    own = shape[1:] if batch == 0 else shape
    held = tuple(held_of(one for name in node.inputs if (one := at.constants.get(name))))
    taken = tuple(one.tensor for one in values if one is not None)
    at.add(Step(":Einsum", {}, taken, node.outputs[0], own, node, held), shape, batch)


OPERATORS = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Einsum": _einsum,
}
