"""What the language says in one line: names with arithmetic, conditions, tables, rows, ranges."""

from __future__ import annotations

import pytest
from batches import batch

from cnncalc.build.reader import read_text
from cnncalc.language.expressions import evaluate
from cnncalc.language.operations import ExpressionError


def errors(text):
    return [one for one in read_text(text).diagnostics if one.severity == "error"]


def units(network):
    return [node.output_shape[-1] for node in network.layers if node.type == "dense"]


VALUES = {"a": 1, "w": [16, 32, [1, 2]], "t": "same", "m": {"18": 7, "x": 8}, "none": []}


@batch(
    ("text", "value"),
    [
        ("8 if $a == 1 else 16", 8),
        ("8 if $a > 1 else 16", 16),
        ("1 if $a > 1 else 2 if $a == 1 else 3", 2),
        ("1 + (2 if true else 3)", 3),
        ("$w[0] if $a == 1 else $none[0]", 16),  # the other is not asked for
        ("'same' if $a == 1 else 'valid'", "same"),
        ("$a in [1, 2]", True),
        ("$a not in [1, 2]", False),
        ("not $a in [1, 2]", False),
        ("$t in ['same', 'valid']", True),
        ("$a in []", False),
        ("$a in $w or 32 in $w", True),
        ("$w[0]", 16),
        ("$w[-1][1]", 2),
        ("$w[$a] // 2", 16),
        ("2 * $w[$a - 1] ** 2", 512),
        ("len($w)", 3),
        ("len([])", 0),
        ("$m[18] + $m['x']", 15),
        ("[1, $a + 1]", [1, 2]),
        ("$w[len($w) - 2]", 32),
    ],
)
def test_expressions(text, value):
    assert evaluate(text, VALUES.__getitem__) == value


@batch(
    "text",
    ["1 if 2 else 3", "1 if true", "if true", "$w[3]", "$w[-4]", "$w['x']", "$w[true]", "$a[0]",
     "$t[0]", "$m[19]", "1 in 2", "1 in $t", "1 not 2", "$w[", "$w]", "[1 2]", "len($a)", "len()",
     "len", "in [1]", "$w + 1", "else"],
)  # fmt: skip
def test_expressions_that_have_no_value(text):
    with pytest.raises(ExpressionError):
        evaluate(text, VALUES.__getitem__)


@pytest.mark.parametrize("text", ["1 in $w", "$w == $w", "$w != [1]"])
def test_long_lists_are_not_searched(text):
    with pytest.raises(ExpressionError, match="1,000"):
        evaluate(text, {"w": [*range(1001)]}.__getitem__)


def test_lists_that_hold_one_list_twice_are_not_compared_for_ever():
    one, other = [1], [1]
    for _ in range(60):
        one, other = [one, one], [other, other]
    for text in ("$one == $other", "$one in [$other]"):
        with pytest.raises(ExpressionError, match="1,000"):
            evaluate(text, {"one": one, "other": other}.__getitem__)


@pytest.mark.parametrize(
    ("written", "value"),
    [("2 * 64", 128), ("(1 + 2) * 3", 9), ("7 // 2", 3), ("2 ** 3", 8), ("10 - 3", 7),
     ("-3 + 5", 2), ("2*4", 8), ('"8 if 1 == 1 else $w"', 8)],
)  # fmt: skip
def test_arithmetic_needs_no_variable(net, written, value):
    assert units(net(f"- dense: {written}\n- dense: {{units: {written}}}", "[4]")) == [value] * 2


def test_arithmetic_in_quotes_is_a_text_and_dates_are_none(net):
    for label in ('"2 * 64"', "2020-01-01", "3-4", "1, 2"):
        found = net(f"- custom:\n    params: 1\n    label: {label}", "[4]")
        assert found.layers[0].layer.label == label.strip('"')


def test_a_word_that_is_a_variable_is_told_so():
    (one,) = errors("input: 3x8x8\nvariables: {width: 8}\nlayers: [dense: 2 * width]")
    assert one.place.line == 3
    assert any("$width" in hint for hint in one.help)


