"""What Keras has not, by the beginnings of the labels of `layer_cases`, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layer_cases import Case

_HEADS = '{"num_heads": 2, '

STUBS = {
    "custom:": "what it computes is not known",
    "rrelu:": "no slope that is drawn",
    'softplus: {"beta"': "one slope only",
    'softplus: {"threshold"': "no straight part",
    "softmin:": "no such function",
    f'attention: {_HEADS}"add_': "no keys beside those that arrive",
    f'attention: {_HEADS}"kdim"': "several inputs of a layer with weights",
    f'multi_head_attention: {_HEADS}"key_dim": 3, "use_gate"': "another output than ours",
    f'multi_head_attention: {_HEADS}"key_dim": 3, "sliding_window"': "not on every backend",
    f'multi_head_attention: {_HEADS}"key_dim": 3, "attention_axes"': "counted in another way",
    "bilinear:": "no such layer",
    "conv_lstm:": "not said yet in code of either framework",
    "dot_product_attention:": "several inputs of one layer",
    "additive_attention:": "several inputs of one layer",
    "Attention:": "several inputs of one layer",
    'dropout: {"noise_shape"': "counted in another way",
    "FeatureAlphaDropout:": "drops single elements only",
    'stochastic_depth: {"mode"': "drops samples only",
    **{
        f'embedding: {{"symbols": 9, "size": 4, "{given}"': why
        for given, why in (
            ("padding_idx", "no row without a gradient"),
            ("max_norm", "vectors are not cut"),
            ("norm_type", "vectors are not cut"),
            ("scale_grad_by_freq", "gradients are not scaled"),
        )
    },
    'rescaling: {"offset": [': "a number for each place of the last axis",
    "local_response_norm:": "no such layer",
    "matmul:": "no such layer",
    "dot:": "no such layer of ours",
    "parameter:": "no such layer",
    "lppool:": "no such pooling",
    'layernorm: {"rms_scaling"': "Keras divides by the deviation, and keeps the mean",
    'rmsnorm: {"rms_scaling"': "as for layernorm",
    'rmsnorm: {"elementwise_affine"': "it always has a factor",
    'batchnorm: {"track_running_stats"': "it always keeps statistics",
    'batchnorm: {"renorm"': "other formulas than ours",
    'instancenorm: {"track_running_stats"': "it keeps no statistics",
    'maxpool: {"kernel": 3, "dilation"': "no gaps in a window",
    'avgpool: {"kernel": 3, "divisor_override"': "no other divisor",
    'avgpool: {"kernel": 3, "padding": "same", "stride": 2, "divisor_override"': "no other divisor",
    'avgpool: {"kernel": 3, "count_include_pad": false, "padding"': "a mean with fewer elements",
    'avgpool: {"kernel": 3, "ceil_mode"': "a mean with fewer elements",
    "rnn:": "one bias a gate",
    "lstm:": "one bias a gate",
    "squeeze_excite:": "no such layer",
    "transformer_": "no such layer",
    "unfold:": "no such layer",
    "fold:": "no such layer",
    'conv_transpose: {"filters": 6, "kernel": 3, "groups"': "no groups",
    'conv_transpose: {"filters": 6, "kernel": 3, "output_padding"': "rows that no kernel reaches",
    'upsample: {"scale": 2, "mode": "nearest-exact"': "whole factors of nearest and bilinear only",
    'upsample: {"scale": 2, "align_corners"': "corners are not aligned",
    'upsample: {"scale": 1.': "whole factors only",
    'upsample: {"size"': "a size by bilinear only",
    "UpsamplingBilinear2d:": "corners are not aligned",
    "ReplicationPad2d:": "edges are not repeated",
    "CircularPad2d:": "nothing goes round",
    'pad: {"padding": -1': "padding does not crop",
    "Add: {}": "Keras aligns the axes of inputs in another way",
    **{
        f'conv: {{"filters": 6, "kernel": {kernel}, "padding": {padding}, "{given}"': why
        for kernel, padding, given, why in (
            (3, '"same", "stride": 2', "dilation", "a stride or a dilation"),
            (3, "[[1, 0], [0, 2]]", 'padding_mode": "replicate', "edges are not repeated"),
            (3, "[[1, 0], [0, 2]]", 'padding_mode": "circular', "nothing goes round"),
            (4, '"same"', 'padding_mode": "circular', "nothing goes round"),
            (3, '"causal"', 'padding_mode": "replicate', "edges are not repeated"),
        )
    },
    'gru: {"units": 5, "num_layers"': "one cell a layer",
    'gru: {"units": 5, "dropout": 0.5, "num_layers"': "one cell a layer",
    'gru: {"units": 5, "stateful"': "it fixes the batch",
}  # fmt: skip
#: Those that are stubs in one layout or rank only, by label and inputs.
STUBS_HERE = {
    ('chunk: {"chunks": 3}', "4x9x8"): "parts of several sizes",
    ('chunk: {"chunks": 2, "axis": 1}', "4x9x8"): "parts of several sizes",
    ('multi_head_attention: {"num_heads": 2, "key_dim": 3}', "6x8 5x4 5x3"): "several inputs",
    ('attention: {"num_heads": 2}', "6x8 5x8"): "several inputs",
    ('ZeroPad2d: {"padding": [1, 2, 0, 1]}', "6x8"): "two spatial axes",
    ('PixelShuffle: {"upscale_factor": 2}', "2x4x3x3"): "one map only",
    ('time_distributed: {"layer": {"conv": {"filters": 5, "kernel": 3}}}', "3x4x9x8"):
        "the channels of a step come first",
    **{
        (f'bidirectional: {{"layer": {{"{cell}": {{"units": 5}}}}, "merge_mode": null}}', "6x8"):
            "two results"
        for cell in ("SimpleRNN", "GRU", "LSTM")
    },
}  # fmt: skip

#: Those that are not, though others of their kind are.
SAID = {f'{cell}: {{"units": 5, "bias": false}}' for cell in ("rnn", "lstm")}


def keras_stub(case: Case, label: str) -> str | None:
    """Why a net is a stub in Keras; None if it must not be."""
    if label in SAID:
        return None
    here = STUBS_HERE.get((label, case.inputs))
    return here or next((why for start, why in STUBS.items() if label.startswith(start)), None)
