"""Activations in place as a help: which ones, and that PyTorch's rules allow them."""

from __future__ import annotations

import json

import pytest

import cnncalc as api
from cnncalc.analysis.memory.in_place import in_place
from cnncalc.analysis.memory.report import Setting, helps, memory
from cnncalc.figures.memory.in_place import refusals
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.usage import Run

CONV = {"conv": {"filters": 8, "kernel": 3, "padding": 1}}
PLAIN = 4 * 8 * 16 * 16  # bytes of a map of one sample


def net_of(layers):
    return api.parse(json.dumps({"input": "8x16x16", "layers": layers}))


def changed_in(layers):
    network, count = in_place(net_of(layers))
    changed = [node.name for node in network if getattr(node.layer, "inplace", False)]
    assert len(changed) == count
    assert not list(refusals(program_of(network, Run(training=True))))
    return changed


@pytest.mark.parametrize(
    ("layers", "changed"),
    [
        ([CONV, "relu", CONV], ["relu_1"]),
        ([CONV, "batchnorm", "relu", CONV, "leaky_relu", CONV], ["relu_1", "leaky_relu_1"]),
        (["relu", CONV], []),  # the caller's tensor
        ([CONV, "sigmoid", "relu", CONV], []),  # the sigmoid has saved it
        ([CONV, "relu", "relu", CONV], ["relu_1"]),
        ([CONV, "relu6", "silu", "gelu", CONV], []),  # a copy is saved instead
        ([CONV, {"flatten": {}}, "relu", {"dense": 4}], []),  # a view
        ([CONV, {"residual": ["relu", CONV]}], []),  # the sum reads it later
        ([CONV, {"residual": [CONV, "relu", CONV]}], ["relu_1"]),
        ([{**CONV, "name": "a"}, {"maxpool": 2}, {"relu": {}, "from": "a"}], []),
    ],
)
def test_activations_write_over_what_nobody_needs_any_more(layers, changed):
    assert changed_in(layers) == changed


def test_leaky_relu_in_place_saves_its_input_no_more():
    """By the table of PyTorch: the input is saved, in place the output, as the next layer does."""
    layers = [CONV, "leaky_relu", CONV, "leaky_relu", CONV]
    plain = memory(net_of(layers), Setting(4))
    other = memory(in_place(net_of(layers))[0], Setting(4))
    assert plain.saved - other.saved == 2 * 4 * PLAIN
    ways = {one.what: one.total for one in helps(net_of(layers), plain)}
    assert ways["inplace: true on 2 activations"] == other.total_training < plain.total_training


def test_what_does_not_make_a_step_smaller_is_not_told():
    """ReLU saves its output in place or not, and the peak is in the backward."""
    network = api.load("zoo:unet")
    assert in_place(network)[1] == 18
    assert not any("inplace" in one.what for one in helps(network, memory(network, Setting(2))))


@pytest.mark.parametrize("name", ["unet", "xception", "video_resnet", "keras_resnet"])
def test_the_packaged_nets_train_with_their_activations_in_place(name):
    network, count = in_place(api.load(f"zoo:{name}"))
    assert count
    assert not list(refusals(program_of(network, Run(training=True))))


def test_the_command_tells_of_activations_in_place(cnncalc, tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(json.dumps({"input": "8x16x16", "layers": [CONV, "leaky_relu"] * 2 + [CONV]}))
    assert "inplace: true on 2 activations " in cnncalc("memory", str(path), "--batch", "4").stdout
