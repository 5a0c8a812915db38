"""The constructors of torch.nn (2.13.0) and keras.layers (3.15.1), and what they accept.

The signatures were read with `inspect.signature` from these versions; the answers are those of
the layers themselves, called on a batch of 2 (Keras with its PyTorch backend).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from batches import batch
from dumps import dump

from cnncalc.build.reader import Reading, read_text
from cnncalc.diagnostics import codes

PLACED = "device dtype"
CONV = f"in_channels out_channels kernel_size stride padding dilation groups bias padding_mode {PLACED}"  # noqa: E501 - one list of words
NORM = f"num_features eps momentum affine track_running_stats bias {PLACED}"
RECURRENT = f"input_size hidden_size num_layers bias batch_first dropout bidirectional {PLACED}"

#: Class of torch.nn (`*` for each of 1d, 2d, 3d), the arguments of its constructor.
TORCH = {
    "Conv*": CONV,
    "ConvTranspose*": f"{CONV} output_padding",
    "MaxPool*": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool*": "kernel_size stride padding ceil_mode count_include_pad",
    "AvgPool2d": "divisor_override",
    "AvgPool3d": "divisor_override",
    "LPPool*": "norm_type kernel_size stride ceil_mode",
    "AdaptiveAvgPool*": "output_size",
    "AdaptiveMaxPool*": "output_size return_indices",
    "BatchNorm*": NORM,
    "SyncBatchNorm": f"{NORM} process_group",
    "InstanceNorm*": NORM,
    "LayerNorm": f"normalized_shape eps elementwise_affine bias {PLACED}",
    "RMSNorm": f"normalized_shape eps elementwise_affine {PLACED}",
    "GroupNorm": f"num_groups num_channels eps affine bias {PLACED}",
    "LocalResponseNorm": "size alpha beta k",
    "ZeroPad*": "padding",
    "ConstantPad*": "padding value",
    "ReflectionPad*": "padding",
    "ReplicationPad*": "padding",
    "CircularPad*": "padding",
    "Flatten": "start_dim end_dim",
    "Unflatten": "dim unflattened_size",
    "Upsample": "size scale_factor mode align_corners recompute_scale_factor",
    "UpsamplingNearest2d": "size scale_factor",
    "UpsamplingBilinear2d": "size scale_factor",
    "PixelShuffle": "upscale_factor",
    "PixelUnshuffle": "downscale_factor",
    "ChannelShuffle": "groups",
    "Unfold": "kernel_size dilation padding stride",
    "Fold": "output_size kernel_size dilation padding stride",
    "LSTM": f"{RECURRENT} proj_size",
    "GRU": RECURRENT,
    "RNN": f"{RECURRENT} nonlinearity",
    "MultiheadAttention": "embed_dim num_heads dropout bias add_bias_kv add_zero_attn kdim vdim "
    f"batch_first {PLACED}",
    "Linear": f"in_features out_features bias {PLACED}",
    "Embedding": "num_embeddings embedding_dim padding_idx max_norm norm_type scale_grad_by_freq "
    f"sparse _weight {PLACED}",
    "Identity": "",
    "ReLU": "inplace",
    "ReLU6": "inplace",
    "LeakyReLU": "negative_slope inplace",
    "RReLU": "lower upper inplace",
    "ELU": "alpha inplace",
    "SELU": "inplace",
    "CELU": "alpha inplace",
    "GELU": "approximate",
    "SiLU": "inplace",
    "Mish": "inplace",
    "Sigmoid": "",
    "LogSigmoid": "",
    "Hardsigmoid": "inplace",
    "Hardswish": "inplace",
    "Tanh": "",
    "Hardtanh": "min_val max_val inplace min_value max_value",
    "Tanhshrink": "",
    "Softplus": "beta threshold",
    "Softsign": "",
    "Softshrink": "lambd",
    "Hardshrink": "lambd",
    "Threshold": "threshold value inplace",
    "Softmax": "dim",
    "Softmax2d": "",
    "Softmin": "dim",
    "LogSoftmax": "dim",
    "GLU": "dim",
    "PReLU": f"num_parameters init {PLACED}",
    "Dropout": "p inplace",
    "Dropout*": "p inplace",
    "AlphaDropout": "p inplace",
    "FeatureAlphaDropout": "p inplace",
}

#: What every Keras layer takes; the spatial dropouts only `dtype` and `name` of it.
BASE = "activity_regularizer trainable dtype autocast name"


def tensors(*names: str) -> str:
    """What Keras has for each tensor: how it begins, its penalty and its constraint."""
    return " ".join(
        f"{name}_{what}" for name in names for what in ("initializer", "regularizer", "constraint")
    )


KERAS_CONV = "kernel_size strides padding data_format dilation_rate activation use_bias"
KERAS_CELL = (
    f"units activation use_bias dropout recurrent_dropout seed return_sequences return_state "
    f"go_backwards stateful unroll zero_output_for_mask {tensors('kernel', 'recurrent', 'bias')}"
)
KERAS_NORM = f"axis epsilon center scale {tensors('beta', 'gamma')}"

#: Class of keras.layers (`*` for each of 1D, 2D, 3D), the arguments of its constructor.
KERAS = {
    "Conv*": f"filters groups lora_rank lora_alpha {KERAS_CONV} {tensors('kernel', 'bias')}",
    "Conv*Transpose": f"filters output_padding {KERAS_CONV} {tensors('kernel', 'bias')}",
    "DepthwiseConv1D": f"depth_multiplier {KERAS_CONV} {tensors('depthwise', 'bias')}",
    "DepthwiseConv2D": f"depth_multiplier {KERAS_CONV} {tensors('depthwise', 'bias')}",
    "SeparableConv1D": f"filters depth_multiplier {KERAS_CONV} "
    f"{tensors('depthwise', 'pointwise', 'bias')}",
    "SeparableConv2D": f"filters depth_multiplier {KERAS_CONV} "
    f"{tensors('depthwise', 'pointwise', 'bias')}",
    "MaxPooling*": "pool_size strides padding data_format",
    "AveragePooling*": "pool_size strides padding data_format",
    "GlobalMaxPooling*": "data_format keepdims",
    "GlobalAveragePooling*": "data_format keepdims",
    "AdaptiveMaxPooling*": "output_size data_format",
    "AdaptiveAveragePooling*": "output_size data_format",
    "Cropping*": "cropping",
    "Cropping2D": "data_format",
    "Cropping3D": "data_format",
    "ZeroPadding*": "padding data_format",
    "UpSampling*": "size",
    "UpSampling2D": "data_format interpolation",
    "UpSampling3D": "data_format",
    "SpatialDropout*": "rate seed",
    "SpatialDropout2D": "data_format",
    "SpatialDropout3D": "data_format",
    "Dense": f"units activation use_bias lora_rank lora_alpha quantization_config "
    f"{tensors('kernel', 'bias')}",
    "BatchNormalization": f"{KERAS_NORM} momentum moving_mean_initializer synchronized "
    "moving_variance_initializer renorm renorm_clipping renorm_momentum",
    "LayerNormalization": KERAS_NORM,
    "GroupNormalization": f"groups {KERAS_NORM}",
    "RMSNormalization": "axis epsilon",
    "UnitNormalization": "axis",
    "Normalization": "axis mean variance invert",
    "Rescaling": "scale offset",
    "Embedding": "input_dim output_dim mask_zero weights lora_rank lora_alpha "
    f"quantization_config {tensors('embeddings')}",
    "Flatten": "data_format",
    "Reshape": "target_shape",
    "Permute": "dims",
    "RepeatVector": "n",
    "LSTM": f"{KERAS_CELL} recurrent_activation unit_forget_bias use_cudnn",
    "GRU": f"{KERAS_CELL} recurrent_activation reset_after use_cudnn",
    "SimpleRNN": KERAS_CELL,
    "MultiHeadAttention": "num_heads key_dim value_dim dropout use_bias output_shape "
    f"attention_axes sliding_window flash_attention use_gate seed {tensors('kernel', 'bias')}",
    "ReLU": "max_value negative_slope threshold",
    "LeakyReLU": "negative_slope",
    "ELU": "alpha",
    "PReLU": f"shared_axes {tensors('alpha')}",
    "Softmax": "axis",
    "Activation": "activation",
    "Identity": "",
    "Dropout": "rate noise_shape seed",
    "AlphaDropout": "rate noise_shape seed",
    "GaussianDropout": "rate seed",
    "GaussianNoise": "stddev seed",
    "ActivityRegularization": "l1 l2",
    "Add": "",
    "Subtract": "",
    "Multiply": "",
    "Average": "",
    "Maximum": "",
    "Minimum": "",
    "Concatenate": "axis",
}


def signatures(table: dict[str, str], letter: str, base: str = "") -> list[tuple[str, list[str]]]:
    found = []
    for pattern, arguments in table.items():
        ranks = "123" if "*" in pattern else "1"
        names = dict.fromkeys(pattern.replace("*", rank + letter) for rank in ranks)
        found += [(name, f"{arguments} {base}".split()) for name in names]
    return found


def read(layers: list[Any], shape: list[int], layout: str = "channels_first") -> Reading:
    document = {"input": shape, "layout": layout, "layers": layers}
    return read_text(dump(document))


def unknown(name: str, arguments: list[str]) -> list[str]:
    """Those of the arguments that the layer does not know, by what it says to null."""
    return [
        argument
        for argument in arguments
        for one in read([{name: {argument: None}}], [4, 8]).diagnostics
        if one.code == codes.UNKNOWN_ARGUMENT
    ]


@batch(("name", "arguments"), signatures(TORCH, "d"))
def test_every_argument_of_a_torch_constructor_is_known(name, arguments):
    assert unknown(name, arguments) == []


@batch(("name", "arguments"), signatures(KERAS, "D", BASE))
def test_every_argument_of_a_keras_constructor_is_known(name, arguments):
    assert unknown(name, arguments) == []


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        # Marks the table as not trained, which a spec says of a layer by `trainable`.
        ("Embedding", "_freeze"),
        # PyTorch has it for LSTM alone, though their constructors share a signature.
        ("GRU", "proj_size"),
        ("RNN", "proj_size"),
        ("Conv2d", "colour"),
    ],
)
def test_an_argument_without_meaning_is_unknown(name, argument):
    assert unknown(name, [argument]) == [argument]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Dense", {"units": 3, "lora_rank": 4}),
        ("Dense", {"units": 3, "quantization_config": "int8"}),
        ("Embedding", {"input_dim": 5, "output_dim": 3, "weights": [1]}),
        ("Embedding", {"num_embeddings": 5, "embedding_dim": 3, "_weight": [1]}),
    ],
)
def test_arguments_that_would_change_the_weights_are_refused_with_the_reason(name, arguments):
    (problem,) = read([{name: arguments}], [6]).diagnostics
    assert problem.code == codes.BAD_VALUE
    assert "only null is known here" in problem.message
    assert [*arguments][-1] in problem.message


class Case(NamedTuple):
    """A layer on an input without its batch; the framework's answer, None where it refuses."""

    name: str
    arguments: dict[str, Any]
    shape: list[int]
    answer: list[int] | None
    params: int = 0
    buffers: int = 0


