"""Groups: unrolled by `repeat` and `for`, kept or dropped by `when`, named or not."""

from __future__ import annotations

import pytest

from cnncalc.build.reader import read_text


def units(found):
    return [node.output_shape[-1] for node in found.layers]


def test_the_index_counts_from_1(net):
    assert units(net("- {repeat: 4, layers: [dense: 10 * $i]}", "[4]")) == [10, 20, 30, 40]
    assert units(net("- {for: x, in: [7, 7], layers: [dense: $i * $x]}", "[4]")) == [7, 14]


@pytest.mark.parametrize(
    ("count", "turns"), [("0", 0), ("1", 1), ("3", 3), ("$n", 2), ("$n - 2", 0), ("2 * $n + 1", 5)]
)
def test_repeat_unrolls_a_group(net, count, turns):
    found = net(f"- {{repeat: {count}, layers: [relu, tanh]}}\n- gelu", head="variables: {n: 2}")
    assert [node.type for node in found.layers] == ["relu", "tanh"] * turns + ["gelu"]


@pytest.mark.parametrize("count", ["-1", "many", "true", "2.5", "[1]", "$n / 2"])
def test_repeat_must_be_a_whole_number(refusal, count):
    codes = refusal(f"- {{repeat: {count}, layers: [relu]}}", head="variables: {n: 3}")
    assert codes in (["E107"], ["E108"])


def test_for_unrolls_over_rows(net):
    found = net(
        """
        - for: [width, blocks]
          in: [[3, 2], [5, 1]]
          layers:
            - repeat: $blocks
              layers:
                - dense: $width
        """,
        "[4]",
    )
    assert units(found) == [3, 3, 5]
    assert found.totals.params == (4 * 3 + 3) + (3 * 3 + 3) + (3 * 5 + 5)


@pytest.mark.parametrize(
    "loop",
    [
        "for: [width, stride], in: [[4, 1], [6, 2]]",
        "for: {width: [4, 6], stride: [1, 2]}",
        "for: {width: $widths, stride: [1, 2]}",
        "for: [width, stride], in: $rows",
        "for: [width, stride], in: [[4, 1], [$six, $two]]",
    ],
)
def test_rows_and_lists_side_by_side_say_the_same(net, loop):
    head = "variables: {widths: [4, 6], rows: [[4, 1], [6, 2]], six: 6, two: 2}"
    entry = f"- {{{loop}, layers: [conv: {{filters: $width, kernel: 1, stride: $stride}}]}}"
    found = net(entry, head=head)
    assert [node.output_shape for node in found.layers] == [(4, 8, 8), (6, 4, 4)]


@pytest.mark.parametrize(
    ("loop", "code"),
    [
        ("for: [a, b], in: [[1, 2], [3]]", "E102"),
        ("for: [a, b], in: [1, 2]", "E102"),
        ("for: a, in: 3", "E102"),
        ("for: {a: [1, 2], b: [1]}", "E102"),
        ("for: {a: 3}", "E102"),
        ("for: a", "E103"),
        ("for: a, in: [1], repeat: 2", "E101"),
    ],
)
def test_a_malformed_loop_is_refused(refusal, loop, code):
    assert refusal(f"- {{{loop}, layers: [relu]}}") == [code]


@pytest.mark.parametrize("entry", ["- {in: [1, 2], layers: [relu]}", "- {relu: , in: [1, 2]}"])
def test_rows_without_for_are_refused(refusal, entry):
    assert len(refusal(entry)) == 1


def test_the_inner_loop_hides_the_outer_index_until_it_ends(net):
    found = net(
        """
        - repeat: 2
          layers:
            - repeat: 2
              layers:
                - dense: $i
            - dense: 10 * $i
        """,
        "[4]",
    )
    assert units(found) == [1, 2, 10, 1, 2, 20]


def test_an_outer_value_is_seen_in_the_inner_loop(net):
    found = net(
        "- {for: a, in: [10, 20], layers: [{for: b, in: [1, 2], layers: [dense: $a + $b]}]}", "[4]"
    )
    assert units(found) == [11, 12, 21, 22]


def test_when_is_asked_in_every_turn(net):
    found = net("- {repeat: 4, layers: [dense: $i, {relu: , when: $i % 2 == 0}]}", "[4]")
    assert [node.type for node in found.layers] == [
        "dense", "dense", "relu", "dense", "dense", "relu",
    ]  # fmt: skip
    twice = net("- {repeat: 3, when: $i > 1, layers: [dense: $i]}", "[4]")
    assert units(twice) == [2, 3]


def test_when_on_a_group_keeps_or_drops_all_of_it(net):
    layers = '- when: "$stride > 1"\n  layers: [relu, tanh]\n- gelu'
    kept = net(layers, head="variables: {stride: 2}")
    dropped = net(layers, head="variables: {stride: 2}", variables={"stride": 1})
    assert [node.type for node in kept.layers] == ["relu", "tanh", "gelu"]
    assert [(node.type, node.inputs) for node in dropped.layers] == [("gelu", ("input",))]


def test_a_named_group_gives_its_layers_a_path(net):
    found = net(
        """
        - name: stage$i
          repeat: 2
          layers: [dense: 3, relu]
        - {tanh: , from: stage1}
        """,
        "[4]",
    )
    assert [node.name for node in found.layers] == [
        "stage1/dense_1", "stage1/relu_1", "stage2/dense_1", "stage2/relu_1", "tanh_1",
    ]  # fmt: skip
    assert found["tanh_1"].inputs == ("stage1/relu_1",)


def test_an_unnamed_group_leaves_the_numbering_alone(net):
    found = net("- relu\n- layers: [relu]\n- relu")
    assert [node.name for node in found.layers] == ["relu_1", "relu_2", "relu_3"]


def test_a_group_takes_from(net):
    found = net("- {tanh: , name: t}\n- relu\n- {from: t, layers: [gelu, dense: 3]}")
    assert found["gelu_1"].inputs == ("t",)
    assert found["dense_1"].inputs == ("gelu_1",)


def test_the_index_outside_a_loop_is_unknown(refusal):
    assert refusal("- dense: $i", "[4]") == ["E108"]


@pytest.mark.parametrize("written", ["4", "range(3)", "$depth", "'1,2,3'"])
def test_what_is_not_a_list_in_a_for_is_named(written):
    head = "input: [4]\nvariables: {depth: 3}\nlayers:\n"
    (problem,) = read_text(f"{head}  - {{for: {{n: {written}}}, layers: [relu]}}\n").diagnostics
    assert problem.code == "E102"
    assert problem.message.startswith("`n` of `for` must be a list, not ")
    assert problem.help == ("a list such as `[1, 2, 3]`, or a range `1..3`",)
