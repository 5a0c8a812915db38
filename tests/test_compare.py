from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.analysis.compare.comparison import Entrant, compare
from cnncalc.analysis.compare.differences import difference
from cnncalc.analysis.compare.mlp import matched_mlp, mlp_for
from cnncalc.analysis.compare.savings import savings
from cnncalc.analysis.compare.totals import compared, totals_of
from cnncalc.api import load, parse
from cnncalc.render.comparison import written
from cnncalc.render.comparison.tables import Show
from cnncalc.render.text import width_of

CONV = "{conv: {filters: 4, kernel: 1}}"
KINDS = ["relu", "batchnorm", CONV, "{conv: {filters: 4, kernel: 3, padding: 1}}"]
TUTORIAL = "examples/tutorial_cnn.yaml"
DATA = "tests/data/compare"


@pytest.fixture(scope="module")
def tutorial():
    return load(TUTORIAL)


def tutorial_with(conv):
    return parse(
        f"input: 3x32x32\nlayers: [{{conv: {conv}}}, relu, {{maxpool: 2}}, flatten,"
        " {dense: 100}, relu, {dense: 10}]"
    )


def marks(before, after):
    found = difference(("before", before), ("after", after))
    return [(step.mark, (step.after or step.before).name) for step in found.steps]


def test_the_tutorials_mlp_has_its_308310_parameters(tutorial):
    mlp = mlp_for(tutorial, "cnn")
    assert mlp.derived.sizes == (3072, 100, 10)
    assert [node.params for node in mlp.network.layers if node.params] == [307_300, 1_010]
    assert mlp.network.totals.params == mlp.derived.params == 308_310


def test_the_tutorials_cnn_has_226390_parameters_and_not_257380(tutorial):
    assert tutorial.totals.params == 226_390
    # 257,380 comes of `same` padding, which the tutorial's net does not have,
    # and of leaving out the 10 biases of the convolution, which it has.
    same = tutorial_with("{filters: 10, kernel: 3, padding: same}")
    assert same.totals.params == 257_390
    bare = tutorial_with("{filters: 10, kernel: 3, padding: same, bias: false}")
    assert bare.totals.params == 257_380


def test_hidden_layers_may_be_given(tutorial):
    mlp = mlp_for(tutorial, "cnn", (50, 20))
    assert mlp.derived.sizes == (3072, 50, 20, 10)
    assert mlp.network.totals.params == 3073 * 50 + 51 * 20 + 21 * 10


def test_match_params_gives_the_widest_hidden_layer_within_the_budget(tutorial):
    derived = matched_mlp(tutorial, "cnn").derived
    assert (derived.budget, derived.width) == (226_390, 73)
    assert derived.params == 3073 * 73 + 74 * 10 == 225_069
    assert 3073 * 74 + 75 * 10 > 226_390


@pytest.mark.parametrize("spare", range(-6, 7))
def test_the_outputs_biases_are_paid_for_before_any_hidden_unit(spare):
    # One unit between 4 inputs and 6 outputs costs 4 + 1 + 6 = 11 beside the 6 biases, so that
    # 3 units cost 39 parameters: exactly that buys them, and one less does not.
    budget = 39 + spare
    spec = "input: 4\nlayers: [{dense: {units: 6, bias: false}}, {custom: {shape: 6, params: %s}}]"
    derived = matched_mlp(parse(spec % (budget - 24)), "net").derived
    assert derived.budget == budget
    affordable = [width for width in range(10) if 5 * width + (width + 1) * 6 <= budget]
    assert derived.width == affordable[-1]


def test_a_small_net_buys_no_hidden_layer():
    made = matched_mlp(load(f"{DATA}/drawn.yaml"), "drawn")
    assert made.network is None
    assert made.derived.width == 0


def test_the_mlp_of_several_inputs_and_of_a_map_takes_and_gives_all_of_it():
    net = parse(
        "inputs: {a: 2x3x3, b: 4}\nlayers:\n  - conv: {filters: 5, kernel: 2}\n    from: a\n"
        "  - flatten\n  - concat:\n    from: [flatten_1, b]\n  - unflatten: {dim: 0, sizes: [6, 4]}"
    )
    mlp = mlp_for(net, "net")
    assert mlp.derived.sizes == (22, 24)
    assert mlp.network.totals.params == 23 * 24


