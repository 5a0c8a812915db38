"""Layers and functions that Keras has not, written into the file that needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Final

#: The file of this package that has the text of each, in the order in which they are written:
#: those that others are made of first.
HELPERS: Final = {
    "padded": "padding",
    "padded_to_windows": "padding",
    "padded_by_elements": "padding",
    "average_pool": "pooling",
    "lp_pool": "pooling",
    "linear_resized": "resizing",
    "nearest_resized": "resizing",
    "softplus": "activations",
    "rms_norm": "norms",
    "local_response_norm": "norms",
    "matmul": "joining",
    "scaled_attention": "attention",
    "unfold": "windows",
    "fold": "windows",
    "RReLU": "activations",
    "UnusedParameter": "learned",
    "Bilinear": "joining",
    "SqueezeExcite": "learned",
    "LayerScale": "norms",
    "ClassToken": "learned",
    "PositionEmbedding": "learned",
    "WindowAttention": "attention",
    "chunk": "views",
    "part": "views",
    "channel_shuffle": "views",
    "pixel_shuffle": "views",
    "pixel_unshuffle": "views",
    "TwoBiasRNNCell": "recurrent",
    "TwoBiasLSTMCell": "recurrent",
    "TransformerEncoderLayer": "attention",
    "TransformerDecoderLayer": "attention",
    "not_written": "missing",
    "round_to": "expressions",
}


def text_of_helper(name: str) -> str:
    """The text of one of `HELPERS`; only the file that has it is imported."""
    texts: dict[str, str] = import_module(f"{__name__}.{HELPERS[name]}").TEXTS
    return texts[name]
