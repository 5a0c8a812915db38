"""`dtype:` of a net, a group and a layer: the width of weights and results."""

from __future__ import annotations

import json

import pytest

import cnncalc as api
from cnncalc.analysis.memory.report import Setting, memory

SPEC = """
input: 1x8x8
{net}
layers:
  - {{conv: {{filters: 4, kernel: 3, bias: false}}{layer}}}
  - relu
  - flatten
  - dense: 10
"""
# By hand: 64 elements of the input, 4x6x6 = 144 of the convolution and of ReLU, 10 outputs;
# 36 weights of the convolution, 144*10 + 10 = 1450 of the dense layer.


def found(net: str = "", layer: str = "", **setting: object):
    network = api.parse(SPEC.format(net=net, layer=layer))
    return network, memory(network, Setting(**setting))


def test_a_nets_dtype_is_the_width_of_all_its_numbers():
    network, result = found("dtype: int8")
    assert result.setting.dtype == "int8"
    assert result.parameters == 36 + 1450
    assert result.inference.peak == 64 + 144 + 144
    assert [one.output for one in result.layers] == [144, 144, 144, 10]
    assert network.dtype == "int8"


def test_a_layers_dtype_is_that_of_its_weights_and_its_result():
    _, result = found("", ", dtype: float16")
    assert result.parameters == 36 * 2 + 1450 * 4
    assert [one.output for one in result.layers] == [144 * 2, 144 * 4, 144 * 4, 10 * 4]
    assert result.inference.peak == 64 * 4 + 144 * 2 + 144 * 4
    assert result.gradients == result.parameters


def test_the_optimizers_state_has_the_width_of_the_weights():
    _, result = found("", ", dtype: float16", optimizer="adam")
    assert result.optimizer == 2 * (36 * 2 + 1450 * 4) + 3 * 4
    _, result = found("", ", dtype: float16", optimizer="adam", master=True)
    assert result.optimizer == 3 * (36 + 1450) * 4 + 3 * 4


def test_an_option_wins_over_the_net_and_a_layer_over_both():
    _, result = found("dtype: int8", dtype="float64")
    assert result.parameters == (36 + 1450) * 8
    _, result = found("dtype: int8", ", dtype: float16", dtype="float64", weights="float32")
    assert result.parameters == 36 * 2 + 1450 * 4


def test_a_view_in_another_type_is_a_tensor_of_its_own():
    spec = "input: 4x8x8\nlayers: [{flatten: , dtype: float16}, {flatten: , name: same}]"
    result = memory(api.parse(spec), Setting())
    # the second is float32 again, a cast; the first is half as wide as the input
    assert result.inference.peak == 256 * 4 + 256 * 2 + 256 * 4


@pytest.mark.parametrize(
    "entry",
    [
        "- {layers: [{dense: 3, name: a}], dtype: int8}",
        "- {layers: [{dense: 3, name: a}], name: g, dtype: int8}",
        "- {b: , dtype: int8}",
        "- {repeat: 1, layers: [{dense: 3, name: a}], dtype: int8}",
        "- {residual: [{dense: 4, name: a}], dtype: int8}",
        "- {dense: 3, name: a, dtype: {by: $n, 1: int8, 2: float16}}",
    ],
)
def test_groups_blocks_and_loops_hand_it_on(entry):
    spec = (
        f"input: 4\nvariables: {{n: 1}}\nblocks: {{b: [{{dense: 3, name: a}}]}}\nlayers:\n{entry}"
    )
    network = api.parse(spec)
    assert all(node.traits.dtype == "int8" for node in network.layers)


def test_figures_and_claims_follow_the_nets_dtype(cnncalc):
    spec = SPEC.format(net="dtype: int8\nexpect: {memory: 352}", layer="")
    assert cnncalc("check", "-", stdin=spec).returncode == 0
    done = cnncalc("memory", "-", "--flash", "2KiB", "--ram", "300", "-f", "json", stdin=spec)
    device = json.loads(done.stdout)["device"]
    assert device["flash_bytes"] == 1486
    assert device["ram_bytes"] == 288  # the convolution's and ReLU's, the input is gone
    assert (device["fits_flash"], device["fits_ram"]) == (True, True)
    explained = cnncalc(
        "explain", "-", "--memory", stdin=SPEC.format(net="", layer=", dtype: int8")
    )
    assert "parameters: 1,450 * 4 + 36 * 1 = 5,836" in explained.stdout


@pytest.mark.parametrize("place", ["net", "layer"])
def test_what_is_no_type_is_refused_at_its_place(cnncalc, place):
    given = {"net": "", "layer": ""} | {
        place: "dtype: float8" if place == "net" else ", dtype: float8"
    }
    done = cnncalc("memory", "-", stdin=SPEC.format(**given))
    assert done.returncode == 2
    assert "`dtype` must be one of float32, float16, bfloat16, float64, int8" in done.stderr
    assert "float8" in done.stderr
    assert "Traceback" not in done.stderr
