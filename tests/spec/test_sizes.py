"""Sizes per axis, every form of padding, and what fills it; outputs worked out by hand."""

from __future__ import annotations

import pytest
from batches import batch


def size(found):
    return found.layers[-1].output_shape[1:]


@batch(
    ("kernel", "output"),
    [
        ("3", (8, 9)),
        ("[3, 5]", (8, 7)),
        ("[3]", (8, 9)),
        ("3x5", (8, 7)),
        ("3 x 5", (8, 7)),
        ("3×5", (8, 7)),
        ('"(3, 5)"', (8, 7)),
        ("[1, 11]", (10, 1)),
        ("[$k, $k + 2]", (8, 7)),
        ("10x11", (1, 1)),
    ],
)
def test_a_size_is_one_number_or_one_per_axis(net, kernel, output):
    found = net(f"- conv: {{filters: 2, kernel: {kernel}}}", "[3, 10, 11]", "variables: {k: 3}")
    assert size(found) == output


def test_parentheses_outside_braces_are_a_list(net):
    assert size(net("- maxpool:\n    kernel: (2, 5)", "[3, 10, 10]")) == (5, 2)


@pytest.mark.parametrize("kernel", ["[3, 3, 3]", "[]", "[3, a]", "3x", "x3", "3.5", "[[3, 5]]"])
def test_another_number_or_kind_of_sizes_is_refused(refusal, kernel):
    assert refusal(f"- conv: {{filters: 2, kernel: {kernel}}}") == ["E107"]


@pytest.mark.parametrize("kernel", ["(3, 5)", "{3, 5}"])
def test_a_list_in_other_brackets_is_refused_with_a_hint(refusal, kernel):
    assert refusal(f"- conv: {{filters: 2, kernel: {kernel}}}") == ["E102"]


@pytest.mark.parametrize(
    ("shape", "kernel", "output"),
    [("[3, 10]", "3", (8,)), ("[3, 10, 11]", "3", (8, 9)), ("[3, 10, 11, 12]", "3", (8, 9, 10)),
     ("[3, 10, 11, 12]", "[1, 3, 5]", (10, 9, 8)), ("[3, 10, 11, 12]", "1x3x5", (10, 9, 8))],
)  # fmt: skip
def test_the_input_says_how_many_axes_there_are(net, shape, kernel, output):
    assert size(net(f"- conv: {{filters: 2, kernel: {kernel}}}", shape)) == output


@batch(
    ("padding", "output"),
    [
        # A kernel 3x5 over 10x11 at stride 1: out = in + before + after - kernel + 1.
        ("valid", (10 - 2, 11 - 4)),
        ("same", (10, 11)),
        ("full", (10 + 2 * 2 - 2, 11 + 2 * 4 - 4)),
        ("SAME", (10, 11)),
        ("0", (8, 7)),
        ("1", (10 + 2 - 2, 11 + 2 - 4)),
        ("[1, 2]", (10 + 2 - 2, 11 + 4 - 4)),
        ("1x2", (10, 11)),
        ("[1, 0, 2, 3]", (10 + 1 + 0 - 2, 11 + 2 + 3 - 4)),
        ("[[1, 0], [2, 3]]", (10 + 1 - 2, 11 + 5 - 4)),
        ("[[1, 0], 2]", (10 + 1 - 2, 11 + 4 - 4)),
        ("{top: 1}", (10 + 1 - 2, 11 - 4)),
        ("{top: 1, left: 2}", (10 + 1 - 2, 11 + 2 - 4)),
        ("{top: 1, bottom: 2, left: 3, right: 4}", (10 + 3 - 2, 11 + 7 - 4)),
        ("{bottom: $one + 1}", (10 + 2 - 2, 11 - 4)),
    ],
)
def test_every_form_of_padding(net, padding, output):
    entry = f"- conv: {{filters: 2, kernel: 3x5, padding: {padding}}}"
    found = net(entry, "[3, 10, 11]", "variables: {one: 1}")
    assert size(found) == output


@batch(
    ("padding", "output"),
    [("valid", 10 - 4), ("same", 10), ("full", 10 + 2 * 4 - 4), ("causal", 10 + 4 - 4), ("3", 12),
     ("[3]", 12), ("[1, 2]", 10 + 3 - 4), ("[[1, 2]]", 10 + 3 - 4), ("{left: 2}", 10 + 2 - 4),
     ("{before: 4, after: 1}", 10 + 5 - 4)],
)  # fmt: skip
def test_padding_along_one_axis_with_a_dilated_kernel(net, padding, output):
    # The kernel 3 with dilation 2 spans 2 * (3 - 1) + 1 = 5.
    found = net(f"- conv: {{filters: 2, kernel: 3, dilation: 2, padding: {padding}}}", "[3, 10]")
    assert size(found) == (output,)