@pytest.mark.parametrize(("size", "value"), [("tiny", 3), ("small", 8), ("huge", 5)])
def test_a_table_stands_wherever_a_value_does(net, size, value):
    table = "{by: $size, tiny: 3, small: 2 * 4, default: $other}"
    head = f"variables: {{size: {size}, other: 5}}\n"
    blocks = "blocks: {b: {args: {u: %s}, layers: [dense: $u]}}" % table  # noqa: UP031 - braces
    assert units(net(f"- dense: {table}", "[4]", head)) == [value]
    assert units(net(f"- dense: {{units: {table}}}", "[4]", head)) == [value]
    assert units(net(f"- b: {{u: {table}}}", "[4]", head + blocks)) == [value]
    assert units(net("- b", "[4]", head + blocks)) == [value]
    assert len(net(f"- repeat: {table}\n  relu:", "[4]", head).layers) == value
    assert units(net(f"- for: u\n  in: [{table}]\n  dense: $u", "[4]", head)) == [value]
    assert units(net(f"- for: {{u: [{table}]}}\n  dense: $u", "[4]", head)) == [value]


def test_a_table_in_a_condition(net):
    for size, expected in (("tiny", 0), ("big", 1)):
        layers = "- relu:\n  when: {by: $size, tiny: false, default: $on}"
        found = net(layers, head=f"variables: {{size: {size}, on: true}}")
        assert len(found.layers) == expected


def test_a_table_of_whole_arguments(net):
    table = "{by: $size, tiny: {units: 3, bias: false}, default: {units: 4}}"
    assert net(f"- dense: {table}", "[4]", "variables: {size: tiny}").totals.params == 12
    assert net(f"- dense: {table}", "[4]", "variables: {size: big}").totals.params == 20


def test_a_table_without_the_row(refusal):
    assert refusal("- dense: {by: $size, a: 1}", head="variables: {size: b}") == ["E108"]


@pytest.mark.parametrize(
    ("size", "sources"),
    [("tiny", ("near",)), ("wide", ("near", "part2")), ("other", ("near", "input"))],
)
def test_from_may_be_a_table_of_names(net, size, sources):
    """Rows are a name or a list, variables in the names or not; a table may be one of several."""
    head = f"variables: {{size: {size}, i: 2}}"
    layers = """
    - {relu: {}, name: near}
    - {relu: {}, name: part2}
    - {add: {}, from: FROM, when: $size != 'tiny', name: sum}
    - {relu: {}, from: FROM, when: $size == 'tiny', name: sum}
    """
    whole = "{by: $size, tiny: near, wide: [near, part$i], default: [near, input]}"
    part = "[near, {by: $size, tiny: near, wide: part$i, default: input}]"
    assert net(layers.replace("FROM", whole), head=head)["sum"].inputs == sources
    if size != "tiny":
        assert net(layers.replace("FROM", part), head=head)["sum"].inputs == sources


def test_a_table_of_from_without_the_row_is_refused(refusal):
    head = "variables: {size: b}"
    assert refusal("- relu\n- {relu: {}, from: {by: $size, a: relu_1}}", head=head) == ["E108"]
    assert refusal("- {relu: {}, from: {a: relu_1}}", head=head) == ["E102"]


def test_a_block_may_have_an_argument_called_by(net):
    blocks = "blocks: {b: {args: {by: , u: 2}, layers: [dense: $by * $u]}}"
    assert units(net("- b: {by: 3, u: 5}\n- b: {by: 3}", "[4]", blocks)) == [15, 6]


ROWS = "variables: {table: [[4, 1], [6, 2]]}"
NAMED = "variables: {table: [{u: 4}, {u: 6, k: 3}]}"
PAIR = "blocks: {b: {args: {u: , k: %s}, layers: [dense: $u * $k]}}"


