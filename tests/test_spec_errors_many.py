"""All independent errors of a spec are told in one run, and nothing that only follows from them."""

from __future__ import annotations

import json

import pytest
from marked_specs import diagnosed, places, unmarked, words

NET = "input: 3x32x32\nlayers:\n"

#: what is wrong: (the spec, the codes in the order of their places)
SEVERAL = {
    "two layers": (
        NET + "  - conv: {filters: §0, kernel: 3}\n  - relu\n  - dense: §-1\n",
        ["E107", "E107"],
    ),
    "five kinds": (
        NET
        + "  - conv: {filters: §0, kernel: 3}\n"
        + "  - §rleu\n"
        + "  - dense: {§unitz: 3}\n"
        + "  - {add: , from: [input, §stem]}\n"
        + "  - {tanh: , name: §input}\n",
        ["E107", "E104", "E105", "E110", "E109"],
    ),
    "six layers": (
        NET
        + "  - conv: {filters: 4, kernel: §33}\n"
        + "  - §pool: 2\n"
        + "  - relu: {§from: input, §stride: 2}\n"
        + "  - conv: {filters: §many, kernel: 3}\n"
        + "  - dense: §$width\n"
        + "  - §{}\n",
        ["E203", "E104", "E105", "E105", "E107", "E108", "E103"],
    ),
    "misfits on ways of their own": (
        NET
        + "  - {conv: {filters: 8, kernel: §40}, from: input, name: a}\n"
        + "  - {maxpool: §33, from: input, name: b}\n"
        + "  - {reshape: §[5, 5], from: input, name: c}\n",
        ["E203", "E203", "E208"],
    ),
    "branches": (
        NET
        + "  - parallel:\n"
        + "      - [conv: {filters: 8, kernel: §40}]\n"
        + "      - [relu, §tanhh]\n"
        + "      - [maxpool: §0]\n",
        ["E203", "E104", "E107"],
    ),
    "body and shortcut": (
        NET
        + "  - residual:\n"
        + "      body: [conv: {filters: 8, §kernal: 3}]\n"
        + "      shortcut: [conv: {filters: §0, kernel: 1}]\n",
        ["E105", "E107"],
    ),
    "two blocks and what follows": (
        "blocks:\n"
        "  a: [dense: §0]\n"
        "  b: [relu, §dens: 3]\n" + NET + "  - a\n  - b\n  - conv: {filters: 2, kernel: §0}\n",
        ["E107", "E104", "E107"],
    ),
    "the turns of a loop are one": (
        NET + "  - repeat: 5\n    layers:\n      - dense: §0\n      - §relo\n",
        ["E107", "E104"],
    ),
    "names that nothing has": (
        NET + "  - {add: , from: [§x, §y]}\n  - {dense: 3, share: §z}\noutputs: [§u, §v]\n",
        ["E110"] * 5,
    ),
    "an output that is no name": (
        NET + "  - {relu: , from: §stem}\n  - relu\noutputs: [§[relu_1]]\n",
        ["E110", "E102"],
    ),
    "a top-level key and a layer": (
        "§layot: channels_first\n" + NET + "  - conv: {filters: §0, kernel: 1}\n",
        ["E101", "E107"],
    ),
    "two top-level keys": (
        "§nam: a\n§layot: channels_first\n" + NET + "  - relu\n",
        ["E101", "E101"],
    ),
    "the input and a layer": (
        "input: [3, §0, 32]\nlayers:\n  - conv: {filters: §0, kernel: 1}\n",
        ["E107", "E107"],
    ),
    "the layout and a layer": (
        "layout: §NHWC\n" + NET + "  - conv: {filters: §0, kernel: 1}\n",
        ["E107", "E107"],
    ),
    "a malformed block and a layer": (
        "blocks:\n  a: {§arg: [w], layers: [relu]}\n" + NET + "  - dense: §0\n",
        ["E101", "E107"],
    ),
    "two arguments of one layer": (
        NET + "  - conv: {filters: §0, kernel: §-3}\n",
        ["E107", "E107"],
    ),
    "two keys of one layer": (
        NET + "  - {conv: {filters: 8, kernel: §0}, from: §stem}\n",
        ["E107", "E110"],
    ),
}


@pytest.mark.parametrize("what", SEVERAL)
def test_independent_errors_are_all_told_in_order(what):
    marked, codes = SEVERAL[what]
    text, at = unmarked(marked)
    found = diagnosed(text)
    assert list(zip([one.code for one in found], places(found), strict=True)) == list(
        zip(codes, at, strict=True)
    )


