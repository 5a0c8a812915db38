"""What an error says of slips in YAML."""

from __future__ import annotations

import pytest
from refused_specs import errors_of, refused


@pytest.mark.parametrize(
    ("text", "place", "message", "help_"),
    [
        ("input:[3,32,32]\nlayers:\n  - relu\n", (2, 7), "mapping values are not allowed",
         "a blank follows the colon: `input: [3,32,32]` in line 1"),
        ("input: 3\nlayers:\n  - conv {filters: 6, kernel: 3}\n", (3, 29), "mapping values are not",
         "a colon follows the type: `- conv: {filters: 6, kernel: 3}`"),
        ("input: 3\nlayers:\n  - conv {filters: 6}\n", (3, 5), "unknown layer type",
         "a colon follows the type: `- conv: {filters: ...}`"),
        ("input: 3\nlayers:\n\t- relu\n", (3, 1), "a tab cannot indent a line",
         "indent with spaces"),
        ("input: 3\n layers:\n  - relu\n", (2, 8), "mapping values are not allowed",
         "this line is indented further than the one above, whose value it continues"),
        (" input: 3\nlayers:\n  - relu\n", (2, 1), "the indentation of this line fits no line",
         "what belongs together begins in the same column, what is inside further right"),
        ("input: 3\nlayers:\n  - relu:\n - tanh\n", (4, 2), "the indentation of this line fits",
         "what belongs together begins in the same column, what is inside further right"),
        ("input: 3\nlayers:\n  - dense:\n      units: 6\n     bias: false\n", (5, 6),
         "the indentation of this line fits",
         "what belongs together begins in the same column, what is inside further right"),
        ("input: 3\nlayers:\n  -relu: {}\n", (3, 3), "`layers` must be a list",
         "a blank follows the dash: `- relu:`"),
    ],
)  # fmt: skip
def test_a_slip_of_yaml_is_told_in_plain_words(text, place, message, help_):
    (error,) = errors_of(text)
    assert (error.place[:2], error.help) == (place, (help_,))
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('input: "3x8x8\nlayers:\n  - relu\n', (1, 8), "the quote that begins here is not closed"),
        ("input: 3\nlayers:\n  - {relu: , name: 'a}\n  - relu\n", (3, 20),
         "the quote that begins here is not closed"),
        ("input: 3\nlayers:\n  - dense: {units: 3\n", (3, 12),
         "the `{` in line 3 is not closed: expected `,` or `}`"),
        ("input: 3\nlayers: [relu,\n  relu\n", (2, 9),
         "the `[` in line 2 is not closed: expected `,` or `]`"),
        ("input: 3\nlayers:\n  - dense: {units: 3]\n", (3, 21),
         "the `{` in line 3 is not closed: expected `,` or `}`"),
    ],
)  # fmt: skip
def test_what_is_not_closed_is_named(text, place, message):
    (error,) = errors_of(text)
    assert (error.place[:2], error.message) == (place, message)


def test_a_colon_without_a_blank_is_seen():
    error = refused("conv: {filters:6, kernel: 3}")
    assert error.label == "a blank follows the colon: `filters: 6`"


@pytest.mark.parametrize(
    "text",
    [
        "input: 3x32x32\nlayers: [conv: {filters: 204,928, kernel: 3}]\n",
        "input: 3x32x32\nexpect: {params: 204,928}\nlayers: [relu]\n",
    ],
)
def test_a_comma_in_a_number_is_seen(text):
    (error,) = errors_of(text)
    assert (error.code, error.help) == ("E102", ("write 204928 or 204_928",))
