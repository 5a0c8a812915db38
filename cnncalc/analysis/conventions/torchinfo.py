"""torchinfo: weights at every position of a convolution, and once a sample everywhere else.

Source: `torchinfo/layer_info.py`, `calculate_macs`; held against torchinfo 1.8.0.
"""

from __future__ import annotations

from cnncalc.analysis.conventions.work import Convention, Work, learned, nothing
from cnncalc.arithmetic import product


def _convolution(work: Work) -> int:
    return work.params * work.batch * product(work.sizes)


def _once(work: Work) -> int:
    return work.params * work.batch


def _steps(work: Work) -> int:
    return work.params * work.batch * work.node.input_shapes[0][0]


RULES = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose"), _convolution),
    **dict.fromkeys(("lstm", "gru", "rnn"), _steps),
    "attention": nothing,
    "window_attention": nothing,
    "": _once,
}

CONVENTION = Convention(
    "torchinfo", "1.8.0", "torchinfo/layer_info.py", {"mult_adds": RULES}, learned
)
