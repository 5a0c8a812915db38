"""Patterns of exporters, written by hand: what each is as a layer."""

from __future__ import annotations

import math

import pytest
from onnx_files import FLOAT, chained, filled, function, info, integers, model, node, simple, tensor

from cnncalc.importers.onnx.reader import read
from cnncalc.importers.problems import ImportProblem
from cnncalc.language.limits import DEFAULT


def layers(data, *, unfold=False):
    return read(data, shapes={}, unfold=unfold, limits=DEFAULT).layers


def told(data, **options):
    return [(one.type, dict(one.arguments)) for one in layers(data, **options)]


def number(name, value):
    return tensor(name, [], [value], FLOAT)


GELU = [
    [("Div", "x", "root"), ("Erf", 0), ("Add", 1, "one"), ("Mul", "x", 2), ("Mul", 3, "half")],
    [("Mul", "x", "half"), ("Div", "x", "root"), ("Erf", 1), ("Add", 2, "one"), ("Mul", 0, 3)],
    [("Mul", "x", "inverse"), ("Erf", 0), ("Add", 1, "one"), ("Mul", 2, "half"), ("Mul", "x", 3)],
]
HARDSWISH = [
    [("Add", "x", "three"), ("Clip", 0, "zero", "six"), ("Mul", "x", 1), ("Div", 2, "six")],
    [("Add", "x", "three"), ("Clip", 0, "zero", "six"), ("Div", 1, "six"), ("Mul", "x", 2)],
    [("HardSigmoid", "x"), ("Mul", "x", 0)],
]
NUMBERS = [number("root", math.sqrt(2)), number("inverse", math.sqrt(0.5)), number("one", 1),
           number("half", 0.5), number("three", 3), number("zero", 0), number("six", 6),
           number("two", 2), number("eps", 1e-6)]  # fmt: skip


def written(steps, tensors=(), **parts):
    """A file of steps, whose inputs are names or the places of other steps."""
    return simple(chained(steps), [*NUMBERS, *tensors], **parts)


@pytest.mark.parametrize("steps", GELU)
def test_gelu(steps):
    assert told(written(steps)) == [("gelu", {})]


@pytest.mark.parametrize("steps", HARDSWISH)
def test_hardswish(steps):
    assert told(written(steps)) == [("hardswish", {})]


def test_silu_mish_and_relu6():
    assert told(written([("Sigmoid", "x"), ("Mul", "x", 0)])) == [("silu", {})]
    steps = [("Softplus", "x"), ("Tanh", 0), ("Mul", 1, "x")]
    assert told(written(steps)) == [("mish", {})]
    assert told(written([("Clip", "x", "zero", "six")])) == [("relu6", {})]


def test_a_gate_of_another_tensor_is_a_product():
    steps = [("Relu", "x"), ("Sigmoid", 0), ("Mul", "x", 1)]
    assert [type_ for type_, _ in told(written(steps))] == ["relu", "sigmoid", "multiply"]


def norm(*steps):
    mean = node("ReduceMean", ["x"], ["m"], axes=[-1])
    variance = node("ReduceMean", ["s"], ["v"], axes=[-1])
    return [mean, node("Sub", ["x", "m"], ["c"]), node("Pow", ["c", "two"], ["s"]), variance,
            node("Add", ["v", "eps"], ["e"]), node("Sqrt", ["e"], ["r"]),
            node("Div", ["c", "r"], ["d"]), *steps]  # fmt: skip


def test_layernorm_that_is_written_out():
    steps = norm(node("Mul", ["d", "g"], ["k"]), node("Add", ["k", "b"], ["y"]))
    data = simple(steps, [*NUMBERS, filled("g", [8]), filled("b", [8])], shape=(1, 5, 8))
    (layer,) = layers(data)
    assert (layer.type, dict(layer.arguments)) == ("layernorm", {"eps": 1e-6})
    assert layer.parameters == 16


def test_layernorm_without_an_offset_and_without_both():
    data = simple(norm(node("Mul", ["d", "g"], ["y"])), [*NUMBERS, filled("g", [8])], (1, 5, 8))
    assert told(data) == [("layernorm", {"eps": 1e-6, "center": False})]
    data = simple(norm(node("Identity", ["d"], ["y"])), NUMBERS, (1, 5, 8))
    assert told(data) == [("layernorm", {"elementwise_affine": False, "eps": 1e-6})]


def test_shapes_that_are_computed_are_folded():
    nodes = [
        node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero_"], ["n"], axis=0),
        node("Unsqueeze", ["n", "axis"], ["u"]), node("Concat", ["u", "rest"], ["t"], axis=0),
        node("Reshape", ["x", "t"], ["f"]), node("Gemm", ["f", "w"], ["y"], transB=1),
    ]  # fmt: skip
    tensors = [integers("zero_", [0]), integers("axis", [0]), integers("rest", [-1]),
               tensor("w", [7, 3 * 8 * 8])]  # fmt: skip
    tensors[0] = tensor("zero_", [], [0], 7)
    assert told(simple(nodes, tensors)) == [("flatten", {}), ("dense", {"units": 7, "bias": False})]


def test_matmul_and_add_are_a_dense_layer_with_a_bias():
    nodes = [node("MatMul", ["x", "w"], ["m"]), node("Add", ["b", "m"], ["y"])]
    data = simple(nodes, [filled("w", [8, 6]), filled("b", [6])], shape=(1, 5, 8))
    assert told(data) == [("dense", {"units": 6})]


def test_global_pooling_and_what_takes_its_axes_away():
    nodes = [node("GlobalAveragePool", ["x"], ["p"]), node("Flatten", ["p"], ["y"])]
    assert told(simple(nodes)) == [("global_avgpool", {})]
    assert told(simple([node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)])) == [
        ("global_avgpool", {})
    ]
    assert told(simple([node("ReduceMean", ["x"], ["y"], axes=[3])])) == [
        ("mean", {"axis": 2, "keepdims": True})
    ]


