"""Whose rules hold in a spec without `layout:`, and what is said where two readings are possible.

The figures of Keras are those of Keras 3.15.1 (`count_params`, `output_shape`).
"""

from __future__ import annotations

import pytest
import yaml
from batches import batch
from dumps import dump

from cnncalc.build.reader import read_text
from cnncalc.layers import registry

SEQUENCE = [26, 512]


def read(layers, *, shape=None, layout=None, inputs=None):
    document = {"inputs": inputs} if inputs else {"input": shape}
    if layout:
        document["layout"] = layout
    return read_text(dump({**document, "layers": layers}))


def warnings(reading):
    assert not reading.failed
    return [one for one in reading.diagnostics if one.code == "W303"]


@batch(
    ("layers", "shape", "output", "params"),
    [
        ([{"Embedding": {"input_dim": 100, "output_dim": 64}},
          {"Conv1D": {"filters": 32, "kernel_size": 5}}], [26], (22, 32), 6400 + 10272),
        ([{"LSTM": {"units": 128}}], SEQUENCE, (128,), 328192),
        ([{"GRU": {"units": 128}}], SEQUENCE, (128,), 246528),
        (["GlobalAveragePooling1D"], SEQUENCE, (512,), 0),
        ([{"UpSampling1D": {"size": 2}}], SEQUENCE, (52, 512), 0),
        ([{"Cropping1D": {"cropping": 3}}], SEQUENCE, (20, 512), 0),
        ([{"ZeroPadding1D": {"padding": 1}}], SEQUENCE, (28, 512), 0),
        ([{"MaxPooling1D": {"pool_size": 2}}], SEQUENCE, (13, 512), 0),
        ([{"Conv2D": {"filters": 10, "kernel_size": 3}}, "BatchNormalization"], [32, 32, 3],
         (30, 30, 10), 280 + 20),
        ([{"Conv2D": {"filters": 10, "kernel_size": 3}}, {"Dense": {"units": 4}}], [8, 8, 64],
         (6, 6, 4), 5770 + 44),
        # A name of both frameworks beside one of Keras's alone.
        ([{"Embedding": {"input_dim": 9, "output_dim": 4}}, {"keras.layers.LSTM": 5},
          {"Dense": 2}], [7], (2,), 36 + 200 + 12),
        ([{"LSTM": 5}, {"Dense": 2}], [7, 4], (2,), 200 + 12),
        ([{"TimeDistributed": {"Conv2D": {"filters": 5, "kernel_size": 3}}}], [7, 8, 9, 2],
         (7, 6, 7, 5), 95),
        ([{"TimeDistributed": "MaxPooling2D"}], [7, 8, 9, 2], (7, 4, 4, 2), 0),
    ],
    ids=str,
)  # fmt: skip
def test_a_net_of_keras_names_is_read_as_keras_reads_it(layers, shape, output, params):
    reading = read(layers, shape=shape)
    assert warnings(reading) == []
    assert reading.network.layers[-1].output_shape == output
    assert reading.network.totals.params == params


def test_concatenate_joins_the_last_axis():
    layers = [{"Concatenate": None, "from": ["a", "b"]}]
    reading = read(layers, inputs={"a": [8, 8, 3], "b": [8, 8, 5]})
    assert reading.network.layers[-1].output_shape == (8, 8, 8)
    assert reading.network.layout == "channels_last"


@pytest.mark.parametrize(
    ("layers", "shape", "output", "line"),
    [
        # The input looks like channels first.
        ([{"Conv2D": {"filters": 10, "kernel_size": 3}}], [3, 32, 32], (10, 30, 30),
         "layout: channels_first"),
        ([{"MaxPooling2D": 2}], [64, 8, 8], (64, 4, 4), "layout: channels_first"),
        # Names of both frameworks.
        ([{"Conv1d": {"out_channels": 9, "kernel_size": 3}}, "GlobalAveragePooling1D"], [64, 100],
         (9,), "layout: channels_first"),
        # Our own names, read by the rules of the one of Keras's beside them.
        ([{"conv": {"filters": 9, "kernel": 3}}, "GlobalAveragePooling1D"], [64, 100], (9,),
         "layout: channels_last"),
    ],
    ids=str,
)  # fmt: skip
def test_where_two_readings_are_possible_the_line_that_settles_it_is_named(
    layers, shape, output, line
):
    reading = read(layers, shape=shape)
    (found,) = warnings(reading)
    assert found.severity == "warning"
    assert f"`{line}`" in found.help[0]
    assert reading.network.layers[-1].output_shape == output
    settled = read(layers, shape=shape, layout=line.removeprefix("layout: "))
    assert warnings(settled) == []
    assert settled.network.layers[-1].output_shape == output
    assert settled.network.totals == reading.network.totals


