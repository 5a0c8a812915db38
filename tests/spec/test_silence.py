"""No name is hidden, no entry is dropped, and nothing fails without an error that says why."""

from __future__ import annotations

import pytest
from batches import batch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc.build.reader import read_text
from cnncalc.layers import registry


def errors(text):
    reading = read_text(text)
    return [one for one in reading.diagnostics if one.severity == "error"]


def filters(network):
    return [node.output_shape[0] for node in network.layers if node.type == "conv"]


CONV = "conv: {filters: $i, kernel: 1}"


@pytest.mark.parametrize(
    ("head", "layers", "expected"),
    [
        ("", f"- for: {{i: [10, 20]}}\n  layers: [{{repeat: 2, {CONV}}}]", [10, 10, 20, 20]),
        ("", f"- repeat: 2\n  layers: [{{for: {{i: [10, 20]}}, {CONV}}}]", [10, 20, 10, 20]),
        ("", f"- for: {{i: [7, 8]}}\n  layers: [{{for: {{i: [10, 20]}}, {CONV}}}]",
         [10, 20, 10, 20]),
        ("", f"- repeat: 2\n  layers: [{{repeat: 3, {CONV}}}]", [1, 2, 3, 1, 2, 3]),
        ("variables: {i: 5}", f"- {{repeat: 2, {CONV}}}", [5, 5]),
        ("variables: {i: 5}", f"- {{for: {{x: [1, 2]}}, {CONV}}}", [5, 5]),
        (f"blocks: {{b: {{args: {{i: }}, layers: [{{repeat: 2, {CONV}}}]}}}}",
         "- {repeat: 2, b: {i: 9}}", [9, 9, 9, 9]),
        (f"blocks: {{b: [{{{CONV}}}]}}", "- {repeat: 2, b: }", [1, 2]),
        (f"blocks: {{b: [{{{CONV}}}]}}", "- {for: {i: [4, 6]}, b: }", [4, 6]),
    ],
)  # fmt: skip
def test_an_explicit_i_wins_over_the_automatic_one(net, head, layers, expected):
    assert filters(net(layers, head=head)) == expected


def test_from_is_not_looked_for_where_when_is_false(net):
    found = net("- conv: {filters: 4, kernel: 1}\n  name: a\n"
                "- add:\n  from: [a, nowhere]\n  when: false\n- relu")  # fmt: skip
    assert [node.type for node in found.layers] == ["conv", "relu"]
    found = net("- repeat: 2\n  layers:\n    - relu:\n      name: r$i\n"
                "    - add:\n      from: [r2, r1]\n      when: $i > 1")  # fmt: skip
    assert [node.type for node in found.layers] == ["relu", "relu", "add"]
    assert found.layers[-1].inputs == ("r2", "r1")


def test_a_loop_that_never_turns_looks_for_nothing(net):
    assert len(net("- relu\n- repeat: 0\n  relu:\n  from: nowhere").layers) == 1
    assert len(net("- relu\n- repeat: 3\n  when: false\n  relu:\n  from: nowhere").layers) == 1


def test_from_is_looked_for_where_when_needs_its_shape(net):
    text = "- conv: {filters: 4, kernel: 1}\n  name: a\n"
    text += "- relu:\n  from: %s\n  when: $in_channels == %d"
    assert len(net(text % ("a", 4)).layers) == 2
    assert len(net(text % ("input", 4)).layers) == 1
    assert [one.code for one in errors(
        f"input: 3x8x8\nlayers:\n{text % ('nowhere', 4)}")] == ["E110"]  # fmt: skip


@pytest.mark.parametrize("nothing", ["", " null", " ~", " Null", " {}"])
def test_nothing_written_by_a_dumper_is_no_arguments(net, nothing):
    found = net(
        f"- relu:{nothing}\n- b:{nothing}\n- batchnorm:{nothing}\n  name: x\n"
        f"- add:{nothing}\n  from: [x, x]\n- flatten:{nothing}",
        head="blocks: {b: {args: {f: 5}, layers: [{conv: {filters: $f, kernel: 1}}]}}",
    )
    assert [node.type for node in found.layers] == ["relu", "conv", "batchnorm", "add", "flatten"]


@batch("layer", [layer.type for layer in registry.types()])
def test_null_is_as_nothing_for_every_type(layer):
    one, other = (errors(f"input: 3x8x8\nlayers: [{{{layer}: {text}}}]") for text in ("", "null"))
    assert [(e.code, e.message) for e in one] == [(e.code, e.message) for e in other]


SEVERAL = """\
inputs: {a: 3x8x8, b: 3x8x8}
blocks: {b: {args: {c: $in_channels}, layers: [tanh]}}
layers:
  - %s
  - relu:
    from: a
outputs: [relu_1]
"""


