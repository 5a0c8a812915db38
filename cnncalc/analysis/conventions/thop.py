"""thop: rules by the exact type of a module; parameters of other types are left out.

Source: `thop/vision/basic_hooks.py` and `calc_func.py`; held against thop 0.1.1.
"""

from __future__ import annotations

from cnncalc.analysis.conventions.recurrent import thop_cell
from cnncalc.analysis.conventions.work import Convention, Work, nothing
from cnncalc.arithmetic import product

_UPSAMPLING = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}


def _macs(work: Work) -> int:
    return work.macs


def _transposed(work: Work) -> int:
    return work.leaving * (work.channels // work.groups) * product(work.kernel)


def _norm(work: Work) -> int:
    return (4 if work.params else 2) * work.arriving


def _softmax(work: Work) -> int:
    (axis,) = work.node.layer.axes(work.node.facts.inputs)["axis"]
    size = work.node.input_shapes[0][axis]
    return work.arriving // size * (3 * size - 1)


def _leaving(work: Work) -> int:
    return work.leaving


def _adaptive(work: Work) -> int:
    # In floating point, as the tool computes it.
    window = 1.0
    for old, new in zip(work.arriving_sizes, work.sizes, strict=True):
        window *= old / new
    return int((window + 1) * work.leaving)


def _upsampling(work: Work) -> int:
    return _UPSAMPLING.get(work.argument("mode"), 0) * work.leaving


RULES = {
    "conv": _macs, "depthwise_conv": _macs, "conv_transpose": _transposed, "dense": _macs,
    "batchnorm": _norm, "layernorm": _norm, "instancenorm": _norm, "prelu": _leaving,
    "softmax": _softmax, "avgpool": _leaving, "adaptive_avgpool": _adaptive,
    "global_avgpool": _adaptive,
    "upsample": _upsampling, "lstm": thop_cell, "gru": thop_cell, "rnn": thop_cell,
    **dict.fromkeys(("relu", "relu6", "leaky_relu", "maxpool", "adaptive_maxpool", "dropout"),
                    nothing),
}  # fmt: skip


def _params(work: Work) -> int:
    return work.node.params if work.node.type in RULES else 0


CONVENTION = Convention("thop", "0.1.1", "thop/vision/basic_hooks.py", {"macs": RULES}, _params)
