"""The MACs of attention and of recurrent layers, as PyTorch's operators count them.

The figures were read with `torch.utils.flop_counter.FlopCounterMode` (2 FLOPs a MAC) around the
layers of torch 2.13.0, and of Keras 3.15.1 on PyTorch, called on one sample.
"""

from __future__ import annotations

import pytest
from dumps import dump

import cnncalc


def node(entry, shapes, layout="channels_first"):
    inputs = {f"x{index}": shape for index, shape in enumerate(shapes)}
    document = {"inputs": inputs, "layout": layout, "layers": [{**entry, "from": [*inputs]}]}
    (only,) = cnncalc.parse(dump(document)).layers
    return only


HEADS = {"num_heads": 2, "key_dim": 3}


@pytest.mark.parametrize(
    ("more", "shapes", "macs"),
    [
        ({}, [[8, 6], [5, 6], [5, 6]], 1416),
        ({"add_bias_kv": True}, [[8, 6], [5, 6], [5, 6]], 1512),
        ({"add_zero_attn": True}, [[8, 6], [5, 6], [5, 6]], 1512),
        ({"kdim": 4, "vdim": 5}, [[8, 6], [5, 4], [5, 5]], 1326),
    ],
)
def test_attention_of_pytorch(more, shapes, macs):
    entry = {"MultiheadAttention": {"embed_dim": 6, "num_heads": 2, **more}}
    assert node(entry, shapes).macs == macs


@pytest.mark.parametrize(
    ("more", "shape", "params", "macs"),
    [({"attention_axes": 2}, [4, 9, 6], 168, 9072), ({"use_gate": True}, [4, 9, 6], 210, 22032)],
)
def test_attention_of_keras_along_some_axes_or_all(more, shape, params, macs):
    found = node({"MultiHeadAttention": {**HEADS, **more}}, [shape], "channels_last")
    assert (found.params, found.macs) == (params, macs)


def test_attention_of_keras_takes_the_value_before_the_key():
    entry = {"MultiHeadAttention": {**HEADS, "value_dim": 5}}
    found = node(entry, [[8, 6], [5, 4], [5, 7]], "channels_last")
    shapes = {weight.name: weight.shape for weight in found.weights}
    assert shapes["value_kernel"] == (4, 2 * 5)
    assert shapes["key_kernel"] == (7, 2 * 3)
    assert (found.output_shape, found.params, found.macs) == ((8, 6), 206, 1818)


@pytest.mark.parametrize(
    ("entry", "macs"),
    [
        ({"GRU": {"hidden_size": 5, "bidirectional": True}}, 1890),
        ({"RNN": {"hidden_size": 5, "num_layers": 2}}, 665),
        ({"LSTM": {"hidden_size": 5, "num_layers": 2, "bidirectional": True, "proj_size": 3}},
         4900),
    ],
)  # fmt: skip
def test_recurrent_layers_of_pytorch(entry, macs):
    assert node(entry, [[7, 4]]).macs == macs


@pytest.mark.parametrize(("name", "macs"), [("LSTM", 1260), ("GRU", 945)])
def test_recurrent_layers_of_keras(name, macs):
    found = node({name: {"units": 5}}, [[7, 4]], "channels_last")
    assert (found.output_shape, found.macs) == ((5,), macs)


@pytest.mark.parametrize(
    ("entry", "counted"),
    [
        ("conv: {filters: 2, kernel: 3}", True), ("dense: 3", True), ("flatten", True),
        ("dropout: 0.1", True), ("relu", False), ("batchnorm", False), ("maxpool: 2", False),
        ("custom: {params: 3}", False), ("custom: {params: 3, macs: 0}", True),
    ],
)  # fmt: skip
def test_layers_say_whether_their_macs_are_all_they_compute(entry, counted):
    (only,) = cnncalc.parse(f"input: 3x8x8\nlayers:\n  - {entry}\n").layers
    assert only.layer.counted is counted