def test_claims_about_the_input_do_not_bind_the_mlp():
    net = parse("input: 1x4x4\nlayers: [{maxpool: 2}, flatten, {Linear: {in_features: 4,"
                " out_features: 3, bias: false}}]")  # fmt: skip
    assert mlp_for(net, "net").network.totals.params == 16 * 3


@pytest.mark.parametrize(
    ("positions", "expected"), [(2, (32, 18, 9)), (None, (64, 36, 9)), (99, (64, 36, 9))]
)
def test_the_drawn_example(positions, expected):
    (saving,) = savings(load(f"{DATA}/drawn.yaml"), positions)
    assert (saving.dense, saving.local, saving.shared) == expected
    assert saving.biases == saving.neuron_biases == 0


def test_the_first_layer_of_alexnet_against_its_untied_one():
    (saving,) = savings(load(f"{DATA}/alexnet_first.yaml"))
    assert saving.output_shape == (96, 55, 55)
    assert saving.local + saving.neuron_biases == 105_705_600
    assert saving.shared + saving.biases == 34_944
    assert saving.by_sharing == 55 * 55
    assert saving.by_locality == 227 * 227 * 3 / (11 * 11 * 3)


def test_a_grouped_convolution_sees_only_its_groups_channels():
    net = parse("input: 8x6x6\nlayers: [{conv: {filters: 4, kernel: 3, groups: 2}}]")
    (saving,) = savings(net)
    assert saving.shared == 4 * 4 * 9
    assert saving.local == saving.shared * 16
    assert saving.dense == 8 * 36 * 4 * 16
    assert saving.by_locality == 8 * 36 / (4 * 9)


def test_the_locally_connected_layer_is_that_of_the_catalogue_of_weights():
    net = parse("input: 3x7x7\nlayers: [{conv_transpose: {filters: 2, kernel: 3}},"
                " {depthwise_conv: {kernel: 3}}]")  # fmt: skip
    transposed, depthwise = savings(net)
    assert (transposed.positions, transposed.local) == (49, 49 * 3 * 2 * 9)
    assert (depthwise.positions, depthwise.local) == (49, 49 * 2 * 9)


def test_layers_that_are_alike_stand_together():
    net = parse("input: 3x8x8\nlayers: [{repeat: 3, layers: [{conv: {filters: 3, kernel: 3,"
                " padding: 1}}]}]")  # fmt: skip
    (saving,) = savings(net)
    assert saving.name == "conv_1, conv_2, conv_3"


def test_totals_take_weights_and_biases_apart():
    net = parse("input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 3}}, batchnorm, flatten,"
                " {dense: 2}]")  # fmt: skip
    totals = totals_of(net)
    assert totals["biases"] == 4 + 4 + 2
    assert totals["weights"] + totals["biases"] == totals["params"] == 112 + 8 + 290
    assert [totals[key] for key in ("convolution", "normalisation", "dense")] == [112, 8, 290]
    assert totals["other"] == 0
    assert totals["buffers"] == 8
    assert totals["activations"] == 144 + 144 + 144 + 2


@pytest.mark.parametrize(
    ("layer", "share"),
    [
        ("{Bilinear: {out_features: 3}, from: [x, x]}", "dense"),
        ("{LSTM: 4}", "recurrent"),
        ("{time_distributed: {dense: 10}}", "dense"),
        ("{bidirectional: {LSTM: 4}}", "recurrent"),
        ("{transformer_encoder_layer: {num_heads: 2}}", "attention"),
        ("layernorm", "normalisation"),
        ("{conv: {filters: 4, kernel: 1}}", "convolution"),
        ("{class_token: }", "other"),
    ],
)
def test_the_share_that_the_parameters_of_a_layer_count_in(layer, share):
    totals = totals_of(parse(f"inputs: {{x: 6x8}}\nlayers: [{layer}]"))
    assert totals[share] == totals["params"] > 0


def test_shared_weights_and_biases_count_once():
    net = parse(
        "input: 4x5x5\nlayers: [{conv: {filters: 4, kernel: 3, padding: 1}, name: a},"
        " {conv: {filters: 4, kernel: 3, padding: 1}, share: a}, flatten, {dense: 2}]"
    )
    totals = totals_of(net)
    assert (totals["biases"], totals["weights"]) == (4 + 2, 4 * 4 * 9 + 100 * 2)
    assert totals["params"] == totals["biases"] + totals["weights"] == net.totals.params
    assert (totals["convolution"], totals["dense"]) == (148, 202)
    # Each use is a convolution that has to be saved somewhere, with its biases.
    (saving,) = savings(net)
    assert (saving.name, saving.biases) == ("a, conv_1", 4)


