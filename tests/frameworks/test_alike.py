"""The same weights in what is exported to PyTorch and to Keras give the same output."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
import torch
from looped_specs import LOOPED, looped_spec
from random_specs import random_spec
from specs import exported
from torch import nn

from cnncalc.build.reader import read_text
from cnncalc.export.unused import used_part

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Keras in NumPy
    pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning"),  # of PyTorch: slow
    pytest.mark.filterwarnings("ignore:LSTM with projections:UserWarning"),  # the same
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
    "channels and columns moved round": "roll: {shifts: [-2, 3], axis: [2, 0]}",
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
    "attention in windows": "window_attention: {heads: 2, window: [4, 3], shift: [1, 2]}",
    "attention in windows side by side": "window_attention: {heads: 4, window: 5, qkv_bias: false}",
    "a learned token": "{flatten: {start_dim: 1}}, {permute: [1, 0]}, class_token, {dense: 3}",
    "learned places": "{flatten: {start_dim: 1}}, {permute: [1, 0]}, position_embedding",
    "a softmax inside": "conv: {filters: 4, kernel: 3, activation: softmax}",
    "edges repeated": "pad: {padding: [[1, 0], [2, 1]], mode: replicate}",
    "other ends around": "pad: {padding: 2, mode: circular}",
    "a convolution of repeated edges": (
        "conv: {filters: 4, kernel: 3, padding: 1, padding_mode: replicate}"
    ),
    "a convolution round a circle": (
        "conv: {filters: 4, kernel: 4, padding: same, padding_mode: circular}"
    ),
    "a mean that leaves out its padding at a stride": (
        "avgpool: {kernel: 3, stride: 2, padding: 1, count_include_pad: false}"
    ),
    "a mean over the end": "avgpool: {kernel: 3, stride: 2, padding: 1, ceil_mode: true}",
    "a mean over the end of what is there": (
        "avgpool: {kernel: 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false}"
    ),
    "another divisor": "avgpool: {kernel: 3, stride: 2, padding: 1, divisor_override: 4}",
    "a norm of windows": "{abs}, {lppool: {norm_type: 3, kernel: 3, stride: 2}}",
    "a norm over the end": "{abs}, {lppool: {norm_type: 2, kernel: 3, ceil_mode: true}}",
    "corners aligned": "upsample: {scale: 2, mode: bilinear, align_corners: true}",
    "corners aligned to a size": "upsample: {size: [7, 20], mode: bilinear, align_corners: true}",
    "nearest to a size": "upsample: {size: [7, 20]}",
    "nearest from the middle": "upsample: {size: [7, 20], mode: nearest-exact}",
    "softplus with another slope": "softplus: {beta: 2.0, threshold: 1.0}",
    "softmin": "softmin",
    "a slope drawn in training": "rrelu: {lower: 0.1, upper: 0.5}",
    "the norm of a root mean square": "rmsnorm: {elementwise_affine: false, eps: 0.1}",
    "neighbouring channels": "local_response_norm: {size: 4, alpha: 0.5, beta: 0.6, k: 2.0}",
    "a gate of the channels": "squeeze_excite: 2",
    "other functions of a gate": (
        "squeeze_excite: {squeeze_channels: 3, activation: silu, scale_activation: hardsigmoid}"
    ),
    "uneven parts": "chunk: {chunks: 3, index: 1}",
    "windows as columns": "unfold: {kernel: [3, 2], stride: 2, padding: 1}",
    "windows with gaps as columns": "unfold: {kernel: 2, dilation: 3}",
    "columns as windows": (
        "{unfold: {kernel: 3, stride: 2}}, {fold: {size: [11, 12], kernel: 3, stride: 2}}"
    ),
    "padded columns as windows": (
        "{unfold: {kernel: [3, 2], padding: 1}},"
        " {fold: {size: [11, 12], kernel: [3, 2], padding: 1}}"
    ),
    **{
        f"{cell}, {what}": f"{{flatten: {{start_dim: 1}}}}, {{permute: [1, 0]}}, "
        f"{{slice: {{axis: 0, stop: 5}}}}, {{{cell}: {{units: 5, {arguments}}}}}"
        for cell in ("rnn", "lstm", "gru")
        for what, arguments in (
            ("every step", ""),
            ("the last state", "return_sequences: false"),
            ("both ways", "bidirectional: true"),
            ("the last of both ways", "bidirectional: true, return_sequences: false"),
            ("stacked", "num_layers: 2, dropout: 0.5"),
            ("stacked both ways", "num_layers: 2, bidirectional: true"),
            ("without biases", "bias: false"),
            ("backwards", "go_backwards: true"),
        )
    },
    "a rectified rnn": (
        "{flatten: {start_dim: 1}}, {permute: [1, 0]}, {rnn: {units: 5, nonlinearity: relu}}"
    ),
    "a projected lstm": (
        "{flatten: {start_dim: 1}}, {permute: [1, 0]}, {slice: {axis: 0, stop: 5}},"
        " {lstm: {units: 5, proj_size: 3, bidirectional: true}}"
    ),
    "scaled attention": ("{flatten: {start_dim: 1}}, {permute: [1, 0]}, dot_product_attention"),
    "scaled attention to what came before": (
        "{flatten: {start_dim: 1}}, {permute: [1, 0]},"
        " {dot_product_attention: {is_causal: true, dropout: 0.5}}"
    ),
    "attention along one axis": (
        "{multi_head_attention: {num_heads: 2, key_dim: 3, attention_axes: [1]}}"
    ),
    "an encoder": "{flatten: {start_dim: 1}}, {permute: [1, 0]}, {transformer_encoder_layer: 2}",
    "an encoder with norms first": (
        "{flatten: {start_dim: 1}}, {permute: [1, 0]}, {transformer_encoder_layer:"
        " {num_heads: 4, dim_feedforward: 6, norm_first: true, activation: gelu, bias: false}}"
    ),
}
#: Nets of several inputs, and what joins them.
JOINED = {
    "bilinear": ("6x3 6x5", "bilinear: 4"),
    "a matrix product": ("3x4x5 3x6x4", "matmul: {transpose_a: true, transpose_b: true}"),
    "a plain matrix product": ("3x4x5 3x5x6", "matmul"),
    "products along an axis": ("4x5 4x6", "dot: {axes: 0, normalize: true}"),
    "products along an axis of each": ("4x5 6x4", "dot: {axes: [0, 1]}"),
    "attention to a memory": ("6x8 5x8", "attention: 2"),
    "keys and values apart": ("6x8 5x4 5x3", "attention: {num_heads: 2, kdim: 4, vdim: 3}"),
    "query, value and key": ("6x8 5x4 5x3", "multi_head_attention: {num_heads: 2, key_dim: 3}"),
    "scaled attention": ("6x8 5x8 5x3", "dot_product_attention: {is_causal: true}"),
    "attention as Keras has it": ("6x8 5x3 5x8", "Attention: {use_scale: true}"),
    "additive attention": ("6x8 5x3 5x8", "AdditiveAttention"),
    "additive attention in our order": ("6x8 5x8 5x3", "additive_attention"),
    "a decoder": ("6x8 5x8", "transformer_decoder_layer: {num_heads: 2, dim_feedforward: 6}"),
}
#: What the Keras file leaves to whoever reads it, as `cnncalc export` says by its exit code.
UNSAID = {
    "a stride with a dilation": "conv: {filters: 4, kernel: 3, stride: 2, dilation: 2}",
    "a maximum with gaps": "maxpool: {kernel: 2, stride: 1, dilation: 2}",
    "a norm without statistics": "batchnorm: {track_running_stats: false}",
    "groups transposed": "conv_transpose: {filters: 4, kernel: 2, stride: 2, groups: 2}",
}


#: Modules that have the weights of several layers.
COMPOSED = (
    nn.MultiheadAttention, nn.RNNBase, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer,
)  # fmt: skip


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

    inside = {one for module in model.modules() if isinstance(module, COMPOSED)
              for one in module.modules() if one is not module}  # fmt: skip
    for module in model.modules():
        own = isinstance(module, COMPOSED) or list(module.parameters(recurse=False))
        if own and module not in inside:
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


def as_keras(module, array, layer, shape):
    """A weight of a module as the layer has it."""
    if isinstance(module, COMPOSED):
        return (array.T if array.ndim > 1 else array).reshape(shape)
    if hasattr(module, "kernel_size") and array.ndim > 1:  # out, in, height, width
        array = np.moveaxis(array, (0, 1), (-1, -2))
    if "Depthwise" in type(layer).__name__:
        array = array.reshape(shape) if array.ndim == 1 else depthwise(array, shape)
    elif isinstance(module, nn.Linear) and array.ndim == 2:
        array = array.T
    return array.reshape(shape)


def depthwise(array, shape):
    """The kernels of a channel side by side."""
    *sizes, _, _ = array.shape
    return array.reshape(*sizes, *shape[-2:])


def parts(module):
    """The weights of a module that has those of several layers, in Keras's order."""
    if isinstance(module, nn.MultiheadAttention):
        return attending(module)
    if isinstance(module, nn.RNNBase):
        return stepping(module)
    inner = list(module.children())
    attentions = [one for one in inner if isinstance(one, nn.MultiheadAttention)]
    others = [one for kind in (nn.Linear, nn.LayerNorm) for one in inner if isinstance(one, kind)]
    found = [array for one in attentions for array in attending(one)]
    return [*found, *(p.detach().numpy() for one in others for p in one.parameters())]


