"""What is exported of every layer type, with every argument: parameters, shapes and values.

The values are those of `cnncalc compute`, with equal weights and random inputs.
"""

from __future__ import annotations

import random

import pytest
import torch
from exported_models import classes_of
from layer_cases import CASES, MORE, stub_reason
from specs import exported

from cnncalc.arithmetic import product
from cnncalc.build.reader import read_text
from cnncalc.numbers.errors import ComputeError
from cnncalc.numbers.forward import compute
from cnncalc.numbers.given import Given

#: Layer types that `cnncalc compute` has no rule for: their shapes and parameters are compared
#: here.
WITHOUT_VALUES = {
    "Attention", "additive_attention", "bidirectional", "dot", "dot_product_attention",
    "einsum_dense", "fold", "multi_head_attention", "resizing", "time_distributed",
    "transformer_decoder_layer", "transformer_encoder_layer",
}  # fmt: skip
#: Single settings for which it has none.
UNKNOWN = {
    'attention: {"num_heads": 2, "add_bias_kv": true}',
    'attention: {"num_heads": 2, "add_zero_attn": true}',
    'dense: {"units": 5, "activation": "softmax"}',
    'embedding: {"symbols": 9, "size": 4, "max_norm": 0.5}',
    'embedding: {"symbols": 9, "size": 4, "norm_type": 1.0, "max_norm": 0.5}',
    'upsample: {"scale": 1.7, "mode": "bicubic"}',
    'upsample: {"scale": 1.7, "mode": "area"}',
}

#: What a layer is made with, which has no other values.
FIXED = ("num_batches_tracked", "relative_position_index")
#: The order of PyTorch's parameters where it is another than that of the layer's weights.
ORDERS = {
    "attention": ("query_kernel", "key_kernel", "value_kernel", "input_bias", "key_bias",
                  "value_bias", "output_kernel", "output_bias"),
}  # fmt: skip


def drawn(network, draw):
    """Values of the inputs and weights, those of the variances above 0."""
    whole = network.layers[0].type == "embedding"
    inputs = {
        name: [draw.randrange(8) if whole else draw.uniform(-2, 2) for _ in range(product(shape))]
        for name, shape in network.inputs.items()
    }
    weights = {
        node.name: {
            weight.name: [draw.uniform(0.1, 1) for _ in range(weight.size)]
            for weight in node.weights
            if weight.name not in FIXED
        }
        for node in network.layers
    }
    return Given(inputs, weights)


def rearranged(node, values, module_names):
    """The learned weights and the buffers of a layer, one after another, as PyTorch has them."""
    order = ORDERS.get(node.type, tuple(values))
    if any("recurrent_kernel" in name for name in module_names):
        parts = ("kernel", "bias", "recurrent_kernel")
        order = (*parts, *(f"{way}_{part}" for way in ("forward", "backward") for part in parts))
    own = any("recurrent_kernel" in name for name in module_names)
    if node.type == "gru" and (node.layer.dialect == "keras") != own:
        values = {name: with_gates_turned(rows, node.layer.units) for name, rows in values.items()}
    buffers = {weight.name for weight in node.weights if weight.buffer}
    learned = [one for name in order if name in values and name not in buffers
               for one in values[name]]  # fmt: skip
    return learned, [one for name in values if name in buffers for one in values[name]]


def with_gates_turned(rows, units):
    """Kernels and biases with the first two of three gates exchanged."""
    blocks = [rows] if len(rows) % (6 * units) or len(rows) > 6 * units else [
        rows[: 3 * units], rows[3 * units :]
    ]  # fmt: skip
    found = []
    for block in blocks:
        size = len(block) // 3
        found += [*block[size : 2 * size], *block[:size], *block[2 * size :]]
    return found


def fill(tensors, values):
    assert sum(tensor.numel() for tensor in tensors) == len(values)
    at = 0
    for tensor in tensors:
        part = torch.tensor(values[at : at + tensor.numel()], dtype=torch.float64)
        tensor.data.copy_(part.reshape(tensor.shape))
        at += tensor.numel()


def given_to(network, text, given):
    """The inputs as the code takes them: the channels first, where the proof has them so."""
    whole = network.layers[0].type == "embedding"
    for name, shape in network.inputs.items():
        values = torch.tensor(given.inputs[name], dtype=torch.long if whole else torch.float64)
        values = values.reshape(1, *shape)
        moved = (1, shape[-1], *shape[:-1])
        if f"torch.zeros({', '.join(map(str, values.shape))}" not in text:
            assert f"torch.zeros({', '.join(map(str, moved))}" in text
            values = values.movedim(-1, 1)
        yield values


def as_written(output, shape):
    """An output with its axes as the spec has them."""
    output = output.squeeze(0) if output.dim() else output
    return output if tuple(output.shape) == tuple(shape) else output.movedim(0, -1)


def computed_by_us(network, given, label):
    """The values that `cnncalc compute` has; None where it has no rule."""
    (node,) = network.layers
    try:
        computed = compute(network, given)
    except ComputeError:
        computed = None
    if computed is None or node.name in computed.missing:
        assert node.layer.called in WITHOUT_VALUES or label in UNKNOWN, label
        return None
    return torch.tensor([float(one) for one in computed.results[node.name].numbers]).double()


@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda case: f"{case.type} {case.layout}")
def test_a_layer_gives_the_same(case):
    for _, spec, label in case.specs():
        network = read_text(spec).network
        (node,) = network.layers
        found = exported(spec)
        if found.stubs:
            assert stub_reason(case, label), label
            continue
        assert not found.flat, label
        model = classes_of(found.text)[-1]().double().eval()
        given = drawn(network, random.Random(label))  # noqa: S311 - no secret
        names = [name for name, _ in model.named_parameters()]
        learned, buffers = rearranged(node, given.weights[node.name], names)
        kept = [b for n, b in model.named_buffers() if not n.endswith(FIXED)]
        fill(list(model.parameters()), learned)
        fill(kept, buffers)
        with torch.no_grad():
            output = as_written(model(*given_to(network, found.text, given)), node.output_shape)
        assert tuple(output.shape) == node.output_shape, label
        wanted = computed_by_us(network, given, label)
        if wanted is not None:
            close = torch.isclose(output.flatten(), wanted, rtol=1e-4, atol=1e-5)
            assert close.all(), (label, output.flatten()[~close], wanted[~close])