@pytest.mark.parametrize(
    ("name", "params"), [("BatchNormalization", 2 * 5), ("GroupNormalization: {groups: 5}", 2 * 5)]
)
def test_the_last_axis_where_the_channels_are_first_is_said(name, params):
    entry = yaml.safe_load(name)
    reading = read([entry], shape=[6, 4, 5], layout="channels_first")
    (found,) = warnings(reading)
    assert "`axis: 1`" in found.help[0]
    assert reading.network.totals.params == params
    settled = read([{"BatchNormalization": {"axis": 1}}], shape=[6, 4, 5], layout="channels_first")
    assert warnings(settled) == []
    assert settled.network.totals.params == 2 * 6


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (["conv: {filters: 4, kernel: 3}", "relu", "flatten", "Dense: 10"], [3, 8, 8]),
        (["Conv2d: {out_channels: 4, kernel_size: 3}", "Flatten", "Dense: 10"], [3, 8, 8]),
        (["LayerNormalization", "Dense: 10"], [49, 64]),
        (["conv: {filters: 8, kernel: 3}", "permute: [1, 0]", "LayerNormalization"], [64, 100]),
        (["conv: {filters: 8, kernel: 3}", "permute: [1, 0]", "Bidirectional: {LSTM: 4}"],
         [64, 100]),
        (["conv: {filters: 4, kernel: 3}", "Add: []"], [3, 8, 8]),
        (["Conv2D: {filters: 4, kernel_size: 3, data_format: channels_first}"], [3, 8, 8]),
        (["conv: {filters: 4, kernel: 3}", "BatchNormalization: {axis: 1}"], [3, 8, 8]),
    ],
    ids=str,
)  # fmt: skip
def test_nothing_is_said_where_both_readings_give_the_same(layers, shape):
    entries = [yaml.safe_load(one) if one[:3] != "Add" else {"Add": {}, "from": ["conv_1"] * 2}
               for one in layers]  # fmt: skip
    assert warnings(read(entries, shape=shape)) == []


def test_a_layer_that_looks_at_the_last_axis_anyway_moves_no_other():
    for entry in ("LayerNormalization", {"Bidirectional": {"LSTM": 4}}, "BatchNormalization"):
        layers = [{"conv": {"filters": 8, "kernel": 3}}, {"permute": [1, 0]}, entry]
        reading = read(layers, shape=[64, 100])
        assert reading.network.layers[0].output_shape == (8, 98)


def test_the_layout_of_a_net_of_other_names_stays_channels_first():
    for name in ("conv", "Conv2d", "conv2D"):
        reading = read([{name: {"filters": 4, "kernel": 3}}], shape=[32, 32, 3])
        assert reading.network is None or reading.network.layout == "channels_first"


def test_named_axes_are_put_in_the_order_of_the_names():
    named = {"channels": 3, "height": 32, "width": 30}
    reading = read([{"Conv2D": {"filters": 10, "kernel_size": 3}}], shape=named)
    assert warnings(reading) == []
    assert reading.network.layers[0].output_shape == (30, 28, 10)
    assert reading.network.totals.params == 280


@pytest.mark.parametrize(
    ("text", "type_", "dialect"),
    [
        ("nn.Conv2d", "conv", "torch"), ("torch.nn.Conv2d", "conv", "torch"),
        ("layers.Conv2D", "conv", "keras"), ("keras.layers.Conv2D", "conv", "keras"),
        ("tf.keras.layers.Conv2D", "conv", "keras"), ("nn.LSTM", "lstm", "torch"),
        ("keras.layers.LSTM", "lstm", "keras"), ("nn.Linear", "dense", "torch"),
    ],
)  # fmt: skip
def test_a_name_may_have_its_module_before_it(text, type_, dialect):
    name = registry.find(text)
    assert (name.layer.type, name.dialect, name.text) == (type_, dialect, text)


@pytest.mark.parametrize("text", ["nn.Conv2D", "keras.layers.Conv2d", "nn.conv", "numpy.Conv2d"])
def test_a_module_has_the_names_of_its_own_framework_only(text):
    assert registry.find(text) is None


@pytest.mark.parametrize(
    ("entry", "dialect"),
    [
        ({"LSTM": {"units": 4}}, "keras"), ({"LSTM": {"hidden_size": 4}}, "torch"),
        ({"LSTM": {"hidden_size": 4, "return_sequences": True}}, "torch"),
        ({"Dropout": {"rate": 0.5}}, "keras"), ({"Dropout": {"p": 0.5}}, "torch"),
        ({"LSTM": 4}, "torch"), ({"LeakyReLU": {"negative_slope": 0.1}}, "torch"),
    ],
    ids=str,
)  # fmt: skip
def test_the_spelling_of_an_argument_tells_the_framework(entry, dialect):
    (node,) = read([entry], shape=SEQUENCE).network.layers
    assert node.layer.dialect == dialect
