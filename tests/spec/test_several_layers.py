"""Keys beside a group or block, names taken by one, and weights that are shared."""

from __future__ import annotations

import pytest

import cnncalc

UNIT = "blocks: {u: [{conv: {filters: 2, kernel: 3}}]}"


@pytest.mark.parametrize(
    "entry",
    [
        "{layers: [relu], expect: {params: 0}}",
        "{residual: [relu], expect: {params: 0}}",
        "{parallel: [[relu], [tanh]], expect: {params: 0}}",
        "{u: , regularizer: {l2: 1}}",
        "{layers: [{dense: 3}], regularizer: {l2: 1}}",
        "{residual: [relu], share: conv_1}",
    ],
)
def test_a_key_that_would_say_nothing_is_refused(refusal, entry):
    assert refusal(f"- {{conv: {{filters: 3, kernel: 3}}}}\n- {entry}", head=UNIT) == ["E101"]


@pytest.mark.parametrize(
    "entry", ["{u: , expect: {params: 56}}", "{u: , name: a, expect: {params: 56}}"]
)
def test_a_block_may_be_claimed_about(net, entry):
    assert net(f"- {entry}", head=UNIT).totals.params == 3 * 3 * 3 * 2 + 2


def test_an_automatic_name_leaves_out_that_of_a_group(net):
    found = net("- {layers: [relu], name: conv_1}\n- conv: {filters: 2, kernel: 3}")
    assert [node.name for node in found.layers] == ["conv_1/relu_1", "conv_2"]


def test_weights_of_another_shape_are_not_shared_though_an_equal_layer_stands_above(refusal):
    # The second convolution takes 8 channels where the first takes 3.
    conv = "- conv: {filters: 8, kernel: 3, padding: 1}\n"
    assert refusal(conv + conv + "- share: conv_1") == ["E211"]


def test_a_merge_of_layers_with_penalties_and_claims_is_explained():
    with pytest.raises(cnncalc.SpecError, match=r"E205.*they differ in height and width"):
        cnncalc.parse(
            "input: 3x8x8\nlayers:\n"
            "- {conv: {filters: 4, kernel: 3}, name: a, regularizer: {l2: 0.01}}\n"
            "- {conv: {filters: 4, kernel: 5}, name: b, from: input, expect: {params: 1}}\n"
            "- {add: , from: [a, b]}\n"
        )


@pytest.mark.parametrize("name", ["in_features", "in_channels", "in_height"])
def test_one_number_a_sample_has_no_axes_to_ask_for(refusal, name):
    assert refusal(f"- dense: ${name}", "[]") == ["E108"]


@pytest.mark.parametrize(
    ("entry", "shape"),
    [
        ("upsample: 1e299", f"3x{10**11}x4"),
        ("upsample: 15.5", f"3x{10**299}x4"),
        (f"parameter: [{', '.join(['9' * 299] * 20)}]", "3x8x8"),
    ],
)
def test_counts_and_sizes_beyond_all_tensors_are_refused(refusal, entry, shape):
    assert refusal(f"- {entry}", shape)[0] in ("E006", "E209")


def test_a_whole_factor_is_exact_however_large_the_size(net):
    size = 10**100 + 1
    assert net("- upsample: 2.0", f"3x{size}")["upsample_1"].output_shape == (3, 2 * size)


@pytest.mark.parametrize("entry", ["BatchNorm2d: 3", "batchnorm: 3"])
def test_a_normalization_takes_its_channels_first_as_in_pytorch(net, refusal, entry):
    assert len(net(f"- {entry}")) == 1
    assert refusal(f"- {entry}", "5x8x8") == ["E202"]


def test_what_a_name_presets_may_be_said_once(refusal):
    assert refusal("- MaxPool2D: {pool_size: 3, kernel: 2}") == ["E113"]


TOWER = """
blocks:
  unit: {args: {filters: }, layers: [{conv: {filters: $filters, kernel: 3}}, batchnorm, relu]}
  tower: [unit: 2, {residual: [{conv: {filters: 2, kernel: 1}}]}, {dense: 5, name: head}]
"""
TWINS = """
- {tower: , name: left}
- {tower: , name: right, from: input, share: left}
- {tower: , from: input, share: right}
- add: {}
  from: [left, right, tower_1]
"""


def test_a_block_uses_the_weights_of_another_layer_by_layer(net):
    found = net(TWINS, head=TOWER)
    once = (3 * 9 * 2 + 2) + 2 * 2 + (2 * 2 + 2) + (6 * 5 + 5)
    assert (found.totals.params, found.totals.buffers) == (once, 2 * 2)
    # The work is done three times.
    assert found.totals.macs == 3 * (3 * 9 * 2 * 36 + 2 * 2 * 36 + 2 * 6 * 6 * 5)
    shared = {node.name: node.traits.shared_with for node in found.layers}
    for tower in ("right", "tower_1"):
        assert shared[f"{tower}/unit_1/conv_1"] == "left/unit_1/conv_1"
        assert shared[f"{tower}/unit_1/relu_1"] == ""
        assert shared[f"{tower}/conv_1"] == "left/conv_1"
        assert shared[f"{tower}/head"] == "left/head"
    assert not any(shared[name] for name in shared if name.startswith("left"))


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("{tower: , from: input, share: tower}", "E110"),
        ("{tower: , from: input, share: left/head}", "E110"),
        # conv_1 of a unit stands where a tower has a residual of its own.
        ("{tower: , from: input, share: left/unit_1}", "E211"),
        ("{tower: , share: left}", "E211"),  # another input, another kernel
        ("{unit: 3, from: input, share: left/unit_1}", "E211"),
    ],
)
def test_a_block_that_cannot_use_the_weights_is_refused(refusal, entry, code):
    assert refusal(f"- {{tower: , name: left}}\n- {entry}", head=TOWER)[0] == code
