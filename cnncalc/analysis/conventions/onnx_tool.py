"""onnx-tool: machine instructions of the operators of an exported graph.

The export folds a batch norm into the convolution before it. Source: `onnx_tool/node.py`; held
against onnx-tool 1.0.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.conventions.work import Convention, Work
from cnncalc.arithmetic import product

if TYPE_CHECKING:
    from collections.abc import Callable

_BATCH_NORM = 31
_SPLIT = 7  # scalars that say where the parts begin
_UPSAMPLING = {"nearest": 0, "linear": 4, "bilinear": 4, "bicubic": 8}


def _convolution(work: Work) -> int:
    return work.macs + (work.leaving if work.bias or work.folded else 0)


def _transposed(work: Work) -> int:
    filters = work.node.output_shape[0] // work.groups
    return work.leaving * filters * product(work.kernel) + (work.leaving if work.bias else 0)


def _dense(work: Work) -> int:
    return work.macs + (work.leaving if work.bias else 0)


def _batch_norm(work: Work) -> int:
    return 0 if work.folded else _BATCH_NORM * work.arriving


def _layer_norm(work: Work) -> int:
    first: int = work.argument("normalized")(work.node.facts.inputs)[0]
    return 7 * work.arriving + 29 * work.arriving // first


def _pooling(work: Work) -> int:
    kernel = work.kernel
    return work.leaving * (product(kernel) if len(kernel) == 2 else kernel[0])  # noqa: PLR2004 - axes


def _adaptive(work: Work) -> int:
    if product(work.sizes) == 1:
        return work.arriving + 4 * work.leaving
    return work.arriving // product(work.sizes) * product(work.sizes)


def _upsampling(work: Work) -> int:
    return _UPSAMPLING.get(work.argument("mode"), 0) * work.leaving


def _each(factor: int) -> Callable[[Work], int]:
    return lambda work: factor * work.leaving


def _split(work: Work) -> int:
    return _SPLIT if work.argument("index") == 0 else 0


def _product(work: Work) -> int:
    return work.leaving * work.node.input_shapes[0][-1]


RULES: dict[str, Callable[[Work], int]] = {
    "conv": _convolution, "depthwise_conv": _convolution, "conv_transpose": _transposed,
    "dense": _dense, "batchnorm": _batch_norm, "layernorm": _layer_norm,
    "groupnorm": _each(9), "instancenorm": _each(7), "maxpool": _pooling, "avgpool": _pooling,
    "adaptive_avgpool": _adaptive, "adaptive_maxpool": _adaptive, "upsample": _upsampling,
    "global_avgpool": _adaptive, "mean": lambda work: work.arriving, "chunk": _split,
    "matmul": _product,
    **{name: _each(factor) for name, factor in {
        "relu": 1, "relu6": 2, "sigmoid": 32, "tanh": 76, "gelu": 7, "silu": 33, "softplus": 76,
        "mish": 153, "hardsigmoid": 4, "hardswish": 5, "softsign": 6, "log_sigmoid": 75,
        "softmax": 36, "log_softmax": 80, "add": 1, "multiply": 1,
    }.items()},
}  # fmt: skip


def _params(work: Work) -> int:
    if work.node.type == "batchnorm":
        return 0 if work.folded else 2 * work.node.params
    bias = work.node.output_shape[0] if work.folded and not work.bias else 0
    return work.node.params + bias


CONVENTION = Convention(
    "onnx_tool", "1.0.1", "onnx_tool/node.py", {"macs": RULES}, _params, single=True
)
