"""The packaged nets against the models of keras.applications, layer by layer.

Every expected number is Keras's own answer, from the oracle file. Both sides are
compared in Keras's layout, (height, width, channels), and in the order in which
Keras lists its operations. What Keras says in another way is told here, once:

- A total of Keras holds the statistics of batch normalisation: parameters and
  buffers here.
- Axes of size 1 are left out of a shape: Keras reshapes (32,) to (1, 1, 32) for a
  squeeze-and-excite gate and calls a dense layer on such a map a convolution.
- `adaptive_avgpool` down to 1x1 is Keras's global pooling; one that changes nothing,
  VGG's, is not in Keras.
- `DepthwiseConv2D` is a convolution with as many groups as channels.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import cnncalc

if TYPE_CHECKING:
    from cnncalc.graph import Network, Node

ORACLE = Path(__file__).parent / "data" / "oracles" / "models_keras.jsonl.gz"


def _records() -> dict[str, dict[str, Any]]:
    with gzip.open(ORACLE, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return {one["name"]: one for one in read if "header" not in one}


RECORDS = _records()


class Net(NamedTuple):
    """A model of Keras as the zoo writes it."""

    name: str
    variables: dict[str, Any]
    ordered: bool


def _net(name: str, *, ordered: bool = True, **variables: Any) -> Net:
    return Net(name, variables, ordered)


# Where branches join, Keras lists operations by their depth in the graph, so that
# the layers of the branches interleave: `ordered=False` compares them as multisets.
NETS = {
    **{f"ConvNeXt{size}": _net("convnext", size=size.lower())
       for size in ("Small", "Base", "Large")},
    **{f"DenseNet{depth}": _net("densenet", depth=depth) for depth in (121, 169, 201)},
    **{f"EfficientNetB{n}": _net("efficientnet", size=f"b{n}", preprocess=True)
       for n in (0, 1, 4, 5, 6)},
    **{f"EfficientNetV2{size}": _net("efficientnet_v2", size=size.lower())
       for size in ("B1", "B2", "B3", "M", "L")},
    "InceptionV3": _net("inception_v3", ordered=False, scale=False),
    "MobileNet": _net("mobilenet"),
    "MobileNetV2": _net("mobilenet_v2"),
    "MobileNetV3Small": _net("mobilenet_v3", size="small"),
    "ResNet50": _net("keras_resnet", ordered=False, depth=50),
    "ResNet152": _net("keras_resnet", ordered=False, depth=152),
    "ResNet101V2": _net("keras_resnet_v2", ordered=False, depth=101),
    "ResNet152V2": _net("keras_resnet_v2", ordered=False, depth=152),
    "VGG16": _net("vgg", depth=16),
    "VGG19": _net("vgg", depth=19),
}  # fmt: skip
NOT_COVERED = {
    "MobileNetV3Small:dynamic": "has no input size; MobileNetV3Small is the same net with one",
}

#: Totals that Keras publishes for models without a record, statistics included.
PUBLISHED = [
    (_net("convnext", size="tiny"), 28_589_128),
    (_net("efficientnet", size="b2", preprocess=True), 9_177_569),
    (_net("efficientnet", size="b3", preprocess=True), 12_320_535),
    (_net("efficientnet", size="b7", preprocess=True), 66_658_687),
    (_net("efficientnet_v2", size="b0"), 7_200_312),
    (_net("efficientnet_v2", size="s"), 21_612_360),
    (_net("keras_resnet", depth=101), 44_707_176),
    (_net("keras_resnet_v2", depth=50), 25_613_800),
    (_net("mobilenet_v3", size="large"), 5_507_432),
    (_net("nasnet_mobile"), 5_326_716),
    (_net("xception"), 22_910_480),
]

KINDS = {
    **dict.fromkeys(("conv", "depthwise_conv", "Conv2D", "DepthwiseConv2D"), "convolution"),
    **dict.fromkeys(("separable_conv", "SeparableConv2D"), "separable convolution"),
    **dict.fromkeys(("dense", "Dense"), "dense"),
    **dict.fromkeys(("batchnorm", "BatchNormalization"), "batch normalisation"),
    **dict.fromkeys(("layernorm", "LayerNormalization"), "layer normalisation"),
    **dict.fromkeys(("layer_scale", "LayerScale"), "layer scale"),
    **dict.fromkeys(("maxpool", "MaxPooling2D"), "max pooling"),
    **dict.fromkeys(("avgpool", "AveragePooling2D"), "average pooling"),
    **dict.fromkeys(("global_avgpool", "GlobalAveragePooling2D"), "global pooling"),
}


class Row(NamedTuple):
    """What is compared of a layer."""

    kind: str
    shape: tuple[int, ...]
    learned: int
    kept: int


def _row(type_: str, shape: tuple[int, ...], learned: int, kept: int) -> Row | None:
    if type_ not in KINDS:
        return None
    kind = KINDS[type_]
    short = tuple(size for size in shape[:-1] if size > 1) + shape[-1:]
    if kind == "convolution" and len(short) == 1:
        kind = "dense"
    return Row(kind, short, learned, kept)


def _theirs(record: dict[str, Any]) -> list[Row]:
    rows = []
    for layer in record["layers"]:
        learned, kept = layer["params"] - layer["non_trainable"], layer["non_trainable"]
        shape = layer["out"]
        if layer["class"] == "Sequential":  # ConvNeXt's stem and downsampling, as one
            rows.append(Row("nested", tuple(shape[1:]), learned, kept))
        elif row := _row(layer["class"], tuple(shape[1:]), learned, kept):
            rows.append(row)
    return rows


def _keras_shape(node: Node, network: Network) -> tuple[int, ...]:
    """The node's shape with the channels last, as in Keras.

    ConvNeXt turns its maps itself, around the layers that act on the last axis.
    """
    shape = node.output_shape
    turned = network.name == "convnext" and node.type in ("layernorm", "dense") and len(shape) > 1
    if network.layout == "channels_last" or (turned and "block" in node.name):
        return shape
    return (*shape[1:], shape[0])


def _nested(node: Node, network: Network) -> bool:
    """Whether Keras holds the layer inside a `Sequential` of one row."""
    return network.name == "convnext" and (
        "downsampling" in node.name or node.name in ("conv_1", "layernorm_1")
    )


def _ours(network: Network) -> list[Row]:
    rows: list[Row] = []
    nested: list[Node] = []
    for node in network.layers:
        if _nested(node, network):
            nested.append(node)
            continue
        if nested:
            learned = sum(one.params for one in nested)
            rows.append(Row("nested", _keras_shape(nested[-1], network), learned, 0))
            nested = []
        type_ = node.type
        if type_ == "adaptive_avgpool" and set(node.output_shape[1:]) == {1}:
            type_ = "global_avgpool"
        row = _row(type_, _keras_shape(node, network), node.params, node.buffers)
        if row is not None:
            rows.append(row)
    return rows


def _macs(record: dict[str, Any]) -> int:
    """The record's MACs, with those of ConvNeXt's `Sequential`s, which it leaves out.

    Each holds one convolution, with a bias, and a layer normalisation: of what
    comes out in the stem, of what comes in (half the channels) at a downsampling.
    What is left of its parameters is the kernel, used once a position.
    """
    total: int = record["conv_dense_macs"]
    for layer in record["layers"]:
        if layer["class"] == "Sequential":
            height, width, channels = layer["out"][1:]
            normalised = channels if layer["name"].endswith("_stem") else channels // 2
            total += height * width * (layer["params"] - channels - 2 * normalised)
    return total


def _load(model: str) -> Network:
    net = NETS[model]
    height, width, channels = RECORDS[model]["input"][1:]
    spec = f"zoo:{net.name}"
    last = cnncalc.load(spec, variables=net.variables).layout == "channels_last"
    shape = (height, width, channels) if last else (channels, height, width)
    return cnncalc.load(spec, variables=net.variables, input=shape)


@pytest.fixture(scope="module", params=NETS)
def model(request: pytest.FixtureRequest) -> tuple[str, Network]:
    return request.param, _load(request.param)


def test_every_model_is_held_or_named() -> None:
    assert len(RECORDS) == 27
    assert sorted([*NETS, *NOT_COVERED]) == sorted(RECORDS)


def test_totals_agree(model: tuple[str, Network]) -> None:
    name, network = model
    record, totals = RECORDS[name], network.totals
    assert totals.trainable_params == totals.params == record["trainable"]
    assert totals.buffers == record["non_trainable"]
    assert totals.params + totals.buffers == record["params"]
    assert totals.macs == _macs(record)


def test_layers_agree(model: tuple[str, Network]) -> None:
    name, network = model
    ours, theirs = _ours(network), _theirs(RECORDS[name])
    if NETS[name].ordered:
        assert ours == theirs
    else:
        assert Counter(ours) == Counter(theirs)


def test_every_weight_is_in_a_compared_layer(model: tuple[str, Network]) -> None:
    """So that the comparison of the layers leaves out nothing that counts.

    Only EfficientNet has weights elsewhere: the 7 numbers of `Normalization`.
    """
    name, _ = model
    compared = sum(row.learned + row.kept for row in _theirs(RECORDS[name]))
    elsewhere = 7 if name.startswith("EfficientNetB") else 0
    assert compared + elsewhere == RECORDS[name]["params"]


@pytest.mark.parametrize(("net", "published"), PUBLISHED)
def test_published_totals_agree(net: Net, published: int) -> None:
    totals = cnncalc.load(f"zoo:{net.name}", variables=net.variables).totals
    assert totals.params + totals.buffers == published
