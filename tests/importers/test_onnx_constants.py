"""What exporters compute of constants and sizes is folded, and holds no weights of its own."""

from __future__ import annotations

from onnx_files import filled, integers, node, simple

from cnncalc.importers.onnx.reader import read
from cnncalc.language.limits import DEFAULT


def layers(nodes, tensors, shape=(1, 3, 8, 8)):
    return read(simple(nodes, tensors, shape), shapes={}, unfold=False, limits=DEFAULT).layers


def test_the_shape_of_a_constant_is_known():
    read_ = layers(
        [
            node("Shape", ["c"], ["size"]),
            node("Concat", ["one", "size"], ["target"], axis=0),
            node("Reshape", ["x", "target"], ["flat"]),
            node("Gemm", ["flat", "w"], ["y"], transB=1),
        ],
        [filled("c", [192]), integers("one", [1]), filled("w", [10, 192])],
    )
    assert [one.type for one in read_] == ["flatten", "dense"]


def test_all_of_an_axis_taken_in_order_is_no_layer():
    taken = [node("Gather", ["x", "at"], ["z"], axis=1), node("Relu", ["z"], ["y"])]
    assert [one.type for one in layers(taken, [integers("at", [0, 1, 2])])] == ["relu"]


def test_an_axis_taken_in_another_order_is_told():
    taken = [node("Gather", ["x", "at"], ["z"], axis=1), node("Relu", ["z"], ["y"])]
    assert [one.type for one in layers(taken, [integers("at", [0, 2, 1])])] == ["custom", "relu"]


def test_indices_into_a_table_are_not_learned():
    (added,) = layers(
        [node("Gather", ["table", "at"], ["row"], axis=0), node("Add", ["x", "row"], ["y"])],
        [filled("table", [5, 8]), integers("at", [4, 4, 0, 1, 1, 2, 3, 0])],
    )[:1]
    assert added.parameters == 40
