"""Activations are told by what they compute, in whatever operators they are written."""

from __future__ import annotations

import pytest
from onnx_files import FLOAT, chained, info, integers, message, model, node, simple, tensor

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.onnx.reader import read
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

NUMBERS = {"zero": 0, "one": 1, "half": 0.5, "minus": -0.5, "two": 2, "fifth": 0.2, "twenty": 20}
TENSORS = [tensor(name, [], [value], FLOAT) for name, value in NUMBERS.items()]

# Each as its definition has it, in operators that no exporter uses for it, and in one that does.
WRITTEN = {
    "log_sigmoid": ([("Sigmoid", "x"), ("Log", 0)], {}),
    "softsign": ([("Abs", "x"), ("Add", 0, "one"), ("Div", "x", 1)], {}),
    "tanhshrink": ([("Tanh", "x"), ("Sub", "x", 0)], {}),
    "softplus": ([("Exp", "x"), ("Add", 0, "one"), ("Log", 1)], {}),
    "silu": ([("Neg", "x"), ("Exp", 0), ("Add", 1, "one"), ("Div", "x", 2)], {}),
    "leaky_relu": ([("Mul", "x", "fifth"), ("Max", "x", 0)], {"negative_slope": 0.2}),
    "hardshrink": (
        [("Abs", "x"), ("LessOrEqual", 0, "half"), ("Where", 1, "zero", "x")], {},
    ),
    "softshrink": (
        [("Greater", "x", "half"), ("Sub", "x", "half"), ("Where", 0, 1, "zero"),
         ("Less", "x", "minus"), ("Add", "x", "half"), ("Where", 3, 4, "zero"), ("Add", 2, 5)], {},
    ),
    "elu": (
        [("Exp", "x"), ("Sub", 0, "one"), ("Greater", "x", "zero"), ("Where", 2, "x", 1)], {},
    ),
    "relu": ([("Max", "x", "zero")], {}),
    "threshold": (
        [("Greater", "x", "two"), ("Where", 0, "x", "twenty")], {"threshold": 2, "value": 20},
    ),
}  # fmt: skip
OTHERS = {
    "a square": [("Mul", "x", "x")],
    "a sum with itself": [("Relu", "x"), ("Add", "x", 0)],
    "half of a sigmoid": [("Sigmoid", "x"), ("Log", 0), ("Mul", 1, "half")],
}


def layers(steps):
    return read(simple(chained(steps), TENSORS), shapes={}, unfold=False, limits=DEFAULT).layers


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_computed_tells_the_activation(name):
    steps, arguments = WRITTEN[name]
    (layer,) = layers(steps)
    assert (layer.type, dict(layer.arguments)) == (name, arguments)


@pytest.mark.parametrize("steps", OTHERS.values(), ids=OTHERS)
def test_another_function_is_no_activation(steps):
    found = layers(steps)
    assert all(layer.shape is None or layer.shape == (3, 8, 8) for layer in found)
    assert len(found) == len(steps) - (steps[0][0] == "Sigmoid")


def test_a_result_that_others_take_too_is_no_part_of_an_activation():
    steps = [("Abs", "x"), ("Add", 0, "one"), ("Div", "x", 1), ("Sub", 2, 0)]
    assert "abs" in [layer.type for layer in layers(steps)]


def test_one_half_times_the_sigmoid_of_the_other_is_glu():
    nodes = [
        node("Split", ["x"], ["a", "b"], axis=1, num_outputs=2),
        node("Sigmoid", ["b"], ["s"]),
        node("Mul", ["a", "s"], ["y"]),
    ]
    (layer,) = read(simple(nodes, (), (1, 4, 8, 8)), shapes={}, unfold=False, limits=DEFAULT).layers
    assert (layer.type, layer.arguments) == ("glu", {"dim": 0})


# (equation, shapes of the operands) and the multiply-accumulates of the sum that it is.
SUMS = [
    ("bqhd,bkhd->bhqk", [(1, 5, 4, 8), (1, 7, 4, 8)], 4 * 5 * 7 * 8),
    ("bhqk,bkhd->bqhd", [(1, 4, 5, 7), (1, 7, 4, 8)], 4 * 5 * 7 * 8),
    ("bchw,bcj->bjhw", [(1, 3, 4, 5), (1, 3, 6)], 4 * 5 * 3 * 6),
    ("bi,bj->bij", [(1, 3), (1, 4)], None),  # an outer product sums nothing
]


@pytest.mark.parametrize(("equation", "shapes", "macs"), SUMS)
def test_a_sum_over_letters_is_a_product_of_matrices(equation, shapes, macs):
    names = ["x", "z"]
    made = node("Einsum", names, ["y"], equation=equation)
    data = model([made], (), list(map(info, names, shapes)), [message((1, "y"))])
    found = read(data, shapes={}, unfold=False, limits=DEFAULT)
    net = read_text(write(flat_spec(found))).network
    sizes = {c: n for term, shape in zip(equation.split("->")[0].split(","), shapes, strict=True)
             for c, n in zip(term, shape, strict=True)}  # fmt: skip
    wanted = tuple(sizes[c] for c in equation.split("->")[1] if c != "b")
    assert net[found.outputs[0]].output_shape == wanted
    customs = [one for one in found.layers if one.type == "custom"]
    assert (net.totals.macs if not customs else None) == macs


@pytest.mark.parametrize(("batch", "targets"), [(1, (5, 4, 8)), (3, (5, 12, 8))])
def test_heads_that_are_joined_with_the_samples_of_the_export_are_those_of_one(batch, targets):
    nodes = [
        node("Transpose", ["x"], ["t"], perm=[1, 0, 2]),
        node("Reshape", ["t", "to"], ["r"]),
        node("Transpose", ["r"], ["y"], perm=[1, 0, 2]),
    ]
    data = simple(nodes, [integers("to", targets)], (batch, 5, 32))
    found = read(data, shapes={}, unfold=False, limits=DEFAULT)
    assert [(one.type, one.arguments) for one in found.layers] == [
        ("reshape", {"shape": [5, 4, 8]}), ("permute", {"dims": [1, 0, 2]}),
    ]  # fmt: skip


def test_branches_of_a_fork_are_joined_by_themselves_again():
    nodes = [
        node("Relu", ["x"], ["a"]),
        node("Relu", ["x"], ["f"]),
        node("Tanh", ["f"], ["b"]),
        node("Sigmoid", ["f"], ["c"]),
        node("Concat", ["a", "b", "c"], ["y"], axis=1),
    ]
    found = read(simple(nodes), shapes={}, unfold=False, limits=DEFAULT).layers
    assert [(one.type, len(one.inputs)) for one in found[-2:]] == [("concat", 2), ("concat", 2)]
    assert found[-1].inputs == (found[0].name, found[-2].name)
    nodes[-1:] = [  # something else takes what forks
        node("Add", ["a", "f"], ["d"]), node("Concat", ["d", "b", "c"], ["y"], axis=1),
    ]  # fmt: skip
    found = read(simple(nodes), shapes={}, unfold=False, limits=DEFAULT).layers
    assert [one.type for one in found].count("concat") == 1
