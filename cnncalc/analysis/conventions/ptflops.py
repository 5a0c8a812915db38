"""ptflops, in both backends: `pytorch` counts modules and functions, `aten` operators.

Where a module calls a function that is patched, too, it counts twice. Source:
`ptflops/pytorch_ops.py` and `aten_ops.py`; held against ptflops 0.7.5.
"""

from __future__ import annotations

from cnncalc.analysis.conventions.fvcore import attention as projections
from cnncalc.analysis.conventions.recurrent import ptflops_cell
from cnncalc.analysis.conventions.windows import biases, products, weighted
from cnncalc.analysis.conventions.work import Convention, Work, trainable


def _weighted(work: Work) -> int:
    return work.macs + (work.leaving if work.bias else 0)


def _norm(work: Work) -> int:
    return (2 if work.params else 1) * work.arriving


def _once(work: Work) -> int:
    return work.arriving


def _twice(work: Work) -> int:
    return 2 * work.arriving


def _twice_leaving(work: Work) -> int:
    return 2 * work.leaving


def _attention(work: Work) -> int:
    query, *others = work.node.input_shapes
    key, value = (others or [query, query])[0], (others or [query, query])[-1]
    (rows, features), (keys, key_features), (_, value_features) = query, key, value
    heads: int = work.argument("num_heads")
    total = rows * features  # scaling
    total += rows * features**2 + keys * (key_features**2 + value_features**2)
    if work.bias:
        total += (rows + 2 * keys) * features
    each = rows * keys * (features // heads + 1 + value_features // heads)
    return (total + heads * each + rows * value_features * (value_features + 1)) * work.batch


MODULES = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), _weighted),
    **dict.fromkeys(("batchnorm", "groupnorm", "instancenorm"), _norm),
    **dict.fromkeys(("relu", "elu", "prelu", "gelu"), _twice),
    **dict.fromkeys(("leaky_relu", "relu6", "silu", "softmax", "layernorm"), _once),
    **dict.fromkeys(("maxpool", "avgpool", "adaptive_avgpool", "adaptive_maxpool",
                     "global_avgpool"), _twice),
    "upsample": _twice_leaving, "attention": _attention,
    "window_attention": lambda work: products(work) + weighted(work),
    **dict.fromkeys(("lstm", "gru", "rnn"), ptflops_cell),
}  # fmt: skip


def _product(work: Work) -> int:
    return work.arriving * work.node.output_shape[-1]


def _projections(work: Work) -> int:
    features = work.node.input_shapes[0][-1]
    rows = work.arriving // features
    return projections(work) + (4 * features * rows if work.bias else 0)


def _cells(work: Work) -> int:
    return work.params * work.node.input_shapes[0][0] * work.batch


OPERATORS = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), _weighted),
    "window_attention": lambda work: work.macs + biases(work),
    "matmul": _product, "attention": _projections, "gru": _cells, "rnn": _cells,
}  # fmt: skip

PYTORCH = Convention(
    "ptflops_pytorch", "0.7.5", "ptflops/pytorch_ops.py", {"macs": MODULES}, trainable, single=True
)
ATEN = Convention(
    "ptflops_aten", "0.7.5", "ptflops/aten_ops.py", {"macs": OPERATORS}, trainable, single=True
)
