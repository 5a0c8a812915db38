"""Modules that PyTorch has not, written into the file that needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Final

#: The file of this package that has the text of each, in the order in which they are written:
#: those that others are made of first.
MODULES: Final = {
    "Residual": "joining",
    "Gate": "joining",
    "Concat": "joining",
    "Sum": "joining",
    "Dot": "joining",
    "Permute": "views",
    "Reshape": "views",
    "Roll": "views",
    "Flip": "views",
    "Chunk": "views",
    "Slice": "views",
    "Split": "views",
    "RepeatVector": "views",
    "Reduce": "views",
    "SamePad": "padding",
    "SamePadding": "padding",
    "SameAvgPool": "padding",
    "ChannelNorm": "norms",
    "ChannelRMSNorm": "norms",
    "LayerScale": "norms",
    "Offset": "norms",
    "Normalization": "norms",
    "Denormalization": "norms",
    "GivenNormalization": "norms",
    "Rescaling": "norms",
    "AxisRescaling": "norms",
    "UnitNorm": "norms",
    "StochasticDepth": "noise",
    "BatchDepth": "noise",
    "GaussianDropout": "noise",
    "GaussianNoise": "noise",
    "Absolute": "activations",
    "BoundedReLU": "activations",
    "ElementwisePReLU": "activations",
    "ClassToken": "learned",
    "PositionEmbedding": "learned",
    "UnusedParameter": "learned",
    "EinsumDense": "learned",
    "SqueezeExcitation": "learned",
    "SelfAttention": "attention",
    "CrossAttention": "attention",
    "MultiHeadAttention": "attention",
    "WindowAttention": "attention",
    "DotProductAttention": "attention",
    "AdditiveAttention": "attention",
    "EveryStep": "recurrent",
    "LastState": "recurrent",
    "StepByStep": "recurrent",
    "SimpleRNN": "recurrent",
    "OneBiasLSTM": "recurrent",
    "ResetFirstGRU": "recurrent",
    "Bidirectional": "recurrent",
    "TimeDistributed": "recurrent",
    "NotWritten": "missing",
    "round_to": "expressions",
}


def text_of_module(name: str) -> str:
    """The text of one of `MODULES`; only the file that has it is imported."""
    texts: dict[str, str] = import_module(f"{__name__}.{MODULES[name]}").TEXTS
    return texts[name]