#: Specs with one mistake, on which much depends.
CONSEQUENCES = {
    "shapes below": (
        NET
        + "  - conv: {filters: 8, kernel: §33}\n  - maxpool: 40\n  - flatten\n"
        + "  - Linear: {in_features: 12, out_features: 3}\n"
    ),
    "a merge": NET + "  - conv: {filters: 8, kernel: §33}\n  - {add: , from: [conv_1, input]}\n",
    "an expression": (
        NET
        + "  - conv: {filters: 8, kernel: §33}\n"
        + "  - conv: {filters: 2 * $in_channels, kernel: 3}\n"
        + "  - {dense: 3, when: $in_height > 2}\n"
    ),
    "a taken result": (
        NET + "  - {conve: {filters: 8}, name: a}\n".replace("conve", "§conve")
        + "  - {relu: , from: a}\n  - {share: a}\n"
    ),
    "an automatic name": (
        NET + "  - conv: {filters: §0, kernel: 3}\n  - {relu: , from: conv_1}\n"
    ),
    "the numbers of automatic names": (
        NET
        + "  - conv: {filters: §0, kernel: 1}\n  - conv: {filters: 3, kernel: 1}\n"
        + "  - {add: , from: [conv_2, input]}\n"
    ),
    "a block's result": (
        "blocks: {u: {args: [w], layers: [dense: $w]}}\n" + NET
        + "  - {u: {§x: 3}, name: a}\n  - {relu: , from: a}\n"
    ),
    "an automatic name of a block": (
        "blocks: {u: {args: [w], layers: [dense: $w]}}\n" + NET
        + "  - u: {§x: 3}\n  - {relu: , from: u_1}\n"
    ),
    "a layer in a block": (
        "blocks: {u: {args: [w], layers: [dense: $w]}}\n" + NET
        + "  - {u: {§x: 3}, name: a}\n  - {relu: , from: a/dense_1}\n"
    ),
    "a group's result": (
        NET + "  - {residual: {§bodi: [relu]}, name: a}\n  - {relu: , from: a}\n"
    ),
    "a variable's value": (
        "variables: {a: §$b}\n" + NET + "  - dense: $a\n  - relu\n  - dense: $a + 1\n"
    ),
    "outputs": NET + "  - {dense: §0, name: head}\noutputs: [head]\n",
    "a misspelt key": "input: 3x8x8\n§layer:\n  - relu\n",
    "a misspelt input": "§inputt: 3x8x8\nlayers:\n  - relu\n  - dense: 3\n",
    "warnings": NET + "  - relu\n  - {tanh: , from: input}\n  - dense: §0\n",
    "an input": "inputs: {a: [§0], b: [4]}\nlayers: [{add: , from: [a, b]}]\n",
}  # fmt: skip


@pytest.mark.parametrize("what", CONSEQUENCES)
def test_what_follows_from_an_error_is_no_further_error(what):
    text, at = unmarked(CONSEQUENCES[what])
    assert places(diagnosed(text)) == at


@pytest.mark.parametrize(
    "marked",
    [
        NET + "  - {add: , from: [input, §b], name: a}\n  - {relu: , from: a, name: b}\n",
        NET + "  - {add: , from: [input, §a], name: a}\n",
        NET + "  - {relu: , from: §c, name: a}\n  - {relu: , name: b}\n  - {relu: , name: c}\n",
        NET + "  - {share: §later}\n  - {dense: 3, name: later}\n",
        NET + "  - {relu: , from: §unit_1}\n  - unit\nblocks: {unit: [relu]}\n",
    ],
)
def test_a_cycle_is_one_error(marked):
    text, at = unmarked(marked)
    (one,) = diagnosed(text)
    assert (one.code, places((one,))) == ("E111", at)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ("{add: , from: [input, §later], name: a}, {relu: , name: later}", "E111"),
        ("{add: , from: [input, §b], name: a}, {relu: , from: a, name: b}", "E111"),
        ("{add: , from: [input, §a], name: a}", "E111"),
        ("{relu: , name: a}, {add: , from: [input, §b]}", "E110"),
        ("relu, {share: §b}", "E110"),
    ],
)
def test_a_name_in_a_block_is_looked_for_in_the_block(entries, code):
    text, at = unmarked(f"blocks:\n  unit: [{entries}]\ninput: 3x8x8\nlayers:\n  - unit\n")
    (one,) = diagnosed(text)
    assert (one.code, places((one,))) == (code, at)
    assert "line 5" in words(one)  # where the block is used


