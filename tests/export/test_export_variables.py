"""Variables of a spec in exported code: an argument with the same default, the same expression."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

from batches import batch
from layer_cases import CASES
from random_specs import random_spec
from specs import FRAMEWORKS, exported, text_of_net

from cnncalc.build.reader import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layer_cases import Case

#: What stands in the code of a net with `variables: {h: 128}`, by what it takes and its layers.
KEPT = {
    ("[20, 16]", "{lstm: $h}, {dense: 3}"): (
        ("h=128, features=16", "nn.LSTM(features, h, batch_first=True)", "nn.Linear(h, 3)"),
        ("h=128", "TwoBiasLSTMCell(h)"),
    ),
    ("[20, 16]", "{keras.layers.LSTM: $h}, {dense: 3}"): (
        ("h=128, features=16", "OneBiasLSTM(features, h)", "nn.Linear(h, 3)"),
        ("h=128", "layers.LSTM(h)"),
    ),
    ("[20, 16]", "{lstm: {units: $h, proj_size: $h // 4}}, {dense: 3}"): (
        ("h=128", "proj_size=h // 4", "nn.Linear(h // 4, 3)"), ("h=128", "projected=h // 4"),
    ),
    ("[20, 16]", "{gru: {units: 2 * $h, bidirectional: true}}, {dense: 3}"): (
        ("h=128", "nn.GRU(features, 2 * h,", "nn.Linear(4 * h, 3)"), ("h=128", "GRU(2 * h,"),
    ),
    ("[20, 16]", "{Bidirectional: {LSTM: $h}}, {dense: 3}"): (
        ("h=128", "OneBiasLSTM(features, h)", "nn.Linear(2 * h, 3)"),
        ("h=128", "layers.Bidirectional(layers.LSTM(h))"),
    ),
    ("[20, 16]", "{Bidirectional: {layer: {GRU: {units: $h}}, merge_mode: sum}}, {dense: 3}"): (
        ("h=128", "nn.GRU(features, h,", "nn.Linear(h, 3)"), ("h=128", "layers.GRU(h)"),
    ),
    ("[20, 16]", "{TimeDistributed: {Dense: $h}}, {dense: 3}"): (
        ("h=128", "nn.Linear(features, h)", "nn.Linear(h, 3)"),
        ("h=128", "layers.TimeDistributed(layers.Dense(h))"),
    ),
    ("[100]", "{dense: 128 * $h}, {unflatten: {axis: 0, sizes: [8 * $h, 4, 4]}}, {conv: [7, 1]}"): (
        ("h=128", "nn.Unflatten(1, (8 * h, 4, 4))", "nn.Conv2d(8 * h, 7, 1)"),
        ("h=128", "layers.Reshape((8 * h, 4, 4))"),
    ),
    ("4x6", "{conv: {filters: $h, kernel: 1}}, {unflatten: {axis: 0, sizes: [2, $h // 2]}}"): (
        ("h=128", "nn.Unflatten(1, (2, h // 2))"), ("h=128", "2, h // 2"),
    ),
}  # fmt: skip


@batch("case", KEPT)
def test_a_variable_is_an_argument(case):
    arriving, layers = case
    layers = layers.replace("{conv: [7, 1]}", "{conv: {filters: 7, kernel: 1}}")
    spec = f"input: {arriving}\nvariables: {{h: 128}}\nlayers: [{layers}]"
    for framework, expected in zip(("pytorch", "keras"), KEPT[case], strict=True):
        text = exported(spec, framework).text
        assert [one for one in expected if one not in text] == [], text


DCGAN = """
layout: channels_first
input: [100]
variables: {ngf: 64}
layers:
  - dense: 128 * $ngf
  - unflatten: {axis: 0, sizes: [8 * $ngf, 4, 4]}
  - for: {k: [4, 2, 1]}
    layers:
      - conv_transpose: {filters: $k * $ngf, kernel: 4, stride: 2, padding: 1, bias: false}
      - relu
