"""Graphs in nodes, parts of weights, and operators whose shape follows from what they take."""

from __future__ import annotations

import pytest
from onnx_files import (
    FLOAT,
    field,
    filled,
    graph,
    info,
    integers,
    message,
    model,
    node,
    simple,
    tensor,
    varint,
)

from cnncalc.importers.onnx.reader import read
from cnncalc.language.limits import DEFAULT


def read_(data):
    return read(data, shapes={}, unfold=False, limits=DEFAULT)


def condition(value, taken, left):
    """An `If` over two graphs, each a node whose result is its output."""
    branches = [
        message((1, key), (6, graph([one], outputs=[message((1, name))])))
        for key, one, name in (("then_branch", *taken), ("else_branch", *left))
    ]
    made = node("If", ["on"], ["y"]) + b"".join(field(5, one) for one in branches)
    before = node("Relu", ["x"], ["h"])
    return simple([before, made], [tensor("on", [], [value], 7)])


TANH = (node("Tanh", ["h"], ["a"]), "a")
SIGMOID = (node("Sigmoid", ["h"], ["b"]), "b")


@pytest.mark.parametrize(("value", "wanted"), [(1, "tanh"), (0, "sigmoid")])
def test_the_graph_that_a_known_condition_takes_is_read(value, wanted):
    assert [one.type for one in read_(condition(value, TANH, SIGMOID)).layers] == ["relu", wanted]


def test_a_condition_that_depends_on_the_input_is_a_custom_of_what_its_graphs_take():
    inner = graph([TANH[0]], outputs=[message((1, "a"))])
    branches = b"".join(
        field(5, message((1, key), (6, inner))) for key in ("then_branch", "else_branch")
    )
    nodes = [
        node("Relu", ["x"], ["h"]),
        node("ReduceMax", ["x"], ["m"], keepdims=0),
        node("If", ["m"], ["y"]) + branches,
    ]
    data = model(nodes, (), [info("x", [1, 3, 4, 4])], [info("y", [1, 3, 4, 4])])
    layer = read_(data).layers[-1]
    assert (layer.type, layer.arguments["shape"], layer.shape) == ("custom", [3, 4, 4], (3, 4, 4))
    assert "relu_1" in layer.inputs


def test_each_part_of_a_weight_holds_its_own_elements():
    nodes = [
        node("Split", ["w", "sizes"], ["a", "b"], axis=1),
        node("MatMul", ["x", "a"], ["p"]),
        node("MatMul", ["x", "b"], ["q"]),
        node("Slice", ["c", "from", "to", "zero"], ["d"]),
        node("Add", ["p", "d"], ["r"]),
        node("Concat", ["r", "q"], ["y"], axis=-1),
    ]
    tensors = [filled("w", [8, 6]), integers("sizes", [2, 4]), filled("c", [5]),
               integers("from", [0]), integers("to", [2]), integers("zero", [0])]  # fmt: skip
    layers = read_(simple(nodes, tensors, (1, 5, 8))).layers
    held = {one.arguments["units"]: one.parameters for one in layers if one.type == "dense"}
    assert held == {2: 8 * 2 + 2, 4: 8 * 4}