FACE = [3, 4, 4]
BARE = {"affine": False, "track_running_stats": False}

TORCH_CASES = [
    Case("BatchNorm2d", {"num_features": 3, "bias": False}, FACE, FACE, 3, 6),
    Case("BatchNorm1d", {"num_features": 3, "bias": True}, [3], [3], 6, 6),
    Case("SyncBatchNorm", {"num_features": 3, "bias": False}, FACE, FACE, 3, 6),
    Case("InstanceNorm2d", {"num_features": 3, "affine": True, "bias": False}, FACE, FACE, 3),
    Case("InstanceNorm2d", {"num_features": 3, "bias": False}, FACE, FACE),
    Case("GroupNorm", {"num_groups": 3, "num_channels": 3, "bias": False}, FACE, FACE, 3),
    Case("LayerNorm", {"normalized_shape": [4, 4], "bias": False}, FACE, FACE, 16),
    Case("BatchNorm2d", {"num_features": 5, **BARE}, FACE, FACE),
    Case("BatchNorm2d", {"num_features": 5, "affine": False}, FACE, None),
    Case("GroupNorm", {"num_groups": 3, "num_channels": 6, "affine": False}, FACE, FACE),
    Case("GroupNorm", {"num_groups": 3, "num_channels": 6}, FACE, None),
    Case("LocalResponseNorm", {"size": 2}, [5], None),
    Case("LocalResponseNorm", {"size": 2}, [5, 1], [5, 1]),
    Case("PixelShuffle", {"upscale_factor": 2}, [5, 8, 4, 3], [5, 2, 8, 6]),
    Case("PixelUnshuffle", {"downscale_factor": 2}, [5, 1, 4, 6], [5, 4, 2, 3]),
    Case("ChannelShuffle", {"groups": 2}, [4, 2, 1, 3, 2], [4, 2, 1, 3, 2]),
    Case("ChannelShuffle", {"groups": 2}, [4], None),
    Case("ZeroPad2d", {"padding": [1, 0, 2, 0]}, [2, 3, 4, 5], [2, 3, 6, 6]),
    Case("ZeroPad2d", {"padding": 1}, [3, 4], [5, 6]),
    Case("ZeroPad2d", {"padding": [1, 1]}, FACE, [3, 4, 6]),
    Case("ZeroPad1d", {"padding": [1, 1, 2, 2]}, [3, 4], [7, 6]),
    Case("ZeroPad2d", {"padding": [1, 1, 1]}, FACE, None),
    Case("ConstantPad1d", {"padding": 1, "value": 0.5}, FACE, [3, 4, 6]),
    Case("ReflectionPad2d", {"padding": [1, 1]}, FACE, None),
    Case("ZeroPad2d", {"padding": [-4, 0, 0, 0]}, FACE, [3, 4, 0]),
    Case("ZeroPad2d", {"padding": [-5, 8, 0, 0]}, FACE, None),
    Case("ConstantPad2d", {"padding": [8, -5, 0, 0], "value": 0}, FACE, None),
    Case("ReplicationPad2d", {"padding": [8, -5, 0, 0]}, FACE, [3, 4, 7]),
    Case("ReplicationPad2d", {"padding": [-2, -2, 0, 0]}, FACE, [3, 4, 0]),
    Case("ReplicationPad1d", {"padding": [-2, -2]}, [3, 4], None),
    Case("ReflectionPad1d", {"padding": [0, -4]}, [3, 4], None),
    Case("ReplicationPad2d", {"padding": -2}, FACE, None),
    Case("ReflectionPad3d", {"padding": -1}, [3, 2, 2, 2], None),
    Case("ReflectionPad3d", {"padding": -1}, [3, 2, 2, 3], [3, 0, 0, 1]),
    Case("CircularPad1d", {"padding": [-2, -2]}, [3, 4], [3, 0]),
    Case("Upsample", {"scale_factor": 2, "mode": "area"}, FACE, [3, 8, 8]),
    Case("Upsample", {"scale_factor": 2, "mode": "nearest-exact"}, FACE, [3, 8, 8]),
    Case("Upsample", {"scale_factor": 2, "mode": "lanczos3"}, FACE, None),
    Case("Upsample", {"scale_factor": 2, "align_corners": False}, FACE, None),
    Case("Upsample", {"scale_factor": 2, "mode": "bicubic", "align_corners": True}, FACE,
         [3, 8, 8]),
    Case("Upsample", {"size": 7, "recompute_scale_factor": True}, FACE, None),
    Case("Upsample", {"scale_factor": 1.5, "recompute_scale_factor": True}, FACE, [3, 6, 6]),
    Case("Upsample", {"scale_factor": [2]}, FACE, None),
    Case("Upsample", {"size": [7]}, FACE, None),
    Case("Dropout1d", {}, [3, 4], [3, 4]),
    Case("Dropout1d", {}, FACE, None),
    Case("Dropout2d", {}, [3, 4], [3, 4]),
    Case("AdaptiveAvgPool2d", {"output_size": 1}, [2, 3, 4, 5], [2, 3, 1, 1]),
    Case("AdaptiveAvgPool3d", {"output_size": [1, 1, 1]}, [6, 2, 3, 4, 5], [6, 2, 1, 1, 1]),
    Case("AdaptiveAvgPool3d", {"output_size": 2}, [6, 2, 3, 4, 5], None),
    Case("AdaptiveMaxPool2d", {"output_size": 1}, [2, 3, 4, 5], None),
    Case("AdaptiveAvgPool2d", {"output_size": [2]}, FACE, None),
    Case("AdaptiveMaxPool2d", {"output_size": None}, FACE, None),
    Case("AdaptiveMaxPool2d", {"output_size": [None, 2]}, FACE, [3, 4, 2]),
    Case("Conv2d", {"in_channels": 3, "out_channels": 2, "kernel_size": [3]}, FACE, None),
    Case("Conv2d", {"in_channels": 3, "out_channels": 2, "kernel_size": 3, "stride": [2],
                    "padding": [1], "dilation": [1]}, FACE, [2, 2, 2], 3 * 3 * 3 * 2 + 2),
    Case("Conv2d", {"in_channels": 3, "out_channels": 2, "kernel_size": 3,
                    "padding": [1, 1, 1, 1]}, FACE, None),
    Case("ConvTranspose1d", {"in_channels": 3, "out_channels": 2, "kernel_size": 2,
                             "padding": [1, 0]}, [3, 4], None),
    Case("ConvTranspose2d", {"in_channels": 3, "out_channels": 2, "kernel_size": [2]}, FACE, None),
    Case("MaxPool2d", {"kernel_size": [2]}, FACE, [3, 2, 2]),
    Case("MaxPool2d", {"kernel_size": 2, "padding": [1, 0, 1, 0]}, FACE, None),
    Case("AvgPool1d", {"kernel_size": 2, "padding": [1, 0]}, [3, 4], None),
    Case("LPPool2d", {"norm_type": 2, "kernel_size": [2]}, FACE, None),
    Case("LPPool3d", {"norm_type": 2, "kernel_size": 5, "ceil_mode": True}, [3, 4, 8, 8], None),
    Case("LPPool3d", {"norm_type": 2, "kernel_size": 3, "ceil_mode": True}, [3, 4, 8, 8],
         [3, 2, 3, 3]),
    Case("Unfold", {"kernel_size": [2]}, FACE, None),
    Case("Fold", {"output_size": [4, 4], "kernel_size": 2, "dilation": [1]}, [12, 9], None),
    Case("Unflatten", {"dim": 1, "unflattened_size": [-1, -1]}, [12], None),
    Case("Softmax", {"dim": -3}, [3, 4], [3, 4]),
    Case("LogSoftmax", {"dim": 0}, [3, 4], [3, 4]),
    Case("Softmax", {"dim": -4}, [3, 4], None),
    Case("GELU", {"approximate": "tanh"}, FACE, FACE),
    Case("GELU", {"approximate": "erf"}, FACE, None),
    Case("Hardtanh", {"min_val": 1, "max_val": 1}, FACE, None),
    Case("CELU", {"alpha": 0}, FACE, None),
    Case("RReLU", {"lower": 0.1}, FACE, FACE),
    Case("RReLU", {"lower": 0.5, "upper": 0.1}, FACE, None),
    Case("RNN", {"input_size": 3, "hidden_size": 2, "nonlinearity": "relu", "batch_first": True},
         [5, 3], [5, 2], 2 * (3 + 2 + 2)),
    Case("RNN", {"input_size": 3, "hidden_size": 2, "nonlinearity": "gelu", "batch_first": True},
         [5, 3], None),
]  # fmt: skip

