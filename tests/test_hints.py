"""What an error offers where the intention can be guessed."""

from __future__ import annotations

import pytest
from refused_specs import errors_of, refused

from cnncalc.build.reader import read_text


@pytest.mark.parametrize(
    ("value", "help_"),
    [
        ("'2 * 64'", "a text is computed only with a variable such as `$width` in it; write 128"),
        ("max(5)", "a text is computed only with a variable such as `$width` in it; write 5"),
        ("4 * width", "did you mean `4 * $width`? a variable begins with `$`"),
        ("width", "did you mean `$width`? a variable begins with `$`"),
        ("in_channels // 2", "did you mean `$in_channels // 2`? a variable begins with `$`"),
    ],
)
def test_arithmetic_without_a_dollar_is_seen(value, help_):
    assert refused(f"dense: {{units: {value}}}").help == (help_,)


@pytest.mark.parametrize("value", ["many", "3 > 2", "1.5", "64 filters", "* 3", "abs(3)"])
def test_other_texts_are_not_taken_for_arithmetic(value):
    assert refused(f"dense: {{units: '{value}'}}").help == ()


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        ("pool: 2", "did you mean `avgpool` or `lppool` or `maxpool`?"),
        ("norm", "did you mean `batchnorm` or `groupnorm` or `instancenorm` or `layernorm`?"),
        ("convv: 2", "did you mean `conv`?"),
        ("zzzzz: 2", ""),
    ],
)
def test_a_general_word_offers_the_types_that_end_in_it(entry, label):
    assert refused(entry).label == label


def test_one_of_several_results_may_be_what_is_meant():
    text = """input: 3x8x8
blocks: {two: {layers: [{relu: {}, name: a}, {relu: {}, name: b}], outputs: [a, b]}}
layers: [{two: {}, name: first}, relu]
"""
    (error,) = read_text(text).diagnostics
    assert error.help == (
        "merge them first, with `add` or `concat`", "or take one of them: `from: first/b`",
    )  # fmt: skip
    assert not read_text(text.replace(", relu]", ", {relu: {}, from: first/b}]")).diagnostics


@pytest.mark.parametrize(
    ("name", "help_"),
    [("a", "in a loop, `name: conv$i`"), ("a$i", "`$i` counts the turns of the innermost loop")],
)
def test_a_name_that_is_taken_says_what_gives_each_turn_its_own(name, help_):
    layer = f"{{dense: $n, name: {name}, repeat: {2 if '$' in name else 1}}}"
    error = refused(f"{{for: {{n: [1, 2]}}, layers: [{layer}]}}")
    assert error.message == f"the name `{name.replace('$i', '1')}` is taken (line 4)"
    assert error.help[0].startswith(help_)


@pytest.mark.parametrize(
    ("entry", "label", "help_"),
    [
        ("conv:\n    filters: 6\n    kernel: 5", "an argument is indented further than its type",
         "`- conv: {filters: 6, kernel: 5}`, if it is an argument"),
        ("conv:\n    filters: 6\n    padding: [1, 2]",
         "an argument is indented further than its type",
         "`- conv: {filters: 6, padding: ...}`, if it is an argument"),
        ("type: conv\n    filters: 6", "the type is the key: `conv:`",
         "`- conv: {filters: 6}`, if it is an argument"),
        ("conv: 3\n    filters: 6", "an argument is indented further than its type",
         "`- conv: {filters: ...}`, if it is an argument"),
        ("conv: 3\n    nme: 6", "did you mean `name`?",
         "`- conv: {nme: ...}`, if it is an argument"),
    ],
)  # fmt: skip
def test_arguments_beside_their_type_are_shown_in_their_place(entry, label, help_):
    error = refused(entry)
    assert (error.code, error.label, error.help[0]) == ("E101", label, help_)