def test_ratios_are_to_the_first_net_and_none_over_nothing(tutorial):
    mlp = mlp_for(tutorial, "cnn").network
    first, second = compared([("cnn", "", tutorial), ("mlp", "", mlp)])
    assert first.ratios["params"] == 1
    assert second.ratios["params"] == 308_310 / 226_390
    assert second.ratios["normalisation"] is None


FIRST = """
input: 3x32x32
layers:
  - Conv2d: {out_channels: 10, kernel_size: 3, padding: 1}
  - BatchNorm2d
  - ReLU
  - MaxPool2d: 2
  - Flatten
  - Linear: 10
"""
LAST = """
layout: channels_last
input: 32x32x3
layers:
  - Conv2D: {filters: 10, kernel_size: [3, 3], padding: same}
  - BatchNormalization
  - ReLU
  - MaxPooling2D: 2
  - Flatten
  - Dense: 10
"""


def test_both_layouts_of_a_net_are_one_net():
    first, last = parse(FIRST), parse(LAST)
    assert {mark for mark, _ in marks(first, last)} == {"equal"}
    assert totals_of(first) == totals_of(last)


def test_shapes_are_shown_in_the_first_nets_layout():
    found = difference(("last", parse(LAST)), ("first", parse(FIRST)))
    assert found.steps[0].after.output_shape == (32, 32, 10)


def test_what_was_added_removed_and_changed():
    before = parse("input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 3}}, relu, {maxpool: 2},"
                   " flatten, {dense: 10}]")  # fmt: skip
    after = parse("input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 3}}, batchnorm, relu,"
                  " flatten, {dense: 12}]")  # fmt: skip
    assert marks(before, after) == [
        ("equal", "conv_1"),
        ("added", "batchnorm_1"),
        ("equal", "relu_1"),
        ("removed", "maxpool_1"),
        ("equal", "flatten_1"),
        ("changed", "dense_1"),
    ]
    (change,) = difference(("a", before), ("b", after)).steps[-1].changes
    assert change == ("units", "10", "12")


def test_a_layer_that_takes_from_elsewhere_has_changed():
    spec = (
        "input: 3x8x8\nlayers: [{conv: {filters: 3, kernel: 1}, name: a}, {conv: {filters: 3,"
        " kernel: 1}, name: b}, {conv: {filters: 3, kernel: 1}, name: c}, {add: , from: [%s, c]}]"
    )
    found = difference(("a", parse(spec % "a")), ("b", parse(spec % "b")))
    assert [step.mark for step in found.steps] == ["equal"] * 3 + ["changed"]
    assert found.steps[-1].changes == (("from", "a, c", "b, c"),)


def test_new_blocks_are_folded_into_one_step_each():
    nets = [(name, load(f"{DATA}/{name}.yaml")) for name in ("resnet18", "resnet34")]
    found = difference(*nets)
    assert (found.count("equal"), found.count("added"), found.count("removed")) == (68, 56, 0)
    added = [step for step in found.folded if step.mark == "added"]
    assert [step.after.name for step in added] == [
        "stage_1/basic_3", "stage_2/basic_3", "stage_2/basic_4", "stage_3/basic_3",
        "stage_3/basic_4", "stage_3/basic_5", "stage_3/basic_6", "stage_4/basic_3",
    ]  # fmt: skip
    # 21,797,672 and 11,689,512: torchvision's figures for ResNet-34 and ResNet-18.
    assert sum(step.after.params for step in added) == 21_797_672 - 11_689_512
    back = difference(nets[1], nets[0])
    assert [step.before.name for step in back.folded if step.mark == "removed"] == [
        step.after.name for step in added
    ]


def test_nets_with_nothing_in_common_are_shown_as_gone_and_new():
    found = difference(
        ("vgg16", load(f"{DATA}/vgg16.yaml")), ("resnet18", load(f"{DATA}/resnet18.yaml"))
    )
    # All but the last layer, a dense one of 1,000 units in both.
    assert found.count("removed") == 36
    assert found.count("added") == 67


@given(st.lists(st.sampled_from(KINDS), max_size=12), st.lists(st.sampled_from(KINDS), max_size=12))
def test_every_layer_of_both_nets_stands_in_the_difference_once(first, second):
    nets = [parse(f"input: 4x8x8\nlayers: [{', '.join(kinds)}]") for kinds in (first, second)]
    found = difference(("first", nets[0]), ("second", nets[1]))
    before = [step.before.name for step in found.steps if step.before]
    after = [step.after.name for step in found.steps if step.after]
    assert before == [node.name for node in nets[0].layers]
    assert after == [node.name for node in nets[1].layers]
    assert sum(step.layers for step in found.folded) == len(found.steps)