# From the specification of each operator: https://onnx.ai/onnx/operators/
SHAPES = [
    (node("CumSum", ["x", "one"], ["y"]), (3, 8, 8)),
    (node("Where", ["x", "x", "x"], ["y"]), (3, 8, 8)),
    (node("ReduceL2", ["x", "list"], ["y"], keepdims=0), (8, 8)),
    (node("ReduceProd", ["x", "list"], ["y"]), (1, 8, 8)),
    (node("ArgMax", ["x"], ["y"], axis=1, keepdims=0), (8, 8)),
    (node("TopK", ["x", "list" ], ["y"], axis=3), (3, 8, 1)),
    (node("GatherElements", ["x", "places"], ["y"], axis=3), (3, 8, 2)),
    (node("GridSample", ["x", "grid"], ["y"]), (3, 5, 6)),
    (node("OneHot", ["x", "depth", "list"], ["y"]), (3, 8, 8, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "shape"), SHAPES)
def test_the_shape_of_an_operator_without_a_layer_follows_from_what_it_takes(operator, shape):
    tensors = [tensor("one", [], [1], 7), integers("list", [1]), integers("depth", [4]),
               tensor("places", [1, 3, 8, 2], [0] * 48, 7),
               tensor("grid", [1, 5, 6, 2], [0.5] * 60, FLOAT)]  # fmt: skip
    (layer,) = read_(simple([operator], tensors)).layers
    assert layer.type == "custom"
    assert layer.arguments.get("shape", [3, 8, 8]) == list(shape)


def test_what_nothing_but_its_shape_is_taken_of_is_no_layer():
    nodes = [
        node("Relu", ["x"], ["h"]),
        node("Shape", ["h"], ["s"]),
        node("Reshape", ["x", "s"], ["r"]),
        node("Tanh", ["r"], ["y"]),
    ]
    assert [one.type for one in read_(simple(nodes)).layers] == ["tanh"]


def test_a_product_with_a_table_that_is_an_embedding_too_is_told():
    nodes = [
        node("Gather", ["e", "x"], ["r"]),
        node("Transpose", ["e"], ["t"], perm=[1, 0]),
        node("MatMul", ["r", "t"], ["y"]),
    ]
    found = read_(simple(nodes, [filled("e", [20, 4])], (1, 6)))
    assert [one.shares for one in found.layers] == [None, None]
    assert found.notes == ("dense_1: its weights are those of embedding_1, and count twice",)


SCOPES, CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature"


def in_module(path, class_, op, inputs, outputs, **attributes):
    noted = {SCOPES: f"['', '{path}', 'call']", CLASSES: f"['Net', '{class_}', 'aten']"}
    return node(op, inputs, outputs, metadata=noted, **attributes)


def signed(nodes, tensors, parameters, shape):
    entries = "\n".join(
        f"p_{place}: PARAMETER target='{one}'" for place, one in enumerate(parameters)
    )
    return read_(simple(nodes, tensors, shape, metadata={SIGNATURE: entries}))


def test_a_table_of_relative_positions_has_an_element_for_each_distance():
    added = in_module("attn", "models.Attention", "Add", ["x", "val_1"], ["y"])
    (layer,) = signed(
        [added], [filled("val_1", [1, 2, 9, 9])], ["attn.relative_position_bias_table"],
        (1, 2, 9, 9),
    ).layers  # fmt: skip
    assert layer.parameters == 5 * 5 * 2  # nine places: a window of 3 by 3
    (layer,) = signed([added], [filled("val_1", [1, 2, 9, 9])], ["attn.table"], (1, 2, 9, 9)).layers
    assert layer.parameters == 2 * 9 * 9


def test_a_norm_has_the_parameters_that_the_signature_names():
    norm = "torch.nn.modules.normalization.LayerNorm"
    nodes = [
        in_module("first", norm, "LayerNormalization", ["x", "val_1", "val_2"], ["h"], axis=-1),
        in_module("second", norm, "LayerNormalization", ["h", "val_1"], ["y"], axis=-1),
    ]
    tensors = [filled("val_1", [8]), filled("val_2", [8])]
    found = signed(nodes, tensors, ["first.weight", "first.bias"], (1, 5, 8)).layers
    assert [one.arguments for one in found] == [{}, {"elementwise_affine": False}]
    assert [one.parameters for one in found] == [16, 0]


def test_numbers_of_sixteen_bits_are_read():
    half = message((2, 10), (8, "half"), (9, b"\x00\x38"))  # 0.5 is 0x3800
    (layer,) = read_(simple([node("Mul", ["x", "half"], ["y"])], [half])).layers
    assert (layer.type, layer.arguments) == ("rescaling", {"scale": 0.5})
    bits = message((2, 10), (8, "half"), (5, varint(0x3800)))
    (layer,) = read_(simple([node("Mul", ["x", "half"], ["y"])], [bits])).layers
    assert (layer.type, layer.arguments) == ("rescaling", {"scale": 0.5})
