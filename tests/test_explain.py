"""`cnncalc explain`: formulas, values and results."""

from __future__ import annotations

import gc
import json

import pytest

from cnncalc import api
from cnncalc.analysis.explain import explain
from cnncalc.render.explain.json import json as json_of
from cnncalc.render.latex import latex

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


def stated(entry, shape="[3, 32, 32]"):
    """What the layer of a net of one layer states: formulas, values and results by name."""
    (found,) = explain(api.parse(f"input: {shape}\nlayers:\n  - {entry}\n"), "").layers
    return {one.name: (one.formula, one.values, one.result) for one in found.quantities}


def test_the_tutorials_convolution(net):
    assert quantities(net, "conv_1") == {
        "channels": ("", 10),
        "height": ("floor((32 - 3 + 2*0) / 1 + 1)", 30),
        "width": ("floor((32 - 3 + 2*0) / 1 + 1)", 30),
        "params": ("(3*3*3 + 1) * 10", 280),
        "macs": ("10*30*30 * 3*3*3", 243000),
    }


def test_without_bias_there_is_no_plus_one(net):
    assert quantities(net, "tail_1/conv_1")["params"] == ("1*1*10 * 4", 40)
    words = stated("conv: {filters: 4, kernel: 1, bias: false}")["params"][0]
    assert words == "kernel_elements*in_channels * filters"


def test_a_block_stands_for_its_layers(net):
    assert [one.name for one in explain(net, "tail_1").layers] == [
        "tail_1/conv_1", "tail_1/relu_1",
    ]  # fmt: skip


def test_penalty_falls_on_the_kernel_only(net):
    (term,) = explain(net, "conv_1").layers[0].penalties
    assert (term.kind, term.factor, term.weights) == ("l2", 0.01, 270)


@pytest.mark.parametrize(
    ("entry", "shape", "name", "expected"),
    [
        (
            "conv: {filters: 1, kernel: 7, stride: 2, padding: same}", "[3, 224, 224]", "height",
            ("floor((in - kernel + before + after) / stride + 1)",
             "floor((224 - 7 + 2 + 3) / 2 + 1)", 112),
        ),
        (
            "conv: {filters: 1, kernel: 3, dilation: 2}", "[3, 32, 32]", "width",
            ("floor((in - (dilation*(kernel-1)+1) + 2*pad) / stride + 1)",
             "floor((32 - (2*(3-1)+1) + 2*0) / 1 + 1)", 28),
        ),
        (
            "conv_transpose: {filters: 1, kernel: 4, stride: 2, padding: 1}", "[3, 7, 7]", "height",
            ("(in - 1)*stride - 2*pad + kernel + output_padding", "(7 - 1)*2 - 2*1 + 4 + 0", 14),
        ),
        (
            "maxpool: {kernel: 2, ceil_mode: true}", "[1, 3, 3]", "height",
            ("ceil((in - kernel + 2*pad) / stride + 1)", "ceil((3 - 2 + 2*0) / 2 + 1)", 2),
        ),
        (
            "maxpool: {kernel: 2, stride: 3, padding: 1, ceil_mode: true}", "[1, 5, 5]", "height",
            ("ceil((in + before) / stride)", "ceil((5 + 1) / 3)", 2),
        ),
        ("flatten", "[5, 5, 16]", "features", ("product(sizes)", "5*5*16", 400)),
        ("reshape: [-1, 10]", "[400]", "channels",
         ("product(sizes) / product(other_sizes)", "400 / 10", 40)),
        ("pad: {left: 1, right: 2}", "[3, 5, 5]", "width", ("before + in + after", "1 + 5 + 2", 8)),
        ("upsample: 2.5", "[3, 5, 5]", "width", ("floor(in * scale)", "floor(5 * 2.5)", 12)),
        ("adaptive_avgpool: 7", "[3, 32, 32]", "height", ("size", "", 7)),
        (
            "lstm: 128", "[10, 32]", "params",
            ("gates*(units*(in_features + state) + biases*units)",
             "4*(128*(32 + 128) + 2*128)", 82944),
        ),
        ("batchnorm", "[64, 8, 8]", "params", ("channels + channels", "64 + 64", 128)),
        ("batchnorm", "[64, 8, 8]", "buffers", ("statistics * channels", "2 * 64", 128)),
        ("dense: {units: 10, bias: false}", "[64]", "params",
         ("in_features * units", "64 * 10", 640)),
    ],
)  # fmt: skip
def test_formula_values_and_result(entry, shape, name, expected):
    assert stated(entry, shape)[name] == expected


def test_concat_adds_channels():
    net = api.parse("""
inputs: {a: [64, 8, 8], b: [128, 8, 8]}
layers:
  - concat:
    from: [a, b]
""")
    (channels, _) = explain(net).layers[0].quantities
    assert channels == ("channels", "sum(sizes)", "64 + 128", 192)


