"""Inputs and outputs of blocks by name, branches that a loop makes, taps; nets that need them."""

from __future__ import annotations

import pytest

from cnncalc.build.reader import read_text

FUSE = """
blocks:
  fuse:
    args: {width: 8}
    inputs: [x, skip]
    layers:
      - conv: {filters: $width, kernel: 1}
        from: x
        name: left
      - conv: {filters: $width, kernel: 3, padding: 1}
        from: skip
        name: right
      - add:
        from: [left, right]
    %s
"""


def errors(text):
    return [one for one in read_text(text).diagnostics if one.severity == "error"]


def test_a_block_names_what_it_receives(net):
    found = net(
        "- relu:\n  name: a\n- tanh:\n  name: b\n- fuse: {width: 4}\n  from: [a, b]",
        head=FUSE % "",
    )
    assert found["fuse_1/left"].inputs == ("a",)
    assert found["fuse_1/right"].inputs == ("b",)
    assert found.outputs == ("fuse_1/add_1",)


def test_a_block_has_several_results(net):
    layers = "- relu:\n  name: a\n- fuse:\n  from: [a, input]\n"
    found = net(f"{layers}- concat", head=FUSE % "outputs: [right, left]")
    assert found.layers[-1].inputs == ("fuse_1/right", "fuse_1/left")
    found = net(f"{layers}- relu\n  from: fuse_1".replace("- relu\n  from", "- concat:\n  from"),
                head=FUSE % "outputs: [right, left]")  # fmt: skip
    assert found.layers[-1].inputs == ("fuse_1/right", "fuse_1/left")
    found = net(f"{layers}- relu:\n  from: fuse_1/left", head=FUSE % "outputs: [right, left]")
    assert found.layers[-1].inputs == ("fuse_1/left",)


def test_outputs_may_be_a_range(net):
    head = "blocks: {b: {layers: [{repeat: 3, relu: , name: r$i}], outputs: ['r${1..3}']}}"
    assert net("- b\n- concat", head=head).layers[-1].inputs == ("b_1/r1", "b_1/r2", "b_1/r3")


def test_blocks_in_blocks_see_their_own_inputs(net):
    head = """
blocks:
  inner: {inputs: [x], layers: [{relu: , from: x}]}
  outer: {inputs: [x, y], layers: [{inner: , from: y}, {add: , from: [x, inner_1]}]}
"""
    found = net("- tanh:\n  name: t\n- outer:\n  from: [input, t]", head=head)
    assert found["outer_1/inner_1/relu_1"].inputs == ("t",)
    assert found.layers[-1].inputs == ("input", "outer_1/inner_1/relu_1")


def test_the_number_of_inputs_is_held():
    head = FUSE % ""
    (one,) = errors(f"input: 3x8x8\n{head}\nlayers: [fuse: ]")
    assert one.code == "E210"
    assert "takes 2 inputs (x, skip), not 1" in one.message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("inputs: [x, x], layers: [relu]", "E109"),
        ("inputs: [input], layers: [relu]", "E109"),
        ("inputs: [a/b], layers: [relu]", "E109"),
        ("inputs: {a: b}, layers: [relu]", "E102"),
        ("inputs: [[x]], layers: [relu]", "E102"),
        ("inputs: [x], layers: [{relu: , name: x}]", "E109"),
        ("layers: [relu], outputs: [nowhere]", "E110"),
        ("layers: [relu], outputs: [a$nothing]", "E108"),
    ],
)
def test_inputs_and_outputs_that_are_none(refusal, body, code):
    assert refusal("- b", head=f"blocks: {{b: {{{body}}}}}") == [code]


def test_a_loop_makes_branches(net):
    found = net("""
- parallel:
    - - conv: {filters: 4, kernel: 1}
    - for: {rate: [2, 3]}
      layers:
        - conv: {filters: 4, kernel: 3, padding: $rate, dilation: $rate}
        - relu
    - when: false
      layers: [relu]
    - repeat: 2
      name: pooled$i
      layers: [{maxpool: {kernel: 3, stride: 1, padding: 1}}]
""")
    assert found.layers[-1].inputs == (
        "conv_1", "relu_1", "relu_2", "pooled1/maxpool_1", "pooled2/maxpool_1"
    )  # fmt: skip
    assert all(node.inputs == ("input",) for node in found.layers if node.type == "conv")
    scope = found["relu_2"].scope
    assert (scope.kind, scope.turn, dict(scope.arguments)) == ("branch", 2, {"rate": 3})
    assert scope.outer.kind == "parallel"


def test_a_branch_may_take_from_elsewhere(net):
    layers = "- relu:\n  name: a\n- tanh\n- parallel: [[sigmoid], {layers: [softplus], from: a}]"
    found = net(layers)
    assert [found[name].inputs for name in found.layers[-1].inputs] == [("tanh_1",), ("a",)]


def test_a_parallel_without_any_branch_left(refusal):
    assert refusal("- parallel: [{when: false, layers: [relu]}]") == ["E103"]


def test_errors_of_branches_do_not_hide_one_another(refusal):
    layers = "- parallel: [{repeat: x, layers: [relu]}, {layers: [rleu]}, [conv: ]]"
    assert sorted(refusal(layers)) == ["E104", "E106", "E108"]


def test_a_tap_leaves_the_way_as_it_is(net):
    found = net("""
- repeat: 3
  layers:
    - conv: {filters: 4, kernel: 1}
    - dense: {units: 5}
      name: head_$i
      tap: true
- concat:
  from: 'head_${1..3}'
""", head="layout: channels_last", shape="8x8x3")  # fmt: skip
    assert [node.inputs for node in found.layers] == [
        ("input",), ("conv_1",), ("conv_1",), ("conv_2",), ("conv_2",), ("conv_3",),
        ("head_1", "head_2", "head_3"),
    ]  # fmt: skip


def test_a_group_and_a_condition_may_be_a_tap(net):
    found = net("- relu\n- layers: [tanh, sigmoid]\n  name: side\n  tap: true\n"
                "- {gelu: , tap: $on}\n- add:\n  from: [relu_1, side, gelu_1]",
                head="variables: {on: yes}")  # fmt: skip
    assert found["gelu_1"].inputs == ("relu_1",)
    assert found.layers[-1].inputs == ("relu_1", "side/sigmoid_1", "gelu_1")


def test_a_tap_must_be_true_or_false(refusal):
    assert refusal("- relu:\n  tap: 3") == ["E107"]