def test_a_row_is_passed_on_whole(net):
    layers = "- for: {row: $table}\n  b: $row"
    assert units(net(layers, "[4]", f"{ROWS}\n{PAIR % ''}")) == [4, 12]
    assert units(net(layers, "[4]", f"{NAMED}\n{PAIR % '1'}")) == [4, 18]
    assert units(net("- for: row\n  in: $table\n  b: $row", "[4]", f"{ROWS}\n{PAIR % ''}")) == [
        4,
        12,
    ]


def test_a_list_is_the_first_argument_of_a_block_that_needs_one(net):
    blocks = "blocks: {b: {args: {sizes: , k: 2}, layers: [dense: '$sizes[1] * $k']}}"
    assert units(net("- b: [3, 5]", "[4]", blocks)) == [10]


def test_a_mapping_from_a_variable_holds_the_arguments_of_a_layer(net):
    rows = "variables: {rows: [{units: 4, bias: false}, {units: 6}]}"
    assert net("- for: {row: $rows}\n  dense: $row", "[4]", rows).totals.params == 16 + 30


def test_rows_that_do_not_fit(refusal):
    assert refusal("- b: [1, 2, 3]", head=PAIR % "") == ["E105"]
    assert refusal("- b: [1]", head=PAIR % "") == ["E106"]
    assert refusal("- b: $row", head=f"variables: {{row: {{x: 1}}}}\n{PAIR % ''}") == ["E105"]


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for: {x: 1..3}", [1, 2, 3]),
        ("for: {x: 2..$n}", [2, 3, 4]),
        ("for: {x: $n - 1..$n}", [3, 4]),
        ("for: {x: 3..1}", []),
        ("for: {x: 1..2, y: [7, 8]}", [1, 2]),
        ("for: x\n  in: 1..3", [1, 2, 3]),
        ('for: x\n  in: "$n..len($l) + 3"', [4, 5]),
    ],
)
def test_ranges(net, loop, expected):
    found = net(f"- {loop}\n  dense: $x", "[4]", "variables: {n: 4, l: [1, 2]}")
    assert units(found) == expected


@pytest.mark.parametrize("text", ["1..", "..2", "1..2..3", "1.5..3", "a..b", "1..$l", "true..2"])
def test_ranges_that_are_none(refusal, text):
    assert refusal(f"- for: {{x: {text}}}\n  relu:", head="variables: {l: [1]}") == ["E108"]


def test_a_range_is_bounded(refusal):
    assert refusal("- for: {x: 1..10 ** 300}\n  relu:") == ["E006"]


@batch(
    ("name", "expected"),
    [
        ("a$i", "a2"), ("a${i}", "a2"), ("a${i - 1}", "a1"), ("a${i-1}_${2 * i}", "a1_4"),
        ("a${w // 3}", "a5"), ("${kind}_$i", "conv_2"), ("x${i if i > 1 else 0}", "x2"),
        ("a${l[1]}", "a9"), ("a${$i + 1}", "a3"), ("a${max(i, 7)}", "a7"),
    ],
)  # fmt: skip
def test_names_compute(net, name, expected):
    head = "variables: {w: 16, kind: conv, l: [8, 9]}"
    found = net(f"- for: {{i: [2]}}\n  relu:\n  name: '{name}'", head=head)
    assert [node.name for node in found.layers] == [expected]


@pytest.mark.parametrize("name", ["a${i / 4}", "a${x}", "a${i +}", "a${}", "a${1..3}", "a$l"])
def test_names_that_are_none(refusal, name):
    head = "variables: {l: [8, 9]}"
    assert refusal(f"- for: {{i: [2]}}\n  relu:\n  name: '{name}'", head=head) == ["E108"]


def test_from_takes_a_range_of_names(net):
    layers = "- repeat: 4\n  relu:\n  name: r$i\n- concat:\n  from: %s"
    for from_ in ("'r${1..4}'", "[r1, 'r${2..3}', r4]", "$names"):
        found = net(layers % from_, head="variables: {names: [r1, r2, r3, r4]}")
        assert found.layers[-1].inputs == ("r1", "r2", "r3", "r4")
    assert net(layers % "'r${2..len(names)}'", head="variables: {names: [1, 2, 3]}").layers[
        -1
    ].inputs == ("r2", "r3")
