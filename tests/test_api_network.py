"""What a net answers in Python: its layers and blocks, and the analyses of the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cnncalc as package
from cnncalc.net import network

ROOT = Path(__file__).parent.parent
TUTORIAL = "examples/tutorial_cnn.yaml"
BLOCKS = """
name: blocks
input: 3x8x8
blocks: {unit: {args: {w: }, layers: [conv: {filters: $w, kernel: 3}, batchnorm]}}
layers:
  - unit: 4
  - name: tail
    layers: [unit: 5, relu]
"""


@pytest.fixture(scope="module")
def tutorial():
    return package.load(ROOT / TUTORIAL)


@pytest.fixture(scope="module")
def blocks():
    return package.parse(BLOCKS)


# -- layers -----------------------------------------------------------------------------------


def test_a_net_is_its_layers_in_order(tutorial):
    assert [layer.name for layer in tutorial] == [layer.name for layer in tutorial.layers]
    assert len(list(tutorial)) == len(tutorial)


def test_a_net_contains_the_names_of_its_layers(tutorial):
    assert "conv_1" in tutorial
    assert "conv_2" not in tutorial
    assert 3 not in tutorial


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("conv_9", "did you mean 'conv_1'?"),
        ("densee_1", "did you mean 'dense_1'?"),
        ("xyz", "there are conv_1, relu_1"),
    ],
)
def test_a_missing_layer_suggests_one(tutorial, name, words):
    with pytest.raises(KeyError, match=words.replace("?", r"\?")):
        tutorial[name]


def test_a_block_is_told_from_a_layer(blocks):
    with pytest.raises(KeyError, match="is a block"):
        blocks["tail"]


def test_blocks_hold_their_layers_by_path(blocks):
    names = {path: [layer.name for layer in layers] for path, layers in blocks.blocks.items()}
    assert names == {
        "unit_1": ["unit_1/conv_1", "unit_1/batchnorm_1"],
        "tail": ["tail/unit_1/conv_1", "tail/unit_1/batchnorm_1", "tail/relu_1"],
        "tail/unit_1": ["tail/unit_1/conv_1", "tail/unit_1/batchnorm_1"],
    }
    # Weights 3x3x3 to 4, a bias, scale and offset.
    assert sum(layer.params for layer in blocks.blocks["unit_1"]) == 27 * 4 + 4 + 2 * 4


def test_a_flat_net_has_no_blocks(tutorial):
    assert tutorial.blocks == {}


def test_short_forms(tutorial):
    assert repr(tutorial) == "<Network tutorial-cnn: 7 layers>"
    assert repr(tutorial["conv_1"]) == "<conv_1: conv, (3, 32, 32) -> (10, 30, 30), 280 parameters>"


def test_every_layer_has_a_short_form():
    for layer in package.load("zoo:resnet"):
        assert repr(layer).startswith(f"<{layer.name}: ")
        assert len(repr(layer)) < 160


def test_a_net_knows_where_it_came_from():
    net = package.load("zoo:resnet", variables={"depth": 34})
    assert (net.source, net.settings) == ("zoo:resnet", {"depth": 34})
    assert (net.variables["depth"], net.variables["block"]) == (34, "basic")
    assert isinstance(net, package.Network)
    assert isinstance(net, network.Network)


def test_warnings_of_reading_are_kept():
    net = package.parse("inputs: {a: [3], b: [4]}\nlayers: [{dense: 2, from: a}]")
    assert [one.code for one in net.warnings] == ["W301"]


# -- the analyses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "call", "formats"),
    [
        (["summarize"], lambda net: net.summary(), ["table", "json", "csv", "markdown"]),
        (
            ["summarize", "--columns", "name,params%", "--sort", "params", "--batch", "2"],
            lambda net: net.summary(columns=["name", "params%"], sort="params", batch=2),
            ["table", "json", "csv", "markdown"],
        ),
        (["explain"], lambda net: net.explain(), ["text", "json", "markdown"]),
        (["compare", "--mlp"], lambda net: net.compare(mlp=True), ["table", "json", "markdown"]),
        (
            ["check", "--max-params", "1k", "--select", "L42"],
            lambda net: net.check(max_params="1k", select=["L42"]),
            ["text", "json", "jsonl", "markdown", "github", "sarif"],
        ),
    ],
)  # fmt: skip
def test_a_result_prints_what_the_command_prints(cnncalc, monkeypatch, command, call, formats):
    monkeypatch.chdir(ROOT)
    result = call(package.load(TUTORIAL))
    name, *options = command
    assert str(result) == cnncalc(name, TUTORIAL, *options).stdout
    for format_ in formats:
        done = cnncalc(name, TUTORIAL, *options, "--format", format_)
        assert result.to(format_) == done.stdout


def test_results_hold_their_data(tutorial):
    assert tutorial.summary().data.total("params") == tutorial.totals.params
    assert [one.name for one in tutorial.explain("conv_1").data.layers] == ["conv_1"]
    assert tutorial.check(max_macs=1).data.findings[0].code == "C502"
    first, second = tutorial.compare(package.parse("input: 3\nlayers: [relu]")).data.nets
    assert first.label == "tutorial-cnn"
    assert second.source == "<text>"


def test_a_result_shows_itself_in_a_notebook(tutorial):
    for result in (tutorial.summary(), tutorial.explain(), tutorial.compare(mlp=True)):
        assert repr(result) == str(result).rstrip("\n")
        assert result._repr_markdown_() == result.to("markdown")


def test_a_net_is_a_picture_in_a_notebook(tutorial):
    assert tutorial._repr_svg_() == tutorial.draw("svg")
    assert tutorial.draw("text", depth=1).startswith("tutorial-cnn\n")
    assert "n1 -->" in tutorial.draw("mermaid")
    assert "rankdir=LR" in tutorial.draw("dot", direction="right", weigh="macs", unfold=True)


def test_a_net_is_a_table_in_a_notebook():
    net = package.parse("name: <b>&\ninput: 3\nlayers: [{dense: 2, name: '<i>'}]")
    shown = net._repr_html_()
    assert shown.startswith('<div class="cnncalc-net">')
    assert "<b>&lt;b&gt;&amp;</b>" in shown
    assert "&lt;i&gt;" in shown
    assert "<i>" not in shown
    assert shown.count("<tr>") == 1 + 1 + 1  # heads, input, the layer
    assert "<li>8 parameters</li><li>6 MACs</li><li>&lt;i&gt; 2</li>" in shown


def test_a_notebook_shows_blocks_and_styles_nothing_else():
    shown = package.load("zoo:resnet")._repr_html_()
    style = shown.partition("<style>")[2].partition("</style>")[0]
    selectors = [one for line in style.splitlines() for one in line.partition("{")[0].split(",")]
    assert len(selectors) > 8
    assert all(one.strip().startswith(".cnncalc-net") for one in selectors)
    assert shown.count('<tr class="block') == 4 + 16 + 4  # stages, bottlenecks, shortcuts
    assert shown.count("<tr") == 1 + 1 + 24 + 174
    assert "25,557,032 parameters" in shown


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda net: net.summary(columns=["parms"]), ValueError, "did you mean 'params'"),
        (lambda net: net.summary(sort="mac"), ValueError, "did you mean 'macs'"),
        (lambda net: net.summary().to("markdwon"), ValueError, "did you mean 'markdown'"),
        (lambda net: net.explain("conv_9"), KeyError, "did you mean 'conv_1'"),
        (lambda net: net.check(max_parms=3), ValueError, "did you mean 'max_params'"),
        (lambda net: net.check(max_params="~3"), ValueError, "does not say the most"),
        (lambda net: net.check(ignore=["C501"]), ValueError, "C501 cannot be switched"),
    ],
)
def test_wrong_arguments_are_explained(tutorial, call, error, words):
    with pytest.raises(error, match=words):
        call(tutorial)


def test_checking_shows_the_line_of_the_spec():
    net = package.parse("input: 3\nlayers: [dense: 2]\nexpect: {params: 9}")
    assert "3 | expect: {params: 9}" in str(net.check())
    assert json.loads(net.check().to("json"))["ok"] is False
