"""The sizes that exported code gives to layers: of the axis that they come from."""

from __future__ import annotations

import re

import pytest
from specs import exported


@pytest.mark.parametrize(
    ("arriving", "layer", "features"),
    [
        ("[24]", "reshape: [-1, 1, 1]", "24"),
        ("[24]", "unflatten: {axis: 0, sizes: [-1, 1, 1]}", "24"),
        ("[24]", "keras.layers.Reshape: {target_shape: [1, 1, -1]}", "24"),
        ("[4, 6]", "reshape: [1, -1, 1]", "4 * length"),
        ("[2, 3, 4]", "reshape: [-1, 1, 1, 1]", "2 * height * width"),
    ],
)
def test_all_elements_along_one_axis_of_more(arriving, layer, features):
    spec = f"input: {arriving}\nlayers: [{{{layer}}}, flatten, {{dense: 5}}]"
    assert f"nn.Linear({features}, 5)" in exported(spec).text


#: Maps of 64 channels and 64 positions, or of 64 channels, 64 rows and columns.
POSITIONS = """
input: 3x8x8
layers:
  - {conv: {filters: 64, kernel: 3, padding: same}}
  - {flatten: {start_dim: 1}, name: channels_first}
  - {permute: [1, 0], name: channels_last}
  - %s
  - {dense: 7}
"""
LAST = """
input: 64x64x3
layout: channels_last
layers: [{conv: {filters: 64, kernel: 3, padding: same}}, %s, {dense: 7}]
"""


@pytest.mark.parametrize(
    ("spec", "layer", "features"),
    [
        (POSITIONS, "{mean: 0}", "64"),
        (POSITIONS, "{max: 1}", "height * width"),
        (POSITIONS, "{matmul: {}, from: [channels_first, channels_last]}", "64"),
        (POSITIONS, "{matmul: {}, from: [channels_last, channels_first]}", "height * width"),
        (POSITIONS, "{matmul: {transpose_b: true}, from: [channels_first, channels_first]}", "64"),
        (
            POSITIONS,
            "{matmul: {transpose_a: true}, from: [channels_first, channels_first]}",
            "height * width",
        ),
        (POSITIONS, "{dot: {axes: 0}, from: [channels_last, channels_last]}", "64"),
        (POSITIONS, "{dot: {axes: 1}, from: [channels_last, channels_last]}", "height * width"),
        (LAST, "global_avgpool", "64"),
        (LAST, "{mean: [0, 1]}", "64"),
        (LAST, "{mean: [0, 2]}", "width"),
    ],
)
def test_sizes_that_are_equal_by_chance(spec, layer, features):
    assert f"nn.Linear({features}, 7)" in exported(spec % layer).text


def test_padding_that_is_dilated_in_some_turns_is_said_for_all():
    spec = """
input: 4x32x32
layers:
  - for: {d: [1, 2]}
    conv: {filters: 4, kernel: 3, stride: 2, padding: same, dilation: $d}
"""
    text = exported(spec).text
    assert "SamePadding(3, 2, dilation=d)" in text
    assert "SamePad(" not in text


#: A map of 8 channels, rows and columns, and variables of 8 and 4: what is of which is chance.
EQUAL = """
input: 8x8x8
variables: {wide: 8, half: 4}
layers:
  - {conv: {filters: $half, kernel: 1}}
%s  - {dense: 7}
"""


@pytest.mark.parametrize(
    ("layers", "features"),
    [
        ("permute: [0, 2, 1]", "height"),
        ("mean: 0", "width"),
        ("mean: 2", "height"),
        ("flatten: {start_dim: 1}", "height * width"),
        ("flatten: {start_dim: 1}|permute: [1, 0]", "half"),
        ("reshape: [$wide, -1]", "half * height * width // wide"),
        ("reshape: [-1, $wide]", "wide"),
        ("flatten: {start_dim: 1}|unflatten: {dim: 1, sizes: [-1, 8]}", "8"),
        ("flatten: {start_dim: 1}|unflatten: {dim: 1, sizes: [8, -1]}", "height * width // 8"),
    ],
)
def test_the_axis_that_a_size_is_of(layers, features):
    drawn = "".join(f"  - {{{one}}}\n" for one in layers.split("|"))
    text = exported(EQUAL % drawn).text
    found = text[text.index("nn.Linear(") :].partition(", 7)")[0].removeprefix("nn.Linear(")
    assert found == features


@pytest.mark.parametrize(
    ("layer", "features"),
    [
        ("reshape: $sizes", "12 * height * width // sizes[0]"),
        ("unflatten: {dim: 2, sizes: $sizes}", "width // sizes[0]"),
    ],
)
def test_a_size_that_is_left_to_a_list_in_a_variable(layer, features):
    spec = "input: 12x6x8\nvariables: {sizes: [4, -1]}\nlayers: [{%s}, {dense: 7}]"
    assert f"nn.Linear({features}, 7)" in exported(spec % layer).text


