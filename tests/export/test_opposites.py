"""Of two conditions, whether one holds just where the other does not."""

from __future__ import annotations

from itertools import product

import pytest

from cnncalc.export.symbols import are_opposite, evaluate
from cnncalc.language.expressions import parsed

SIMPLE = [
    "x == 1",
    "x != 1",
    "x > 1",
    "x <= 1",
    "x < 1",
    "x >= 1",
    "y == x",
    "y != x",
    "x == 2",
    "z",
]
CONDITIONS = [
    *SIMPLE,
    *(f"not ({one})" for one in SIMPLE),
    *(f"({one}) {word} ({other})" for one, other in product(SIMPLE[:8], ["y == x", "y != x", "z"])
      for word in ("and", "or")),
]  # fmt: skip


def truths(condition, numbers):
    """What a condition comes to with all values of its variables."""
    found = []
    for x, y, z in product(numbers, numbers, (False, True)):
        found.append(bool(evaluate(condition, {"x": x, "y": y, "z": z}.__getitem__)))
    return found


@pytest.mark.parametrize(("positive", "numbers"), [((), range(-2, 4)), (("x",), range(1, 5))])
def test_conditions_that_are_opposite_never_agree(positive, numbers):
    trees = [parsed(one, bare=True) for one in CONDITIONS]
    values = [truths(tree, numbers) for tree in trees]
    found = 0
    for one, other in product(range(len(trees)), repeat=2):
        if are_opposite(trees[one], trees[other], positive):
            found += 1
            assert values[one] == [not value for value in values[other]]
    assert found > len(SIMPLE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x == 1 and y == x", "x != 1 or y != x"),
        ("x == 1 and y == x", "y != x or x > 1"),
        ("x > 1 or y != x", "x == 1 and y == x"),
        ("x == 1", "x > 1"),
        ("z", "not z"),
        ("x > 2", "x <= 2"),
    ],
)
def test_conditions_that_are_opposite(one, other):
    assert are_opposite(parsed(one, bare=True), parsed(other, bare=True), {"x"})
    assert are_opposite(parsed(other, bare=True), parsed(one, bare=True), {"x"})


def test_a_number_may_be_less_than_one():
    assert not are_opposite(parsed("x == 1", bare=True), parsed("x > 1", bare=True))
