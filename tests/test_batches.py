"""A batch of cases fails as their tests would have, and says which."""

from __future__ import annotations

import inspect

import pytest
from batches import batch


def test_every_case_is_run_and_each_failure_is_named():
    seen = []

    @batch("number, limit", [(1, 5), (7, 5), (2, 5), (9, 5)], ids=str)
    def small(number, limit, tmp_path):
        seen.append((number, tmp_path))
        assert number < limit

    with pytest.raises(AssertionError) as caught:
        small(tmp_path="there")
    assert seen == [(1, "there"), (7, "there"), (2, "there"), (9, "there")]
    first, *told = str(caught.value).splitlines()
    assert first.startswith("2 of 4")
    assert [line.partition(" ")[0] for line in told if line.startswith("[")] == ["[7-5]", "[9-5]"]


@pytest.mark.parametrize("error", [ValueError("odd"), pytest.fail.Exception("odd")])
def test_any_exception_is_a_failure(error):
    @batch("number", [1])
    def raising(number):
        if number:
            raise error

    with pytest.raises(AssertionError, match=r"1 of 1\n\[1\] .*: odd"):
        raising()


def test_a_skip_is_not_taken_for_a_success():
    @batch("number", [1, 2])
    def skipping(number):
        pytest.skip(f"not {number}")

    with pytest.raises(pytest.skip.Exception):
        skipping()


def test_a_batch_without_cases_is_refused():
    with pytest.raises(ValueError, match="no cases of a, b"):
        batch("a, b", [])


def test_batches_within_one_another_run_every_pair_and_leave_the_fixtures():
    seen = []

    @batch("a", "xy")
    @batch("b", (1, 2))
    def pairs(a, b, cnncalc):
        seen.append((a, b, cnncalc))

    assert list(inspect.signature(pairs).parameters) == ["cnncalc"]
    pairs(cnncalc=0)
    assert seen == [("x", 1, 0), ("x", 2, 0), ("y", 1, 0), ("y", 2, 0)]
