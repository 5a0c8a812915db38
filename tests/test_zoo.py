"""Every packaged net against what torchvision and Keras answered for the same model.

Expected values come from the oracle files and, where these hold no record,
from the published totals of torchvision and Keras; never from our own output.

Layers are compared in the order of execution. In torchvision that is the order
of the records. Keras lists layers by depth instead, which mixes the branches, so
there both graphs are walked from the output back, the inputs of each layer in
the order in which it takes them; this holds the wiring as well.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import cnncalc
from cnncalc import zoo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.graph import Network, Node

ORACLES = Path(__file__).parent / "data" / "oracles"


class Net(NamedTuple):
    """How an oracle model is written with the zoo."""

    name: str
    variables: dict[str, Any]
    unseen: tuple[str, ...] = ()  # our types that the framework runs as plain functions
    shortcut_first: bool = False  # the framework runs a block's projection before its body


def net(name: str, *unseen: str, **variables: Any) -> Net:
    return Net(name, variables, unseen)


TORCHVISION = {
    "alexnet": net("alexnet"),
    **{f"convnext_{size}": net("convnext", size=size) for size in ("small", "base", "large")},
    **{f"densenet{depth}": net("densenet", "global_avgpool", depth=depth)
       for depth in (121, 169, 201)},
    **{f"efficientnet_b{size}": net("efficientnet", size=f"b{size}") for size in (0, 1, 4, 5, 6)},
    **{f"efficientnet_v2_{size}": net("efficientnet_v2", size=size) for size in "ml"},
    "fcn_resnet50": net("fcn"),
    "fcn_resnet50:aux": net("fcn", auxiliary=True),
    "deeplabv3_resnet50": net("deeplabv3"),
    "deeplabv3_resnet50:aux": net("deeplabv3", auxiliary=True),
    # branch poolings are F.avg_pool2d and F.max_pool2d: not among the records
    "inception_v3:aux": net("inception_v3", "branch_pool", auxiliary=True),
    "inception_v3:noaux": net("inception_v3", "branch_pool"),
    "mc3_18": net("video_resnet", kind="mc3"),
    "r3d_18": net("video_resnet", kind="r3d"),
    # its pooling is F.adaptive_avg_pool2d
    "mobilenet_v2": net("mobilenet_v2", "global_avgpool"),
    "mobilenet_v3_small": net("mobilenet_v3", size="small"),
    # `residual` runs its body first and hands the shortcut on first: walked from the output
    # back, the order is torchvision's
    **{f"regnet_{size}": Net("regnet", {"size": size}, shortcut_first=True)
       for size in ("x_400mf", "x_800mf", "x_1_6gf", "x_8gf", "x_16gf",
                    "y_400mf", "y_800mf", "y_1_6gf", "y_8gf", "y_16gf")},
    **{f"resnet{depth}": net("resnet", depth=depth) for depth in (18, 50, 152)},
    "resnext50_32x4d": net("resnext"),
    "resnext101_32x8d": net("resnext", depth=101, base_width=8),
    # its pooling is Tensor.mean
    **{f"shufflenet_v2_x{size}": net("shufflenet_v2", "global_avgpool", width=width)
       for size, width in (("1_0", 1.0), ("1_5", 1.5), ("2_0", 2.0))},
    "squeezenet1_0": net("squeezenet"),
    **{f"vgg{depth}": net("vgg", depth=depth) for depth in (13, 16, 19)},
    **{f"vgg{depth}_bn": net("vgg", depth=depth, batchnorm=True) for depth in (16, 19)},
}  # fmt: skip

KERAS = {
    **{f"ConvNeXt{size}": net("convnext", size=size.lower())
       for size in ("Small", "Base", "Large")},
    **{f"DenseNet{depth}": net("densenet", depth=depth) for depth in (121, 169, 201)},
    **{f"EfficientNetB{size}": net("efficientnet", size=f"b{size}", preprocess=True)
       for size in (0, 1, 4, 5, 6)},
    **{f"EfficientNetV2B{size}": net("efficientnet_v2", size=f"b{size}") for size in (1, 2)},
    "EfficientNetV2B3": net("efficientnet_v2", size="b3"),
    **{f"EfficientNetV2{size}": net("efficientnet_v2", size=size.lower()) for size in "ML"},
    "InceptionV3": net("inception_v3", scale=False),
    "MobileNet": net("mobilenet"),
    "MobileNetV2": net("mobilenet_v2"),
    "MobileNetV3Small": net("mobilenet_v3", size="small"),
    "ResNet50": net("keras_resnet"),
    "ResNet152": net("keras_resnet", depth=152),
    "ResNet101V2": net("keras_resnet_v2", depth=101),
    "ResNet152V2": net("keras_resnet_v2", depth=152),
    "VGG16": net("vgg"),
    "VGG19": net("vgg", depth=19),
}  # fmt: skip

DETECTION = "a detector: the oracle has totals only, and proposals are no layers"
TRANSFORMER = "a vision transformer, not a convolutional net"
OUT_OF_SCOPE = {
    **dict.fromkeys(
        ("fasterrcnn_mobilenet_v3_large_320_fpn", "fasterrcnn_mobilenet_v3_large_fpn",
         "fasterrcnn_resnet50_fpn", "fcos_resnet50_fpn", "keypointrcnn_resnet50_fpn",
         "maskrcnn_resnet50_fpn_v2", "retinanet_resnet50_fpn", "ssd300_vgg16",
         "ssdlite320_mobilenet_v3_large"), DETECTION),
    **dict.fromkeys(
        ("swin3d_b", "swin3d_t", "swin_s", "swin_t", "vit_b_16", "vit_h_14", "vit_l_16"),
        TRANSFORMER),
    "raft_large": "optical flow: a recurrence over image pairs; the oracle has totals only",
    "deeplabv3_mobilenet_v3_large": "the zoo's deeplabv3 stands on ResNet-50",
    "deeplabv3_mobilenet_v3_large:aux": "the zoo's deeplabv3 stands on ResNet-50",
    "MobileNetV3Small:dynamic": "no input size: the same model is held with one",
}  # fmt: skip

#: Totals that torchvision and Keras publish for nets without an oracle record:
#: learned weights, and with Keras the running statistics too.
PUBLISHED = [
    (net("lenet5"), 61_706, "learned"),
    (net("googlenet"), 6_624_904, "learned"),
    (net("mnasnet"), 4_383_312, "learned"),
    (net("wide_resnet"), 68_883_240, "learned"),
    (net("wide_resnet", depth=101), 126_886_696, "learned"),
    (net("resnet", depth=34), 21_797_672, "learned"),
    (net("resnet", depth=101), 44_549_160, "learned"),
    (net("densenet", depth=161), 28_681_000, "learned"),
    (net("squeezenet", version=1.1), 1_235_496, "learned"),
    (net("vgg", depth=11), 132_863_336, "learned"),
    (net("mobilenet_v3", size="large"), 5_483_032, "learned"),
    (net("shufflenet_v2", width=0.5), 1_366_792, "learned"),
    (net("convnext", size="tiny"), 28_589_128, "learned"),
    (net("efficientnet", size="b2"), 9_109_994, "learned"),
    (net("efficientnet", size="b3"), 12_233_232, "learned"),
    (net("efficientnet", size="b7"), 66_347_960, "learned"),
    (net("efficientnet_v2", size="s"), 21_458_488, "learned"),
    (net("regnet", size="x_3_2gf"), 15_296_552, "learned"),
    (net("regnet", size="x_32gf"), 107_811_560, "learned"),
    (net("regnet", size="y_3_2gf"), 19_436_338, "learned"),
    (net("regnet", size="y_32gf"), 145_046_770, "learned"),
    (net("xception"), 22_910_480, "with statistics"),
    (net("nasnet_mobile"), 5_326_716, "with statistics"),
]

KINDS = {
    **dict.fromkeys(("Conv2d", "Conv3d", "Conv3DSimple", "Conv3DNoTemporal", "Conv2D",
                     "DepthwiseConv2D", "SeparableConv2D",
                     "conv", "depthwise_conv", "separable_conv"), "convolution"),
    **dict.fromkeys(("BatchNorm2d", "BatchNorm3d", "LayerNorm", "LayerNorm2d",
                     "BatchNormalization", "LayerNormalization", "batchnorm", "layernorm"),
                    "normalisation"),
    **dict.fromkeys(("Linear", "Dense", "dense"), "linear"),
    **dict.fromkeys(("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d",
                     "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D",
                     "maxpool", "avgpool", "adaptive_avgpool", "global_avgpool"), "pooling"),
}  # fmt: skip


class Row(NamedTuple):
    """What is compared of a layer."""

    kind: str
    shape: tuple[int, ...]
    params: int


def row(type_: str, shape: tuple[int, ...], params: int) -> Row | None:
    """The layer as both sides are compared; None for a kind that is not.

    Trailing ones are dropped, so that (512, 1, 1) and (512) agree, and a
    convolution on a single pixel is the dense layer that it is.
    """
    kind = KINDS.get(type_)
    if kind is None:
        return None
    if kind == "convolution" and len(shape) > 1 and set(shape[1:]) == {1}:
        kind = "linear"
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return Row(kind, shape, params)


def records(name: str) -> dict[str, dict[str, Any]]:
    with gzip.open(ORACLES / name, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return {one["name"]: one for one in found if "header" not in one}


@pytest.fixture(scope="module")
def torchvision() -> dict[str, dict[str, Any]]:
    return records("models_torchvision.jsonl.gz")


@pytest.fixture(scope="module")
def keras() -> dict[str, dict[str, Any]]:
    return records("models_keras.jsonl.gz")


def load(one: Net, shape: tuple[int, ...] | None = None) -> Network:
    return cnncalc.load(f"zoo:{one.name}", variables=one.variables, input=shape)


def own(node: Node, unseen: tuple[str, ...] = ()) -> Row | None:
    if node.type in unseen or node.name.rpartition("/")[2].startswith(unseen or "?"):
        return None
    shape = node.output_shape
    if node.facts.inputs.layout == "channels_last":
        shape = (shape[-1], *shape[:-1])
    return row(node.type, shape, node.params + node.buffers)


def first_difference(ours: list[Row], theirs: list[Row]) -> str:
    """Where two lists part, in words; empty if nowhere."""
    for index in range(max(len(ours), len(theirs))):
        left, right = ours[index : index + 1], theirs[index : index + 1]
        if left != right:
            return f"layer {index + 1} of {len(theirs)}: {left} here, {right} there"
    return ""


def test_every_torchvision_model_is_held_or_named(torchvision: dict[str, Any]) -> None:
    known = {*TORCHVISION, *OUT_OF_SCOPE}
    assert set(torchvision) - known == set()


def test_every_keras_model_is_held_or_named(keras: dict[str, Any]) -> None:
    known = {*KERAS, *OUT_OF_SCOPE}
    assert set(keras) - known == set()


def test_nothing_is_held_that_has_no_record(
    torchvision: dict[str, Any], keras: dict[str, Any]
) -> None:
    assert set(TORCHVISION) <= set(torchvision)
    assert set(KERAS) <= set(keras)
    assert set(OUT_OF_SCOPE) <= {*torchvision, *keras}


@pytest.mark.parametrize("model", TORCHVISION)
def test_agrees_with_torchvision(model: str, torchvision: dict[str, Any]) -> None:
    one, record = TORCHVISION[model], torchvision[model]
    found = load(one, tuple(record["input"][1:]))
    theirs = [
        made
        for layer in record["layers"]
        if (
            made := row(
                layer["type"], tuple(layer["out"][1:]), layer["params"] + layer.get("buffers", 0)
            )
        )
    ]
    nodes = walk(found) if one.shortcut_first else found.layers
    ours = [made for node in nodes if (made := own(node, one.unseen))]
    assert first_difference(ours, theirs) == ""
    assert found.totals.params == record["params"]
    assert found.totals.buffers == record["buffers"]
    assert found.totals.macs == record["conv_linear_macs"]


@pytest.mark.parametrize("model", KERAS)
def test_agrees_with_keras(model: str, keras: dict[str, Any]) -> None:
    one, record = KERAS[model], keras[model]
    height, width, channels = record["input"][1:]
    last = load(one).layout == "channels_last"
    found = load(one, (height, width, channels) if last else (channels, height, width))
    theirs = list(walk_keras(record))
    assert first_difference(nested(list(walk_ours(found)), theirs), theirs) == ""
    assert found.totals.params + found.totals.buffers == record["params"]
    assert found.totals.buffers == record["non_trainable"]
    assert found.totals.macs == record["conv_dense_macs"] + uncounted_macs(record)


def uncounted_macs(record: dict[str, Any]) -> int:
    """What the record leaves out: the convolution in each model within the model.

    Only ConvNeXt has these, a convolution and a normalisation each. The kernel
    is what remains of the parameters without one bias a filter and two numbers a
    normalised channel: as many as filters in the stem, half in a downsampling.
    """
    total = 0
    for layer in record["layers"]:
        if layer["class"] == "Sequential":
            _, height, width, filters = layer["out"]
            normalised = filters if layer["name"].endswith("_stem") else filters // 2
            total += height * width * (layer["params"] - filters - 2 * normalised)
    return total


def backwards(outputs: list[str], inputs: dict[str, list[str]]) -> Iterator[str]:
    """Every layer after its inputs, these in the order in which it takes them."""
    seen: set[str] = set()
    stack = [(name, False) for name in reversed(outputs)]
    while stack:
        name, done = stack.pop()
        if done:
            yield name
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack += [(one, False) for one in reversed(inputs.get(name, []))]


def walk_keras(record: dict[str, Any]) -> Iterator[Row]:
    layers = {layer["name"]: layer for layer in record["layers"]}
    inputs = {name: layer["inbound"] for name, layer in layers.items()}
    for name in backwards([record["layers"][-1]["name"]], inputs):
        layer = layers[name]
        shape = layer["out"][1:]
        shape = tuple(shape[-1:] + shape[:-1])
        if layer["class"] == "Sequential":
            yield Row("nested", shape, layer["params"])
        elif made := row(layer["class"], shape, layer["params"]):
            yield made


def walk(found: Network) -> Iterator[Node]:
    nodes = {node.name: node for node in found.layers}
    inputs = {name: list(node.inputs) for name, node in nodes.items()}
    return (nodes[name] for name in backwards(list(found.outputs), inputs) if name in nodes)


def walk_ours(found: Network) -> Iterator[Row]:
    """The rows of our net in the walk's order.

    An adaptive pooling that changes nothing at this input size (VGG's) is left
    out: Keras's VGG has none. What acts on the last axis between two `permute`
    (ConvNeXt's) is shown as it is in Keras, where the channels are always last.
    """
    for node in walk(found):
        if node.type == "adaptive_avgpool" and node.output_shape == node.input_shapes[0]:
            continue
        made = own(node)
        if made and made.shape == node.output_shape and acts_on_last_axis(node):
            made = made._replace(shape=(made.shape[-1], *made.shape[:-1]))
        if made:
            yield made


def acts_on_last_axis(node: Node) -> bool:
    first = node.facts.inputs.layout == "channels_first"
    channels = node.weights[0].shape[0] if node.weights else 0
    last = node.type in ("dense", "layernorm") and channels == node.output_shape[-1]
    return first and last and len(node.output_shape) > 1


def nested(ours: list[Row], theirs: list[Row]) -> list[Row]:
    """Our rows, two in one where Keras has a model in the model (ConvNeXt's stem
    and downsampling, a convolution and a normalisation): their sum and last shape."""
    left, found = iter(ours), []
    for other in theirs:
        taken = list(islice(left, 2 if other.kind == "nested" else 1))
        if other.kind == "nested" and taken:
            taken = [Row("nested", taken[-1].shape, sum(one.params for one in taken))]
        found += taken
    return [*found, *left]


@pytest.mark.parametrize(
    ("one", "total", "counted"),
    PUBLISHED,
    ids=[f"{one.name}{one.variables or ''}" for one, _, _ in PUBLISHED],
)
def test_published_totals(one: Net, total: int, counted: str) -> None:
    totals = load(one).totals
    buffers = totals.buffers if counted == "with statistics" else 0
    assert totals.params + buffers == total


@pytest.mark.parametrize("name", zoo.names())
def test_every_net_is_described_and_held(name: str) -> None:
    assert zoo.description(name)
    held = Counter(one.name for one in (*TORCHVISION.values(), *KERAS.values()))
    held.update(one.name for one, _, _ in PUBLISHED)
    held.update({"unet": 1})
    assert held[name], f"zoo:{name} is held against nothing"


def test_unet_has_the_published_count() -> None:
    """31,030,658 for one input channel and two classes: the count of its 23 convolutions."""
    levels = [64, 128, 256, 512, 1024]

    def double(arriving: int, width: int) -> int:
        return 9 * (arriving + width) * width + 2 * width

    total = sum(double(a, b) for a, b in zip([1, *levels], levels, strict=False))
    for width in levels[:-1]:
        total += (4 * 2 * width + 1) * width + double(2 * width, width)
    total += (64 + 1) * 2
    assert load(net("unet")).totals.params == total


def test_the_command_line_finds_the_zoo() -> None:
    words = ["summarize", "zoo:resnet", "--set", "depth=18", "--total"]
    command = [sys.executable, "-m", "cnncalc", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "11689512"
