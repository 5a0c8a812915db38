"""`explain` of a layer says how its receptive field comes about, and its holes."""

from __future__ import annotations

import json

import oracle_nets
import pytest

import cnncalc
from cnncalc.analysis.explain import explain

THREE = "input: 3x64x64\nlayers: [{conv: {filters: 4, kernel: 3, dilation: 2}}, {conv: {filters: 4, kernel: 3, dilation: 2}}, {conv: {filters: 4, kernel: 3, dilation: 2}}, relu]"  # noqa: E501 - one spec
STRIDED = (
    "input: 3x64x64\nlayers: [{conv: {filters: 4, kernel: 7, stride: 2}}, "
    "{maxpool: {size: 3, stride: 2}}, {conv: {filters: 4, kernel: 3}}, global_avgpool]"
)


def told(spec, layer):
    (found,) = explain(cnncalc.parse(spec), layer).layers
    return [(one.axis, one.values, one.result, one.seen) for one in found.receptive_field]


def test_a_window_states_its_formula():
    # Distill's recurrence by hand: 7; 7 + 2*2 = 11; 11 + 2*4 = 19
    assert told(STRIDED, "conv_1")[0] == ("height", "1 + (7 - 1)*1*1", 7, 7)
    assert told(STRIDED, "maxpool_1")[1] == ("width", "7 + (3 - 1)*1*2", 11, 11)
    assert told(STRIDED, "conv_2")[0] == ("height", "11 + (3 - 1)*1*4", 19, 19)
    assert told(STRIDED, "global_avgpool_1") == [
        ("height", "", None, None), ("width", "", None, None),
    ]  # fmt: skip


def test_holes_are_said(cnncalc):
    done = cnncalc("explain", "-", "conv_3", stdin=THREE)
    shown = "receptive field: height and width R + (k-1)*d*S = 9 + (3 - 1)*2*1 = 13, sees 7 of 13"
    assert shown in done.stdout
    assert told(THREE, "relu_1") == []  # it sees what its input sees


def test_a_merge_and_upsampling_are_told_in_words(cnncalc):
    spec = (
        "input: 3x16x16\nlayers: [{parallel: "
        "[[{conv: {filters: 3, kernel: 3, padding: 1}}], "
        "[{conv: {filters: 3, kernel: 3, dilation: 2, padding: 2}}]]}, "
        "{upsample: 2}, {conv: {filters: 3, kernel: 3, padding: 1}}]"
    )
    shown = cnncalc("explain", "-", stdin=spec).stdout
    assert "height and width 5 (from the first to the last element that any input sees)" in shown
    assert "(the largest of the units, which see differently)" in shown


RECORDS = oracle_nets.records("receptive_field_small.jsonl.gz")


@pytest.mark.parametrize("record", RECORDS, ids=[record["net"] for record in RECORDS])
def test_every_formula_put_in_gives_the_recorded_tap(record):
    network = oracle_nets.load(record, [record["channels"], *[96] * record["dims"]])
    taps = {tap["tap"]: tap for tap in record["taps"]}
    for layer in explain(network).layers:
        seen = layer.receptive_field
        for sight in seen:
            if sight.values:
                assert eval(sight.values) == sight.result  # noqa: S307 - of our own numbers
        if seen and layer.name in taps:
            tap = taps[layer.name]
            assert [one.result for one in seen] == tap["receptive_field"]
            assert [one.seen for one in seen] == tap["seen"]


def test_the_json_has_the_parts(cnncalc):
    done = cnncalc("explain", "-", "conv_3", "--format", "json", stdin=THREE)
    assert json.loads(done.stdout)["layers"][0]["receptive_field"][0] == {
        "axis": "height", "formula": "R + (k-1)*d*S", "values": "9 + (3 - 1)*2*1", "result": 13,
        "seen": 7,
    }  # fmt: skip


def test_a_layer_that_moves_units_says_nothing_about_their_sight():
    spec = "input: 3x16x16\nlayers: [{conv: {filters: 3, kernel: 3}}, {upsample: 2}, flatten]"
    assert told(spec, "upsample_1") == told(spec, "flatten_1") == []
