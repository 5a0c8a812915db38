"""`explain --picture` of windows and axes of any size: drawn to scale, or refused in one line."""

from __future__ import annotations

import pytest

from cnncalc import parse
from cnncalc.analysis.locality import NoPlaceError, locality
from cnncalc.render.locality import text

LAYER = "conv: {{filters: 1, kernel: {kernel}, stride: {stride}}}"


def _net(size, **window):
    return parse(f"input: [1, {size}, {size}]\nlayers: [{LAYER.format(**window)}]\n")


@pytest.mark.parametrize("size", [10**5, 10**9, 10**200])
def test_a_long_axis_is_drawn_to_scale(size):
    drawn = text(locality(_net(size, kernel=3, stride=size // 4), "conv_1"))
    # The second output starts a quarter of the axis further along.
    assert f"columns {size // 4} to {size // 4 + 2} of {size}" in drawn
    assert max(map(len, drawn.splitlines())) < 4 * (60 + 3 * len(str(size)))


@pytest.mark.parametrize("kernel", [10**6, 10**9, 10**100])
def test_a_window_of_very_many_positions_is_refused(kernel):
    with pytest.raises(NoPlaceError, match="too many to draw"):
        locality(_net(kernel * 3, kernel=kernel, stride=1), "conv_1")
