"""Blocks: types that a spec defines, with arguments, defaults and scopes of their own."""

from __future__ import annotations

import pytest

UNIT = """
blocks:
  unit:
    args: {width: , kernel: 3, wide: 2 * $width}
    layers:
      - conv: {filters: $width, kernel: $kernel, padding: same}
      - conv: {filters: $wide, kernel: 1}
"""


def test_a_block_is_used_like_a_type(net):
    found = net("- unit: {width: 4}\n- relu", head=UNIT)
    assert [(node.name, node.output_shape) for node in found.layers] == [
        ("unit_1/conv_1", (4, 8, 8)),
        ("unit_1/conv_2", (8, 8, 8)),
        ("relu_1", (8, 8, 8)),
    ]
    assert found.totals.params == (3 * 3 * 3 * 4 + 4) + (4 * 8 + 8)


@pytest.mark.parametrize(
    ("use", "params"),
    [
        ("unit: 4", (3 * 3 * 3 * 4 + 4) + (4 * 8 + 8)),
        ("unit: {width: 4, kernel: 5}", (5 * 5 * 3 * 4 + 4) + (4 * 8 + 8)),
        ("unit: {width: 4, wide: 6}", (3 * 3 * 3 * 4 + 4) + (4 * 6 + 6)),
        ("unit: {wide: 6, kernel: 1, width: 4}", (3 * 4 + 4) + (4 * 6 + 6)),
        ("unit: {width: $in_channels + 1}", (3 * 3 * 3 * 4 + 4) + (4 * 8 + 8)),
    ],
)
def test_arguments_are_given_or_take_their_defaults(net, use, params):
    assert net(f"- {use}", head=UNIT).totals.params == params


@pytest.mark.parametrize(
    ("use", "code"),
    [("unit", "E106"), ("unit: {kernel: 3}", "E106"), ("unit: {width: 4, widht: 3}", "E105"),
     ("plain: 3", "E105"), ("plain: {a: 3}", "E105"), ("units: {width: 4}", "E104")],
)  # fmt: skip
def test_a_blocks_arguments_are_checked(refusal, use, code):
    assert refusal(f"- {use}", head=UNIT + "  plain: [relu]\n") == [code]


@pytest.mark.parametrize(
    "block", ["[relu, tanh]", "{layers: [relu, tanh]}", "{args: , layers: [relu, tanh]}",
              "{args: {}, layers: [relu, tanh]}", "{description: two, layers: [relu, tanh]}"]
)  # fmt: skip
def test_a_block_without_arguments_may_be_a_list_alone(net, block):
    found = net("- pair", head=f"blocks: {{pair: {block}}}")
    assert [node.name for node in found.layers] == ["pair_1/relu_1", "pair_1/tanh_1"]


def test_arguments_may_be_a_list_of_names(net):
    head = "blocks: {two: {args: [a, b], layers: [dense: $a, dense: $b]}}"
    found = net("- two: {a: 5, b: 6}", "[4]", head)
    assert [node.params for node in found.layers] == [4 * 5 + 5, 5 * 6 + 6]


def test_each_use_is_numbered_or_named(net):
    head = "blocks: {pair: [relu, tanh]}"
    found = net("- pair\n- pair\n- pair:\n  name: last", head=head)
    assert [node.name for node in found.layers] == [
        "pair_1/relu_1", "pair_1/tanh_1", "pair_2/relu_1", "pair_2/tanh_1",
        "last/relu_1", "last/tanh_1",
    ]  # fmt: skip


def test_layers_have_paths_through_blocks_in_blocks(net):
    head = """
    blocks:
      unit: [dense: 3]
      stage: {args: {count: }, layers: [{repeat: $count, layers: [unit]}]}
    """
    found = net("- {stage: 2, name: stage_2}\n- stage: 1", "[4]", head)
    assert [node.name for node in found.layers] == [
        "stage_2/unit_1/dense_1", "stage_2/unit_2/dense_1", "stage_1/unit_1/dense_1",
    ]  # fmt: skip
    assert found.totals.params == (4 * 3 + 3) + (3 * 3 + 3) + (3 * 3 + 3)


