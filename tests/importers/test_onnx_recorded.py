"""Exports of PyTorch's two exporters: totals of the model before export, every stated shape."""

from __future__ import annotations

import pytest
from recorded import files, manifest

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.onnx.reader import read
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

FILES = {one["file"]: one for one in manifest("onnx")}
#: A googlenet's auxiliary heads are no part of its export.
WITHOUT_HEADS = {"params": 6_624_904, "buffers": 14_560}
#: Its attention layers are more than the convolutions and dense layers that were counted.
ATTENTION = {"dyn_vit_b_16.onnx"}


def model_of(name, *, unfold=True):
    return read(files("onnx")[name], shapes={}, unfold=unfold, limits=DEFAULT)


def net_of(model):
    reading = read_text(write(flat_spec(model)))
    assert reading.diagnostics == ()
    return reading.network


@pytest.mark.parametrize("name", FILES)
def test_the_totals_are_those_of_the_model_that_was_exported(name):
    totals = net_of(model_of(name)).totals
    wanted = WITHOUT_HEADS | {key: FILES[name][key] for key in WITHOUT_HEADS if key in FILES[name]}
    assert {"params": totals.params, "buffers": totals.buffers} == wanted
    if "conv_linear_macs" in FILES[name] and name not in ATTENTION:
        assert totals.macs == FILES[name]["conv_linear_macs"]


@pytest.mark.parametrize("name", FILES)
def test_every_shape_that_the_file_states_is_ours(name):
    model = model_of(name)
    net = net_of(model)
    stated = {one.name: one.shape for one in model.layers if one.shape is not None}
    assert {one: net[one].output_shape for one in stated} == stated
    # What was folded or stands for several operators has no shape of its own in the file.
    assert len(stated) > len(model.layers) // 2


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_left_over(name):
    model = model_of(name)
    assert [one.name for one in model.layers if one.type == "custom"] == []
    assert model.notes == ()


@pytest.mark.parametrize("name", FILES)
def test_each_layer_holds_what_the_file_holds_for_it(name):
    model = model_of(name, unfold=False)
    net = net_of(model)
    held = {one.name: one.parameters for one in model.layers if one.shares is None}
    assert {one: net[one].params for one in held} == held


def test_folded_batch_norms_leave_a_bias_and_come_back_where_they_were():
    folded, unfolded = model_of("resnet18.onnx", unfold=False), model_of("resnet18.onnx")
    kept = model_of("bn_resnet18.onnx")
    assert [one.type for one in unfolded.layers] == [one.type for one in kept.layers]
    assert [one.arguments for one in unfolded.layers] == [one.arguments for one in kept.layers]
    assert not any(one.type == "batchnorm" for one in folded.layers)
    assert all(one.arguments.get("bias", True) for one in folded.layers if one.type == "conv")


def test_both_exporters_give_the_same_layers_under_the_same_modules():
    old, new = model_of("bn_resnet18.onnx"), model_of("dyn_resnet18.onnx")
    assert [(one.type, one.arguments) for one in old.layers] == [
        (one.type, one.arguments) for one in new.layers
    ]
    assert [one.path for one in old.layers] == [one.path for one in new.layers]
    convs = [one.name for one in new.layers if one.type == "conv"]
    assert convs[:3] == ["conv1", "layer1.0.conv1", "layer1.0.conv2"]
    assert new.layers[4].classes == ("Sequential", "BasicBlock")


def test_attention_of_a_vision_transformer_is_one_layer():
    model = model_of("dyn_vit_b_16.onnx")
    types = [one.type for one in model.layers]
    assert types[:6] == ["conv", "flatten", "permute", "class_token", "position_embedding",
                         "layernorm"]  # fmt: skip
    assert types.count("attention") == 12
    assert types.count("matmul") == types.count("softmax") == 0
    (heads,) = {one.arguments["num_heads"] for one in model.layers if one.type == "attention"}
    assert heads == 12
    # torchvision publishes 17.56 GMACs, in which both products of attention are counted.
    assert round(net_of(model).totals.macs / 1e9, 2) == 17.56
