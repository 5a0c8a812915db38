"""`cnncalc explain`: formulas, values and results."""

from __future__ import annotations

import json

import pytest

from cnncalc import api
from cnncalc.analysis.explain import explain, output_size
from cnncalc.arithmetic import TransposedWindow, Window
from cnncalc.render.explain import latex

NET = """
input: [3, 32, 32]
blocks:
  tail:
    layers:
      - conv: {filters: 4, kernel: 1, bias: false}
      - relu
layers:
  - conv: {filters: 10, kernel: 3, regularizer: {l2: 0.01}}
  - tail
"""


@pytest.fixture(scope="module")
def net():
    return api.parse(NET)


def quantities(net, layer):
    (found,) = explain(net, layer).layers
    return {one.name: (one.values, one.result) for one in found.quantities}


def test_the_tutorials_convolution(net):
    assert quantities(net, "conv_1") == {
        "height": ("floor((32 - 3 + 2*0) / 1 + 1)", 30),
        "width": ("floor((32 - 3 + 2*0) / 1 + 1)", 30),
        "params": ("(3*3*3 + 1) * 10", 280),
        "macs": ("10*30*30 * 3*3*3", 243000),
    }


def test_without_bias_there_is_no_plus_one(net):
    assert quantities(net, "tail_1/conv_1")["params"] == ("1*1*10 * 4", 40)


def test_a_block_stands_for_its_layers(net):
    assert [one.name for one in explain(net, "tail_1").layers] == [
        "tail_1/conv_1", "tail_1/relu_1",
    ]  # fmt: skip


def test_penalty_falls_on_the_kernel_only(net):
    (term,) = explain(net, "conv_1").layers[0].penalties
    assert (term.kind, term.factor, term.weights) == ("l2", 0.01, 270)


def test_asymmetric_padding_is_before_plus_after():
    found = output_size(Window("height", size=224, kernel=7, stride=2, before=2, after=3))
    assert (found.values, found.result) == ("floor((224 - 7 + 2 + 3) / 2 + 1)", 112)


def test_dilation_is_written_out():
    found = output_size(Window("width", size=32, kernel=3, dilation=2))
    assert (found.values, found.result) == ("floor((32 - (2*(3-1)+1) + 2*0) / 1 + 1)", 28)


def test_transposed():
    found = output_size(TransposedWindow("height", size=7, kernel=4, stride=2, before=1, after=1))
    assert (found.values, found.result) == ("(7 - 1)*2 - 2*1 + 4 + 0", 14)


def test_ceil_mode():
    found = output_size(Window("height", size=3, kernel=2, stride=2, ceil_mode=True))
    assert (found.values, found.result) == ("ceil((3 - 2 + 2*0) / 2 + 1)", 2)


def test_latex_of_products_and_names():
    assert latex("(3*3*3 + 1) * 10 = 280") == r"(3 \cdot 3 \cdot 3 + 1) \cdot 10 = 280"
    assert latex("output_padding") == r"\text{output\_padding}"


def test_text_of_the_command(cnncalc):
    done = cnncalc("explain", "-", "conv_1", stdin=NET)
    assert done.returncode == 0
    assert "height: floor((32 - 3 + 2*0) / 1 + 1) = 30" in done.stdout
    assert "params: (3*3*3 + 1) * 10 = 280" in done.stdout
    assert "0.01 * sum(w^2) over 270 weights" in done.stdout


def test_json_of_the_command(cnncalc):
    done = cnncalc("explain", "-", "conv_1", "--format", "json", stdin=NET)
    (layer,) = json.loads(done.stdout)["layers"]
    assert layer["weights"][0] == {
        "name": "kernel", "shape": [10, 3, 3, 3], "size": 270, "buffer": False,
    }  # fmt: skip


def test_markdown_of_the_command(cnncalc):
    done = cnncalc("explain", "-", "conv_1", "--format", "markdown", stdin=NET)
    assert r"\left\lfloor \frac{32 - 3 + 2 \cdot 0}{1} + 1 \right\rfloor = 30" in done.stdout


def test_an_unknown_layer_suggests_the_nearest(cnncalc):
    done = cnncalc("explain", "-", "cnv_1", stdin=NET)
    assert done.returncode == 2
    assert "did you mean conv_1?" in done.stderr


def test_a_broken_spec_is_an_error(cnncalc):
    net = "input: [3, 2, 2]\nlayers: [{conv: {filters: 1, kernel: 3}}]"
    done = cnncalc("explain", "-", stdin=net)
    assert done.returncode == 2
    assert "E203" in done.stderr
