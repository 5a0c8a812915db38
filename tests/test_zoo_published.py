"""Nets without a record, against published totals; and that no net and no record is missed.

Expected values come from the sources named beside them, never from our own output.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from test_zoo_keras import NETS as KERAS
from test_zoo_torchvision import NETS as TORCHVISION
from test_zoo_transformers import SWIN, VIT
from zoo_records import (
    AVERAGE,
    CONVOLUTION,
    KINDS,
    MAXIMUM,
    Net,
    load,
    net,
    own_settings,
    records,
)

from cnncalc import zoo

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from cnncalc.net.network import Network

#: Filters, kernel, stride and padding.
Convolution = tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]

DETECTION = "a detector: the oracle has totals only, and proposals are no layers"
OUT_OF_SCOPE = {
    **dict.fromkeys(
        ("fasterrcnn_mobilenet_v3_large_320_fpn", "fasterrcnn_mobilenet_v3_large_fpn",
         "fasterrcnn_resnet50_fpn", "fcos_resnet50_fpn", "keypointrcnn_resnet50_fpn",
         "maskrcnn_resnet50_fpn_v2", "retinanet_resnet50_fpn", "ssd300_vgg16",
         "ssdlite320_mobilenet_v3_large"), DETECTION),
    **dict.fromkeys(("swin3d_b", "swin3d_t"), "a transformer of videos, not in the zoo"),
    "raft_large": "optical flow: a recurrence over image pairs; the oracle has totals only",
    "MobileNetV3Small:dynamic": "no input size: the same model is held with one",
}  # fmt: skip


class Meta(NamedTuple):
    """What the `meta` of torchvision's weights says of a model, shown on its page too."""

    one: Net
    num_params: int  # learned weights
    ops: float  # `_ops`: multiply-accumulates in thousands of millions
    size: int = 224  # `crop_size`, or `resize_size` where nothing is cropped


META = [
    Meta(net("googlenet"), 6_624_904, 1.498),
    Meta(net("mnasnet", width=0.5), 2_218_512, 0.104),
    Meta(net("mnasnet", width=0.75), 3_170_208, 0.215),
    Meta(net("mnasnet"), 4_383_312, 0.314),
    Meta(net("mnasnet", width=1.3), 6_282_256, 0.526),
    Meta(net("wide_resnet"), 68_883_240, 11.398),
    Meta(net("wide_resnet", depth=101), 126_886_696, 22.753),
    Meta(net("resnext", depth=101, groups=64), 83_455_272, 15.46),
    Meta(net("resnet", depth=34), 21_797_672, 3.664),
    Meta(net("resnet", depth=101), 44_549_160, 7.801),
    Meta(net("densenet", depth=161), 28_681_000, 7.728),
    Meta(net("squeezenet", version=1.1), 1_235_496, 0.349),
    Meta(net("vgg", depth=11), 132_863_336, 7.609),
    Meta(net("mobilenet_v3", size="large"), 5_483_032, 0.217),
    Meta(net("shufflenet_v2", width=0.5), 1_366_792, 0.04),
    Meta(net("convnext", size="tiny"), 28_589_128, 4.456),
    Meta(net("efficientnet", size="b2"), 9_109_994, 1.088, 288),
    Meta(net("efficientnet", size="b3"), 12_233_232, 1.827, 300),
    Meta(net("efficientnet", size="b7"), 66_347_960, 37.746, 600),
    Meta(net("efficientnet_v2", size="s"), 21_458_488, 8.366, 384),
    Meta(net("regnet", size="x_3_2gf"), 15_296_552, 3.177),
    Meta(net("regnet", size="x_32gf"), 107_811_560, 31.736),
    Meta(net("regnet", size="y_3_2gf"), 19_436_338, 3.176),
    Meta(net("regnet", size="y_32gf"), 145_046_770, 32.28),
    Meta(net("fcn", depth=101, auxiliary=True), 54_314_346, 232.738, 520),
    Meta(net("deeplabv3", depth=101, auxiliary=True), 60_996_202, 258.743, 520),
]