def test_a_stretched_axis_is_the_larger_size():
    net = api.parse("inputs: {a: [8, 1], b: [8, 4]}\nlayers: [{add: {}, from: [a, b]}]")
    (length, _) = explain(net).layers[0].quantities
    assert length == ("length", "max(in, other)", "max(1, 4)", 4)


def test_the_totals_are_sums_over_layers_and_blocks(net):
    params, buffers, macs = explain(net).totals
    assert params == ("params", (("conv_1", 280), ("tail_1", 40)), 320)
    assert buffers == ("buffers", (), 0)
    assert macs == ("macs", (("conv_1", 243000), ("tail_1", 36000)), 279000)


def test_equal_neighbours_are_one_term_of_a_total(cnncalc):
    net = "input: [8]\nlayers:\n  - repeat: 30\n    layers:\n      - dense: 8\n  - dense: 4\n"
    shown = cnncalc("explain", "-", stdin=net).stdout
    assert "params: 30 * 72 (dense_1 to dense_30) + 36 (dense_31) = 2,196" in shown


def test_of_many_terms_the_largest_are_shown(cnncalc):
    sizes = [*range(1, 21)]
    net = "input: [1]\nlayers:\n" + "".join(f"  - dense: {size}\n" for size in sizes)
    shown = cnncalc("explain", "-", stdin=net).stdout
    params = [size * (before + 1) for before, size in zip([1, *sizes], sizes, strict=False)]
    assert f" + {sum(params[:8])} (8 others) = {sum(params):,}" in shown


def test_a_single_layer_has_no_totals(net):
    assert explain(net, "conv_1").totals == ()


def test_shared_weights_are_no_term_of_the_total():
    net = api.parse("""
input: [8]
layers:
  - {dense: 8, name: a}
  - {dense: 8, name: b, share: a}
""")
    params, _, macs = explain(net).totals
    assert params == ("params", (("a", 72),), 72)
    assert macs == ("macs", (("a", 64), ("b", 64)), 128)


def test_symbols_are_the_letters_of_tutorials(net):
    (layer,) = explain(net, "conv_1", symbols=True).layers
    formulas = {one.name: one.formula for one in layer.quantities}
    assert formulas == {
        "C_out": "K",
        "H_out": "floor((H_in - F_H + 2*P_H) / S_H + 1)",
        "W_out": "floor((W_in - F_W + 2*P_W) / S_W + 1)",
        "params": "(F_H*F_W*C_in + 1) * K",
        "macs": "C_out*H_out*W_out * F_H*F_W*C_in",
    }


def test_latex_of_products_and_names():
    assert latex("(3*3*3 + 1) * 10") == r"\left(3 \cdot 3 \cdot 3 + 1\right) \cdot 10"
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "examples/tutorial_cnn.yaml", "conv_1", "--picture"),
        ("conventions", "zoo:lenet5", "--explain", "thop"),
        ("conventions", "zoo:lenet5", "--claimed", "5"),
    ],
)
def test_what_is_text_only_refuses_to_be_json(cnncalc, arguments):
    done = cnncalc(*arguments, "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "leave --format" in done.stderr
    assert cnncalc(*arguments).returncode == 0


def test_json_of_a_long_net_leaves_nothing_behind():
    # A command collects no cycles: whatever is in one would stay until its end.
    net = api.parse(
        "input: 3x8x8\nlayers: [{repeat: 300, layers: [{conv: {filters: 3, kernel: 1}}]}]"
    )
    gc.collect()
    gc.disable()
    try:
        parts = list(json_of(explain(net)))
        assert gc.collect() < len(parts)
    finally:
        gc.enable()


REPEATED = """\
input: 3x16x16
blocks:
  b: [residual: [{conv: {filters: 3, kernel: 3, padding: 1}}, batchnorm, relu]]
layers:
  - {repeat: 3, name: stage$i, layers: [b, {maxpool: {size: 3, stride: 2, padding: same}}]}
  - {conv: {filters: 4, kernel: 3, padding: 2}, trainable: false}
  - {repeat: 2, layers: [{dense: 5}]}
"""


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_in_a_net_a_layer_is_explained_as_by_itself(format_):
    net = api.parse(REPEATED)
    whole = net.explain().to(format_)
    alone = [net.explain(node.name).to(format_) for node in net]
    if format_ == "markdown":
        heading = alone[0].partition("\n")[0] + "\n\n"
        alone = [one.removeprefix(heading) for one in alone]
        whole = whole.removeprefix(heading)
    assert whole.startswith("\n".join(alone))


def test_in_the_json_of_a_net_a_layer_is_explained_as_by_itself():
    net = api.parse(REPEATED)
    whole = json.loads(net.explain().to("json"))
    alone = [json.loads(net.explain(node.name).to("json"))["layers"][0] for node in net]
    assert whole["layers"] == alone
