"""The sizes that exported code gives to layers: of the axis that they come from."""

from __future__ import annotations

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
