"""What an error offers where the intention can be guessed."""

from __future__ import annotations

import pytest

from cnncalc.build.reader import read_text


def refused(entry):
    """The only error of a net of one entry, in which the variable `width` is 3."""
    reading = read_text(f"variables: {{width: 3}}\ninput: 3x32x32\nlayers:\n  - {entry}\n")
    (error,) = reading.diagnostics
    return error


@pytest.mark.parametrize(
    ("entry", "message", "help_"),
    [
        ("conv: 64", "`conv` needs `kernel`: kernel size", "`conv: {filters: 64, kernel: ...}`"),
        ("conv: {}", "`conv` needs `filters` and `kernel`", "`conv: {filters: ..., kernel: ...}`"),
        (
            "Conv2d: {out_channels: 4}", "`Conv2d` needs `kernel_size`: kernel size",
            "`Conv2d: {out_channels: 4, kernel_size: ...}`",
        ),
        (
            "Conv2D: {strides: 2}", "`Conv2D` needs `filters` and `kernel_size`",
            "`Conv2D: {strides: 2, filters: ..., kernel_size: ...}`",
        ),
        (
            f"conv: {{filters: 4, padding: {[1] * 2 + [1000000] * 30}}}",
            "`conv` needs `kernel`: kernel size", "`conv: {..., kernel: ...}`",
        ),
    ],
)  # fmt: skip
def test_a_missing_argument_is_asked_for_by_the_name_of_its_framework(entry, message, help_):
    error = refused(entry)
    assert (error.message, error.help) == (message, (help_,))


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


@pytest.mark.parametrize(
    ("entry", "help_"),
    [
        ("sum: {axis: 0}", "`reduce_sum` takes it"),
        ("sum: {dim: 0}", "`reduce_sum` takes it"),
        ("sum: {size: 0}", "it takes no arguments"),
        ("maxpool: {kernel: 2, padding: 0, axis: 0}", None),
    ],
)
def test_a_sum_along_an_axis_is_offered_by_its_own_name(entry, help_):
    found = refused(entry).help
    assert found == (help_,) if help_ else found[0].startswith("its arguments are ")


@pytest.mark.parametrize("name", ["resnet", "VGG"])
def test_a_zoo_net_without_its_prefix_is_offered(cnncalc, name):
    done = cnncalc("summarize", name)
    assert done.returncode == 2
    assert f"did you mean `zoo:{name.lower()}`?" in done.stderr


def test_the_catalogue_offers_them_too(cnncalc):
    assert "did you mean avgpool or lppool or maxpool?" in cnncalc("layers", "pool").stderr


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
    ("entry", "first", "last"), [("permute: [1, 2, 3]", 0, 2), ("Permute: [0, 1, 2]", 1, 3)]
)
def test_permute_says_from_where_axes_count(entry, first, last):
    """`Permute` counts from 1, as in Keras; torch.permute from 0, here without the batch."""
    assert refused(entry).help == (
        f"its axes count from {first}: {first} to {last}, the batch aside",
    )
