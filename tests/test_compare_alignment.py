from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.analysis.compare.alignment import align

SEQUENCES = st.lists(st.integers(0, 3), max_size=24)


def longest(before, after):
    """The length of the longest common subsequence, by the textbook's table."""
    row = [0] * (len(after) + 1)
    for one in before:
        diagonal = 0
        for j, other in enumerate(after):
            above = row[j + 1]
            row[j + 1] = diagonal + 1 if one == other else max(above, row[j])
            diagonal = above
    return row[-1]


@given(SEQUENCES, SEQUENCES)
def test_alignment_is_a_longest_common_subsequence(before, after):
    pairs = align(before, after)
    assert len(pairs) == longest(before, after)
    assert all(before[i] == after[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(SEQUENCES)
def test_a_sequence_aligns_with_itself_and_with_nothing(sequence):
    assert align(sequence, sequence) == [(i, i) for i in range(len(sequence))]
    assert align(sequence, []) == align([], sequence) == []


def test_a_repeated_block_is_new_at_its_end():
    assert align("s abc t", "s abcabc t")[-2:] == [(5, 8), (6, 9)]


@pytest.mark.parametrize("kinds", [2, 5, 2000])
def test_two_thousand_layers_align_within_a_second(kinds):
    source = random.Random(kinds)  # noqa: S311 - test data
    before, after = ([source.randrange(kinds) for _ in range(2000)] for _ in range(2))
    start = time.process_time()
    pairs = align(before, after)
    assert time.process_time() - start < 1
    assert len(pairs) == longest(before, after)
