"""A spec that is written is read as the same tree, and looks as a person writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cnncalc import zoo
from cnncalc.language.extents import Extent, Extents
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import parse
from cnncalc.language.syntax import (
    Beside,
    Entries,
    Expression,
    Key,
    Layer,
    List,
    Literal,
    Malformed,
    Map,
    Residual,
    Spec,
    Template,
)
from cnncalc.language.write import WIDTH, write
from tests import strategies

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = [*sorted(EXAMPLES.glob("*.yaml")), *map(Path, map(zoo.path, zoo.names()))]


def tree(text):
    parsed = parse(text, DEFAULT)
    assert not parsed.problems
    return parsed.spec


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_zoo_and_examples_come_back(file):
    spec = tree(file.read_text(encoding="utf-8"))
    written = write(spec)
    assert tree(written) == spec
    assert write(tree(written)) == written


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.specs)
def test_random_trees_come_back(spec):
    assert tree(write(spec)) == spec


AS_WRITTEN = """\
name: short
input: 3x32x32
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - maxpool: 2
  - batchnorm:
    name: norm
  - residual:
      - conv: {filters: 4 * $in_channels, kernel: 1}
      - relu
  - repeat: 2
    layers:
      - dense: max(2, $i)
  - add:
    from: [norm, input]
"""


def test_short_forms():
    assert write(tree(AS_WRITTEN)) == AS_WRITTEN


LONG_FORMS = """\
name: short
input:   "3x32x32"
layers:
- conv:
    filters: 8
    kernel: 03
- "relu"   # a comment
- {maxpool: 2}
- name: norm
  batchnorm:
- residual:
    body: [{conv: {filters: 4 * $in_channels, kernel: 1}}, relu]
    merge: add
- layers: [dense: 'max(2, $i)']
  repeat: 2
- {add: , from: [norm, input]}
"""


def test_long_forms_are_the_same_tree():
    assert tree(LONG_FORMS) == tree(AS_WRITTEN)
    assert write(tree(LONG_FORMS)) == AS_WRITTEN


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_lines_are_no_wider_than_a_page(file):
    for line in write(tree(file.read_text(encoding="utf-8"))).splitlines():
        assert len(line) <= WIDTH or line.startswith("description:") or " label: " in line


def test_equality_is_of_kinds_and_not_of_places():
    assert Literal(1) != Literal(value=True)
    assert Literal(1) != Literal(1.0)
    assert Literal("$i") != Expression("$i") != Template("$i")
    here, there = tree("input: 1\nlayers: [relu]"), tree("layers:\n- relu\ninput:   1")
    assert here == there
    assert hash(here.entries) == hash(there.entries)


def test_built_by_hand():
    conv = Map(((Key("filters"), Literal(8)), (Key("kernel"), Literal(3))))
    body = Entries([Layer("conv", conv, Beside(name=Template("c"))), Layer("relu")])
    spec = Spec({"input": Literal("3x8x8")}, Entries([Residual(body, None, None)]))
    assert write(spec) == (
        "input: 3x8x8\n"
        "layers:\n"
        "  - residual:\n"
        "      body:\n"
        "        - conv: {filters: 8, kernel: 3}\n"
        "          name: c\n"
        "        - relu\n"
        "      merge: none\n"
    )


def test_what_is_malformed_cannot_be_written():
    spec = parse("input: 1\nlayers: [{conv: 1, relu: 2}]", DEFAULT).spec
    assert isinstance(spec.entries.all[0], Malformed)
    with pytest.raises(ValueError, match="appears beside"):
        write(spec)


TEXT = 'variables: {a: [1, "é𝄞", $b]}\ninput:\n  - 3\n  - 8\nlayers: [relu]\n'


def test_places_have_an_end_in_characters_and_in_utf_16():
    spec = tree(TEXT)
    values = spec.variables["a"]
    assert isinstance(values, List)
    _, text, last = values.items
    characters, units = Extents(TEXT), Extents(TEXT, utf16=True)
    assert characters.of(text) == Extent(1, 20, 1, 24)
    assert units.of(text) == Extent(1, 20, 1, 25)
    assert characters.of(last) == Extent(1, 26, 1, 28)
    assert units.of(last) == Extent(1, 27, 1, 29)
    assert characters.of(values) == Extent(1, 16, 1, 29)
    assert characters.of(spec.inputs["input"]) == Extent(3, 3, 4, 6)
    assert characters.of(Literal(1)) is None