# -- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("resnets", [f"{DATA}/resnet18.yaml", f"{DATA}/resnet34.yaml"]),
        ("vggs", [f"{DATA}/vgg16.yaml", f"{DATA}/vgg16_gap.yaml"]),
        ("tutorial_mlp", [TUTORIAL, "--mlp", "--layers"]),
        ("tutorial_per_layer", [TUTORIAL, "--per-layer"]),
        ("growth", [TUTORIAL, f"{DATA}/vgg16_gap.yaml", "--input", "16,32,64"]),
    ],
)
def test_formats(cnncalc, golden, name, arguments, format_):
    result = cnncalc("compare", *arguments, "--format", format_)
    assert (result.returncode, result.stderr) == (0, "")
    golden(f"compare_{name}.{format_}", result.stdout)
    if format_ == "table":
        assert max(map(len, result.stdout.splitlines())) <= 120


def test_both_comparisons_fit_eighty_columns(cnncalc):
    for nets in (("resnet18", "resnet34"), ("vgg16", "vgg16_gap")):
        result = cnncalc("compare", *(f"{DATA}/{net}.yaml" for net in nets))
        assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("first", "second"),
    [("mobilenet", "mobilenet_v2"), ("swin", "convnext"), ("deeplabv3", "densenet"),
     ("inception_v3", "keras_resnet"), ("fcn", "googlenet")],
)  # fmt: skip
def test_nets_of_long_names_fit_eighty_columns(first, second):
    nets = [Entrant(load(f"zoo:{name}")) for name in (first, second)]
    lines = written(compare(nets), "table", Show(width=80)).splitlines()
    assert max(map(width_of, lines)) <= 80
    assert len(lines) > 50


def test_wide_characters_align_in_every_part():
    spec = "name: %s\ninput: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 3}, name: %s}, relu, gelu]"
    texts = [
        written(
            compare([Entrant(parse(spec % (name, layer))) for name in (name, f"{name}2")]),
            "table", Show(every=True),
        )
        for name, layer in (("畳み込み", "層の名"), ("abcdefgh", "abcdef"))
    ]  # fmt: skip
    widths = [[width_of(line) for line in text.splitlines()] for text in texts]
    assert widths[0] == widths[1]


def test_members_of_a_family_from_the_zoo(cnncalc):
    settings = ["--set", "1:depth=18", "--set", "2:depth=34"]
    result = cnncalc("compare", "zoo:resnet", "zoo:resnet", *settings)
    assert "resnet (depth=18) -> resnet (depth=34): 68 equal, 56 added" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_bad_net_does_not_stop_the_others(cnncalc):
    arguments = [TUTORIAL, "no/such.yaml", f"{DATA}/drawn.yaml"]
    result = cnncalc("compare", *arguments)
    assert result.returncode == 2
    assert "no/such.yaml" in result.stderr
    assert "tutorial-cnn" in result.stdout
    assert "drawn" in result.stdout
    data = json.loads(cnncalc("compare", *arguments, "--format", "json").stdout)
    assert [net.get("name") for net in data["nets"]] == ["tutorial-cnn", None, "drawn"]
    assert data["nets"][1]["diagnostics"][0]["code"] == "E001"


def test_no_good_net_at_all(cnncalc):
    result = cnncalc("compare", "no/a.yaml", "no/b.yaml")
    assert (result.returncode, result.stdout) == (2, "")
    data = json.loads(cnncalc("compare", "no/a.yaml", "no/b.yaml", "-f", "json").stdout)
    assert [net["source"] for net in data["nets"]] == ["no/a.yaml", "no/b.yaml"]


