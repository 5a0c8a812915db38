"""Which axis is the features: the last of a sequence, the channels of a map.

The expected figures are those of torch 2.13.0 (`nn.LayerNorm(64)` on (49, 64) has 128
parameters), torchvision 0.28.0 and Keras 3.15.1.
"""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.diagnostics import codes

VIT_B_32 = 88_224_232


def only(entry, shape, layout="channels_first"):
    text = f"layout: {layout}\ninput: {list(shape)}\nlayers:\n  - {entry}\n"
    (node,) = cnncalc.parse(text).layers
    return node


def refusal(text):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(text)
    return [one.code for one in caught.value.diagnostics]


@pytest.mark.parametrize("layout", ["channels_first", "channels_last"])
@pytest.mark.parametrize(
    ("entry", "weights"), [("layernorm", 2), ("rmsnorm", 1), ("layer_scale", 1)]
)
def test_the_features_of_a_sequence_are_its_last_axis(layout, entry, weights):
    assert only(entry, (49, 64), layout).params == weights * 64
    assert only(entry, (64,), layout).params == weights * 64


@pytest.mark.parametrize(
    ("entry", "weights"), [("layernorm", 2), ("rmsnorm", 1), ("layer_scale", 1)]
)
def test_the_features_of_a_map_are_its_channels(entry, weights):
    assert only(entry, (96, 7, 5)).params == weights * 96
    assert only(entry, (7, 5, 96), "channels_last").params == weights * 96


def test_vit_with_plain_layernorms_has_the_published_parameters():
    net = cnncalc.load("zoo:vit", variables={"patch": 32})
    assert net.totals.params == VIT_B_32


def test_torchs_layernorm_needs_its_shape():
    for name in ("LayerNorm", "RMSNorm"):
        assert refusal(f"input: 49x64\nlayers: [{name}]\n") == [codes.MISSING_ARGUMENT]


def test_torchvisions_layernorm2d_normalises_the_channels():
    assert only("LayerNorm2d: 96", (96, 7, 5)).params == 2 * 96
    assert only("LayerNorm2d", (96, 7, 5)).params == 2 * 96
    assert refusal("input: 96x7x5\nlayers: [LayerNorm2d: 5]\n") == [codes.DECLARED]
    assert refusal("input: 49x64\nlayers: [LayerNorm2d: 64]\n") == [codes.RANK]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("BatchNorm1d", (20, 6)), ("BatchNorm2d", (5, 4, 6)), ("BatchNorm3d", (5, 4, 3, 6)),
        ("SyncBatchNorm", (5, 4, 6)), ("InstanceNorm2d: {affine: true}", (5, 4, 6)),
        ("GroupNorm: {num_groups: 3}", (5, 4, 6)),
    ],
)  # fmt: skip
def test_torchs_normalisations_follow_the_layout(name, shape):
    assert only(name, shape, "channels_last").params == 2 * 6
    assert only(name, (6, *shape[:-1])).params == 2 * 6


@pytest.mark.parametrize(
    ("shapes", "answer"),
    [
        ([(3,), (4,)], (7,)), ([(3,), (4, 5)], None), ([(3,), (3, 3, 3)], None),
        ([(4, 5), (3,)], None), ([(3, 4), (5, 4)], (8, 4)), ([(3, 4), (5, 3)], None),
    ],
)  # fmt: skip
def test_concat_joins_equal_numbers_of_axes_only(shapes, answer):
    inputs = "".join(f"  x{index}: {list(shape)}\n" for index, shape in enumerate(shapes))
    text = f"inputs:\n{inputs}layers:\n  - concat:\n    from: [x0, x1]\n"
    if answer is None:
        assert refusal(text) == [codes.MERGE]
    else:
        assert cnncalc.parse(text).layers[0].output_shape == answer
