"""Which settings make two layers different, however and by whichever rules they were written."""

from __future__ import annotations

import pytest

from cnncalc.analysis.compare.differences import difference
from cnncalc.api import parse

FIRST = "input: 4x6x8\nlayers: [%s]"
LAST = "layout: channels_last\ninput: 6x8x4\nlayers: [%s]"
BRANCHES = "{conv: {filters: 4, kernel: 1}, name: a}, {conv: {filters: 4, kernel: 1}, name: b}, "


def changes(before, after):
    found = difference(("before", before), ("after", after))
    return [
        (one.what, one.before, one.after) for step in found.steps for one in step.changes
    ], found.resized


@pytest.mark.parametrize(
    ("one", "other", "change"),
    [
        ("softmax: 0", "softmax: 2", ("axis", "0", "2")),
        ("Softmax: {dim: 1}", "Softmax: {dim: 3}", ("axis", "1", "3")),
        ("unit_norm: {axis: 0}", "unit_norm: {axis: 1}", ("axis", "0", "1")),
        ("glu: {dim: 0}", "glu: {dim: 1}", ("dim", "0", "1")),
        ("flatten", "flatten: {start_dim: 1}", ("start_dim", "null", "1")),
        ("permute: [0, 2, 1]", "permute: [2, 1, 0]", ("dims", "[0, 2, 1]", "[2, 1, 0]")),
    ],
)
def test_another_axis_is_another_setting(one, other, change):
    assert changes(parse(FIRST % f"{{{one}}}" if ":" in one else FIRST % one),
                   parse(FIRST % f"{{{other}}}"))[0] == [change]  # fmt: skip


def test_another_axis_of_a_concatenation():
    joined = FIRST % (BRANCHES + "{concat: {axis: %s}, from: [a, b]}")
    assert changes(parse(joined % 0), parse(joined % 1))[0] == [("axis", "0", "1")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("softmax", "{softmax: 0}"),
        ("softmax", "{softmax: -3}"),
        ("{softmax: 2}", "{Softmax: {dim: 3}}"),
        ("{softmax: 2}", "{Softmax: {axis: -1}}"),
        ("flatten", "{Flatten: {start_dim: 1}}"),
        ("{flatten: {start_dim: 1}}", "{Flatten: {start_dim: 2}}"),
        ("{permute: [2, 0, 1]}", "{Permute: {dims: [3, 1, 2]}}"),
        ("batchnorm", "{batchnorm: {axis: 0}}"),
        ("{layernorm: {axis: -1}}", "{LayerNorm: {normalized_shape: 8}}"),
    ],
)
def test_one_axis_counted_in_several_ways(one, other):
    assert changes(parse(FIRST % one), parse(FIRST % other)) == ([], 0)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("{softmax: 0}", "{softmax: 2}"),
        ("{softmax: 2}", "{softmax: 1}"),
        ("softmax", "Softmax"),
        ("batchnorm", "{BatchNormalization: {axis: -1}}"),
        ("batchnorm", "{BatchNormalization: {axis: 3}}"),
        ("{prelu: {shared_axes: [1, 2]}}", "{PReLU: {shared_axes: [1, 2]}}"),
        ("flatten", "Flatten"),
    ],
)
def test_one_axis_in_both_layouts(first, last):
    assert changes(parse(FIRST % first), parse(LAST % last)) == ([], 0)


def test_an_axis_that_another_number_of_axes_moves_is_no_change():
    # Keras's softmax takes the last axis: of a map the width, of a vector the features.
    assert changes(parse("input: 4x6x8\nlayers: [Softmax]"), parse("input: 4\nlayers: [Softmax]"))[
        0
    ] == []  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "change"),
    [
        ("{leaky_relu: {negative_slope: 0.1}}", "{leaky_relu: {negative_slope: 0.2}}",
         ("negative_slope", "0.1", "0.2")),
        ("batchnorm", "{batchnorm: {eps: 0.001}}", ("eps", "1e-05", "0.001")),
        ("{conv: {filters: 4, kernel: 1}}",
         "{conv: {filters: 4, kernel: 1}, regularizer: {l2: 0.01}}", ("l2", "0", "0.01")),
        ("{conv: {filters: 4, kernel: 1}}", "{conv: {filters: 4, kernel: 1}, trainable: false}",
         ("trainable", "true", "false")),
    ],
)  # fmt: skip
def test_what_changes_no_figure_is_a_change(one, other, change):
    assert changes(parse(FIRST % one), parse(FIRST % other))[0] == [change]


def test_the_defaults_of_two_frameworks_are_no_change():
    # Keras's 1e-3 and PyTorch's 1e-5 come with the names.
    assert changes(parse(FIRST % "BatchNorm2d"), parse(LAST % "BatchNormalization")) == ([], 0)


def test_weights_shared_with_another_layer():
    spec = FIRST % (BRANCHES + "{conv: {filters: 4, kernel: 1}, share: %s}")
    assert changes(parse(spec % "a"), parse(spec % "b"))[0] == [("share", "a", "b")]