@pytest.mark.parametrize("type_", ["add", "concat", "multiply", "Concatenate", "subtract"])
def test_names_are_taken_by_from(type_):
    (error,) = errors_of(
        "input: 3x8x8\nlayers:\n  - {relu: , name: a}\n  - {relu: , name: b}\n"
        f"  - {type_}: [a, b]\n"
    )
    assert error.help == (f"`- {{{type_}: , from: [a, b]}}` takes these layers",)


def test_a_branch_is_a_list():
    found = errors_of(
        "input: 3x8x8\nlayers:\n  - parallel:\n      branches:\n"
        "        - conv: {filters: 3, kernel: 1}\n        - conv: {filters: 3, kernel: 1}\n"
    )
    assert {error.help for error in found} == {
        ("each branch is a list of entries: `- [conv: {...}]`",)
    }


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("residual: [conv: {filters: 5, kernel: 1}]", "residual"),
        ("{name: a, residual: [conv: {filters: 5, kernel: 1}]}", "residual"),
        ("parallel: [[conv: {filters: 5, kernel: 1}], [conv: {filters: 5, kernel: 3}]]",
         "parallel"),
    ],
)  # fmt: skip
def test_what_merges_is_underlined_as_it_is_written(entry, word):
    error = refused(entry)
    written = f"  - {entry}"[error.place.column - 1 :][: error.place.length]
    assert (error.code, written) == ("E205", word)


@pytest.mark.parametrize(
    ("key", "label", "help_"),
    [
        ("classes: 3", "", "`variables: {classes: 3}` makes it a variable, `$classes`"),
        ("layer: 3", "", "`variables: {layer: 3}` makes it a variable, `$layer`"),
        ("layer: [relu]", "did you mean `layers`?", "its keys are name, "),
        ("nme: 3", "did you mean `name`?", "its keys are name, "),
    ],
)
def test_a_number_at_the_top_level_is_offered_as_a_variable(key, label, help_):
    error = errors_of(f"input: 3\nlayers: [relu]\n{key}\n")[0]
    assert (error.code, error.label) == ("E101", label)
    assert error.help[0].startswith(help_)


def test_a_list_under_inputs_is_told_of_input():
    (error,) = errors_of("inputs: [3, 32, 32]\nlayers: [relu]\n")
    assert error.help[0] == "`input: [3, 32, 32]` is the shape of the only input"


@pytest.mark.parametrize("given", ["{filters: 3}", "3"])
def test_a_block_without_arguments_says_how_they_are_declared(given):
    (error,) = errors_of(f"input: 3\nblocks: {{b: [relu]}}\nlayers: [b: {given}]\n")
    assert error.help == (
        "a block declares its arguments: `args: {filters: }` beside its `layers`",
    )


def test_braces_around_a_variable_and_a_text_in_arithmetic_are_named():
    assert refused("dense: ${width}").help == ("a variable has no braces here: `$width`",)
    (error,) = read_text(
        "variables: {width: 3}\ninput: 3\nlayers: [dense: $width * 3]\n",
        overrides={"width": "abc"},
    ).diagnostics
    assert error.help == ("`$width` is the text `abc`",)


def test_an_unknown_key_of_expect_is_underlined(cnncalc):
    done = cnncalc("check", "-", stdin="input: 3\nexpect: {parms: 3}\nlayers: [relu]\n")
    assert "--> -:2:10\n" in done.stderr
    assert "|          ^^^^^\n" in done.stderr


def test_a_rounded_number_is_offered_with_its_sign(cnncalc):
    net = "input: 3x32x32\nlayers: [{conv: {filters: 64, kernel: 3, bias: false}}]\n"
    done = cnncalc("check", "-", stdin=f"expect: {{params: 1.7k}}\n{net}")
    assert "`params: ~1.7k` allows for rounding" in done.stdout
    assert "rounding" not in cnncalc("check", "-", stdin=f"expect: {{params: 1.8k}}\n{net}").stdout
    claim = ("conventions", "zoo:resnet", "--set", "depth=18", "--claimed")
    assert "`--claimed ~1.8G` allows for rounding" in cnncalc(*claim, "1.8G").stdout
    assert "rounding" not in cnncalc(*claim, "1.7").stdout
