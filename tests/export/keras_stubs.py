"""What Keras has not, by the beginnings of the labels of `layer_cases`, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layer_cases import Case

_HEADS = '{"num_heads": 2, '
_RMS = "Keras divides by the deviation and keeps the mean, unlike an RMS norm"
_STATEFUL = "a stateful layer of Keras fixes the batch"
_BOTH = "Keras refuses a stride above 1 together with a dilation above 1"
_TWO = "Bidirectional gives two results without a merge"

STUBS = {
    "custom:": "what it computes is not known",
    f'attention: {_HEADS}"add_': "MultiHeadAttention has no keys beside those that arrive",
    'conv_lstm: {"filters": 2, "kernel": 3, "stateful"': _STATEFUL,
    'dropout: {"noise_shape"': "the batch comes before the axes of `noise_shape` in Keras",
    "FeatureAlphaDropout:": "AlphaDropout drops single elements",
    **{
        f'dot_product_attention: {{"{given}"':
            "Attention learns its scale in place of 1 / sqrt(features)"
        for given in ("use_scale", "score_mode")
    },
    **{
        f'embedding: {{"symbols": 9, "size": 4, "{given}"': why
        for given, why in (
            ("padding_idx", "no row of a Keras embedding is left out of training"),
            ("max_norm", "a Keras embedding does not bound the length of its rows"),
            ("norm_type", "a Keras embedding does not bound the length of its rows"),
            ("scale_grad_by_freq", "a Keras embedding does not scale gradients by frequency"),
        )
    },
    'rescaling: {"offset": [': "Keras has one number for each channel, and no other axis",
    'layernorm: {"rms_scaling"': _RMS,
    'rmsnorm: {"rms_scaling"': _RMS,
    'batchnorm: {"track_running_stats"': "BatchNormalization always keeps running statistics",
    'batchnorm: {"renorm"': "batch renormalization has other statistics in Keras",
    'instancenorm: {"track_running_stats"':
        "Keras keeps no statistics of an instance normalization",
    'maxpool: {"kernel": 3, "dilation"': "no pooling of Keras has a dilation",
    'conv_transpose: {"filters": 6, "kernel": 3, "groups"':
        "a transposed convolution of Keras has no groups",
    'conv_transpose: {"filters": 6, "kernel": 3, "output_padding"':
        "Keras leaves out elements that no kernel reaches",
    'upsample: {"scale": 1.7, "mode": "nearest-exact"}':
        "Keras rounds a factor that is no whole number in another way",
    **{
        f'upsample: {{"scale": 1.7, "mode": "{mode}"':
            f"Keras has no `{mode}` that is computed as in PyTorch"
        for mode in ("bicubic", "area")
    },
    'upsample: {"scale": 1.': "UpSampling has whole factors only",
    'pad: {"padding": -1': "the padding of Keras does not crop",
    "Add: {}":
        "the inputs have different numbers of axes, which frameworks align differently",
    'conv: {"filters": 6, "kernel": 3, "padding": "same", "stride": 2, "dilation"': _BOTH,
    **{
        f'{cell}: {{"units": 5, "stateful"': _STATEFUL for cell in ("rnn", "lstm", "gru")
    },
    **{
        f'{cell}: {{"units": 5, "recurrent_dropout"':
            "only the cells of Keras drop between steps, and they have one bias"
        for cell in ("rnn", "lstm")
    },
}  # fmt: skip
#: Those that are stubs in one layout or rank only, by label and inputs.
STUBS_HERE = {
    ('ZeroPad2d: {"padding": [1, 2, 0, 1]}', "6x8"): "Keras pads all axes but the channels",
    ('PixelShuffle: {"upscale_factor": 2}', "2x4x3x3"): "other axes come before the map",
    ('unfold: {"kernel": 3}', "9x8x4"): "the rows are in the order of channels that come first",
    ('time_distributed: {"layer": {"conv": {"filters": 5, "kernel": 3}}}', "3x4x9x8"):
        "the channels of a step do not come last",
    **{
        (f'bidirectional: {{"layer": {{"{cell}": {{"units": 5}}}}, "merge_mode": null}}', "6x8"):
            _TWO
        for cell in ("SimpleRNN", "GRU", "LSTM")
    },
}  # fmt: skip


def keras_stub(case: Case, label: str) -> str | None:
    """Why a net is a stub in Keras; None if it must not be."""
    here = STUBS_HERE.get((label, case.inputs))
    return here or next((why for start, why in STUBS.items() if label.startswith(start)), None)
