"""`window_attention` against torchvision's own, by what `record_window_attention.py` recorded."""

from __future__ import annotations

import json
from itertools import product

import oracle_nets
import pytest
from test_memory import of

import cnncalc
from cnncalc.layers.base.tensors import Inputs
from cnncalc.layers.window_attention import WindowAttention
from cnncalc.numbers.errors import ComputeError
from cnncalc.numbers.worked import work_out

RECORDS = oracle_nets.records("window_attention.jsonl.gz")
VALUES = [one for one in RECORDS if "spec" in one]
MEMORY = [one for one in RECORDS if "kept" in one]


def flat(value):
    if isinstance(value, list):
        return [number for part in value for number in flat(part)]
    return [value]


def close(ours, theirs):
    return all(
        abs(float(one or 0) - other) <= 1e-9 * max(1, abs(other))
        for one, other in zip(ours, theirs, strict=True)
    )


def first(spec):
    """The same net with its channels first."""
    turned = json.loads(json.dumps(spec))
    height, width, channels = turned["input"]
    turned |= {"layout": "channels_first", "input": [channels, height, width]}
    for key in ("values", "gradient"):
        turned[key] = [
            [[pixel[channel] for pixel in row] for row in turned[key]]
            for channel in range(channels)
        ]
    return turned


@pytest.mark.parametrize("record", VALUES, ids=lambda one: str(one["spec"]["layers"][0]))
def test_values_and_gradients_are_those_of_torchvision(record):
    layers = {
        layer.name: layer
        for layer in work_out(cnncalc.parse(json.dumps(record["spec"])), gradients=True).layers
    }
    for name, theirs in record["layers"].items():
        assert list(layers[name].shape) == theirs["shape"]
        assert close(layers[name].values, theirs["values"])
        assert close(layers[name].gradient, theirs["gradient"])
    ours = {weight.name: weight for weight in layers["n1"].weights}
    for name, theirs in record["weight_gradients"]["n1"].items():
        assert close(ours[name].gradient, flat(theirs))
    assert list(ours["relative_position_index"].values) == record["index"]


@pytest.mark.parametrize("record", VALUES, ids=lambda one: str(one["spec"]["input"]))
def test_the_layout_changes_no_value(record):
    last = work_out(cnncalc.parse(json.dumps(record["spec"])), gradients=False).layers[-1]
    layer = work_out(cnncalc.parse(json.dumps(first(record["spec"]))), gradients=False).layers[-1]
    height, width, channels = record["spec"]["input"]
    places = product(range(height), range(width), range(channels))
    turned = [layer.values[(c * height + row) * width + column] for row, column, c in places]
    assert turned == list(last.values)


def spec_of(record):
    features = record["input"][-1]
    entries = [{"dense": features}, {"window_attention": record["arguments"]}, {"dense": features}]
    return json.dumps({"layout": "channels_last", "input": record["input"], "layers": entries})


