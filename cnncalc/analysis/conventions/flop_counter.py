"""PyTorch's own FlopCounterMode: two FLOPs a multiply-accumulate, matrix products only.

In training a layer's backward is its forward again for the weights, and again for the input
where one needs a gradient; the weight part of a grouped convolution is `groups` times too
large. Source: `torch/utils/flop_counter.py` of PyTorch 2.13.
"""

from __future__ import annotations

from cnncalc.analysis.conventions.fvcore import attention
from cnncalc.analysis.conventions.work import Convention, Work


def _twice(work: Work) -> int:
    return 2 * work.macs


def _product(work: Work) -> int:
    return 2 * work.arriving * work.node.output_shape[-1]


def _attention(work: Work) -> int:
    return 0 if work.bias else 2 * attention(work)  # with biases the fast path, which is not seen


def _cells(work: Work) -> int:
    kernels = sum(weight.size for weight in work.node.weights if weight.role == "kernel")
    return 2 * kernels * work.node.input_shapes[0][0] * work.batch


EVALUATION = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), _twice),
    "matmul": _product, "attention": _attention, "window_attention": _twice,
    "gru": _cells, "rnn": _cells,
}  # fmt: skip


def _trained_convolution(work: Work) -> int:
    groups = work.channels if work.node.type == "depthwise_conv" else work.groups
    return _twice(work) * (1 + groups + work.needs_gradient)


def _trained(work: Work) -> int:
    return _twice(work) * (2 + work.needs_gradient)


TRAINING = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose"), _trained_convolution),
    "dense": _trained,
    "window_attention": _trained,
    "matmul": lambda work: 3 * _product(work),
    "attention": lambda work: 2 * attention(work) * 3,
}

CONVENTION = Convention(
    "torch_flop_counter", "2.13.0", "torch/utils/flop_counter.py", {"flops": EVALUATION}
)
TRAINED = Convention(
    "torch_flop_counter_train", "2.13.0", "torch/utils/flop_counter.py", {"flops": TRAINING},
    single=True,
)  # fmt: skip
