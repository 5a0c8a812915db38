"""Exports of many layer types and further families: totals, and every stated shape."""

from __future__ import annotations

import pytest
from recorded import files, manifest

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.onnx.reader import read
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

FILES = {one["file"]: one for one in manifest("onnx_further")}


@pytest.mark.parametrize("name", FILES)
def test_totals_and_stated_shapes(name):
    model = read(files("onnx_further")[name], shapes={}, unfold=True, limits=DEFAULT)
    reading = read_text(write(flat_spec(model)))
    assert not reading.failed
    net, wanted = reading.network, FILES[name]
    assert net.totals.params + wanted["lost"] == wanted["params"]
    assert net.totals.buffers == wanted["buffers"]
    stated = {one.name: one.shape for one in model.layers if one.shape is not None}
    assert {one: net[one].output_shape for one in stated} == stated
    assert [one.name for one in model.layers if one.type == "custom"] == []


def types(name):
    model = read(files("onnx_further")[f"{name}.onnx"], shapes={}, unfold=True, limits=DEFAULT)
    return [one.type for one in model.layers]


@pytest.mark.parametrize("exporter", ["ts", "dyn"])
def test_recurrent_layers_are_one_layer_each(exporter):
    assert types(f"{exporter}_s_bilstm2")[:2] == ["lstm", "lstm"]
    assert types(f"{exporter}_s_gru").count("gru") == 2
    assert "reshape" not in types(f"{exporter}_s_bilstm2")


@pytest.mark.parametrize("exporter", ["ts", "dyn"])
def test_attention_of_three_projections_is_one_layer(exporter):
    assert types(f"{exporter}_s_att") == ["attention"]


@pytest.mark.parametrize("exporter", ["ts", "dyn"])
def test_activations_norms_and_shuffles_have_their_names(exporter):
    assert types(f"{exporter}_s_conv1")[2] == "gelu"
    assert types(f"{exporter}_s_conv3")[1:3] == ["groupnorm", "silu"]
    assert types(f"{exporter}_shufflenet_v2_x1_0").count("channel_shuffle") == 16
    assert types(f"{exporter}_convnext_tiny").count("layer_scale") == 18


@pytest.mark.parametrize("exporter", ["ts", "dyn"])
def test_a_layer_that_is_called_twice_shares_its_weights(exporter):
    data = files("onnx_further")[f"{exporter}_s_two.onnx"]
    model = read(data, shapes={}, unfold=True, limits=DEFAULT)
    assert sum(one.shares is not None for one in model.layers) == 1
    assert len(model.inputs) == len(model.outputs) == 2
