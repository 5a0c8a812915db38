"""What `explain` prints as values, computed by itself, gives what it prints as result."""

from __future__ import annotations

import ast
import math
import operator
from fractions import Fraction

import pytest

from cnncalc import api, zoo
from cnncalc.analysis.explain import explain
from cnncalc.layers import registry

_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def computed(text):
    return value_of(ast.parse(text, mode="eval").body)


def value_of(tree):
    if isinstance(tree, ast.Constant):
        return Fraction(tree.value)
    if isinstance(tree, ast.BinOp):
        return _OPERATIONS[type(tree.op)](value_of(tree.left), value_of(tree.right))
    if isinstance(tree, ast.UnaryOp):
        return -value_of(tree.operand)
    return {"floor": math.floor, "ceil": math.ceil}[tree.func.id](value_of(tree.args[0]))


def check(network):
    for layer in explain(network).layers:
        dropped = any("ceil mode drops" in note for note in layer.notes)
        for one in layer.quantities:
            if one.values and not dropped:
                assert computed(one.values) == one.result, (layer.name, one)


@pytest.mark.parametrize("name", zoo.names())
def test_zoo(name):
    check(api.load(f"zoo:{name}"))


INPUTS = ("[8, 16, 16]", "[8, 16]", "[64]", "[8, 8, 16, 16]", "[4, 256]")


@pytest.mark.parametrize("layer", registry.types(), ids=lambda layer: layer.type)
@pytest.mark.parametrize("shape", INPUTS)
def test_catalogue(layer, shape):
    try:
        network = api.parse(f"input: {shape}\nlayers:\n  - {layer.example or layer.type}\n")
    except api.SpecError:
        return  # this layer takes an input of other axes
    check(network)


def test_the_check_itself():
    assert computed("floor((32 - 3 + 2*0) / 2 + 1)") == 15
    assert computed("(3*3*3 + 1) * 10") == 280
