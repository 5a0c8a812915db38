"""Loops in exported code: what their variables are called, and what is read after them."""

from __future__ import annotations

import ast
import re

import pytest
from specs import FRAMEWORKS, exported

#: Loops whose variables have names that stand for something else outside, and the channels of
#: the convolutions, which the specs give.
SHADOWS = {
    "for: {i: 1..3}, layers: [{for: {j: 1..2}, layers: [CONV($w[$i - 1] + $j)]}]": (
        [5, 6, 6, 7, 7, 8]
    ),
    "for: {i: [5, 6]}, layers: [{repeat: 2, layers: [CONV($i)]}]": [5, 5, 6, 6],
    "repeat: 2, layers: [{repeat: 2, layers: [CONV($i + 3)]}, CONV($i + 5)]": [4, 5, 6, 4, 5, 7],
    "repeat: 2, layers: [{for: {i: [5, 6]}, layers: [CONV($i)]}, CONV($i)]": [5, 6, 1, 5, 6, 2],
    "layers: [{for: {v: [5, 6]}, layers: [CONV($v)]}, CONV($v)]": [5, 6, 4],
    "layers: [{counts: {i: 3}}, {counts: {i: 4}}]": [15, 18, 20, 24],
    "layers: [ranges]": [1, 2],
}
HEAD = """
input: 3x8x8
variables: {w: [4, 5, 6], v: 4}
blocks:
  counts: {args: {i: 2}, layers: [{for: {w: [5, 6]}, layers: [CONV($w * $i)]}]}
  ranges: {args: {n: 2}, layers: [{for: {k: "1..$n"}, layers: [CONV($k)]}]}
layers:
"""
COUNTED = """
input: 3x8x8
variables: {i: 4}
layers:
"""


def spec_of(entry: str, head: str = HEAD) -> str:
    whole = f"{head}  - {{{entry}}}\n"
    return re.sub(r"CONV\((.*?)\)", r'{conv: {filters: "\1", kernel: 1}}', whole)


def channels_of(text: str, framework: str) -> list[int]:
    """The channels that the convolutions of an exported file are made with."""
    found: list[int] = []

    class Anything:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def __call__(self, *_: object, **__: object) -> Anything:
            return self

        def append(self, other: object) -> None:
            pass

    class Convolution(Anything):
        def __init__(self, *given: object, **_: object) -> None:
            value = given[1 if framework == "pytorch" else 0]
            assert isinstance(value, int)
            found.append(value)

    class Library:
        Conv2d = Conv2D = Convolution
        Input = Model = ReLU = Module = Sequential = ZeroPadding2D = Concatenate = Anything
        concatenate = Anything()

    tree = ast.parse(text)
    kept = [one for one in tree.body if not isinstance(one, (ast.Import, ast.ImportFrom, ast.If))]
    library = dict.fromkeys(("nn", "torch", "keras", "layers", "ops"), Library)
    exec(compile(ast.Module(kept, []), "exported", "exec"), library)  # noqa: S102 - under test
    net = [one for one in kept if isinstance(one, (ast.FunctionDef, ast.ClassDef))][-1]
    library[net.name]()  # type: ignore[operator]
    return found


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("entry", SHADOWS)
def test_a_loop_changes_nothing_outside(entry, framework):
    found = exported(spec_of(entry), framework)
    assert (found.flat, found.stubs) == (False, ())
    assert channels_of(found.text, framework) == SHADOWS[entry]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_variable_called_as_the_counter_is_no_counter(framework):
    found = exported(spec_of("repeat: 3, layers: [CONV($i + 2)]", COUNTED), framework)
    assert channels_of(found.text, framework) == [6, 6, 6]


def test_a_loop_keeps_a_name_that_nothing_reads_outside():
    spec = spec_of("for: {v: [5, $v]}, layers: [CONV($v)]")
    assert "for v in (5, v):" in exported(spec, "keras").text


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_branches_that_a_loop_makes_have_its_values(framework):
    entry = "parallel: {branches: [[CONV($v)], {for: {k: [5, 6]}, layers: [CONV($k)]}]}"
    assert channels_of(exported(spec_of(entry), framework).text, framework) == [4, 5, 6]


def test_a_result_is_kept_for_each_turn_of_both_loops():
    spec = """
input: 3x8x8
layers:
  - for: {x: [1, 2]}
    name: g$x
    layers:
      - for: {y: [3, 4]}
        name: h$y
        layers: [{conv: {filters: 4, kernel: 1}}, {relu: , name: r$y}]
  - concat:
    from: [g1/h3/r3, g1/h4/r4, g2/h3/r3, g2/h4/r4]
"""
    joined = re.search(r"concatenate\(\[(.*?)\]\)", exported(spec, "keras").text)
    assert joined
    assert len(set(joined[1].split(", "))) == 4


def test_results_of_loops_of_loops_are_kept_by_the_variables_of_both():
    spec = """
input: 3x8x8
layers:
  - for: {n: [1, 2]}
    layers:
      - for: {m: [3, 4]}
        layers: [{conv: {filters: 4, kernel: 1}, name: "h_${n}_$m"}, relu]
  - {add: , from: [h_1_3, h_2_4]}
"""
    found = exported(spec, "keras")
    assert (found.flat, found.unrolled) == (False, 0)
    assert "h[n, m] = x" in found.text
    assert "layers.add([h[1, 3], h[2, 4]])" in found.text


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_range_beside_a_type_that_is_a_variable(framework):
    spec = """
input: 3x8x8
variables: {n: 2, kind: {by: $n, 1: a, 2: b, default: b}}
blocks: {a: {layers: [{dense: 4}]}, b: {layers: [{dense: 5}]}}
layers: [$kind, {for: {k: "1..$n"}, layers: [{conv: {filters: 4 * $k, kernel: 1}}]}]
"""
    assert not exported(spec, framework).stubs


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_setting_that_is_an_error_in_the_middle_of_a_loop_is_left_out(framework):
    spec = """
input: 3x8x8
variables: {depth: 1}
blocks: {b: [{repeat: 2, layers: [{conv: {filters: $f, kernel: 1}}, relu], name: r}]}
layers:
  - repeat: $depth - 1
    layers: [b]
  - flatten: {start_dim: 1}
"""
    assert not exported(spec, framework).stubs
