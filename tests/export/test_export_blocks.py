"""Blocks in exported code: what they take from outside, conditions on sizes, one of two entries."""

from __future__ import annotations

import ast

import pytest
from specs import exported

from cnncalc.export.python import expression, flat
from cnncalc.export.symbols import substituted
from cnncalc.language.expressions import parsed

#: A block that takes the result two before it, in its own size or in another.
CELLS = """
input: 4x16x16
blocks:
  adjust:
    args: {filters: , height: , halve: $in_height != $height}
    layers:
      - when: $halve
        layers: [{conv: {filters: $filters, kernel: 1, stride: 2}}]
      - when: not $halve
        layers: [{conv: {filters: $filters, kernel: 1}}]
  cell:
    args: {before: , filters: , stride: 1, height: $in_height}
    layers:
      - adjust: {filters: $filters, height: $height}
        from: $before
        name: old
      - conv: {filters: $filters, kernel: 1}
        from: input
        name: new
      - add: {}
        from: [old, new]
      - conv: {filters: $filters, kernel: 3, padding: 1, stride: $stride}
layers:
  - conv: {filters: 4, kernel: 1}
    name: a
  - cell: {before: a, filters: 6, stride: 2}
    name: b
  - cell: {before: a, filters: 8}
    name: c
  - cell: {before: b, filters: 8}
"""


def test_what_a_block_takes_from_outside_is_an_input_of_its_class():
    found = exported(CELLS)
    assert (found.flat, found.stubs) == (False, ())
    assert "def forward(self, x, before):" in found.text
    assert "c = self.c(b, a)" in found.text


def test_what_a_block_takes_from_outside_is_an_argument_of_its_function():
    found = exported(CELLS, "keras")
    assert (found.flat, found.stubs) == (False, ())
    assert "def cell(inputs, before, filters, stride=1):" in found.text
    assert "c = cell(b, a, 8)" in found.text


def test_a_class_is_told_whether_sizes_differ():
    text = exported(CELLS).text
    assert "def __init__(self, in_channels, filters, halve=False):" in text  # of `adjust`
    assert "self.old = Adjust(before_channels, filters, halve=halve)" in text
    assert "self.c = Cell(6, 4, 8, halve=True)" in text
    assert "height" not in text


def branch_of(condition: str, other: str, framework: str) -> str:
    spec = f"""
input: 4x8x8
blocks:
  pick:
    args: {{kind: }}
    layers:
      - {{conv: {{filters: 4, kernel: 1, groups: 2, bias: false}}, when: {condition}}}
      - {{conv: {{filters: 4, kernel: 3, padding: same, bias: false}}, when: {other}}}
layers: [{{pick: 1}}, {{pick: 2}}]
"""
    text = exported(spec, framework).text
    ast.parse(text)
    lines = [line.strip() for line in text.splitlines()]
    return next(line for line in lines if line.startswith(("else", "elif")))


def test_the_second_of_two_conditions_is_kept_unless_it_is_the_opposite():
    for framework in ("pytorch", "keras"):
        assert branch_of("$kind == 1", "$kind == 2", framework) == "elif kind == 2:"
        assert branch_of("$kind == 1", "$kind != 1", framework) == "else:"
        assert branch_of("$kind > 1", "not $kind > 1", framework) == "else:"


def test_one_of_two_short_values_is_one_line():
    spec = """
input: 4x8x8
variables: {wide: true}
layers:
  - {conv: {filters: 4, kernel: 3}, when: $wide}
  - {conv: {filters: 4, kernel: 1}, when: not $wide}
"""
    line = "x = layers.Conv2D(4, 3)(x) if wide else layers.Conv2D(4, 1)(x)"
    assert line in exported(spec, "keras").text


#: Two entries of which one is taken, and a part of the same sequence after them.
FOLLOWED = """
input: 4x8x8
variables: {wide: true}
layers:
  - {conv: {filters: 4, kernel: 3, padding: 1}, when: $wide}
  - {conv: {filters: 4, kernel: 1}, when: not $wide}
  - relu
  - {repeat: 2, layers: [{batchnorm: , when: $i > 1}]}
"""


def test_what_is_added_to_later_is_a_sequence_in_both_cases():
    text = exported(FOLLOWED).text
    assert "self.stem = nn.Sequential()\n        if wide:\n" in text
    assert "self.stem.append(nn.Conv2d(4, 4, 3, padding=1))" in text


def test_an_argument_that_names_a_variable_has_its_value_where_the_file_has_one():
    spec = """
input: 4x8x8
variables: {width: 6}
blocks:
  pick: {args: {filters: $width}, layers: [{conv: {filters: $filters, kernel: 1}}, relu]}
layers: [pick, {dense: {units: $width, bias: $width > 5}}]
"""
    text = exported(spec, overrides={"width": 6}).text
    assert "nn.Conv2d(in_channels, 6, 1)" in text
    assert "width" not in text.partition("import torch")[2].partition("class Net")[0]