@pytest.mark.parametrize(
    "arguments",
    [
        [TUTORIAL],
        [TUTORIAL, "--hidden", "100,x"],
        [TUTORIAL, "--hidden", "0"],
        [TUTORIAL, "--match-params", "--hidden", "100"],
        [TUTORIAL, "--input", "0"],
        [TUTORIAL, "--input", "32,,64"],
        [TUTORIAL, "--mlp", "--positions", "2"],
        [TUTORIAL, "--mlp", "--set", "3:depth=1"],
    ],
)
def test_wrong_usage(cnncalc, arguments):
    result = cnncalc("compare", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_a_setting_for_one_of_the_nets(cnncalc, tmp_path):
    spec = tmp_path / "wide.yaml"
    spec.write_text("variables: {w: 4}\ninput: 3x8x8\nlayers: [{conv: {filters: $w, kernel: 3}}]")
    result = cnncalc("compare", str(spec), str(spec), "--set", "2:w=8", "-f", "json")
    first, second = json.loads(result.stdout)["nets"]
    assert (first["name"], first["totals"]["params"]) == ("wide", 112)
    assert (second["name"], second["totals"]["params"]) == ("wide (w=8)", 224)


def test_growth_of_layouts_and_several_inputs(cnncalc, tmp_path):
    last, two = tmp_path / "last.yaml", tmp_path / "two.yaml"
    last.write_text(
        "layout: channels_last\ninput: 8x8x3\nlayers: [{conv: {filters: 2, kernel: 3}}]"
    )
    two.write_text(
        "inputs: {a: 1x8x8, b: 2x8x8}\nlayers: [{concat: , from: [a, b]}, flatten, {dense: 1}]"
    )
    result = cnncalc("compare", str(last), str(two), "--input", "16,3x16x16", "-f", "json")
    points = json.loads(result.stdout)["scaling"]
    assert points[0]["shapes"] == [[16, 16, 3]]
    assert points[0]["macs"] == 14 * 14 * 2 * 27
    assert points[1]["params"] == 3 * 256 + 1
    assert points[2]["shapes"] == [[3, 16, 16]]
    assert points[3]["params"] is None
    assert "2 inputs" in points[3]["reason"]


#: A vector beside a sequence stays as it is.
BESIDE = """\
inputs: {a: 16x64, b: 5}
layers: [{lstm: 1, from: a}, {dense: 2, from: b}]
outputs: [lstm_1, dense_1]
"""


@pytest.mark.parametrize(
    ("spec", "shapes", "params"),
    [
        # An LSTM's parameters depend on the features of a step, never on how many steps there are.
        ("input: 16x64\nlayers: [{lstm: 32}]", [[8, 64], [32, 64]], [4 * 32 * (64 + 32 + 2)] * 2),
        ("input: 3x16\nlayers: [{conv: {filters: 2, kernel: 3}}]", [[3, 8], [3, 32]], [20, 20]),
        ("input: 16\nlayers: [{dense: 2}]", [[8], [32]], [8 * 2 + 2, 32 * 2 + 2]),
        (BESIDE, [[8, 64, 5], [32, 64, 5]], [4 * (64 + 1 + 2) + 5 * 2 + 2] * 2),
    ],
)
def test_an_edge_is_the_size_of_spatial_axes_only(cnncalc, tmp_path, spec, shapes, params):
    path = tmp_path / "net.yaml"
    path.write_text(spec)
    points = json.loads(cnncalc("compare", str(path), "-i", "8,32", "-f", "json").stdout)["scaling"]
    assert [[*itertools.chain(*point["shapes"])] for point in points] == shapes
    assert [point["params"] for point in points] == params


def test_vectors_have_no_edge(cnncalc, tmp_path):
    spec = tmp_path / "net.yaml"
    spec.write_text("inputs: {a: 4, b: 4}\nlayers: [{add: , from: [a, b]}, {dense: 2}]")
    (point,) = json.loads(cnncalc("compare", str(spec), "-i", "8", "-f", "json").stdout)["scaling"]
    assert (point["params"], point["reason"]) == (None, "its inputs have no spatial axes")


def test_the_mlp_grows_with_the_input_too(cnncalc):
    result = cnncalc("compare", TUTORIAL, "--mlp", "--input", "32,64", "-f", "json")
    points = json.loads(result.stdout)["scaling"]
    assert [point["params"] for point in points] == [226_390, 308_310, 962_390, 1_229_910]


def test_standard_input_is_read_once_and_grown(cnncalc):
    spec = "input: 3x8x8\nlayers: [{conv: {filters: 2, kernel: 3}}]"
    result = cnncalc("compare", "-", "--input", "8,16", "-f", "csv", stdin=spec)
    assert result.stdout.count("56") == 2


def test_the_chart_needs_no_more_than_ascii(cnncalc):
    result = cnncalc("compare", TUTORIAL, "--input", "32,64", env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert "#####" in result.stdout
    assert result.stdout.isascii()