HEADS = {"num_heads": 2, "key_dim": 3}
LAST = [4, 4, 3]

KERAS_CASES = [
    Case("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal"}, [8, 3], [8, 2], 20),
    Case("DepthwiseConv1D", {"kernel_size": 3, "padding": "causal"}, [8, 3], None),
    Case("SeparableConv1D", {"filters": 2, "kernel_size": 3, "padding": "causal"}, [8, 3], None),
    Case("Conv2D", {"filters": 2, "kernel_size": 3, "padding": 1}, LAST, None),
    Case("Conv2D", {"filters": 2, "kernel_size": 3, "padding": [1, 1]}, LAST, None),
    Case("DepthwiseConv2D", {"kernel_size": 3, "padding": 0}, LAST, None),
    Case("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "padding": [1, 1]}, LAST, None),
    Case("MaxPooling2D", {"padding": 1}, LAST, None),
    Case("AveragePooling1D", {"padding": [1]}, [8, 3], None),
    Case("ReLU", {"max_value": -1}, LAST, None),
    Case("ReLU", {"negative_slope": -0.1}, LAST, None),
    Case("ReLU", {"threshold": -1}, LAST, None),
    Case("ReLU", {"max_value": 0, "negative_slope": 0.1, "threshold": 1}, LAST, LAST),
    Case("LeakyReLU", {"negative_slope": -0.1}, LAST, None),
    Case("PReLU", {"shared_axes": [-1]}, [4, 3], [4, 3], 3),
    Case("PReLU", {"shared_axes": [0]}, [4, 3], [4, 3], 4),
    Case("PReLU", {"shared_axes": [-2]}, [4, 3], None),
    Case("PReLU", {"shared_axes": [-1]}, [3], None),
    Case("UnitNormalization", {"axis": 0}, [4, 3], [4, 3]),
    Case("UnitNormalization", {"axis": 5}, [4, 3], None),
    Case("Softmax", {"axis": [-1, -3]}, [4, 3], [4, 3]),
    Case("Normalization", {"axis": [1, 2]}, [8, 3], [8, 3], 0, 2 * 8 * 3 + 1),
    Case("Normalization", {"axis": [-1]}, [8, 3], [8, 3], 0, 2 * 3 + 1),
    Case("Normalization", {"mean": 1.0}, [8, 3], None),
    Case("Normalization", {"mean": 1.0, "variance": 2.0}, [8, 3], [8, 3]),
    Case("Normalization", {"mean": 1.0, "variance": 2.0, "axis": 4}, [8, 3], None),
    Case("MultiHeadAttention", {**HEADS, "use_gate": True}, [8, 6], [8, 6], 5 * 7 * 6),
    Case("MultiHeadAttention", {**HEADS, "output_shape": 7}, [8, 6], [8, 7], 3 * 7 * 6 + 7 * 7),
    Case("MultiHeadAttention", {**HEADS, "output_shape": [2, 4]}, [8, 6], [8, 2, 4],
         3 * 7 * 6 + 7 * 8),
    Case("MultiHeadAttention", {**HEADS, "output_shape": None}, [8, 6], [8, 6], 4 * 7 * 6),
    Case("SimpleRNN", {"units": 2, "zero_output_for_mask": True}, [5, 3], [2], 2 * (3 + 2 + 1)),
]  # fmt: skip


