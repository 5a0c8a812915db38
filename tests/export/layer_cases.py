"""Every layer type in a net of its own, and every argument of it with another value."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.layers.registry import types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Case(NamedTuple):
    """A net of one layer.

    Attributes:
        type: the name of the layer.
        inputs: the shapes that it takes, separated by spaces.
        arguments: what it is given.
        altered: other values, by the arguments; a mapping gives several at once.
        layout: of the net.
    """

    type: str
    inputs: str
    arguments: Mapping[str, object] = MappingProxyType({})
    altered: Mapping[str, object] = MappingProxyType({})
    layout: str = "channels_first"

    def spec(self, **more: object) -> str:
        """The text of the net."""
        shapes = self.inputs.split()
        given = {f"in{n}": [int(one) for one in shape.split("x")] for n, shape in enumerate(shapes)}
        entry: dict[str, object] = {self.type: {**self.arguments, **more}}
        if len(shapes) > 1:
            entry["from"] = list(given)
        return json.dumps({"layout": self.layout, "inputs": given, "layers": [entry]})

    def specs(self) -> Iterator[tuple[str, str, str]]:
        """The net, and the net with each other value: the argument, the text, what it is."""
        yield "", self.spec(), self.label({})
        for name, value in self.altered.items():
            more = value if isinstance(value, dict) and name in value else {name: value}
            yield name, self.spec(**more), self.label(more)

    def label(self, more: Mapping[str, object]) -> str:
        """What a net is."""
        return f"{self.type}: {json.dumps({**self.arguments, **more})}"


MAP, SEQUENCE = "4x9x8", "6x8"
INPLACE = {"inplace": True}
RECURRENT = {
    "units": 7, "num_layers": 2, "bias": False, "bidirectional": True, "return_sequences": False,
    "dropout": {"dropout": 0.5, "num_layers": 2}, "activation": "relu",
    "recurrent_dropout": 0.5, "stateful": True, "go_backwards": True,
}  # fmt: skip
GATES = {"recurrent_activation": "hardsigmoid"}
WINDOW = {"stride": 2, "padding": 1, "dilation": 2}
TRANSFORMER = {
    "num_heads": 4, "dim_feedforward": 16, "dropout": 0.3, "activation": "gelu",
    "layer_norm_eps": 0.5, "norm_first": True, "bias": False,
}  # fmt: skip

#: One of each type, by its own name.
CASES = [
    Case("abs", MAP),
    Case("activation", MAP, {"activation": "relu"}, {"activation": "silu"}),
    Case("glu", MAP, {"dim": 0}, {"dim": -1}),
    Case("prelu", MAP, {}, {"num_parameters": 4, "shared_axes": [1, 2], "init": 0.5}),
    Case("relu", MAP, {}, {"max_value": 0.5, "negative_slope": 0.2, "threshold": 0.3, **INPLACE}),
    Case("relu6", MAP, {}, INPLACE),
    Case("leaky_relu", MAP, {}, {"negative_slope": 0.2, **INPLACE}),
    Case("rrelu", MAP, {}, {"lower": 0.01, "upper": 0.9, **INPLACE}),
    Case("elu", MAP, {}, {"alpha": 2.0, **INPLACE}),
    Case("selu", MAP, {}, INPLACE),
    Case("celu", MAP, {}, {"alpha": 2.0, **INPLACE}),
    Case("gelu", MAP, {}, {"approximate": "tanh"}),
    Case("silu", MAP, {}, INPLACE),
    Case("mish", MAP, {}, INPLACE),
    Case("threshold", MAP, {"threshold": 0.1}, {"threshold": 0.2, "value": 3, **INPLACE}),
    Case("sigmoid", MAP),
    Case("log_sigmoid", MAP),
    Case("hardsigmoid", MAP, {}, INPLACE),
    Case("hardswish", MAP, {}, INPLACE),
    Case("tanh", MAP),
    Case("hardtanh", MAP, {}, {"min_val": -0.5, "max_val": 0.5, **INPLACE}),
    Case("tanhshrink", MAP),
    Case("softplus", MAP, {}, {"beta": 2.0, "threshold": 1.0}),
    Case("softsign", MAP),
    Case("softshrink", MAP, {}, {"lambd": 0.2}),
    Case("hardshrink", MAP, {}, {"lambd": 0.2}),
    *(Case(one, MAP, {}, {"axis": -1}) for one in ("softmax", "softmin", "log_softmax")),
    Case("activity_regularization", MAP),
    *(
        Case(one, MAP, {"size": 3}, {"size": [4, None], "data_format": "channels_last"})
        for one in ("adaptive_avgpool", "adaptive_maxpool")
    ),
    *(
        Case(one, MAP, {}, {"keepdims": True, "data_format": "channels_last"})
        for one in ("global_avgpool", "global_maxpool")
    ),
    Case("attention", SEQUENCE, {"num_heads": 2}, {
        "num_heads": 4, "bias": False, "add_bias_kv": True, "add_zero_attn": True, "dropout": 0.5,
    }),
    Case("attention", "6x8 5x4 5x3", {"num_heads": 2, "kdim": 4, "vdim": 3}),
    Case("multi_head_attention", SEQUENCE, {"num_heads": 2, "key_dim": 3}, {
        "num_heads": 4, "key_dim": 5, "value_dim": 5, "bias": False, "use_gate": True,
        "output_size": [5], "dropout": 0.5, "sliding_window": 2,
    }),
    Case("multi_head_attention", "5x6x8", {"num_heads": 2, "key_dim": 3}, {"attention_axes": [1]}),
    Case("multi_head_attention", "6x8 5x4 5x3", {"num_heads": 2, "key_dim": 3}),
    Case("window_attention", "4x6x8", {"num_heads": 2, "window": 2}, {
        "num_heads": 4, "window": [3, 2], "shift": 1, "qkv_bias": False, "proj_bias": False,
        "attention_dropout": 0.5, "dropout": 0.5, "data_format": "channels_last",
    }),
    Case("bilinear", "6x3 6x5", {"units": 4}, {"units": 3, "bias": False}),
    Case("conv_lstm", "3x4x9x8", {"filters": 2, "kernel": 3}, {
        "filters": 3, "kernel": 1, "stride": 2, "padding": "same", "dilation": 2, "bias": False,
        "return_sequences": True, "activation": "relu", "recurrent_activation": "hardsigmoid",
        "dropout": 0.5, "recurrent_dropout": 0.5, "data_format": "channels_last",
        "go_backwards": True, "stateful": True,
    }),
    Case("conv", MAP, {"filters": 6, "kernel": 3}, {
        "filters": 4, "groups": 2, "kernel": [3, 2], **WINDOW, "bias": False,
        "padding_mode": {"padding_mode": "reflect", "padding": 1}, "activation": "gelu",
        "data_format": "channels_last",
    }),
    Case("depthwise_conv", MAP, {"kernel": 3}, {
        "depth_multiplier": 2, "kernel": [3, 2], **WINDOW, "bias": False,
        "padding_mode": {"padding_mode": "reflect", "padding": 1}, "activation": "gelu",
        "data_format": "channels_last",
    }),
    Case("separable_conv", MAP, {"filters": 6, "kernel": 3}, {
        "filters": 4, "depth_multiplier": 2, "kernel": [3, 2], **WINDOW, "bias": False,
        "padding_mode": {"padding_mode": "reflect", "padding": 1}, "activation": "gelu",
        "data_format": "channels_last",
    }),
    Case("custom", MAP, {"params": 5}),
    Case("dense", SEQUENCE, {"units": 5}, {"units": 4, "bias": False, "activation": "celu"}),
    Case("dot_product_attention", "6x8 5x8 5x3", {}, {
        "use_scale": True, "score_mode": "concat", "is_causal": True, "dropout": 0.5,
    }),
    Case("additive_attention", "6x8 5x8 5x3", {}, {"use_scale": False, "dropout": 0.5}),
    Case("dropout", MAP, {}, {"rate": 0.2, "noise_shape": [None, 1, 1], **INPLACE}),
    Case("stochastic_depth", MAP, {}, {"rate": 0.2, "mode": "batch"}),
    Case("einsum_dense", SEQUENCE, {"equation": "abc,cd->abd", "output_size": [None, 5]}, {
        "equation": "abc,dc->abd", "output_size": [None, 4], "bias_axes": "d",
        "activation": "relu",
    }),
    Case("embedding", "6", {"symbols": 9, "size": 4}, {
        "symbols": 8, "size": 3, "padding_idx": 0, "max_norm": 0.5, "norm_type":
        {"norm_type": 1.0, "max_norm": 0.5}, "scale_grad_by_freq": True, "sparse": True,
        "mask_zero": True,
    }),
    Case("identity", MAP),
    Case("normalization", MAP, {}, {
        "axis": None, "mean": {"mean": [0.5], "variance": [4], "axis": None}, "invert": True,
        "variance": {"mean": [1, 2, 3, 4], "variance": [4, 5, 6, 7], "axis": 0},
    }),
    Case("rescaling", "2x3", {}, {"scale": 2, "offset": [1, 2, 3]}),
    Case("layer_scale", MAP, {}, {"init_values": 0.5}),
    Case("local_response_norm", MAP, {"size": 3}, {"size": 2, "alpha": 1.0, "beta": 2.0, "k": 3.0}),
    Case("matmul", "3x4x4 3x4x4", {}, {"transpose_a": True, "transpose_b": True}),
    Case("dot", "4x4 4x4", {"axes": 1}, {"axes": 0, "normalize": True}),
    Case("add", f"{MAP} {MAP} {MAP}"),
    Case("subtract", f"{MAP} {MAP}"),
    Case("multiply", f"{MAP} 4x1x1"),
    Case("average", f"{MAP} {MAP} {MAP}"),
    Case("maximum", f"{MAP} {MAP} {MAP}"),
    Case("minimum", f"{MAP} {MAP}"),
    Case("concat", f"{MAP} {MAP}", {}, {"axis": -1}),
    Case("gaussian_noise", MAP, {"stddev": 0.1}, {"stddev": 0.2}),
    Case("layernorm", MAP, {}, {
        "normalized_shape": [9, 8], "axis": [-1], "elementwise_affine": False,
        "rms_scaling": True, "scale": False, "center": False, "eps": 0.5,
    }),
    Case("rmsnorm", MAP, {}, {
        "normalized_shape": [8], "axis": [-1], "elementwise_affine": False, "rms_scaling": True,
        "eps": 0.5,
    }),
    Case("batchnorm", MAP, {}, {
        "affine": False, "track_running_stats": False, "renorm": True, "scale": False,
        "center": False, "momentum": 0.3, "eps": 0.5, "axis": -1,
    }),
    Case("groupnorm", MAP, {"groups": 2}, {
        "groups": 4, "affine": False, "scale": False, "center": False, "eps": 0.5, "axis": -1,
    }),
    Case("instancenorm", MAP, {}, {
        "affine": True, "bias": {"bias": False, "affine": True}, "track_running_stats": True,
        "momentum": 0.3, "eps": 0.5,
    }),
    Case("pad", MAP, {"padding": 1}, {
        "padding": [[1, 2], [0, 1]], "mode": "reflect", "data_format": "channels_last",
        "value": {"value": 3.0, "mode": "constant"},
    }),
    Case("crop", MAP, {}, {"cropping": [[1, 2], [0, 1]], "data_format": "channels_last"}),
    Case("parameter", MAP, {"shape": [2, 3]}, {"shape": [3]}),
    Case("maxpool", MAP, {"kernel": 3}, {
        "kernel": [3, 2], **WINDOW, "ceil_mode": {"ceil_mode": True, "stride": 2},
        "data_format": "channels_last",
    }),
    Case("avgpool", MAP, {"kernel": 3}, {
        "kernel": [3, 2], "stride": 2, "padding": 1, "divisor_override": 5,
        "count_include_pad": {"count_include_pad": False, "padding": 1},
        "ceil_mode": {"ceil_mode": True, "stride": 2}, "data_format": "channels_last",
    }),
    Case("lppool", MAP, {"norm_type": 2, "kernel": 3}, {
        "norm_type": 4, "kernel": [3, 2], "stride": 2, "padding": 1,
        "ceil_mode": {"ceil_mode": True, "stride": 2}, "data_format": "channels_last",
    }),
    Case("rnn", SEQUENCE, {"units": 5}, {**RECURRENT, "nonlinearity": "relu"}),
    Case("lstm", SEQUENCE, {"units": 5}, {**RECURRENT, **GATES, "proj_size": 3}),
    Case("gru", SEQUENCE, {"units": 5}, {**RECURRENT, **GATES, "reset_after": False}),
    *(
        Case(one, MAP, {"axis": [1, 2]}, {"axis": 0, "keepdims": True})
        for one in ("mean", "reduce_sum", "max", "min")
    ),
    Case("flatten", MAP, {}, {"start_dim": 1, "end_dim": 1}),
    Case("reshape", MAP, {"shape": [8, -1]}, {"shape": [4, 72]}),
    Case("reshape", MAP, {"shape": [-1]}, {"shape": [288]}),
    Case("unflatten", MAP, {"dim": 0, "unflattened_size": [4]}, {"unflattened_size": [-1]}),
    Case("unflatten", MAP, {"dim": 0, "unflattened_size": [2, 2]}, {
        "dim": {"dim": 2, "unflattened_size": [2, 4]}, "unflattened_size": [4, 1],
    }),
    Case("permute", MAP, {"dims": [1, 2, 0]}, {"dims": [2, 0, 1]}),
    Case("repeat_vector", "8", {"n": 3}, {"n": 2}),
    Case("resizing", MAP, {"height": 6, "width": 7}, {
        "height": 5, "width": 5, "interpolation": "nearest", "crop_to_aspect_ratio": True,
        "pad_to_aspect_ratio": True, "data_format": "channels_last", "antialias": True,
        "fill_mode": {"fill_mode": "reflect", "pad_to_aspect_ratio": True},
        "fill_value": {"fill_value": 1.0, "pad_to_aspect_ratio": True},
    }),
    Case("pixel_shuffle", MAP, {"factor": 2}, {"factor": 1, "data_format": "channels_last"}),
    Case("pixel_unshuffle", "4x6x12", {"factor": 2}, {
        "factor": 3, "data_format": "channels_last",
    }),
    Case("channel_shuffle", MAP, {"groups": 2}, {"groups": 4}),
    Case("roll", MAP, {"shifts": [-3, 2], "axis": [1, 2]}, {
        "shifts": [1, 2], "axis": [0, -1],
    }),
    Case("split", MAP, {"sizes": [1, 3]}, {
        "sizes": 2, "index": 1, "axis": {"axis": 1, "sizes": 3},
    }),
    Case("chunk", MAP, {"chunks": 2}, {"chunks": 3, "index": 1, "axis": 1}),
    Case("slice", MAP, {}, {"start": 1, "stop": 2, "axis": {"axis": 1, "start": 2}}),
    Case("squeeze_excite", "8x5x5", {"ratio": 2}, {
        "ratio": 4, "squeeze_channels": 3, "activation": "silu", "scale_activation": "hardsigmoid",
    }),
    Case("class_token", SEQUENCE, {}, {"count": 2}),
    Case("position_embedding", SEQUENCE),
    Case("transformer_encoder_layer", SEQUENCE, {"num_heads": 2}, TRANSFORMER),
    Case("transformer_decoder_layer", "6x8 5x8", {"num_heads": 2}, {
        **TRANSFORMER, "activation": "silu",
    }),
    Case("conv_transpose", MAP, {"filters": 6, "kernel": 3}, {
        "filters": 4, "groups": 2, "kernel": [3, 2], "stride": 2, "padding": 1, "dilation": 2,
        "output_padding": {"output_padding": 1, "stride": 2}, "bias": False, "activation": "gelu",
        "data_format": "channels_last",
    }),
    Case("unfold", MAP, {"kernel": 3}, {"kernel": 2, **WINDOW}),
    Case("fold", "16x9", {"kernel": 2, "size": 4}, {
        "kernel": {"kernel": 1, "size": 3}, "size": [2, 10], "stride": {"stride": 2, "size": 6},
        "padding": {"padding": 1, "size": 2}, "dilation": {"dilation": 2, "size": 5},
    }),
    Case("unit_norm", MAP, {}, {"axis": [0, 1]}),
    Case("upsample", MAP, {"scale": 2}, {
        "scale": 3, "mode": "nearest-exact", "align_corners":
        {"align_corners": True, "mode": "bilinear"}, "recompute_scale_factor":
        {"recompute_scale_factor": True, "scale": 1.3}, "data_format": "channels_last",
    }),
    Case("upsample", MAP, {"size": [12, 13]}, {"size": 5}),
    Case("time_distributed", "3x4", {"layer": {"dense": 5}}, {"layer": {"dense": 6}}),
    Case("bidirectional", SEQUENCE, {"layer": {"LSTM": 5}}, {
        "layer": {"GRU": {"units": 5, "return_sequences": True}}, "merge_mode": "sum",
    }),
]  # fmt: skip

#: Under other names, in other layouts, and with other values of what has several.
MORE = [
    Case("AlphaDropout", MAP), Case("FeatureAlphaDropout", MAP), Case("Dropout2d", MAP),
    Case("GaussianDropout", MAP, {"rate": 0.3}),
    Case("SpatialDropout2D", "9x8x4", {"rate": 0.3}, layout="channels_last"),
    Case("window_attention", "5x7x4", {"num_heads": 2, "window": [2, 3], "shift": [1, 2]},
         layout="channels_last"),
    Case("window_attention", "4x5x7", {"num_heads": 2, "window": 3, "shift": [0, 2]}),
    Case("window_attention", "3x2x4", {"num_heads": 1, "window": 3, "shift": 1},
         layout="channels_last"),
    Case("RMSNorm", SEQUENCE, {"normalized_shape": 8}),
    Case("RMSNormalization", SEQUENCE),
    Case("LayerNormalization", "9x8x4", {}, {"axis": [1, 2, 3]}, layout="channels_last"),
    Case("layernorm", "9x8x4", layout="channels_last"),
    Case("LayerNorm2d", MAP, {"normalized_shape": 4}),
    Case("BatchNormalization", "9x8x4", {}, {"scale": False}, layout="channels_last"),
    Case("batchnorm", "8"), Case("batchnorm", SEQUENCE), Case("batchnorm", "2x3x4x5"),
    Case("batchnorm", "2x3x4x5x6"),
    Case("GroupNormalization", "9x8x4", {"groups": -1}, layout="channels_last"),
    Case("layer_scale", "9x8x4", {"init_values": 0.5}, layout="channels_last"),
    Case("layer_scale", SEQUENCE, {"init_values": 0.5}),
    Case("layer_scale", SEQUENCE, {"init_values": 0.5}, layout="channels_last"),
    Case("PReLU", "9x8x4", {}, {"shared_axes": [1, 2]}, layout="channels_last"),
    Case("prelu", "9x8x4", {"num_parameters": 4}, layout="channels_last"),
    Case("LeakyReLU", "9x8x4", layout="channels_last"),
    Case("relu", MAP, {"max_value": 0.5, "negative_slope": 0.2, "threshold": 0.3}),
    Case("relu", MAP, {"threshold": 0.3, "max_value": 0}),
    *(Case("dense", SEQUENCE, {"units": 5, "activation": one}) for one in (
        "leaky_relu", "elu", "softmax", "hardtanh", "softshrink", "exponential", "softplus",
    )),
    *(Case("conv", MAP, {"filters": 6, "kernel": 3, **more}) for more in (
        {"padding": "same"}, {"padding": "full"}, {"padding": "same", "stride": 2},
        {"padding": "same", "stride": 2, "padding_mode": "reflect"},
        {"padding": "same", "stride": 2, "dilation": 2}, {"padding": "full", "kernel": [3, 2]},
        {"padding": [1, 2]}, {"padding": [1, 1, 2, 2]}, {"padding": [[1, 0], [0, 2]]},
        {"padding": [[1, 0], [0, 2]], "padding_mode": "replicate"},
        {"padding": [[1, 0], [0, 2]], "padding_mode": "circular"},
        {"padding": "full", "padding_mode": "reflect", "dilation": 2},
        {"padding": "same", "padding_mode": "circular", "kernel": 4},
    )),
    Case("conv", "4x9", {"filters": 6, "kernel": 3, "padding": "causal", "dilation": 2}),
    Case("conv", "4x9", {
        "filters": 6, "kernel": 3, "padding": "causal", "padding_mode": "replicate",
    }),
    Case("conv", "9x8x4", {"filters": 6, "kernel": 3}, layout="channels_last"),
    Case("conv", "2x5x6x7", {"filters": 6, "kernel": 3, "padding": "same", "stride": [1, 2, 3]}),
    Case("SeparableConv2D", "9x8x4", {
        "filters": 6, "kernel_size": 3, "strides": 2, "padding": "same",
    }, layout="channels_last"),
    *(Case(pool, MAP, {**given, "kernel": 3, **more}) for pool, given in (
        ("maxpool", {}), ("avgpool", {}), ("lppool", {"norm_type": 2}),
    ) for more in (
        {"padding": "same"}, {"padding": "same", "stride": 2}, {"padding": "same", "stride": 1},
        {"padding": "same", "stride": 2, "kernel": 1}, {"padding": [[1, 0], [0, 1]]},
        {"padding": [1, 0]}, {"padding": [1, 0], "ceil_mode": True, "stride": 2},
    )),
    Case("maxpool", MAP, {"kernel": 3, "dilation": 2, "padding": "same", "stride": 2}),
    Case("avgpool", MAP, {"kernel": 3, "padding": "same", "stride": 2, "divisor_override": 4}),
    Case("avgpool", "4x9", {"kernel": 3, "padding": "same", "stride": 2}),
    Case("avgpool", "4x9", {"kernel": 3, "divisor_override": 4}),
    Case("avgpool", "2x5x6x7", {"kernel": 3, "padding": "same", "stride": 2}),
    Case("AveragePooling2D", "9x8x4", {"pool_size": 2, "padding": "same"}, {"strides": 1},
         layout="channels_last"),
    Case("MaxPooling2D", "9x8x4", {"padding": "same"}, layout="channels_last"),
    *(Case("Conv2DTranspose", "5x6x4", {
        "filters": 6, "kernel_size": 3, "strides": 2, "padding": "same", **more,
    }, layout="channels_last") for more in (
        {}, {"kernel_size": 2}, {"kernel_size": [5, 1]}, {"padding": "valid", "kernel_size": 1},
        {"output_padding": 1}, {"strides": [1, 2]}, {"activation": "relu"},
    )),
    Case("conv_transpose", MAP, {"filters": 6, "kernel": 3, "padding": [[1, 0], [0, 2]]}),
    *(Case(one, MAP, {"padding": [1, 2, 0, 1]}) for one in (
        "ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d", "CircularPad2d",
    )),
    Case("ConstantPad2d", MAP, {"padding": 1, "value": 2.5}),
    Case("ZeroPad2d", SEQUENCE, {"padding": [1, 2, 0, 1]}),
    Case("pad", MAP, {"padding": -1}), Case("pad", MAP, {"padding": 1, "mode": "constant"}),
    Case("UpsamplingBilinear2d", MAP, {"scale_factor": 2}),
    Case("UpSampling2D", "9x8x4", {}, {
        "size": 3, "interpolation": "bilinear",
    }, layout="channels_last"),
    *(Case("upsample", MAP, {"scale": 1.7, "mode": one}) for one in (
        "nearest", "nearest-exact", "bilinear", "bicubic", "area",
    )),
    *(Case(one, "9x8x4", {"axis": [0, 1]}, {"axis": -1, "keepdims": True}, layout="channels_last")
      for one in ("mean", "max")),
    Case("mean", MAP, {"axis": [0, 1, 2]}),
    Case("glu", "9x8x4", {"dim": -1}, layout="channels_last"),
    Case("split", "9x8x4", {"sizes": [1, 3]}, layout="channels_last"),
    Case("unit_norm", "9x8x4", layout="channels_last"),
    Case("normalization", "9x8x4", layout="channels_last"),
    Case("rescaling", "9x8x4", {"scale": [1, 2, 3, 4]}, layout="channels_last"),
    Case("local_response_norm", "9x8x4", {"size": 3}, layout="channels_last"),
    Case("matmul", "3x4x5 3x5x6", layout="channels_last"),
    Case("squeeze_excite", "5x6x8", {"ratio": 2}, layout="channels_last"),
    Case("channel_shuffle", "4x9", {"groups": 2}),
    Case("PixelShuffle", "2x4x3x3", {"upscale_factor": 2}),
    Case("unfold", "9x8x4", {"kernel": 3}, layout="channels_last"),
    Case("Add", "9x8x4 4", layout="channels_last"),
    Case("Attention", "6x8 5x3 5x8", {}, {"use_scale": True}, layout="channels_last"),
    Case("dot_product_attention", SEQUENCE), Case("additive_attention", SEQUENCE),
    Case("dot", "4 4", {"axes": -1}, {"normalize": True}),
    Case("attention", "6x8 5x8", {"num_heads": 2}),
    *(Case(one, SEQUENCE, {"units": 5}, {"return_sequences": True, "use_bias": False},
           layout="channels_last") for one in ("LSTM", "GRU", "SimpleRNN")),
    Case("GRU", SEQUENCE, {"units": 5, "reset_after": False}, layout="channels_last"),
    Case("LSTM", SEQUENCE, {
        "units": 5, "activation": "relu", "recurrent_activation": "hard_sigmoid",
        "go_backwards": True, "return_sequences": True,
    }, layout="channels_last"),
    Case("lstm", SEQUENCE, {"units": 5, "bidirectional": True, "return_sequences": False}),
    Case("lstm", SEQUENCE, {
        "units": 5, "num_layers": 2, "bidirectional": True, "proj_size": 2,
    }),
    *(Case("bidirectional", SEQUENCE, {"layer": {one: {"units": 5}}, "merge_mode": mode})
      for one in ("SimpleRNN", "GRU", "LSTM") for mode in ("concat", "mul", "ave", None)),
    Case("time_distributed", "3x4x9x8", {"layer": {"conv": {"filters": 5, "kernel": 3}}}),
    Case("time_distributed", "3x9x8x4", {"layer": {"conv": {"filters": 5, "kernel": 3}}},
         layout="channels_last"),
]  # fmt: skip


#: What PyTorch has not, by the beginnings of labels, and why.
STUBS = {
    "custom:": "what it computes is not known",
    "conv_lstm:": "no convolutional cell",
    'multi_head_attention: {"num_heads": 2, "key_dim": 3, "use_gate": true}': "no gate",
    'multi_head_attention: {"num_heads": 2, "key_dim": 3, "sliding_window": 2}': "no window",
    'dot_product_attention: {"use_scale": true}': "a factor beside 1 / sqrt(features)",
    'dot_product_attention: {"score_mode": "concat"}': "no such score",
    'dropout: {"noise_shape"': "drops elements or whole channels only",
    'embedding: {"symbols": 9, "size": 4, "mask_zero": true}': "no masks",
    'layernorm: {"rms_scaling": true}': "Keras divides by the deviation, and keeps the mean",
    'rmsnorm: {"rms_scaling": true}': "as for layernorm",
    'batchnorm: {"renorm": true}': "no renormalisation",
    **{
        f'{cell}: {{"units": 5, {given}': why
        for cell in ("rnn", "lstm", "gru")
        for given, why in (
            ('"recurrent_dropout"', "no dropout between steps"),
            ('"stateful"', "the state is not kept"),
        )
    },
    **{
        f'{cell}: {{"units": 5, "{given}"': "two biases and other functions"
        for cell in ("lstm", "gru")
        for given in ("activation", "recurrent_activation")
    },
    **{
        f'resizing: {{"height": 6, "width": 7, "{given}': "no such resizing"
        for given in ("crop_to", "pad_to", "antialias", "fill_mode", "fill_value")
    },
    'dense: {"units": 5, "activation": "exponential"}': "no such activation",
    "Add: {}": "Keras aligns the axes of inputs in another way",
}  # fmt: skip
#: Those that are stubs in one layout or rank only, by label and inputs.
STUBS_HERE = {
    ("batchnorm: {}", "2x3x4x5x6"): "BatchNorm3d is the largest",
    ('unfold: {"kernel": 3}', "9x8x4"): "its rows are in another order",
    ('time_distributed: {"layer": {"conv": {"filters": 5, "kernel": 3}}}', "3x9x8x4"):
        "the channels of a step are not the second axis",
    ('avgpool: {"kernel": 3, "divisor_override": 4}', "4x9"): "AvgPool1d has no other divisor",
}  # fmt: skip

#: Arguments that change nothing of what PyTorch has to give, and why.
NO_EFFECT = {
    "batch_first": "the batch always comes first",
    "return_state": "the first output counts",
    "return_indices": "the first output counts",
    "flatten data_format": "the order of axes is that of the net",
    "dropout data_format": "single elements are dropped",
    "embedding vectors": "only null is taken",
    "rnn recurrent_activation": "there are no gates",
    "rmsnorm scale": "its factor is there or not with `elementwise_affine`",
    "rmsnorm center": "it has no offset",
    "batchnorm renorm_momentum": "only with `renorm`, which is a stub",
    "batchnorm renorm_clipping": "only with `renorm`, which is a stub",
    "conv_transpose padding_mode": "only zeros are taken",
    "bidirectional backward_layer": "only one that is equal to `layer` is taken",
    **{f"custom {one}": "a stub" for one in ("shape", "buffers", "macs_", "label")},
}


def stub_reason(case: Case, label: str) -> str | None:
    """Why a net is a stub in PyTorch; None if it must not be."""
    here = STUBS_HERE.get((label, case.inputs))
    return here or next((why for start, why in STUBS.items() if label.startswith(start)), None)


def alterable(name: str) -> set[str]:
    """The arguments of a layer type that say what it gives, but those known from the input."""
    layer = next(one for one in types() if one.type == name)
    specs = {**layer.arguments, **layer.inert}
    return {one for one, spec in specs.items() if not (spec.declared or spec.aside)}
