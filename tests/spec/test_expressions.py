"""Expressions: every operator and function, exact values worked out by hand, and refusals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from batches import batch

from cnncalc.language.expressions import evaluate
from cnncalc.language.operations import ExpressionError

VALUES = {"w": 64, "s": 2, "t": 0.1, "flag": True, "mode": "wide"}


def value(text):
    return evaluate(text, VALUES.__getitem__)


@batch(
    ("text", "expected"),
    [
        ("4 * $w", 256),
        ("$w + 3", 67),
        ("$w - 70", -6),
        ("-$w", -64),
        ("- -3", 3),
        ("7 / 2", Fraction(7, 2)),
        ("6 / 2", 3),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("7 % 4", 3),
        ("-7 % 3", 2),
        ("2 ** 10", 1024),
        ("2 ** -2", Fraction(1, 4)),
        ("0 ** 0", 1),
        ("1_000", 1000),
        ("1e3", 1000),
        ("1e-4", Fraction(1, 10_000)),
        ("2.50", Fraction(5, 2)),
        (".5", Fraction(1, 2)),
        ("017", 17),
    ],
)
def test_an_operator_gives_its_exact_value(text, expected):
    assert value(text) == expected
    assert isinstance(value(text), type(expected))


@batch(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("7 - 2 - 1", 4),
        ("24 / 4 / 2", 3),
        ("24 // 4 * 2", 12),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("2 * -3", -6),
        ("2*3+4*5", 26),
        ("100 - 7 % 4", 97),
    ],
)
def test_operators_bind_as_on_paper(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2 == 0.3", True),
        ("$t * 3 == 0.3", True),
        ("1 / 3 * 3 == 1", True),
        ("1 / 3 + 1 / 6", Fraction(1, 2)),
        ("0.25 * 64", 16),
        ("1.1 * 10 // 1", 11),
    ],
)
def test_fractions_are_never_rounded_on_the_way(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 ** 300", 1 << 300),
        ("10 ** 200 + 1 - 10 ** 200", 1),
        ("(2 ** 100 + 1) * (2 ** 100 - 1) == 2 ** 200 - 1", True),
        ("(3 * 2 ** 200 + 2) // 3 == 2 ** 200", True),
        ("(2 ** 64 + 1) % 2", 1),
        ("ceil((2 ** 80 + 1) / 2) == 2 ** 79 + 1", True),
        ("floor((2 ** 80 + 1) / 2) == 2 ** 79", True),
        ("123456789012345678901234567890 * 10", 1_234_567_890_123_456_789_012_345_678_900),
    ],
)
def test_integers_are_exact_however_large(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("operator", "truths"),
    [
        ("<", (True, False, False)),
        ("<=", (True, True, False)),
        (">", (False, False, True)),
        (">=", (False, True, True)),
        ("==", (False, True, False)),
        ("!=", (True, False, True)),
    ],
)
def test_comparisons(operator, truths):
    assert tuple(value(f"{left} {operator} $s") for left in (1, 2, 3)) == truths


@batch(
    ("text", "expected"),
    [
        ("true and false", False),
        ("true or false", True),
        ("not true", False),
        ("not not true", True),
        ("not 1 == 2", True),
        ("true or true and false", True),
        ("(true or true) and false", False),
        ("not false and false", False),
        ("$flag and $s > 1", True),
        ("$s > 1 or $w != 4 * $w", True),
        ("$mode == 'wide'", True),
        ('$mode != "wide"', False),
        ("1 + 1 == 2 and 3 < 4", True),
        ("true or 1 / 0 == 1", True),
        ("false and 1 / 0 == 1", False),
    ],
)
def test_truth_values(text, expected):
    assert value(text) is expected


@batch(
    ("text", "expected"),
    [
        ("min(3, 1, 2)", 1),
        ("max(3, $w, 2)", 64),
        ("min(7)", 7),
        ("max(1 / 2, 1 / 3)", Fraction(1, 2)),
        ("ceil(7 / 2)", 4),
        ("ceil(-7 / 2)", -3),
        ("ceil(4)", 4),
        ("floor(7 / 2)", 3),
        ("floor(-7 / 2)", -4),
        ("round(7 / 3)", 2),
        ("round(8 / 3)", 3),
        ("round(-8 / 3)", -3),
        ("max(2, min(10, 4)) * 2", 8),
        ("round_to(32 * 0.75, 8)", 24),
        # (18 + 4) // 8 * 8 = 16 is under 90 % of 18, so the next multiple is taken.
        ("round_to(18, 8)", 24),
        # (35 + 4) // 8 * 8 = 32 is over 90 % of 35 = 31.5.
        ("round_to(35, 8)", 32),
        ("round_to(1, 8)", 8),
        ("round_to(12, 8)", 16),
    ],
)
def test_functions(text, expected):
    assert value(text) == expected
    assert isinstance(value(text), type(expected))


def make_divisible(size: int, divisor: int) -> int:
    """The rule as the MobileNet papers' reference code states it, in floating point."""
    rounded = max(divisor, int(size + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * size else rounded


@pytest.mark.parametrize("divisor", [1, 4, 8, 10])
def test_round_to_is_the_channel_rule_of_mobilenet(divisor):
    ours = [value(f"round_to({size}, {divisor})") for size in range(1, 400)]
    assert ours == [make_divisible(size, divisor) for size in range(1, 400)]


@batch(
    ("text", "reason"),
    [
        ("1 +", "ends too early"),
        ("(1", "lacks a `\\)`"),
        ("1)", "did not expect"),
        ("1 2", "did not expect `2`"),
        ("1 < 2 < 3", "did not expect `<`"),
        ("+ 1", "did not expect"),
        ("", "ends too early"),
        ("1 / 0", "division by zero"),
        ("1 // 0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("0 ** -1", "division by zero"),
        ("2 ** 0.5", "whole number"),
        ("true + 1", "needs a number, not true"),
        ("$mode * 2", "needs a number, not wide"),
        ("'a' < 'b'", "needs a number"),
        ("not 1", "needs true or false"),
        ("1 and true", "needs true or false"),
        ("true and 2", "needs true or false"),
        ("min()", "did not expect"),
        ("max", "is a function"),
        ("ceil(1, 2)", "takes 1 value"),
        ("round_to(9)", "takes 2 values"),
        ("round_to(9, 0)", "divisor of 1 or more"),
        ("w * 2", "a variable is written `\\$w`"),
        ("10 ** 400", "over 300 digits"),
        ("10 ** 200 * 10 ** 200", "over 300 digits"),
        ("9 ** 9 ** 9", "over 300 digits"),
        ("1e999", "the limit is 400 digits"),
        ("1" * 401, "the limit is 400 digits"),
        ("(" * 50 + "1" + ")" * 50, "nested too deeply"),
        ("1" + " + 1" * 600, "longer than 500"),
    ],
)
def test_a_malformed_or_meaningless_expression_says_why(text, reason):
    with pytest.raises(ExpressionError, match=reason):
        value(text)


@batch(
    "text",
    [
        "$w.real", "$w[0]", "[1:2]", "[1, 2", "{1}", "open(1)", "__import__('os')", "len('abc')",
        "lambda: 1", "1 if true", "x for x in $w", "$w := 3",
        "1; 2", "~1", "1 & 2", "1 << 2", "`ls`",
    ],
)  # fmt: skip
def test_nothing_of_python_beyond_arithmetic_is_understood(text):
    with pytest.raises(ExpressionError):
        value(text)
