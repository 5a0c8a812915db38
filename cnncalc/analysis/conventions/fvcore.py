"""fvcore: one FLOP a multiply-accumulate, normalisations by element.

Source: `fvcore/nn/jit_handles.py`; held against fvcore 0.1.5.
"""

from __future__ import annotations

from cnncalc.analysis.conventions.work import Convention, Work, learned

_NEAREST, _BILINEAR = 1, 4


def _convolution(work: Work) -> int:
    return 0 if work.argument("padding") == "same" else work.macs  # another operator


def _macs(work: Work) -> int:
    return work.macs


def batch_norm(work: Work) -> int:
    """2 an element, of which one is the affine map; with the batch's statistics as layer norm."""
    affine = bool(work.params)
    if not work.argument("track_running_stats"):
        return (4 + affine) * work.arriving
    return (1 + affine) * work.arriving


def norm(work: Work) -> int:
    """5 an element with the affine map, 4 without."""
    return (4 + bool(work.params)) * work.arriving


def _adaptive(work: Work) -> int:
    return work.arriving if len(work.arriving_sizes) == 2 else 0  # noqa: PLR2004 - 2d only


def _upsampling(work: Work) -> int:
    factor = {"nearest": _NEAREST, "bilinear": _BILINEAR}.get(work.argument("mode"), 0)
    return factor * work.leaving


def _product(work: Work) -> int:
    return work.arriving * work.node.output_shape[-1]


def attention(work: Work) -> int:
    """The four projections."""
    return 4 * work.node.input_shapes[0][-1] * work.arriving


RULES = {
    "conv": _convolution, "depthwise_conv": _convolution, "conv_transpose": _macs,
    "dense": _macs, "batchnorm": batch_norm, "layernorm": norm, "groupnorm": norm,
    "instancenorm": norm, "adaptive_avgpool": _adaptive, "global_avgpool": _adaptive,
    "upsample": _upsampling, "matmul": _product, "attention": attention,
    "window_attention": _macs,
}  # fmt: skip

CONVENTION = Convention("fvcore", "0.1.5", "fvcore/nn/jit_handles.py", {"flops": RULES}, learned)