def test_padding_of_three_axes(net):
    entry = "- conv: {filters: 2, kernel: 1, padding: {front: 1, top: 2, bottom: 3, right: 4}}"
    assert size(net(entry, "[3, 5, 6, 7]")) == (5 + 1, 6 + 5, 7 + 4)


@pytest.mark.parametrize(("stride", "output"), [(1, (7, 8)), (2, (4, 4)), (3, (3, 3)), (7, (1, 2))])
def test_same_gives_the_size_over_the_stride_rounded_up(net, stride, output):
    entry = f"- conv: {{filters: 2, kernel: 3, stride: {stride}, padding: same}}"
    assert size(net(entry, "[3, 7, 8]")) == output


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_the_odd_pixel_of_same_is_at_the_end(net, kernel):
    (node,) = net(f"- conv: {{filters: 2, kernel: {kernel}, padding: same}}", "[3, 9]").layers
    (window,) = node.layer.windows(node.facts.inputs)
    assert (window.before, window.after) == ((kernel - 1) // 2, kernel - 1 - (kernel - 1) // 2)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_what_fills_the_padding_changes_no_size(net, mode):
    entry = f"- conv: {{filters: 2, kernel: 3, padding: 2, padding_mode: {mode}}}"
    found = net(entry)
    assert size(found) == (8 + 4 - 2, 8 + 4 - 2)
    assert found.totals.params == 3 * 3 * 3 * 2 + 2


@pytest.mark.parametrize(
    ("mode", "padding", "fits"),
    [("reflect", 3, True), ("reflect", 4, False), ("circular", 4, True), ("circular", 5, False),
     ("zeros", 9, True), ("replicate", 9, True)],
)  # fmt: skip
def test_padding_cannot_be_filled_from_further_than_the_input_reaches(
    net, refusal, mode, padding, fits
):
    entry = f"- conv: {{filters: 2, kernel: 3, padding: {padding}, padding_mode: {mode}}}"
    if fits:
        assert size(net(entry, "[3, 4, 4]")) == (4 + 2 * padding - 2,) * 2
    else:
        assert refusal(entry, "[3, 4, 4]") == ["E206"]


@batch(
    ("padding", "code"),
    [("some", "E107"), ("-1", "E206"), ("[1, 2, 3]", "E107"), ("{up: 1}", "E107"),
     ("{top: a}", "E107"), ("1.5", "E107"), ("[]", "E107"), ("causal", "E206"), ("true", "E107"),
     ("[1, 2, 3, 4, 5]", "E107"), ("[[1, 2, 3], 1]", "E107")],
)  # fmt: skip
def test_a_malformed_padding_is_refused(refusal, padding, code):
    assert refusal(f"- conv: {{filters: 2, kernel: 3, padding: {padding}}}") == [code]


def test_an_unknown_padding_mode_is_refused(refusal):
    entry = "- conv: {filters: 2, kernel: 3, padding: 1, padding_mode: mirror}"
    assert refusal(entry) == ["E107"]


@batch(
    ("shape", "expected"),
    [
        ("[3, 32, 16]", (3, 32, 16)),
        ("3x32x16", (3, 32, 16)),
        ("3 x 32 x 16", (3, 32, 16)),
        ("3×32×16", (3, 32, 16)),
        ("{channels: 3, height: 32, width: 16}", (3, 32, 16)),
        ("{width: 16, height: 32, bands: 3}", (3, 32, 16)),
        ("{features: 3, time: 32}", (3, 32)),
        ("{channels: 1, frames: 9, height: 8, width: 7}", (1, 9, 8, 7)),
        ("{height: 8, width: 7}", (8, 7)),
        ("784", (784,)),
        ("[784]", (784,)),
    ],
)
def test_a_shape_is_a_list_sizes_with_x_or_named_axes(net, shape, expected):
    assert net("- relu", shape).inputs == {"input": expected}


@batch(
    "shape",
    ["[3, 0, 8]", "[3, -8]", "0", "3x8x", "image", "[3, 8.5]", "[3, [8, 8]]", "[~, 3, 8, 8]",
     "{channels: 3, hight: 8}", "true", "[3, true]", "''"],
)  # fmt: skip
def test_a_malformed_shape_is_refused(refusal, shape):
    assert refusal("- relu", shape)[0] in ("E107", "E101", "E102")
