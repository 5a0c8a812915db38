"""Every formula that a layer of the zoo or the catalogue states gives the layer's own number."""

from __future__ import annotations

import pytest
from batches import batch
from stated import false_statements, is_true

from cnncalc import api, zoo
from cnncalc.analysis.formula.statements import Quantity
from cnncalc.layers import registry


def check(network):
    assert [false for node in network.layers for false in false_statements(node)] == []


@pytest.mark.parametrize("name", zoo.names())
def test_zoo(name):
    check(api.load(f"zoo:{name}"))


INPUTS = ("[8, 16, 16]", "[8, 16]", "[64]", "[8, 8, 16, 16]", "[4, 256]")


@pytest.mark.parametrize("shape", INPUTS)
@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_catalogue(layer, shape):
    try:
        network = api.parse(f"input: {shape}\nlayers:\n  - {layer.example or layer.type}\n")
    except api.SpecError:
        return  # this layer takes an input of other axes
    check(network)


def test_a_false_or_missing_formula_is_found():
    values = {"units": 10, "in_features": 4}
    assert is_true(Quantity("params", "(in_features + 1) * units", "(4 + 1) * 10", 50), values)
    assert not is_true(Quantity("params", "in_features * units", "(4 + 1) * 10", 50), values)
    assert not is_true(Quantity("params", "(in_features + 1) * units", "4 * 10", 50), values)
    assert not is_true(Quantity("macs", "", "", 50), values)