@pytest.mark.parametrize(
    "entry",
    [
        "conv: {filters: $in_channels, kernel: 1}",
        "{tanh: , when: $in_channels > 1}",
        "{tanh: , repeat: $in_channels}",
        "{tanh: , name: t$in_channels}",
        "{when: $in_channels > 1, layers: [tanh]}",
        "{for: {x: [1]}, when: $in_height > 1, layers: [tanh]}",
        "b: {c: $in_channels}",
        "b",
        "tanh",
    ],
)
def test_an_entry_without_input_in_a_net_with_several_is_told(entry):
    found = errors(SEVERAL % entry)
    assert [one.code for one in found] == ["E210"]
    assert found[0].help == ("`from:` says which: a, b",)


def test_a_key_of_the_entry_among_the_arguments_of_a_block():
    (one,) = errors(
        "input: 3\nblocks: {b: {args: {c: 1}, layers: [relu]}}\nlayers:\n- b: {name: x}"
    )
    assert (one.code, one.place.line, one.place.column) == ("E105", 4, 7)
    assert "beside the type" in one.label
    assert one.help == ("`- {b: {...}, name: ...}`",)


def test_a_type_without_its_colon():
    (one,) = errors("input: 3\nlayers:\n  - relu\n    when: true\n")
    assert one.code == "E004"
    assert one.help == ("`- relu:` with a colon, since `when` is beside it",)


@pytest.mark.parametrize("text", ["[a, x${i}_1]", "{units: $w[0]}", "[max(1, $w[0])]"])
def test_an_expression_in_brackets_without_its_quotes(text):
    (one,) = errors(f"input: 3\nlayers:\n  - dense: {text}\n")
    assert one.code == "E004"
    assert "needs quotes" in one.help[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("input: 3x8x8\nlayers:\n  - conv：{filters: 4, kernel: 1}", 3),
        ("input: 3x8x8\nlayers:\n  - conv: {filters： 4, kernel: 1}", 3),
        ("input: 3x8x8\nlayers:\n  - conv: {filters: 4， kernel: 1}", 3),
        ("input: 3x8x8\nlayers:\n  - conv: ｛filters: 4, kernel: 1｝", 3),
        ("input：3x8x8\nlayers:\n  - relu", 1),
        ("input: ［3, 8, 8］\nlayers:\n  - relu", 1),
        ("input: 3x8x8\nlayers：\n  - relu", 2),
        ("input: 3x8x8\nlayers:\n  - relu：", 3),
        ("input: 3x8x8\nlayers:\n　- relu", 3),
    ],
)
def test_full_width_punctuation_is_named(text, line):
    found = errors(text)
    assert found
    hints = [hint for one in found for hint in one.help if "full-width" in hint]
    assert hints
    assert all(hint.startswith(f"line {line} has a full-width") for hint in hints)


def test_full_width_punctuation_elsewhere_is_nothing_to_hint_at():
    (one,) = errors("input: 3\nlayers: [rleu] # a comment：with it")
    assert not any("full-width" in hint for hint in one.help)


KEYS = (
    "", "when: $in_channels > 1", "when: false", "repeat: $in_channels", "name: t$in_channels",
    "for: {x: [$in_height]}", "from: a", "from: [a, b]", "from: nowhere", "share: relu_1",
    "tap: true", "tap: $in_width > 1", "expect: {params: $in_channels}",
)  # fmt: skip
TYPES = (
    "tanh:", "conv: {filters: $in_channels, kernel: 1}", "add:", "u:", "u: {c: $in_channels}",
    "v:", "dense: 2 * $in_features", "layers: [tanh]", "residual: [tanh]",
    "parallel: [[tanh], [relu]]", "custom: {shape: [3], params: $in_channels}", "slice: {stop: 1}",
)  # fmt: skip
some_entries = st.lists(
    st.builds("{{{}, {}}}".format, st.sampled_from(TYPES), st.sampled_from(KEYS)),
    min_size=1,
    max_size=5,
)  # fmt: skip


@settings(max_examples=40)
@given(some_entries, st.sampled_from(["input: 3x8x8", "inputs: {a: 3x8x8, b: [8]}"]))
def test_every_entry_is_a_layer_or_left_out_or_an_error_says_why(entries, inputs):
    """With no error, a layer of each entry without `when` is in the net."""
    lines = "".join(f"  - {entry.replace(', }', '}')}\n" for entry in entries)
    text = (f"{inputs}\nblocks:\n"
            "  u: {args: {c: $in_channels}, layers: [tanh]}\n"
            "  v: {inputs: [x, y], layers: [{add: , from: [x, y]}]}\n"
            f"layers:\n{lines}")  # fmt: skip
    reading = read_text(text)
    if reading.failed:
        assert any(one.severity == "error" for one in reading.diagnostics)
        return
    assert reading.network is not None
    layers = reading.network.layers
    begun = {node.origin.place.line for node in layers if node.origin is not None}
    first = text[: text.index("layers:\n  -")].count("\n") + 2
    for line, entry in enumerate(entries, first):
        block = entry.startswith(("{u:", "{v:"))  # whose layers stand where it is defined
        assert "when:" in entry or block or line in begun, (line, text)