#: Learned weights and running statistics together.
WITH_STATISTICS = [
    # the table of keras.io/api/applications, as it was while it printed every digit
    (net("xception"), 22_910_480),
    (net("nasnet_mobile"), 5_326_716),
    (net("keras_resnet", depth=101), 44_707_176),
    (net("keras_resnet_v2", depth=50), 25_613_800),
    (net("efficientnet", size="b2", preprocess=True), 9_177_569),
    (net("efficientnet", size="b3", preprocess=True), 12_320_535),
    (net("efficientnet", size="b7", preprocess=True), 66_658_687),
    # the tests of the authors' own code, effnetv2_model_test.py in google/automl
    (net("efficientnet_v2", size="b0"), 7_200_312),
    (net("efficientnet_v2", size="s"), 21_612_360),
    # what Keras's `summary()` of MobileNetV3Large prints: 5,483,032 and 24,400
    (net("mobilenet_v3", size="large"), 5_507_432),
]


def title(value: object) -> str:
    return f"{value.name}{value.variables or ''}" if isinstance(value, Net) else str(value)


@pytest.mark.parametrize("meta", META, ids=[title(meta.one) for meta in META])
def test_weights_and_cost_are_those_of_torchvision(meta: Meta) -> None:
    totals = load(meta.one, (3, meta.size, meta.size)).totals
    assert totals.params == meta.num_params
    assert round(totals.macs / 1e9, 3) == meta.ops


@pytest.mark.parametrize(("one", "total"), WITH_STATISTICS, ids=title)
def test_weights_and_statistics_are_as_published(one: Net, total: int) -> None:
    totals = load(one).totals
    assert totals.params + totals.buffers == total