def test_a_view_of_joined_branches_is_a_line_of_its_own():
    convolutions = ", ".join("[{conv: {filters: 4, kernel: 3, padding: 1}}, relu]" for _ in "123")
    spec = (
        f"input: 4x8x8\nlayers: [{{parallel: [{convolutions}]}}, {{permute: [1, 2, 0]}}, dense: 4]"
    )
    assert "x = x.permute(0, 2, 3, 1)" in exported(spec).text
    assert max(map(len, exported(spec).text.splitlines())) <= 88


def test_a_learned_tensor_before_a_loop_has_one_line():
    spec = """
input: 3x32x32
layers:
  - conv: {filters: 96, kernel: 4, stride: 4}
  - flatten: {start_dim: 1}
  - permute: [1, 0]
  - position_embedding
  - repeat: 3
    layers: [layernorm, {dense: 96}]
"""
    lines = [line.strip() for line in exported(spec).text.splitlines()]
    start = lines.index("def forward(self, x):", lines.index("class Net(nn.Module):"))
    assert lines[start + 1 : start + 4] == [
        "x = self.stem(x).permute(0, 2, 1)",
        "x = x + self.position",
        "return self.blocks(x)  # 64x96",
    ]


PARTS = """
input: 3x8x8
blocks:
  part:
    args: {filters: , middle: $filters // 2, out: $filters + $middle}
    layers:
      - conv: {filters: $middle, kernel: 1}
      - conv: {filters: $out, kernel: 1}
  grow:
    args: {filters: , arriving: $in_channels}
    layers:
      - residual: {body: [{part: {filters: $filters, out: $filters - $arriving}}], merge: concat}
layers:
  - for: {filters: [16, 32]}
    layers:
      - grow: {filters: $filters}
      - part: {filters: $filters // 4}
  - conv: {filters: 5, kernel: 1}
"""


def test_channels_follow_from_a_default_that_is_computed_of_other_arguments():
    text = exported(PARTS).text
    assert "layer by layer" not in text
    assert "def __init__(self, in_channels, filters, out=None):" in text
    # 16 and 32 channels of `grow`, then filters // 4 and half as many of `part`
    assert "Part(filters, filters // 4)" in text
    assert "channels = filters // 4 + filters // 8" in text


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("$filters + ($width - $filters)", "width"),
        ("($width - $filters) + $filters", "width"),
        ("($width + $filters) - $width", "filters"),
        ("($filters + $width) - $width", "filters"),
        ("($filters - $width) - $filters", "filters - width - filters"),
        ("4 * $width // 4", "width"),
        ("$width // 2 // 3", "width // 6"),
        ("$width // -2 // 3", "width // -2 // 3"),
        ("$deep and 1 > 0", "deep"),
        ("0 > 1 or $deep", "deep"),
    ],
)
def test_expressions_have_no_part_that_changes_nothing(written, code):
    assert flat(expression(substituted(parsed(written), {}))) == code


HIERARCHY = """
input: 8x9x9
blocks:
  parts:
    args: {n: 4, width: $in_channels // $n}
    layers:
      - for: {at: 0..$n - 1}
        layers:
          - {chunk: {chunks: $n, index: $at}, from: input, name: part$at}
          - {add: , from: ['part$at', 'out${at - 1}'], name: sum$at, when: $at > 0}
          - {conv: {filters: $width, kernel: 3, padding: 1}, name: out$at}
      - {concat: , from: 'out${0..$n - 1}'}
  unit:
    args: {filters: }
    layers:
      - residual:
          - conv: {filters: $filters, kernel: 1}
          - parts
          - conv: {filters: 8, kernel: 1}
layers: [{unit: 12}, {unit: 16}]
"""


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_a_block_may_take_its_input_by_name_and_name_the_results_of_its_turns(framework):
    found = exported(HIERARCHY, framework)
    assert (found.flat, found.stubs) == (False, ())
    if framework == "pytorch":
        assert "Parts(filters)" in found.text
        assert "out1 = self.out1(self.part1(x) + out0)" in found.text
        assert "chunk(n" not in found.text  # `forward` has no `n`


BRANCHED = """
input: 3x32x32
layers:
  - {conv: {filters: 4, kernel: 1}, name: a}
  - {conv: {filters: 6, kernel: 1}, name: b}
  - for: {filters: [4, 6, 8]}
    from: a
    layers:
      - conv: {filters: $filters, kernel: 3, stride: 2, padding: 1}
      - relu
    name: down$i
  - flatten
  - dense: 5
outputs: [b, dense_1]
"""


def test_a_loop_begins_with_what_its_from_names():
    text = exported(BRANCHED).text
    assert "for filters in (4, 6, 8):" in text
    assert "x = self.downs(a)" in text
    assert "height = (height + 1) // 2" in text
    assert "nn.Linear(channels * height * width, 5)" in text
    keras = exported(BRANCHED, "keras").text
    assert "x = a\n    for filters in (4, 6, 8):\n" in keras