@pytest.mark.parametrize("axis", ["1", "[0, 1]", "[1, 2]", "0", "2"])
def test_norms_of_keras_are_along_the_last_axes(axis):
    """Keras on PyTorch normalizes those, whatever axes it is given."""
    layers = f"[{{layernorm: {{axis: {axis}}}}}, {{conv: {{filters: 4, kernel: 1}}}}]"
    spec = f"input: 4x6x8\nlayers: {layers}"
    (call,) = re.findall(r"layers\.LayerNormalization\((.*?)\)\(", exported(spec, "keras").text)
    assert call == ("axis=(2, -1), epsilon=1e-5" if "," in axis else "epsilon=1e-5")


def test_without_the_axis_that_came_last_no_axis_is_moved():
    spec = "input: 4x6x8\nlayers: [{conv: {filters: 4, kernel: 1}}, {mean: 0}, {dense: 3}]"
    text = exported(spec, "keras").text
    assert "x = ops.mean(x, axis=-1)  # 6x8" in text
    assert "Permute" not in text


def test_sizes_of_keras_are_read_where_an_axis_is_kept():
    spec = "input: 4x6x8\nlayers: [{flatten: {end_dim: 1}}, {unflatten: {dim: 0, sizes: [3, -1]}}]"
    text = exported(spec, "keras").text
    assert "layers.Reshape((-1, x.shape[-1]))" in text.replace("inputs.", "x.")
    assert "layers.Reshape((3, -1, x.shape[-1]))" in text


@pytest.mark.parametrize(
    ("layer", "torch", "keras"),
    [
        ("reshape: [-1]", "Reshape((-1,))", "Reshape((-1,))"),
        ("reshape: [192]", "Reshape((192,))", "Reshape((192,))"),
        ("unflatten: {dim: 1, sizes: [8]}", "Unflatten(2, (8,))", "Reshape(("),
    ],
)
def test_a_list_of_one_size_stays_a_list(layer, torch, keras):
    spec = f"input: 3x8x8\nlayers: [{{{layer}}}]"
    assert torch in exported(spec).text
    assert keras in exported(spec, "keras").text


TURNS = """
input: 3x64x64
layers:
  - {for: {%s}, layers: [%s]}
  - flatten
  - {dense: 7}
"""


@pytest.mark.parametrize(
    ("loop", "layers", "size"),
    [
        ("kernel: [3, 5]", "{conv: {filters: 8, kernel: $kernel}}", "height - kernel + 1"),
        (
            "kernel: [3, 5]",
            "{conv: {filters: 8, kernel: $kernel}}, {maxpool: 2}",
            "(height - kernel + 1) // 2",
        ),
        (
            "stride: [2, 3]",
            "{conv: {filters: 8, kernel: 3, stride: $stride, padding: 1}}",
            "(height - 1) // stride + 1",
        ),
        ("rate: [1, 3]", "{conv: {filters: 8, kernel: 3, dilation: $rate}}", "height - 2 * rate"),
        (
            "rate: [1, 3]",
            "{avgpool: {kernel: [$rate + 1, 2], stride: [$rate, 1]}}",
            "(height - (rate + 1)) // rate + 1",
        ),
        (
            "side: [2, 3]",
            "{conv: {filters: 8, kernel: 3, padding: $side}}",
            "height + 2 * side - 2",
        ),
        (
            "patch: [2, 4]",
            "{conv: {filters: 8, kernel: $patch, stride: $patch}}",
            "height // patch",
        ),
    ],
)
def test_a_turn_gives_the_next_the_size_of_its_windows(loop, layers, size):
    text = exported(TURNS % (loop, layers)).text
    (given,) = re.findall(r" height (//)?= (.*)", text)
    assert given == (("//", "patch") if size == "height // patch" else ("", size))


@pytest.mark.parametrize(
    ("loop", "layer", "elements"),
    [
        # 64 -> (64 - 1) * 2 + 4 = 130 -> (130 - 1) * 2 + 2 = 260
        ("kernel: [4, 2]", "{conv_transpose: {filters: 3, kernel: $kernel, stride: 2}}", 260 * 260),
        # 64 -> ceil(62 / 3) + 1 = 22 -> ceil(20 / 2) + 1 = 11
        ("s: [3, 2]", "{maxpool: {kernel: 2, stride: $s, ceil_mode: true}}", 11 * 11),
    ],
)
def test_a_size_that_no_turn_can_give_is_a_number_after_the_loop(loop, layer, elements):
    text = exported(TURNS % (loop, layer)).text
    assert f"nn.Linear({3 * elements}, 7)" in text
    assert "height" not in text