"""


@batch("framework", ["pytorch", "keras"])
def test_a_loop_over_what_was_one_axis_stays_a_loop(framework):
    made = exported(DCGAN, framework)
    assert (made.unrolled, made.flat) == (0, False)
    assert "ngf=64" in made.text
    assert "for k in (4, 2, 1):" in made.text


def test_the_bounds_of_a_range_are_added_up():
    loop = "{repeat: $n - 1, layers: [{conv: {filters: 3 * $i, kernel: 1}}]}"
    spec = f"input: 3x8x8\nvariables: {{n: 4}}\nlayers: [{loop}]"
    assert "for i in range(1, n):" in exported(spec, "keras").text


def test_states_are_kept_where_every_step_is_asked_for():
    spec = "input: [20, 16]\nlayers: [{{LSTM: {{units: 5, return_sequences: {}}}}}]"
    assert "steps" not in exported(spec.format("false")).text
    assert "steps.append(hidden)" in exported(spec.format("true")).text


@batch("layer, said", [("lstm: 5", False), ("conv: {filters: 5, kernel: 1}", True)])
def test_the_order_of_channels_is_said_where_it_changes(layer, said):
    spec = f"layout: channels_last\ninput: [20, 16]\nlayers: [{{{layer}}}]"
    assert ("The channels come first here" in exported(spec).text) == said


def arguments_of(text: str) -> list[str]:
    """What the net of an exported file takes."""
    net = [one for one in ast.parse(text).body if isinstance(one, (ast.ClassDef, ast.FunctionDef))][
        -1
    ]
    made = net if isinstance(net, ast.FunctionDef) else net.body[0]
    assert isinstance(made, ast.FunctionDef)
    return [one.arg for one in made.args.args]


def told(text: str) -> set[str]:
    """The variables that the docstring of a file says are not kept."""
    said = " ".join((ast.get_docstring(ast.parse(text)) or "").split())
    found = re.search(r"written as their values: ([\w, ]+)\.", said)
    return set(found[1].split(", ")) if found else set()


def varied(case: Case) -> Iterator[tuple[str, str]]:
    """A net for each whole number among the arguments of its layer, which is its variable `v`."""
    given = dict(case.arguments)
    for name, value in {**case.altered, **given}.items():
        more = value if isinstance(value, dict) and name in value else {name: value}
        number = more[name]
        if type(number) is int:
            net = json.loads(case.spec(**{**more, name: "$v"}))
            text = json.dumps({**net, "variables": {"v": number}})
            if not read_text(text).failed:
                yield f"{case.type} {name}", text


NUMBERS = dict(pair for case in CASES for pair in varied(case))

#: What has to be an argument: the sizes of layers. Others may be written as their values, such as
#: an axis, on which the code itself depends.
SIZES = {
    "dense units", "conv filters", "conv kernel", "conv groups", "depthwise_conv depth_multiplier",
    "separable_conv filters", "conv_transpose filters", "conv_transpose kernel", "lstm units",
    "gru units", "rnn units", "embedding symbols", "embedding size", "attention num_heads",
    "multi_head_attention num_heads", "multi_head_attention key_dim", "repeat_vector n",
    "maxpool kernel", "maxpool stride", "avgpool kernel", "groupnorm groups", "upsample scale",
    "transformer_encoder_layer num_heads", "transformer_encoder_layer dim_feedforward",
    "pixel_shuffle factor", "channel_shuffle groups", "squeeze_excite ratio", "chunk chunks",
    "bilinear units", "pad padding", "conv_transpose padding",
    "conv padding", "window_attention num_heads", "class_token count", "resizing height",
}  # fmt: skip


@batch("framework, number", [(one, number) for one in FRAMEWORKS for number in NUMBERS])
def test_a_number_of_a_layer_is_an_argument_or_the_file_says_that_it_is_none(framework, number):
    made = exported(NUMBERS[number], framework)
    kept = "v" in arguments_of(made.text)
    assert kept or "v" in told(made.text) or made.stubs
    assert kept or number not in SIZES or made.stubs


def test_every_size_is_asked_for():
    assert set(NUMBERS) >= SIZES


@batch("framework, seed", [(one, seed) for one in FRAMEWORKS for seed in range(40)])
def test_variables_of_any_spec_are_arguments_or_the_file_says_which_are_none(framework, seed):
    spec = random_spec(seed)
    text = exported(spec, framework).text
    read = {one for one in ("width", "classes", "depth") if f"${one}" in spec}
    assert not read - set(arguments_of(text)) - told(text)


@batch("framework", FRAMEWORKS)
def test_a_layer_that_shares_its_weights_keeps_the_variables_of_the_other(framework):
    spec = """
inputs: {left: 3x8x8, right: 3x8x8}
variables: {width: 4}
layers:
  - conv: {filters: $width, kernel: 3, padding: 1}
    name: first
    from: left
  - {share: first, from: right, name: second}
  - {concat: , from: [first, second]}
  - conv: {filters: 3 * $width, kernel: 1}
"""
    made = exported(spec, framework)
    assert "width" in arguments_of(made.text)
    assert not made.flat


def test_loops_that_are_written_out_are_said_to_be():
    said = "The turns of some loops of the spec are written one after another."
    assert said in exported(text_of_net("zoo:nasnet_mobile")).text
    assert said not in exported(text_of_net("zoo:resnet")).text
