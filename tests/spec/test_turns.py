"""A loop or a block gives the layers that its turns give when they are written out."""

from __future__ import annotations

import pytest

from cnncalc.build.reader import Reading, read_text

HEAD = "input: 8x16x16\n"
VALUES = [(4, "true"), (8, "false"), (4, "true"), (1, "false"), (4, "false"), (1, "true")]


def rows(reading: Reading) -> list[tuple[object, ...]]:
    assert not reading.failed, reading.diagnostics
    assert reading.network is not None
    return [(node.layer, node.facts, node.traits) for node in reading.network.layers]


def flat() -> list[tuple[object, ...]]:
    return rows(
        read_text(
            HEAD
            + "layers:\n"
            + "".join(
                f"- conv: {{filters: {filters}, kernel: 3, padding: same, bias: {bias}}}\n- relu\n"
                for filters, bias in VALUES
            )
        )
    )


TABLE = f"for: [n, with_bias]\n  in: [{', '.join(f'[{n}, {bias}]' for n, bias in VALUES)}]"
CONV = "conv: {filters: $n, kernel: 3, padding: same, bias: $with_bias}"


@pytest.mark.parametrize(
    "text",
    [
        f"layers:\n- {TABLE}\n  layers:\n  - {CONV}\n  - relu\n",
        (f"blocks: {{unit: {{args: {{n: , with_bias: true}}, layers: [{CONV}, relu]}}}}\n"
        f"layers:\n- {TABLE}\n  unit: {{n: $n, with_bias: $with_bias}}\n"),
        f"blocks: {{unit: {{args: {{n: , with_bias: true}}, layers: [{CONV}, relu]}}}}\nlayers:\n"
        + "".join(f"- unit: {{n: {n}, with_bias: {bias}}}\n" for n, bias in VALUES),
        ("variables: {n: [4, 8, 4, 1, 4, 1], b: [true, false, true, false, false, true]}\nlayers:\n"
        "- repeat: 6\n  layers:\n"
        "  - conv: {filters: '$n[$i - 1]', kernel: 3, padding: same, bias: '$b[$i - 1]'}\n"
        "  - relu\n"),
    ],
)  # fmt: skip
def test_turns_are_what_they_are_when_written_out(text: str) -> None:
    assert rows(read_text(HEAD + text)) == flat()


@pytest.mark.parametrize(
    "text",
    [
        "- repeat: 3\n  conv: {filters: 4, kernel: 1}\n  name: conv$i\n",
        "- {for: {i: [1, 2, 3]}, conv: {filters: 4, kernel: 1}, name: conv$i}\n",
        "- {for: n, in: 1..3, conv: {filters: 7 - $n - (3 - $n), kernel: 1}, name: 'conv${$n}'}\n",
        "- repeat: 3\n  layers:\n  - {conv: {filters: 4, kernel: 1}, name: conv$i}\n",
    ],
)
def test_names_in_turns_are_those_that_are_written_out(text: str) -> None:
    written = "".join(f"- {{conv: {{filters: 4, kernel: 1}}, name: conv{i}}}\n" for i in (1, 2, 3))
    nets = [read_text(f"{HEAD}layers:\n{body}").network for body in (text, written)]
    found = [[(one.name, one.inputs, one.layer) for one in net or ()] for net in nets]
    assert found[0] == found[1]
    assert [name for name, _, _ in found[0]] == ["conv1", "conv2", "conv3"]


@pytest.mark.parametrize("name", ["same", "c${$i // 3}", "c$unknown", "c$half", "c$"])
def test_a_name_that_cannot_be_given_is_one_error_at_its_place(name: str) -> None:
    text = "variables: {half: 0.5}\nlayers:\n- repeat: 5\n  layers:\n  - relu\n"
    (error,) = read_text(
        f"{HEAD}{text}  - {{conv: {{filters: 4, kernel: 1}}, name: {name}}}\n"
    ).diagnostics
    assert error.place is not None
    assert error.place.line == 7


def test_true_is_not_one_in_a_later_turn() -> None:
    """`1` is a good value where `true` is none: neither stands for the other."""
    text = "layers:\n- {for: n, in: [1, true, 1], layers: [conv: {filters: $n, kernel: 1}, relu]}\n"
    (error,) = read_text(HEAD + text).diagnostics
    assert "not true" in error.message


def test_what_arrives_decides_in_every_turn() -> None:
    """`$in_channels` is asked again where the same entry receives another shape."""
    text = "layers:\n- repeat: 4\n  layers: [conv: {filters: 2 * $in_channels, kernel: 1}, relu]\n"
    reading = read_text(HEAD + text)
    assert [facts.output_shape[0] for _, facts, _ in rows(reading)[::2]] == [16, 32, 64, 128]  # type: ignore[attr-defined]


def test_a_value_that_is_bad_in_a_later_turn_is_told_once() -> None:
    text = "layers:\n- {repeat: 5, layers: [conv: {filters: 4 - $i, kernel: 1}, relu]}\n"
    errors = read_text(HEAD + text).diagnostics
    assert [(one.code, one.place and one.place.line) for one in errors] == [("E107", 3)]


def test_rows_of_a_list_are_taken_in_every_turn() -> None:
    text = "layers:\n- for: k\n  in: [[3, 1], [1, 3], [3, 1]]\n  layers:\n"
    text += "  - conv: {filters: 4, kernel: $k, padding: same}\n  - relu\n"
    reading = read_text(HEAD + text.replace("for: k", "for: [a, b]").replace("$k", "[$a, $b]"))
    sizes = [facts.weights[0].shape[2:] for _, facts, _ in rows(reading)[::2]]  # type: ignore[attr-defined]
    assert sizes == [(3, 1), (1, 3), (3, 1)]
