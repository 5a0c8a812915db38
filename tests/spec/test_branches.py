"""Branches: residual and parallel entries, their merges, and nets of several inputs or outputs."""

from __future__ import annotations

import pytest

import cnncalc


@pytest.mark.parametrize(
    ("merge", "channels"), [("add", 3), ("multiply", 3), ("concat", 3 + 3), ("average", 3)]
)
def test_a_residual_merges_its_input_with_its_body(net, merge, channels):
    found = net(
        f"- residual: {{body: [conv: {{filters: 3, kernel: 3, padding: 1}}], merge: {merge}}}"
    )
    last = found.layers[-1]
    assert (last.type, last.inputs) == (merge, ("input", "conv_1"))
    assert last.output_shape == (channels, 8, 8)
    assert found.totals.params == 3 * 3 * 3 * 3 + 3


def test_a_residual_adds_unless_told_otherwise(net):
    assert net("- residual: [relu]").layers[-1].type == "add"


def test_a_shortcut_is_laid_beside_the_body(net):
    found = net(
        """
        - residual:
            body:
              - conv: {filters: 6, kernel: 3, stride: 2, padding: 1}
              - relu
            shortcut:
              - conv: {filters: 6, kernel: 1, stride: 2}
        """
    )
    assert found["conv_2"].inputs == ("input",)
    assert found["add_1"].inputs == ("conv_2", "relu_1")
    assert found["add_1"].output_shape == (6, 4, 4)
    assert found.totals.params == (3 * 3 * 3 * 6 + 6) + (3 * 6 + 6)


@pytest.mark.parametrize(("width", "convolutions"), [(3, 1), (5, 2)])
def test_a_shortcut_dropped_by_when_is_the_input_itself(net, width, convolutions):
    found = net(
        """
        - residual:
            body: [conv: {filters: $width, kernel: 1}]
            shortcut:
              - when: $in_channels != $width
                layers: [conv: {filters: $width, kernel: 1}]
        """,
        head=f"variables: {{width: {width}}}",
    )
    assert [node.type for node in found.layers] == ["conv"] * convolutions + ["add"]


@pytest.mark.parametrize("body", ["conv: {filters: 4, kernel: 1}", "maxpool: 2"])
def test_a_body_of_another_shape_than_its_shortcut_is_refused(refusal, body):
    assert refusal(f"- residual: [{body}]") == ["E205"]


def test_concat_grows_by_the_body_as_in_densenet(net):
    found = net(
        "- repeat: 3\n  layers:\n"
        "    - residual: {body: [conv: {filters: 4, kernel: 1}], merge: concat}"
    )
    assert [n.output_shape[0] for n in found.layers if n.type == "concat"] == [7, 11, 15]
    assert found.totals.params == (3 * 4 + 4) + (7 * 4 + 4) + (11 * 4 + 4)


def test_multiply_is_a_gate_that_spreads_over_space(net):
    found = net(
        """
        - residual:
            body:
              - global_avgpool: {keepdims: true}
              - conv: {filters: 3, kernel: 1}
              - sigmoid
            merge: multiply
        """
    )
    assert found["multiply_1"].output_shape == (3, 8, 8)


@pytest.mark.parametrize(
    ("merge", "shape"), [("", (7, 8, 8)), ("concat", (7, 8, 8)), ("add", None), ("multiply", None)]
)
def test_parallel_branches_are_merged(net, refusal, merge, shape):
    merging = f", merge: {merge}" if merge else ""
    entry = (
        "- parallel: {branches: [[conv: {filters: 3, kernel: 1}, relu], "
        f"[conv: {{filters: 4, kernel: 1}}]]{merging}}}"
    )
    if shape is None:
        assert refusal(entry) == ["E205"]
    else:
        last = net(entry).layers[-1]
        assert (last.type, last.inputs) == ("concat", ("relu_1", "conv_2"))
        assert last.output_shape == shape


def test_a_branch_may_be_empty_or_named(net):
    found = net("- parallel: {branches: {left: [relu, gelu], right: [relu], same: []}}")
    last = found.layers[-1]
    assert [node.name for node in found.layers[:-1]] == [
        "left/relu_1", "left/gelu_1", "right/relu_1",
    ]  # fmt: skip
    assert last.inputs == ("left/gelu_1", "right/relu_1", "input")
    assert last.output_shape == (3 + 3 + 3, 8, 8)


def test_a_merge_may_have_arguments(net):
    entry = "- parallel: {branches: [[relu], [tanh]], merge: {concat: {axis: 1}}}"
    assert net(entry).layers[-1].output_shape == (3, 8 + 8, 8)


@pytest.mark.parametrize(
    ("merge", "shape"),
    [("concat", (5 + 5 + 5, 8, 8)), ("add", (5, 8, 8)), ("multiply", (5, 8, 8))],
)
def test_a_merge_takes_several_layers_by_from(net, merge, shape):
    found = net(
        f"""
        - {{conv: {{filters: 5, kernel: 1}}, repeat: 3, name: c$i}}
        - {merge}:
          from: [c1, c2, c3]
        """
    )
    assert found.layers[-1].inputs == ("c1", "c2", "c3")
    assert found.layers[-1].output_shape == shape


def test_a_merge_of_one_input_is_refused(refusal):
    assert refusal("- add") == ["E210"]


TWO = """
inputs: {image: 3x8x8, table: [5]}
layers:
  - {conv: {filters: 4, kernel: 1}, from: image}
  - {global_avgpool: , name: seen}
  - {dense: 6, from: table, name: known}
  - {concat: , from: [seen, known]}
  - {dense: 2, name: score}
  - {dense: 3, name: kind, from: concat_1}
outputs: [score, kind]
"""


def test_a_net_may_have_several_inputs_and_outputs():
    found = cnncalc.parse(TWO)
    assert found.inputs == {"image": (3, 8, 8), "table": (5,)}
    assert found.outputs == ("score", "kind")
    assert found["concat_1"].output_shape == (4 + 6,)
    assert found.totals.params == (3 * 4 + 4) + (5 * 6 + 6) + (10 * 2 + 2) + (10 * 3 + 3)


def test_an_input_is_replaced_by_its_name():
    found = cnncalc.parse(TWO, input={"table": (7,)})
    assert found.inputs == {"image": (3, 8, 8), "table": (7,)}
    assert found["known"].params == 7 * 6 + 6
    assert found["conv_1"].input_shapes == ((3, 8, 8),)


@pytest.mark.parametrize("outputs", ["score", "[score]"])
def test_one_output_may_stand_alone(outputs):
    found = cnncalc.parse(TWO.replace("[score, kind]", outputs))
    assert found.outputs == ("score",)


def test_without_outputs_the_last_result_leaves_the_net():
    assert cnncalc.parse(TWO.replace("outputs: [score, kind]", "")).outputs == ("kind",)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[score, kind]", "[score, kinds]", "E110"),
        ("inputs: {", "input: 3\ninputs: {", "E005"),
        ("inputs: {image: 3x8x8, table: [5]}", "inputs: {}", "E103"),
        ("inputs: {image: 3x8x8, table: [5]}", "", "E103"),
        ("inputs:", "imputs:", "E101"),
        ("from: table", "from: tables", "E110"),
        ("image: 3x8x8", "image: [3, 0, 8]", "E107"),
        ("image: 3x8x8", "image: [3, 8.5, 8]", "E107"),
        ("image: 3x8x8", "image: [~, 3, 8, 8]", "E107"),
    ],
)
def test_wrong_inputs_and_outputs_are_refused(old, new, code):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(TWO.replace(old, new))
    assert caught.value.diagnostics[0].code == code