@pytest.mark.parametrize("record", MEMORY, ids=lambda one: f"{one['input']} {one['batch']}")
def test_it_needs_what_the_operators_of_torchvision_need(record):
    """While it is watched, the engine adds the gradients of three parts in a further tensor."""
    found = of(cnncalc.parse(spec_of(record)), {"batch": record["batch"], "dtype": "float32"})
    ours = [found[key] for key in ("kept", "saved", "peak_forward")]
    assert ours == [record[key] for key in ("kept", "saved", "forward")]
    sizes, windows = record["input"][:2], record["arguments"]["window_size"]
    rows, columns = (-(-size // one) * one for size, one in zip(sizes, windows, strict=True))
    padded = rows * columns * record["input"][2] * record["batch"] * 4
    assert 0 <= record["backward"] - found["peak_backward"] <= 2 * padded


def test_the_backward_is_exact_where_the_map_of_attention_is_the_largest():
    compared = 0
    for record in MEMORY:
        found = of(cnncalc.parse(spec_of(record)), {"batch": record["batch"], "dtype": "float32"})
        compared += found["peak_backward"] == record["backward"]
    assert compared >= 10


def attention(text, shape=(8, 8, 4)):
    spec = f"layout: channels_last\ninput: {list(shape)}\nlayers:\n  - window_attention: {text}\n"
    (node,) = cnncalc.parse(spec).layers
    return node


def test_the_parameters_by_hand():
    node = attention("{heads: 2, window: [4, 3]}", (8, 9, 6))
    assert node.params == 7 * 5 * 2 + 6 * 18 + 18 + 6 * 6 + 6
    assert node.buffers == 12 * 12
    assert node.macs == 72 * (4 * 6 * 6 + 2 * 12 * 6)
    bare = attention("{heads: 2, window: [4, 3], qkv_bias: false, proj_bias: false}", (8, 9, 6))
    assert node.params - bare.params == 18 + 6


@pytest.mark.parametrize(
    ("size", "window", "shift"),
    [((8, 8), (4, 4), (2, 2)), ((8, 8), (4, 4), (0, 3)), ((5, 7), (2, 3), (1, 2)),
     ((4, 6), (4, 2), (2, 1)), ((3, 3), (4, 4), (1, 1))],
)  # fmt: skip
def test_a_position_reads_its_window(size, window, shift):
    """Rolled, cut into windows, and the parts that came round left out: by counting."""
    layer = WindowAttention(num_heads=1, window=list(window), shift=list(shift))
    shape = (*size, 2)
    (reaches,) = layer.reach(Inputs((shape,), "channels_last"), shape)
    assert reaches[2].axis is None
    for axis in (0, 1):
        padded = -(-size[axis] // window[axis]) * window[axis]
        moved = shift[axis] if window[axis] < padded else 0
        order = [(at + moved) % padded for at in range(padded)]  # as they lie when rolled
        for start in range(0, padded, window[axis]):
            inside = order[start : start + window[axis]]
            for place in inside:
                together = {one for one in inside if (one < moved) == (place < moved)}
                turn, phase = divmod(place, reaches[axis].period)
                read = {turn * reaches[axis].shift + tap for tap in reaches[axis].taps[phase]}
                assert {one for one in read if 0 <= one < padded} == together


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{heads: 3, window: 4}", "3 heads do not divide 4 channels"),
        ("{heads: 2, window: 4, shift: 4}", "`shift: 4` must be below the window's 4"),
        ("{heads: 2, window: [4, 2], shift: [3, 2]}", "`shift: 2` must be below the window's 2"),
        ("{heads: 2, window: [4, 4, 4]}", "`window` has 3 values, but the input has 2 spatial"),
        ("{heads: 2, window: 0}", "must be 1 or more, not 0"),
        ("{heads: 2, window: 4, shift: -1}", "must be 0 or more, not -1"),
        ("{heads: 2}", "`window_attention` needs `window`"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(text, told):
    with pytest.raises(cnncalc.SpecError) as caught:
        attention(text)
    (problem,) = caught.value.diagnostics
    assert told in problem.message
    assert problem.place.line == 4


@pytest.mark.parametrize(
    ("layout", "shape", "ways"),
    [
        ("channels_first", (14, 14, 96), ["`data_format: channels_last` takes the last axis"]),
        ("channels_last", (96, 14, 14), ["`data_format: channels_first` takes the first axis"]),
        ("channels_first", (14, 14, 97), []),
        ("channels_last", (97, 14, 14), []),
    ],
)
def test_channels_on_the_other_axis_are_pointed_out(layout, shape, ways):
    entry = "window_attention: {heads: 3, window: 7}"
    spec = f"layout: {layout}\ninput: {list(shape)}\nlayers:\n  - {entry}\n"
    with pytest.raises(cnncalc.SpecError, match="3 heads do not divide 14 channels") as caught:
        cnncalc.parse(spec)
    (problem,) = caught.value.diagnostics
    named = [one for one in problem.help if "data_format" in one]
    assert [one.partition(", of 96")[0] for one in named] == ways
    for way in named:
        fitting = entry.replace("}", f", {way.split('`')[1]}}}")
        assert cnncalc.parse(spec.replace(entry, fitting)).layers[0].output_shape == shape


@pytest.mark.parametrize("shape", [(8, 4), (8,), (2, 8, 8, 4)])
def test_a_map_of_height_and_width_is_asked_for(shape):
    with pytest.raises(cnncalc.SpecError, match="takes channels, height and width"):
        attention("{heads: 2, window: 4}", shape)


def test_an_index_beyond_the_table_is_no_number_to_compute_with():
    record = json.loads(json.dumps(VALUES[0]["spec"]))
    record["layers"][0]["weights"]["relative_position_index"] = 9
    with pytest.raises(ComputeError, match="relative_position_index holds 9, not 0 to 8"):
        work_out(cnncalc.parse(json.dumps(record)), gradients=False)