#: (a spec whose mistake lies in a block, the lines in which the blocks are used)
IN_BLOCKS = [
    ("blocks:\n  u:\n    - conv: {filters: 4, kernel: §64}\n" + NET + "  - u\n", [6]),
    ("blocks:\n  u:\n    - conv: {filters: §0, kernel: 3}\n" + NET + "  - relu\n  - u\n", [7]),
    ("blocks:\n  u:\n    - §convv: 3\n" + NET + "  - repeat: 3\n    layers:\n      - u\n", [8]),
    ("blocks:\n  u: {args: [k], layers: [maxpool: §$k]}\n" + NET + "  - u: 2\n  - u: 99\n", [6]),
    ("blocks:\n  u: {args: [k], layers: [maxpool: §$kk]}\n" + NET + "  - u: 2\n", [5]),
    (
        "blocks:\n  inner: [conv: {filters: 4, kernel: §64}]\n  outer: [relu, inner]\n"
        + NET
        + "  - outer\n",
        [3, 6],
    ),
    # 32 - 2 = 30, 28, ...: the 16th of these would need 3 of 2
    (
        "blocks:\n  u:\n    - conv: {filters: 4, kernel: §3}\n" + NET + "  - {u: , repeat: 16}\n",
        [6],
    ),
]


@pytest.mark.parametrize(("marked", "used"), IN_BLOCKS)
def test_an_error_in_a_block_says_where_the_block_is_used(marked, used):
    text, at = unmarked(marked)
    (one,) = diagnosed(text)
    assert places((one,)) == at
    for line in used:
        assert f"line {line}" in "\n".join(one.notes)


def test_an_error_in_a_loop_says_which_turn_it_is_and_what_arrives():
    # 32 - 2 = 30, and 30 - 2 = 28 in the third turn
    text, at = unmarked(
        NET
        + "  - for: k\n    in: [3, 3, 64]\n    layers:\n      - conv: {filters: 4, kernel: §$k}\n"
    )
    (one,) = diagnosed(text)
    assert places((one,)) == at
    assert "conv_3 receives (4, 28, 28) from conv_2" in "\n".join(one.notes)


BAD = NET + "  - conv: {filters: 8, kernel: 3}\n  - relu\n  - dense: 0\n  - tanhh\n"
GOOD = NET + "  - conv: {filters: 8, kernel: 3}\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    return str(tmp_path / "good.yaml"), str(tmp_path / "bad.yaml")


def test_rows_above_the_first_error_are_shown(cnncalc, files):
    done = cnncalc("summarize", files[1])
    rows = [line.split()[0] for line in done.stdout.splitlines() if line[:1].isalpha()]
    assert done.returncode == 2
    assert {"input", "conv_1", "relu_1"} <= set(rows)
    assert not {"dense_1", "tanh_1"} & set(rows)
    assert done.stderr.count("error[") == 2
    assert f"--> {files[1]}:5:12\n" in done.stderr
    assert f"--> {files[1]}:6:5\n" in done.stderr


def test_a_bad_net_keeps_its_place_in_json(cnncalc, files):
    good, bad = files
    done = cnncalc("summarize", good, bad, good, "--format", "json")
    first, second, third = json.loads(done.stdout)
    assert done.returncode == 2
    assert first == third
    assert (first["source"], first["totals"]["params"]) == (good, 3 * 3 * 3 * 8 + 8)
    assert list(second) == ["schema_version", "source", "diagnostics"]
    assert second["source"] == bad


def test_a_diagnostic_in_json_has_its_parts(cnncalc, files):
    done = cnncalc("summarize", files[1], "--format", "json")
    zero, unknown = json.loads(done.stdout)["diagnostics"]
    assert list(zero) == [
        "code", "severity", "message", "line", "column", "end_column", "label", "notes", "help",
    ]  # fmt: skip
    assert (zero["code"], zero["severity"], zero["line"], zero["column"]) == (
        "E107",
        "error",
        5,
        12,
    )
    assert (unknown["code"], unknown["line"], unknown["column"]) == ("E104", 6, 5)
    assert "tanh" in " ".join((unknown["label"], *unknown["help"])).lower()


def test_a_diagnostic_without_a_place_has_null_for_it(cnncalc):
    done = cnncalc("summarize", "gone.yaml", "--format", "json")
    (one,) = json.loads(done.stdout)["diagnostics"]
    assert (one["code"], one["line"], one["column"]) == ("E001", None, None)
