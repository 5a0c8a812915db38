"""Values, gradients and weight gradients against PyTorch in float64: 400 recorded nets."""

from __future__ import annotations

import gzip
import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc.numbers.worked import work_out

ORACLES = Path(__file__).parent.parent / "data" / "oracles"


def records(name):
    lines = gzip.decompress((ORACLES / name).read_bytes()).decode().splitlines()
    return [json.loads(line) for line in lines[1:]]


RECORDS = records("numbers_pytorch.jsonl.gz")
#: Types that the first file does not hold; `data/oracles/record_numbers.py` made it.
FURTHER = records("numbers_further.jsonl.gz")
#: Types that take a root or an exponential; all others are exact.
IRRATIONAL = {
    "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "SiLU", "Softmax", "GELU", "Tanh",
    "Sigmoid", "ELU", "Softplus",
}  # fmt: skip


def close(ours, theirs):
    return abs(float(ours or 0) - theirs) <= 1e-9 * max(1, abs(theirs))


def flat(value):
    if isinstance(value, list):
        return [number for part in value for number in flat(part)]
    return [value]


@cache
def worked_net(spec):
    return work_out(cnncalc.parse(spec), gradients=True)


def worked(record):
    return worked_net(json.dumps(record["spec"]))


def test_all_records_are_there():
    assert len(RECORDS) == 400


def assert_agrees(record):
    layers = {layer.name: layer for layer in worked(record).layers}
    assert set(layers) == set(record["layers"])
    for name, theirs in record["layers"].items():
        layer = layers[name]
        where = record["id"], name, layer.type
        assert layer.missing == "", where
        assert list(layer.shape) == theirs["shape"], where
        assert len(layer.values) == len(theirs["values"]), where
        assert all(map(close, layer.values, theirs["values"])), where
        if theirs["gradient"] is None:
            assert not any(layer.gradient), where
        else:
            assert all(map(close, layer.gradient, theirs["gradient"])), where
    for name, weights in record["weight_gradients"].items():
        ours = {weight.name: weight for weight in layers[name].weights}
        for kind, theirs in weights.items():
            numbers = flat(theirs)
            assert len(ours[kind].values) == len(numbers)
            assert all(map(close, ours[kind].gradient, numbers)), (record["id"], name, kind)


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_every_value_and_gradient_is_that_of_pytorch(start):
    for record in RECORDS[start : start + 50]:
        assert_agrees(record)
    # Here, so that no net is worked out a second time.
    exact_layers = sum(map(assert_exact, RECORDS[start : start + 50]))
    assert exact_layers > 50


def assert_exact(record):
    """Until something irrational comes in; returns the number of layers where that is so."""
    exact_layers = 0
    irrational = set()
    before = "input"
    for entry, layer in zip(record["spec"]["layers"], worked(record).layers[1:], strict=True):
        kind = next(iter(entry))
        inputs = entry.get("from", before)
        inputs = inputs if isinstance(inputs, list) else [inputs]
        if kind in IRRATIONAL or irrational & set(inputs):
            irrational.add(layer.name)
        else:
            assert all(isinstance(n, (int, Fraction)) for n in layer.values), record["id"]
            exact_layers += 1
        before = layer.name
    return exact_layers


@pytest.mark.parametrize("record", FURTHER, ids=lambda one: next(iter(one["spec"]["layers"][0])))
def test_further_types_agree_with_pytorch_as_well(record):
    assert_agrees(record)