def test_inside_a_block_input_is_what_it_receives(net):
    head = """
    blocks:
      skip:
        - conv: {filters: 5, kernel: 1}
        - concat:
          from: [input, conv_1]
    """
    found = net("- conv: {filters: 2, kernel: 1}\n- skip", head=head)
    assert found["skip_1/concat_1"].inputs == ("conv_1", "skip_1/conv_1")
    assert found["skip_1/concat_1"].output_shape == (2 + 5, 8, 8)


def test_a_block_is_a_name_for_its_last_result(net):
    head = "blocks: {unit: [conv: {filters: 5, kernel: 1}, relu]}"
    layers = "- {unit: , name: a}\n- tanh\n- {add: , from: [a, tanh_1]}"
    assert net(layers, head=head)["add_1"].inputs == ("a/relu_1", "tanh_1")
    assert net("- {unit: , name: a}\n- tanh\n- {sigmoid: , from: a/conv_1}", head=head)[
        "sigmoid_1"
    ].inputs == ("a/conv_1",)


def test_a_block_sees_the_variables_of_the_spec_and_not_those_of_its_user(net, refusal):
    head = "variables: {width: 6}\nblocks: {unit: [dense: $width], bad: [dense: $row]}"
    assert net("- unit", "[4]", head)["unit_1/dense_1"].output_shape == (6,)
    assert refusal("- {for: row, in: [1], layers: [bad]}", "[4]", head) == ["E108"]


def test_a_default_sees_no_variables_of_the_blocks_user(refusal):
    head = "blocks: {unit: {args: {width: 2 * $row}, layers: [dense: $width]}}"
    assert refusal("- {for: row, in: [1], layers: [unit]}", "[4]", head) == ["E108"]


def test_an_argument_hides_the_variable_of_its_name(net):
    head = "variables: {width: 6}\nblocks: {unit: {args: {width: }, layers: [dense: $width]}}"
    found = net("- unit: 2 * $width\n- dense: $width", "[4]", head)
    assert [node.output_shape for node in found.layers] == [(12,), (6,)]


def test_when_and_from_and_repeat_stand_beside_a_block(net):
    head = "blocks: {unit: [relu]}"
    found = net(
        "- {tanh: , name: t}\n- {unit: , when: false}\n- {unit: , from: input, repeat: 2}",
        head=head,
    )
    assert [(node.name, node.inputs) for node in found.layers[1:]] == [
        ("unit_1/relu_1", ("input",)),
        ("unit_2/relu_1", ("unit_1/relu_1",)),
    ]


def test_a_block_may_be_named_like_no_layer_at_all(net):
    head = "blocks: {Zweig-7.b: [relu], 3x3: [tanh]}"
    found = net("- Zweig-7.b\n- 3x3", head=head)
    assert [node.type for node in found.layers] == ["relu", "tanh"]


def test_the_type_itself_may_be_an_argument(net):
    head = "blocks: {unit: {args: {act: relu}, layers: [dense: 3, $act]}}"
    found = net("- unit\n- unit: {act: gelu}", "[4]", head)
    assert [node.type for node in found.layers] == ["dense", "relu", "dense", "gelu"]


@pytest.mark.parametrize(
    "blocks", ["{a: [a]}", "{a: [b], b: [a]}", "{a: [{layers: [{residual: [b]}]}], b: [a]}"]
)
def test_a_block_cannot_use_itself(refusal, blocks):
    assert refusal("- a", head=f"blocks: {blocks}") == ["E112"]


@pytest.mark.parametrize(
    ("blocks", "code"),
    [("[relu]", "E102"), ("{a: 3}", "E102"), ("{a: {args: {x: }}}", "E103"),
     ("{a: {layers: [relu], arg: {}}}", "E101"), ("{a: {layers: relu}}", "E102"),
     ("{a: {args: 3, layers: [relu]}}", "E102")],
)  # fmt: skip
def test_a_malformed_block_is_refused(refusal, blocks, code):
    assert refusal("- relu", head=f"blocks: {blocks}") == [code]
