"""Every name that an exported file reads is bound in it, or is one of Python's own."""

from __future__ import annotations

from batches import batch
from free_names import free_names
from random_specs import counted_spec
from specs import FRAMEWORKS, exported


def test_a_free_name_is_found():
    assert free_names("def one(x):\n    return [x * i for _ in range(x)]\n") == {"i"}
    assert free_names("i = 1\n\n\ndef one(x):\n    for k in x:\n        i + k\n") == set()


def bound(text):
    for framework in FRAMEWORKS:
        assert (framework, free_names(exported(text, framework).text)) == (framework, set())


@batch("seed", range(15))
def test_blocks_that_count_read_no_free_names(seed):
    bound(counted_spec(seed))


UNIT = """
input: 3x32x32
variables: {depth: 2}
blocks: {unit: {layers: [conv: {filters: 8 * $i, kernel: 1}]}}
layers: [{repeat: $depth, layers: [unit, relu]}]
"""
#: A block that reads the counter around its use after a loop of its own, and hands it on.
NESTED = """
input: 3x32x32
blocks:
  inner:
    args: {kernel: 1}
    layers: [conv: {filters: 4 * $i, kernel: $kernel}]
  unit:
    args: {filters: 3}
    layers:
      - inner
      - repeat: 2
        layers: [conv: {filters: 2 * $i, kernel: 1}, conv: {filters: $filters, kernel: 1}]
      - inner
layers: [{repeat: 3, layers: [unit: $i]}]
"""
#: A block whose argument is called as the counter that an inner block reads.
NAMED = """
input: 3x32x32
blocks:
  inner: {layers: [conv: {filters: 8 * $i, kernel: 1}]}
  unit: {args: {i: 5}, layers: [inner, relu]}
layers: [{for: {width: [1, 3]}, layers: [unit, unit: {i: $width}]}]
"""


def test_a_block_is_given_the_counter_that_it_reads():
    text = exported(UNIT, "keras").text
    assert "def unit(x, i):" in text
    assert "for i in range(1, depth + 1):\n        x = unit(x, i)" in text
    text = exported(UNIT).text
    assert "def __init__(self, in_channels, i):" in text


def test_the_counter_is_kept_where_a_loop_of_the_block_counts_too():
    text = exported(NESTED, "keras").text
    assert "def unit(x, i, filters=3):\n    x = inner(x, i)\n    for i_2 in range(1, 3):" in text
    assert "    return inner(x, i)" in text
    text = exported(NESTED).text
    assert "def __init__(self, in_channels, i, filters=3):" in text
    assert "for i_2 in range(1, 3):" in text


def test_an_argument_that_is_called_as_the_counter_is_handed_on():
    text = exported(NAMED, "keras").text
    assert "def unit(x, i=5):\n    x = inner(x, i)" in text
    bound(NAMED)


#: A block whose channels have one value, 4, and no expression that its uses show.
CARRIED = """
input: 3x8x8
blocks:
  inner:
    args: {k: 1}
    layers: [conv: {filters: 4 * $k, kernel: 1}, {conv: {filters: 2 * $k, kernel: 1}, when: $k > 1}]
layers: [{repeat: 2, layers: [inner: $i]}]
"""


def test_the_channels_after_such_a_block_are_carried_to_the_next_turn():
    text = exported(CARRIED).text
    assert "self.blocks.append(Inner(channels, k=i))\n            channels = 4\n" in text
