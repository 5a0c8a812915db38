"""The same weights in what is exported to PyTorch and to Keras give the same output."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
import torch
from random_specs import random_spec
from specs import exported
from torch import nn

from cnncalc.build.reader import read_text

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Keras in NumPy
    pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning"),  # of PyTorch: slow
]

#: Small nets, one for each way in which the frameworks could silently differ.
#: (Not a mean by `same` at a stride: Keras pads it with its edge on PyTorch, and only there.)
LAYERS = {
    "padding at a stride": "conv: {filters: 4, kernel: 3, stride: 2, padding: 1}",
    "same at a stride": "conv: {filters: 4, kernel: 3, stride: 2, padding: same}",
    "an even kernel": "conv: {filters: 4, kernel: 4, padding: same}",
    "uneven sides": "conv: {filters: 4, kernel: 3, padding: [[0, 1], [2, 1]]}",
    "a number an axis": "conv: {filters: 4, kernel: [3, 5], padding: [0, 2]}",
    "full": "conv: {filters: 4, kernel: 3, padding: full}",
    "dilation": "conv: {filters: 4, kernel: 3, padding: 2, dilation: 2}",
    "too much padding": "conv: {filters: 4, kernel: 3, padding: 2}",
    "groups": "conv: {filters: 8, kernel: 3, padding: 1, groups: 4}",
    "reflection": "conv: {filters: 4, kernel: 3, padding: 1, padding_mode: reflect}",
    "an activation": "conv: {filters: 4, kernel: 3, activation: hardswish}",
    "a leaky activation": "conv: {filters: 4, kernel: 3, activation: leaky_relu}",
    "depthwise": "depthwise_conv: {kernel: 3, padding: same, stride: 2, depth_multiplier: 2}",
    "separable": "separable_conv: {filters: 6, kernel: 3, padding: 1}",
    "maximum around what is negative": "maxpool: {kernel: 3, stride: 2, padding: 1}",
    "maximum by single steps": "maxpool: {kernel: 3, stride: 1, padding: 1}",
    "maximum by same": "MaxPooling2D: {pool_size: 3, strides: 2, padding: same}",
    "ceiling": "maxpool: {kernel: 3, stride: 2, ceil_mode: true}",
    "ceiling over the end": "maxpool: {kernel: 4, stride: 3, ceil_mode: true}",
    "ceiling with padding": "maxpool: {kernel: 3, stride: 2, padding: 1, ceil_mode: true}",
    "mean with padding": "avgpool: {kernel: 3, stride: 2, padding: 1}",
    "mean without padding": "avgpool: {kernel: 3, stride: 1, padding: 1, count_include_pad: false}",
    "global mean": "global_avgpool: {keepdims: true}",
    "adaptive mean": "adaptive_avgpool: 3",
    "adaptive maximum": "adaptive_maxpool: [2, 5]",
    "transposed": "conv_transpose: {filters: 3, kernel: 2, stride: 2}",
    "transposed, cropped": "conv_transpose: {filters: 3, kernel: 4, stride: 2, padding: 1}",
    "transposed, with more at the end": (
        "conv_transpose: {filters: 3, kernel: 3, stride: 2, padding: 1, output_padding: 1}"
    ),
    "transposed, activated": (
        "conv_transpose: {filters: 3, kernel: 4, stride: 2, padding: 1, activation: tanh}"
    ),
    "transposed as in Keras": "Conv2DTranspose: {filters: 3, kernel_size: 3, strides: 2}",
    "nearest": "upsample: 2",
    "bilinear": "upsample: {scale: 3, mode: bilinear}",
    "bilinear to a size": "upsample: {size: [13, 20], mode: bilinear}",
    "batch norm": "batchnorm: {eps: 0.1, momentum: 0.3}",
    "batch norm as in Keras": "BatchNormalization: {axis: 1}",
    "group norm": "groupnorm: 2",
    "instance norm": "instancenorm: {affine: true}",
    "layer norm of a map": "layernorm",
    "layer norm of all": "layernorm: {axis: [0, 1, 2], scale: false, center: false, eps: 0.01}",
    "layer scale": "layer_scale: {init_values: 0.5}",
    "relu with a bound": "ReLU: {max_value: 0.5}",
    "relu6": "relu6",
    "leaky relu": "leaky_relu: 0.2",
    "elu": "elu: 0.5",
    "celu": "celu: 2.0",
    "selu": "selu",
    "gelu": "gelu",
    "gelu by its tangent": "gelu: {approximate: tanh}",
    "silu": "silu",
    "mish": "mish",
    "softplus": "softplus",
    "softsign": "softsign",
    "hardsigmoid": "hardsigmoid",
    "hardswish": "hardswish",
    "hardtanh": "hardtanh: {min_val: -0.2, max_val: 0.3}",
    "hardshrink": "hardshrink: 0.2",
    "softshrink": "softshrink: 0.3",
    "tanhshrink": "tanhshrink",
    "log sigmoid": "log_sigmoid",
    "threshold": "threshold: {threshold: 0.1, value: 0.7}",
    "softmax of the channels": "softmax: {axis: 0}",
    "log softmax along rows": "log_softmax: {axis: 2}",
    "zeros around": "pad: [[1, 0], [2, 3]]",
    "a value around": "pad: {padding: 1, mode: constant, value: 2.5}",
    "a reflection around": "pad: {padding: 2, mode: reflect}",
    "cropping": "crop: {top: 1, bottom: 2, left: 0, right: 1}",
    "shuffled channels": "channel_shuffle: 4",
    "channels to space": "pixel_shuffle: 2",
    "space to channels": "{crop: {top: 1, bottom: 0, left: 0, right: 0}}, {pixel_unshuffle: 2}",
    "rows and columns moved round": "roll: {shifts: [-3, 2], axis: [1, 2]}",
    "channels moved round": "roll: {shifts: 1, axis: 0}",
    "a part of the channels": "chunk: {chunks: 2, index: 1}",
    "a slice of the rows": "slice: {axis: 1, start: 2, stop: -1}",
    "rows as a sequence": "flatten: {start_dim: 1}",
    "axes in another order": "permute: [1, 2, 0]",
    "dense at each place": "dense: 5",
    "absolute values": "abs",
    "a gate": "glu: {dim: 0}",
    "a learned slope": "prelu: 8",
    "one learned slope": "prelu",
    "length 1": "unit_norm: {axis: 0}",
    "a mean of the rows": "mean: 1",
    "a mean of the channels": "mean: {axis: 0, keepdims: true}",
    "the largest of all": "max: [0, 1, 2]",
    "one part of several": "split: {sizes: [3, 5], index: 1}",
    "rescaled": "rescaling: {scale: 2.5, offset: -1}",
    "a row more on one side": "maxpool: {kernel: 3, stride: 2, padding: [1, 0]}",
    "layer scale of a sequence": "{flatten: {start_dim: 1}}, {layer_scale: {init_values: 0.5}}",
    "attention": "{flatten: {start_dim: 1}}, {permute: [1, 0]}, {attention: 2}",
    "a learned token": "{flatten: {start_dim: 1}}, {permute: [1, 0]}, class_token, {dense: 3}",
    "learned places": "{flatten: {start_dim: 1}}, {permute: [1, 0]}, position_embedding",
}
#: What the Keras file leaves to whoever reads it, as `cnncalc export` says by its exit code.
UNSAID = {
    "a mean that leaves out its padding at a stride": (
        "avgpool: {kernel: 3, stride: 2, padding: 1, count_include_pad: false}"
    ),
    "a mean over the end": "avgpool: {kernel: 3, stride: 2, padding: 1, ceil_mode: true}",
    "edges repeated": "pad: {padding: 1, mode: replicate}",
    "a stride with a dilation": "conv: {filters: 4, kernel: 3, stride: 2, dilation: 2}",
    "corners aligned": "upsample: {scale: 2, mode: bilinear, align_corners: true}",
    "a maximum with gaps": "maxpool: {kernel: 2, stride: 1, dilation: 2}",
    "a norm without statistics": "batchnorm: {track_running_stats: false}",
    "groups transposed": "conv_transpose: {filters: 4, kernel: 2, stride: 2, groups: 2}",
}


def spec_of(layer):
    written = f"{{{layer}}}" if ":" in layer and layer[0] != "{" else layer
    return f"input: 8x13x14\nlayers: [{{conv: {{filters: 8, kernel: 3}}}}, {written}]"


def pytorch(text):
    """The model, and its modules with weights in the order in which they run."""
    names = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), names)  # noqa: S102 - what is under test
    made = [one for one in names.values() if isinstance(one, type) and one.__module__ == "exported"]
    model, order = made[-1]().eval(), []

    def noted(module, *_):
        if module not in order:
            order.append(module)

    for module in model.modules():
        if list(module.parameters(recurse=False)):
            module.register_forward_hook(noted)
    return model, order


def in_keras(text, monkeypatch):
    """The model, and its layers with weights in the order in which they are called."""
    names, order = {"__name__": "exported"}, []
    exec(compile(text, "exported", "exec"), names)  # noqa: S102 - what is under test
    plain = keras.layers.Layer.__call__

    around = []

    def noted(layer, *inputs, **options):
        around.append(layer)
        output = plain(layer, *inputs, **options)
        around.pop()
        alone = not around and not isinstance(layer, keras.Model)
        if alone and layer.weights and layer not in order:
            order.append(layer)
        return output

    called = re.findall(r"^def (\w+)\(", text, re.MULTILINE)[-1]
    with monkeypatch.context() as patched, keras.device("cpu"):
        patched.setattr(keras.layers.Layer, "__call__", noted)
        model = names[called]()
    return model, order


def as_keras(module, layer, shapes):
    """The weights of a module as the layer has them."""
    if isinstance(module, nn.MultiheadAttention):
        return [
            (array.T if array.ndim > 1 else array).reshape(shape)
            for array, shape in zip(attending(module), shapes, strict=True)
        ]
    found = []
    for tensor, shape in zip(stated(module), shapes, strict=True):
        array = tensor.detach().numpy()
        if hasattr(module, "kernel_size") and array.ndim > 1:  # out, in, height, width
            array = np.moveaxis(array, (0, 1), (-1, -2))
        if "Depthwise" in type(layer).__name__:
            array = array.reshape(shape) if array.ndim == 1 else depthwise(array, shape)
        elif isinstance(module, nn.Linear) and array.ndim == 2:
            array = array.T
        found.append(array.reshape(shape))
    return found


def depthwise(array, shape):
    """The kernels of a channel side by side."""
    *sizes, _, _ = array.shape
    return array.reshape(*sizes, *shape[-2:])


def attending(module):
    """Kernel and bias of query, key, value and output."""
    kernels = np.split(module.in_proj_weight.detach().numpy(), 3)
    biases = np.split(module.in_proj_bias.detach().numpy(), 3)
    found = [array for pair in zip(kernels, biases, strict=True) for array in pair]
    return [*found, *(one.detach().numpy() for one in module.out_proj.parameters())]


def stated(module):
    if isinstance(module, nn.MultiheadAttention):
        return attending(module)
    statistics = [b for n, b in module.named_buffers() if n.startswith("running")]
    return [*module.parameters(recurse=False), *statistics]


def compare(text, monkeypatch):
    torch.manual_seed(7)
    network = read_text(text).network
    model, modules = pytorch(exported(text).text)
    randomized(model)
    inputs = [torch.randn(2, *shape) for shape in network.inputs.values()]
    if network.layout == "channels_last":
        inputs = [one.movedim(-1, 1).contiguous() for one in inputs]
    with torch.no_grad():
        expected = model(*inputs).numpy()
    built, layers = in_keras(exported(text, "keras").text, monkeypatch)
    transfer(modules, layers)
    arriving = [np.moveaxis(one.numpy(), 1, -1) for one in inputs]
    with keras.device("cpu"), torch.no_grad():
        output = built(arriving if len(arriving) > 1 else arriving[0], training=False)
    output = keras.ops.convert_to_numpy(output)
    if output.shape != expected.shape:
        output = np.moveaxis(output, -1, 1)
    np.testing.assert_allclose(output, expected, rtol=2e-4, atol=2e-5)


def randomized(model):
    """Weights and statistics that are nothing special."""
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if name.endswith("running_var"):
            tensor.data.uniform_(0.5, 2)
        elif tensor.is_floating_point():
            tensor.data.normal_(0, 0.3)


def transfer(modules, layers):
    """Put the weights of modules into layers, each of which may have those of several."""
    left = list(modules)
    for layer in layers:
        shapes = [tuple(weight.shape) for weight in layer.weights]
        arrays = []
        while len(arrays) < len(shapes):
            module = left.pop(0)
            share = shapes[len(arrays) : len(arrays) + len(stated(module))]
            arrays += as_keras(module, layer, share)
        with keras.device("cpu"):
            layer.set_weights(arrays)
    assert not left


@pytest.mark.parametrize("which", LAYERS)
def test_a_layer(which, monkeypatch):
    compare(spec_of(LAYERS[which]), monkeypatch)


@pytest.mark.parametrize("which", UNSAID)
def test_what_would_differ_is_a_stub(which):
    assert exported(spec_of(UNSAID[which]), "keras").stubs


# What is flattened is in another order, and PyTorch's file puts a shortcut first where it is joined
# to its body in a row.
COMPARABLE = [n for n in range(70) if not re.search("flatten|merge: concat", random_spec(n))]


@pytest.mark.parametrize("seed", COMPARABLE)
def test_random_specs(seed, monkeypatch):
    compare(random_spec(seed), monkeypatch)
