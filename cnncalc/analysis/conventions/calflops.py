"""calflops: FLOPs of everything that is patched, and MACs of matrix products and norms.

Source: `calflops/pytorch_ops.py`; held against calflops 0.3.2, with its slips: transposed
convolutions divide twice by the groups, and even kernels with `padding='same'` lose a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.conventions.fvcore import attention, batch_norm, norm
from cnncalc.analysis.conventions.recurrent import calflops_cell
from cnncalc.analysis.conventions.windows import weighted
from cnncalc.analysis.conventions.work import Convention, Work, trainable
from cnncalc.arithmetic import Window, product

if TYPE_CHECKING:
    from collections.abc import Callable


def _positions(work: Work) -> int:
    """The positions of a convolution as calflops computes them."""
    if work.argument("padding") != "same":
        return product(work.sizes)
    windows = work.node.layer.windows(work.node.facts.inputs)
    return product(
        (one.size + 2 * (one.extent // 2 if one.extent % 2 else (one.extent - 1) // 2) - one.extent)
        // one.stride + 1
        for one in windows
    )  # fmt: skip


def _convolution_macs(work: Work) -> int:
    return work.macs // product(work.sizes) * _positions(work)


def _convolution(work: Work) -> int:
    filters = work.leaving // product(work.sizes)
    bias = filters * _positions(work) if work.bias else 0
    return 2 * _convolution_macs(work) + bias


def _transposed_macs(work: Work) -> int:
    filters = work.node.output_shape[0] // work.groups // work.groups
    return product(work.kernel) * work.arriving * filters


def _transposed(work: Work) -> int:
    bias = 0
    if work.bias:
        windows = work.node.layer.windows(work.node.facts.inputs)
        plain = (
            Window("", one.size, one.kernel, one.stride, one.dilation, one.before, one.after).output
            for one in windows
        )
        bias = work.node.output_shape[0] * work.batch * product(plain)
    return 2 * _transposed_macs(work) + bias


def _macs(work: Work) -> int:
    return work.macs


def _twice(work: Work) -> int:
    return 2 * work.macs


def _arriving(work: Work) -> int:
    return work.arriving


def _upsampling(work: Work) -> int:
    size = work.argument("size")
    if size is None:
        return work.arriving
    return size if isinstance(size, int) else product(size)


def _batch_norm_macs(work: Work) -> int:
    kept = work.argument("track_running_stats")
    return 0 if kept else 4 * work.arriving


FLOPS: dict[str, Callable[[Work], int]] = {
    "conv": _convolution, "depthwise_conv": _convolution, "conv_transpose": _transposed,
    "dense": _twice, "batchnorm": batch_norm, "layernorm": norm, "groupnorm": norm,
    "instancenorm": norm, "upsample": _upsampling,
    "attention": lambda work: 2 * attention(work),
    "window_attention": lambda work: 2 * work.macs + weighted(work),
    **dict.fromkeys(("relu", "prelu", "elu", "leaky_relu", "silu", "gelu", "softmax", "maxpool",
                     "avgpool", "adaptive_avgpool", "adaptive_maxpool", "global_avgpool"),
                    _arriving),
    **dict.fromkeys(("lstm", "gru", "rnn"), calflops_cell),
}  # fmt: skip
MACS: dict[str, Callable[[Work], int]] = {
    "conv": _convolution_macs, "depthwise_conv": _convolution_macs,
    "conv_transpose": _transposed_macs, "dense": _macs, "attention": attention,
    "window_attention": _macs,
}  # fmt: skip

CONVENTION = Convention(
    "calflops", "0.3.2", "calflops/pytorch_ops.py", {"flops": FLOPS, "macs": MACS}, trainable
)