def test_lenet_has_the_weights_of_its_layers() -> None:
    convolutions = (25 * 1 + 1) * 6 + (25 * 6 + 1) * 16
    dense = (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
    assert load(net("lenet5")).totals.params == convolutions + dense == 61_706


def test_unet_has_the_published_count() -> None:
    """31,030,658 for one input channel and two classes: the count of its 23 convolutions."""
    levels = [64, 128, 256, 512, 1024]

    def double(arriving: int, width: int) -> int:
        return 9 * (arriving + width) * width + 2 * width

    total = sum(double(a, b) for a, b in zip([1, *levels], levels, strict=False))
    for width in levels[:-1]:
        total += (4 * 2 * width + 1) * width + double(2 * width, width)
    total += (64 + 1) * 2
    assert load(net("unet")).totals.params == total == 31_030_658


#: The image sizes of the paper's scaling, which Keras has; the others stand in its records.
@pytest.mark.parametrize(("size", "image"), [("b2", 260), ("b3", 300), ("b7", 600)])
def test_efficientnet_has_an_image_size_for_each_size(size: str, image: int) -> None:
    network = load(net("efficientnet", size=size))
    assert list(network.inputs.values()) == [(3, image, image)]


# Windows, which totals do not hold, of the nets that no record holds.


def windows(network: Network, kind: str) -> list[dict[str, Any]]:
    """The settings of each layer of this kind, in order."""
    return [
        own_settings(node, network, kind, centred=False)
        for node in network.layers
        if KINDS.get(node.type) == kind
    ]


def poolings(network: Network) -> list[tuple[str, int, int]]:
    """Type, kernel and stride of each pooling window; all of them are square."""
    found = []
    for node in network.layers:
        if KINDS.get(node.type) in (MAXIMUM, AVERAGE):
            height, width = node.layer.windows(node.facts.inputs)
            assert (height.kernel, height.stride) == (width.kernel, width.stride)
            found.append((node.type, height.kernel, height.stride))
    return found


def test_the_poolings_of_googlenet_are_those_of_torchvision() -> None:
    """One in each of its nine modules, and five between."""
    branch, between = ("maxpool", 3, 1), ("maxpool", 3, 2)
    assert poolings(load(net("googlenet"))) == [
        *(between, between, branch, branch),
        *(between, branch, branch, branch, branch, branch),
        *(("maxpool", 2, 2), branch, branch),
    ]


def test_the_pooling_of_wide_resnet_is_that_of_resnet() -> None:
    network = load(net("wide_resnet"))
    assert poolings(network) == [("maxpool", 3, 2)]
    (window,) = windows(network, MAXIMUM)
    assert window["padding"] == ((1, 1), (1, 1))


def test_the_poolings_of_nasnet_are_those_of_its_cells() -> None:
    """Figure 4 of the paper: three averages in each of 12 normal cells; in each of 4
    reduction cells two maxima and an average that stride, and an average that does not.
    Those of a single element bring an older result to a smaller size."""
    assert Counter(one for one in poolings(load(net("nasnet_mobile"))) if one[1] > 1) == {
        ("avgpool", 3, 1): 12 * 3 + 4,
        ("avgpool", 3, 2): 4,
        ("maxpool", 3, 2): 4 * 2,
    }


def test_the_cost_of_nasnet_is_that_of_the_paper() -> None:
    """NASNet-A (4 @ 1056) has 564 million multiply-adds; Keras repeats the table."""
    assert round(load(net("nasnet_mobile")).totals.macs / 1e6) == 564


def test_xception_has_the_poolings_and_the_cost_of_its_layers() -> None:
    """Layer by layer as in Keras: 299 becomes 149, 147, 74, 37, 19 and 10."""

    def separable(side: int, *channels: int) -> int:
        return sum(side**2 * a * (9 + b) for a, b in pairwise(channels))

    macs = 149**2 * 9 * 3 * 32 + 147**2 * 9 * 32 * 64
    macs += separable(147, 64, 128, 128) + 74**2 * 64 * 128
    macs += separable(74, 128, 256, 256) + 37**2 * 128 * 256
    macs += separable(37, 256, 728, 728) + 19**2 * 256 * 728
    macs += 24 * separable(19, 728, 728)
    macs += separable(19, 728, 728, 1024) + 10**2 * 728 * 1024
    macs += separable(10, 1024, 1536, 2048) + 2048 * 1000
    network = load(net("xception"))
    assert poolings(network) == [("maxpool", 3, 2)] * 4
    assert network.totals.macs == macs


def test_r2plus1d_has_the_weights_of_torchvision() -> None:
    """`num_params` of `R2Plus1D_18_Weights`."""
    assert load(net("video_resnet", kind="r2plus1d")).totals.params == 31_505_325


def test_r2plus1d_has_the_convolutions_of_torchvision() -> None:
    """Space, then time; as many filters between as keep the count of a 3x3x3 kernel."""

    def pair(middle: int, filters: int, kernel: int, stride: tuple[int, int]) -> list[Convolution]:
        side, (space, time) = kernel // 2, stride
        return [
            (middle, (1, kernel, kernel), (1, space, space), (0, side, side)),
            (filters, (3, 1, 1), (time, 1, 1), (1, 0, 0)),
        ]

    expected = pair(45, 64, 7, (2, 1))
    arriving = 64
    for width, first in ((64, 1), (128, 2), (256, 2), (512, 2)):
        for stride in (first, 1):
            middle = arriving * width * 27 // (arriving * 9 + 3 * width)
            expected += pair(middle, width, 3, (stride, stride)) + pair(middle, width, 3, (1, 1))
            if stride > 1:
                expected += [(width, (1, 1, 1), (2, 2, 2), (0, 0, 0))]
            arriving = width
    network = load(net("video_resnet", kind="r2plus1d"))
    filters = [node.output_shape[0] for node in network.layers if node.type == "conv"]
    found = windows(network, CONVOLUTION)
    assert [
        (count, one["kernel"], one["stride"], tuple(before for before, _ in one["padding"]))
        for count, one in zip(filters, found, strict=True)
    ] == expected


def test_every_record_is_held_once_or_named_as_out_of_scope() -> None:
    listed = [*TORCHVISION, *KERAS, *VIT, *SWIN, *OUT_OF_SCOPE]
    assert sorted(listed) == sorted([*records("torchvision"), *records("keras")])


@pytest.mark.parametrize("name", zoo.names())
def test_every_net_is_described_and_held(name: str) -> None:
    held = {one.name for one in (*TORCHVISION.values(), *KERAS.values())}
    held |= {row[0].name for row in (*META, *WITH_STATISTICS)}
    held |= {"lenet5", "unet", "vit", "swin"}
    assert zoo.description(name)
    assert name in held, f"zoo:{name} is held against nothing"


def test_the_command_line_finds_the_zoo(
    cnncalc: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = cnncalc("summarize", "zoo:resnet", "--set", "depth=18", "--total")
    assert done.stdout.strip() == "11689512"
