"""Variables of a spec in exported code: an argument with the same default, the same expression."""

from __future__ import annotations

from batches import batch
from specs import exported

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
