"""Patterns of reach that are too long to be written out: their widest element, by brute force."""

from __future__ import annotations

from fractions import Fraction

import pytest
from batches import batch

from cnncalc import parse
from cnncalc.arithmetic import TransposedWindow
from cnncalc.figures.receptive_field import receptive_fields
from cnncalc.layers.base import reach

MODES = ("nearest", "nearest-exact", "linear", "corners", "cubic", "corners-cubic", "area")


def _widest(taps):
    return max(one[-1] - one[0] + 1 for one in taps if one)


@batch("kernel", range(1, 8))
@batch("stride", range(1, 8))
@batch("dilation", range(1, 5))
def test_of_a_transposed_window(kernel, stride, dilation):
    window = TransposedWindow("height", 9, kernel=kernel, stride=stride, dilation=dilation)
    written_out = reach.slid(1, window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_MOST_PHASES", 0)
        assert reach.slid(1, window) == reach.mixed(1, _widest(written_out.taps))


@batch("mode", MODES)
@batch("old", [2, 5, 8, 30, 31])
@batch("new", [7, 9, 11, 13, 29])
def test_of_a_resampling(old, new, mode):
    written_out = reach.resampled(1, Fraction(old, new), new, mode)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_MOST_PHASES", 0)
        found = reach.resampled(1, Fraction(old, new), new, mode)
    assert found.widest == _widest(written_out.taps)


@pytest.mark.parametrize(
    ("layer", "size"),
    [
        ("conv_transpose: {filters: 1, kernel: 3, stride: 1000000007}", 1),
        ("conv_transpose: {filters: 1, kernel: 2000000014, stride: 1000000007}", 2),
        ("upsample: {size: 1000000007, mode: linear}", 2),
        ("adaptive_avgpool: 1000000007", 2),
        ("conv: {filters: 1, kernel: 100000000001, padding: 100000000000}", 100_000_000_001),
    ],
)
def test_a_net_with_one_is_read_at_once(layer, size):
    net = parse(f"input: [1, 100]\nlayers: [{layer}]\n")
    assert next(iter(receptive_fields(net).values()))[0].size == size
