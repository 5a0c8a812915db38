"""A flat model as a spec: one entry a layer, read back as the same net."""

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.model import ImportedLayer, ImportedModel
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import parse
from cnncalc.language.write import write

SKIP = ImportedModel(
    name="skip",
    framework="pytorch",
    inputs=(("x", (3, 32, 32)),),
    layers=(
        ImportedLayer("stem", "conv", {"filters": 8, "kernel": [3, 5], "padding": [1, 2]}, ("x",)),
        ImportedLayer("act", "relu", {}, ("stem",)),
        ImportedLayer("side", "conv", {"filters": 8, "kernel": 1}, ("stem",)),
        ImportedLayer("join", "add", {}, ("act", "side")),
        ImportedLayer("pool", "global_avgpool", {}, ("join",)),
        ImportedLayer("one", "dense", {"units": 10}, ("pool",)),
        ImportedLayer("two", "dense", {"units": 10}, ("pool",), shares="one", trainable=False),
    ),
    outputs=("one", "two"),
)

TEXT = """\
name: skip
input: 3x32x32
layers:
  - conv: {filters: 8, kernel: [3, 5], padding: [1, 2]}
    name: stem
  - relu:
    name: act
  - conv: {filters: 8, kernel: 1}
    from: stem
    name: side
  - add:
    from: [act, side]
    name: join
  - global_avgpool:
    name: pool
  - dense: 10
    name: one
  - dense: 10
    from: pool
    name: two
    share: one
    trainable: false
outputs: [one, two]
"""


def test_one_entry_a_layer_and_from_only_off_the_sequence():
    assert write(flat_spec(SKIP)) == TEXT


def test_what_is_written_is_read_as_the_same_tree_and_net():
    spec = flat_spec(SKIP)
    assert parse(write(spec), DEFAULT).spec == spec
    reading = read_text(write(spec))
    assert reading.diagnostics == ()
    network = reading.network
    assert [layer.name for layer in network] == [layer.name for layer in SKIP.layers]
    # 8 * (3 * 15 + 1) + 8 * (8 + 1) + 10 * (8 + 1), the dense layer's weights once
    assert network.totals.params == 368 + 72 + 90


def test_several_inputs_keep_their_names_and_are_taken_by_name():
    model = ImportedModel(
        name=None,
        framework="keras",
        inputs=(("left", (8,)), ("right", (8,))),
        layers=(ImportedLayer("both", "concat", {}, ("left", "right")),),
        outputs=("both",),
    )
    text = write(flat_spec(model))
    assert text == (
        "layout: channels_last\ninputs:\n  left: [8]\n  right: [8]\n"
        "layers:\n  - concat:\n    from: [left, right]\n    name: both\n"
    )
    assert read_text(text).network["both"].output_shape == (16,)


def test_an_only_input_keeps_its_name_where_a_layer_is_called_input():
    model = ImportedModel(
        name=None,
        framework="pytorch",
        inputs=(("x", (4,)),),
        layers=(ImportedLayer("input", "relu", {}, ("x",)),),
        outputs=("input",),
    )
    reading = read_text(write(flat_spec(model)))
    assert reading.diagnostics == ()
    assert list(reading.network.inputs) == ["x"]
