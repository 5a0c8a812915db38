"""Arguments that the graph knows are checked against it: right ones pass, wrong ones are E202."""

from __future__ import annotations

import pytest
from batches import batch

import cnncalc

DECLARED = [
    ("conv: {filters: 4, kernel: 3, in_channels: %d}", "3x8x8", 3),
    ("Conv2d: {in_channels: %d, out_channels: 4, kernel_size: 3}", "3x8x8", 3),
    ("ConvTranspose2d: {in_channels: %d, out_channels: 4, kernel_size: 3}", "3x8x8", 3),
    ("dense: {units: 4, in_features: %d}", "[7]", 7),
    ("Linear: {in_features: %d, out_features: 4}", "[7]", 7),
    ("batchnorm: {num_features: %d}", "3x8x8", 3),
    ("BatchNorm2d: {num_features: %d}", "3x8x8", 3),
    ("InstanceNorm2d: {affine: true, num_features: %d}", "3x8x8", 3),
    ("GroupNorm: {num_groups: 1, num_channels: %d}", "4x8x8", 4),
    ("LSTM: {input_size: %d, hidden_size: 5}", "[9, 7]", 7),
]


@batch(("entry", "shape", "size"), DECLARED)
def test_a_right_claim_passes(net, entry, shape, size):
    (node,) = net("- " + entry % size, shape).layers
    assert node.params > 0


def test_a_claim_changes_no_figure(net):
    (node,) = net("- conv: {filters: 4, kernel: 3, in_channels: 3}").layers
    assert node.params == 3 * 3 * 3 * 4 + 4
    assert node.macs == 4 * 6 * 6 * 3 * 3 * 3


def test_a_wrong_claim_says_what_it_should_be():
    text = "input: 3x8x8\nlayers:\n  - conv: {filters: 4, kernel: 3, in_channels: 64}\n"
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(text)
    (one,) = caught.value.diagnostics
    assert one.label == "should be 3"
    assert (one.place.line, one.place.column) == (3, text.splitlines()[2].index("64") + 1)


@batch(("entry", "shape", "size"), DECLARED)
def test_a_wrong_claim_is_refused(refusal, entry, shape, size):
    assert refusal("- " + entry % (size + 1), shape) == ["E202"]


@pytest.mark.parametrize("size", ["0", "-3", "2.5", "three"])
def test_only_a_size_can_be_declared(refusal, size):
    assert refusal(f"- conv: {{filters: 4, kernel: 3, in_channels: {size}}}") == ["E107"]
