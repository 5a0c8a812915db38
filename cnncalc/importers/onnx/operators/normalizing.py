"""Normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import NotSupported
from cnncalc.importers.onnx.operators.arguments import given, number

if TYPE_CHECKING:
    from cnncalc.importers.onnx.context import Context, Value
    from cnncalc.importers.onnx.proto import Node

_EPS = 1e-5  # PyTorch's, and ONNX's


def _eps(node: Node) -> float:
    return number(node.attributes.get("epsilon", _EPS))


def _batchnorm(node: Node, at: Context) -> None:
    scale, shift, mean, variance = (at.required(node, index) for index in range(1, 5))
    momentum = number(1 - node.attributes.get("momentum", 0.9))
    affine = scale.learned or shift.learned
    arguments = given(affine=(affine, True), eps=(_eps(node), _EPS), momentum=(momentum, 0.1))
    learned = (scale, shift) if affine else ()
    at.layer(node, "batchnorm", arguments, holds=learned, buffers=(mean, variance))


def _instancenorm(node: Node, at: Context) -> None:
    scale, shift = at.required(node, 1), at.required(node, 2)
    affine = scale.learned or shift.learned
    arguments = given(affine=(affine, False), eps=(_eps(node), _EPS))
    at.layer(node, "instancenorm", arguments, holds=(scale, shift) if affine else ())


def _layernorm(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    first = node.attributes.get("axis", -1) % len(value.shape)
    parts = [one for one in (at.required(node, 1), at.constant(node, 2)) if one is not None]
    learned = [one for one in parts if one.learned]
    biased = len(parts) > 1 and parts[1].learned
    arguments = norm_arguments(value, first, bias=biased or not learned, eps=_eps(node))
    if not learned:
        arguments["elementwise_affine"] = False
    at.layer(node, "layernorm", arguments, holds=learned)


def norm_arguments(value: Value, first: int, *, bias: bool, eps: float) -> dict[str, Any]:
    """The arguments of a norm over an axis and all behind it: none for the usual one."""
    if value.batch is not None and first <= value.batch:
        raise NotSupported
    wanted = value.shape[first:]
    usual = len(wanted) == 1 and len(value.own) <= 2  # noqa: PLR2004 - the features of a sequence
    shape: Any = None if usual else wanted[0] if len(wanted) == 1 else list(wanted)
    return given(normalized_shape=(shape, None), center=(bias, True), eps=(eps, _EPS))


def _rmsnorm(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    first = node.attributes.get("axis", -1) % len(value.shape)
    arguments = norm_arguments(value, first, bias=True, eps=_eps(node))
    at.layer(node, "rmsnorm", arguments, holds=(at.required(node, 1),))


def _groupnorm(node: Node, at: Context) -> None:
    scale, shift = at.required(node, 1), at.required(node, 2)
    affine = scale.learned or shift.learned
    arguments = {"groups": node.attributes.get("num_groups", 1)}
    arguments |= given(affine=(affine, True), eps=(_eps(node), _EPS))
    at.layer(node, "groupnorm", arguments, holds=(scale, shift) if affine else ())


def _lrn(node: Node, at: Context) -> None:
    alpha = number(node.attributes.get("alpha", 1e-4))
    beta, bias = number(node.attributes.get("beta", 0.75)), number(node.attributes.get("bias", 1.0))
    arguments = {"size": node.attributes.get("size", 1)}
    arguments |= given(alpha=(alpha, 1e-4), beta=(beta, 0.75), k=(bias, 1))
    at.layer(node, "local_response_norm", arguments)


def _dropout(node: Node, at: Context) -> None:
    ratio = at.constant(node, 1)
    rate = ratio.scalar if ratio is not None else node.attributes.get("ratio", 0.5)
    at.layer(node, "dropout", {} if rate in {None, 0.5} else {"rate": number(rate or 0)})


OPERATORS = {
    "BatchNormalization": _batchnorm,
    "InstanceNormalization": _instancenorm,
    "LayerNormalization": _layernorm,
    "SimplifiedLayerNormalization": _rmsnorm,
    "RMSNormalization": _rmsnorm,
    "GroupNormalization": _groupnorm,
    "LRN": _lrn,
    "Dropout": _dropout,
}
