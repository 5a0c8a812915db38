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