def attending(module):
    """Kernel and bias of query, key, value and output."""
    if module.in_proj_weight is None:
        found = [module.q_proj_weight, module.k_proj_weight, module.v_proj_weight]
        kernels = [one.detach().numpy() for one in found]
    else:
        kernels = np.split(module.in_proj_weight.detach().numpy(), 3)
    found = [*kernels]
    if module.in_proj_bias is not None:
        biases = np.split(module.in_proj_bias.detach().numpy(), 3)
        found = [array for pair in zip(kernels, biases, strict=True) for array in pair]
    return [*found, *(one.detach().numpy() for one in module.out_proj.parameters())]


def stepping(module):
    """Kernels and biases of every direction of every cell that is stacked."""
    found = []
    suffixes = ("", "_reverse")[: 2 if module.bidirectional else 1]
    for at in range(module.num_layers):
        for suffix in suffixes:
            names = ["weight_ih", "weight_hh"]
            if module.bias:
                names = ["weight_ih", "bias_ih", "weight_hh", "bias_hh"]
            arrays = [getattr(module, f"{n}_l{at}{suffix}").detach().numpy() for n in names]
            if isinstance(module, nn.GRU):  # Keras has the update gate first, and one bias of two
                arrays = [np.concatenate([a[n : 2 * n], a[:n], a[2 * n :]])
                          for a in arrays for n in [len(a) // 3]]  # fmt: skip
                if module.bias:
                    kernel, bias, recurrent, other = arrays
                    arrays = [kernel, recurrent, np.stack([bias, other]).T]
            if getattr(module, "proj_size", 0):
                arrays.append(getattr(module, f"weight_hr_l{at}{suffix}").detach().numpy())
            found += arrays
    return found


def stated(module):
    """The weights of a module and its statistics, one after another."""
    if isinstance(module, COMPOSED):
        return parts(module)
    statistics = [b for n, b in module.named_buffers() if n.startswith("running")]
    return [one.detach().numpy() for one in (*module.parameters(recurse=False), *statistics)]


def compare(text, monkeypatch):
    """Both files with the same weights and inputs give the same outputs."""
    torch.manual_seed(7)
    network = read_text(text).network
    in_pytorch, in_keras_ = (exported(text, one).text for one in ("pytorch", "keras"))
    model, modules = pytorch(in_pytorch)
    randomized(model)
    inputs = [torch.randn(2, *shape) for shape in network.inputs.values()]
    given = inputs
    if "channels come first here" in in_pytorch:
        given = [one.movedim(-1, 1).contiguous() for one in inputs]
    with torch.no_grad():
        expected = arrays_of(model(*given))
    built, layers = in_keras(in_keras_, monkeypatch)
    transfer(modules, layers)
    arriving = [one.numpy() for one in inputs]
    if "channels come last here" in in_keras_:
        arriving = [np.moveaxis(one, 1, -1) for one in arriving]
    with keras.device("cpu"), torch.no_grad():
        outputs = built(arriving if len(arriving) > 1 else arriving[0], training=False)
    for output, other in zip(arrays_of(outputs), expected, strict=True):
        moved = output if output.shape == other.shape else np.moveaxis(output, -1, 1)
        np.testing.assert_allclose(moved, other, rtol=2e-4, atol=2e-5)


def arrays_of(outputs):
    """One result or several."""
    several = outputs if isinstance(outputs, (tuple, list)) else [outputs]
    return [keras.ops.convert_to_numpy(one) for one in several]


def randomized(model):
    """Weights and statistics that are nothing special."""
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if name.endswith("running_var"):
            tensor.data.uniform_(0.5, 2)
        elif tensor.is_floating_point():
            tensor.data.normal_(0, 0.3)


def transfer(modules, layers):
    """Put the weights of modules into layers, one of which may have those of several."""
    left = [(module, array) for module in modules for array in stated(module)]
    for layer in layers:
        if type(layer).__name__ == "WindowAttention":
            in_windows(layer, left)
            continue
        arrays = [as_keras(*left.pop(0), layer, tuple(weight.shape)) for weight in layer.weights]
        with keras.device("cpu"):
            layer.set_weights(arrays)
    assert not left


def in_windows(layer, left):
    """The weights of attention in windows, whose linear layers run before it ends."""
    dense = [one for part in (layer.qkv, layer.proj)
             for one in (part.kernel, part.bias)[: 1 + part.use_bias]]  # fmt: skip
    with keras.device("cpu"):
        for weight in (*dense, layer.table):
            array = left.pop(0)[1]
            weight.assign(array if weight is layer.table else array.T)


@pytest.mark.parametrize("which", LAYERS)
def test_a_layer(which, monkeypatch):
    compare(spec_of(LAYERS[which]), monkeypatch)


@pytest.mark.parametrize("which", JOINED)
def test_a_layer_of_several_inputs(which, monkeypatch):
    shapes, layer = JOINED[which]
    names = [f"in{at}" for at, _ in enumerate(shapes.split())]
    inputs = ", ".join(map("{}: {}".format, names, shapes.split()))
    text = f"inputs: {{{inputs}}}\nlayers: [{{{layer}, from: [{', '.join(names)}]}}]"
    compare(text if ":" in layer else text.replace(layer, f"{layer}: {{}}"), monkeypatch)


@pytest.mark.parametrize("which", UNSAID)
def test_what_would_differ_is_a_stub(which):
    assert exported(spec_of(UNSAID[which]), "keras").stubs


# What is flattened is in another order, and PyTorch's file puts a shortcut first where it is joined
# to its body in a row.
COMPARABLE = [n for n in range(70) if not re.search("flatten|merge: concat", random_spec(n))]


@pytest.mark.parametrize("seed", COMPARABLE)
def test_random_specs(seed, monkeypatch):
    compare(random_spec(seed), monkeypatch)


def is_used_whole(text):
    """Whether every layer gives something that an output needs; Keras leaves out the others."""
    network = read_text(text).network
    return len(used_part(network).layers) == len(network.layers)


LOOPS = [*LOOPED.values(), *map(looped_spec, range(60))]


@pytest.mark.parametrize("spec", [one for one in LOOPS if is_used_whole(one)])
def test_loops_that_take_what_others_name(spec, monkeypatch):
    compare(spec, monkeypatch)