def ours(case: Case, layout: str) -> Case:
    reading = read([{case.name: case.arguments}], case.shape, layout)
    if reading.failed or reading.network is None:
        return case._replace(answer=None, params=0, buffers=0)
    (node,) = reading.network.layers
    return case._replace(answer=[*node.output_shape], params=node.params, buffers=node.buffers)


@batch("case", TORCH_CASES, ids=str)
def test_torch_is_followed(case):
    assert ours(case, "channels_first") == case


@batch("case", KERAS_CASES, ids=str)
def test_keras_is_followed(case):
    assert ours(case, "channels_last") == case


@pytest.mark.parametrize(
    ("name", "shapes", "answer"),
    [
        ("Add", [[8, 2], [2]], [8, 2]),
        ("Add", [[8, 2], [8, 3]], None),
        ("Maximum", [[2], [8, 8, 2]], [8, 8, 2]),
        ("Average", [[8, 5, 2], [5, 1], [2]], [8, 5, 2]),
        ("Multiply", [[8, 8, 2], [8]], None),
        ("Concatenate", [[8, 2], [3]], None),
        ("MultiHeadAttention", [[8, 6], [5, 4], [5, 3]], [8, 6]),
        ("MultiHeadAttention", [[8, 6], [5, 4], [6, 3]], None),
    ],
)
def test_keras_is_followed_with_several_inputs(name, shapes, answer):
    arguments = HEADS if name == "MultiHeadAttention" else {}
    inputs = {f"x{index}": shape for index, shape in enumerate(shapes)}
    entry = {name: arguments, "from": [*inputs]}
    document = {"inputs": inputs, "layout": "channels_last", "layers": [entry]}
    reading = read_text(dump(document))
    if answer is None:
        assert reading.failed
    else:
        assert [*reading.network.layers[0].output_shape] == answer