def test_a_learned_factor_a_channel_is_layer_scale():
    data = simple([node("Mul", ["g", "x"], ["y"])], [filled("g", [3, 1, 1])])
    assert told(data) == [("layer_scale", {})]
    assert told(written([("Mul", "x", "half")])) == [("rescaling", {"scale": 0.5})]


def test_padding_is_one_number_one_an_axis_or_pairs():
    def padding(*pads):
        conv = node("Conv", ["x", "w"], ["y"], pads=list(pads))
        (layer,) = layers(simple([conv], [tensor("w", [4, 3, 3, 3])]))
        return layer.arguments.get("padding")

    assert padding(0, 0, 0, 0) is None
    assert padding(1, 1, 1, 1) == 1
    assert padding(1, 2, 1, 2) == [1, 2]
    assert padding(0, 1, 1, 1) == [[0, 1], [1, 1]]
    same = node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=[2, 2])
    (layer,) = layers(simple([same], [tensor("w", [4, 3, 3, 3])]))
    assert layer.arguments["padding"] == "same"


def test_functions_are_unrolled_with_their_attributes():
    body = [node("Relu", ["a"], ["b"]), node("Conv", ["b", "k"], ["c"])]
    made = function("block", "own", ["a", "k"], ["c"], body)
    nodes = [node("block", ["x", "w"], ["m"], "one", domain="own"),
             node("block", ["m", "v"], ["y"], "two", domain="own")]  # fmt: skip
    tensors = [tensor("w", [4, 3, 1, 1]), tensor("v", [2, 4, 1, 1])]
    data = simple(nodes, tensors, functions=[made])
    assert [type_ for type_, _ in told(data)] == ["relu", "conv", "relu", "conv"]


def test_zero_biases_that_the_exporter_dropped_come_back():
    call = ("%linear : [num_users=1] = call_function[target=torch.ops.aten.linear.default]"
            "(args = (%x, %p_fc_weight, %p_fc_bias), kwargs = {})")  # fmt: skip
    noted = {"pkg.torch.onnx.fx_node": call}
    data = simple([node("Gemm", ["x", "fc.weight"], ["y"], metadata=noted, transB=1)],
                  [tensor("fc.weight", [5, 8])], shape=(1, 8))  # fmt: skip
    (layer,) = layers(data)
    assert dict(layer.arguments) == {"units": 5}
    assert layer.parameters == 45


def test_equal_weights_are_shared_and_others_are_not():
    nodes = [node("Gemm", ["x", "w"], ["a"], transB=1), node("Gemm", ["a", "w"], ["b"], transB=1),
             node("Gemm", ["b", "v"], ["y"], transB=1)]  # fmt: skip
    data = simple(nodes, [tensor("w", [8, 8]), tensor("v", [8, 8])], shape=(1, 8))
    first, second, third = layers(data)
    assert (first.shares, second.shares, third.shares) == (None, first.name, None)


def test_a_shape_that_the_file_states_otherwise_makes_a_custom():
    data = model([node("Relu", ["x"], ["a"]), node("Relu", ["a"], ["y"])],
                 inputs=[info("x", [1, 4])], outputs=[info("y", [1, 9])],
                 infos=[info("a", [1, 9])])  # fmt: skip
    assert told(data) == [("custom", {"shape": [9], "label": "relu"}), ("relu", {})]


def test_an_unknown_operator_without_a_shape_says_what_would_help():
    with pytest.raises(ImportProblem, match="`Strange`") as caught:
        layers(simple([node("Strange", ["x"], ["y"])]))
    assert "infer_shapes" in caught.value.help[0]


def halves(start, stop, axis, whole, parts):
    """The slices of an axis that `torch.roll` is exported as."""
    tensors = [integers(f"{parts[0]}{end}", [at]) for end, at in
               (("a", start), ("b", 2**63 - 1), ("c", axis), ("z", 0), ("e", stop))]  # fmt: skip
    names = [f"{parts[0]}{end}" for end in "abcze"]
    nodes = [
        node("Slice", [whole, names[0], names[1], names[2]], [parts[0]]),
        node("Slice", [whole, names[3], names[4], names[2]], [parts[1]]),
        node("Concat", parts[:2], [parts[2]], axis=axis),
    ]
    return nodes, tensors


@pytest.mark.parametrize(("start", "shift"), [(3, -3), (-2, 2), (4, -4), (1, -1)])
def test_an_axis_moved_round(start, shift):
    nodes, tensors = halves(start, start, 2, "x", ["p", "q", "y"])
    found = told(simple(nodes, tensors))
    assert found == [("roll", {"shifts": shift, "axis": 1})]


def test_axes_moved_round_one_after_the_other():
    first = halves(3, 3, 2, "x", ["p", "q", "r"])
    second = halves(-2, -2, 1, "r", ["s", "t", "y"])
    found = told(simple(first[0] + second[0], first[1] + second[1]))
    assert found == [("roll", {"shifts": [-3, -1], "axis": [1, 0]})]


def test_parts_that_leave_something_out_or_stay_in_order_are_not_moved_round():
    for start, stop in ((3, 2), (4, 5)):
        nodes, tensors = halves(start, stop, 2, "x", ["p", "q", "y"])
        assert "roll" not in [one for one, _ in told(simple(nodes, tensors))]
    nodes, tensors = halves(3, 3, 2, "x", ["p", "q", "y"])
    nodes[2] = node("Concat", ["q", "p"], ["y"], axis=2)
    assert "roll" not in [one for one, _ in told(simple(nodes, tensors))]
