"""Every packaged net against what Keras answered for the same model of keras.applications.

Expected values are those of the oracle records. Keras lists layers by depth, which
mixes the branches: both graphs are walked from the output back, and the comparison
holds the wiring as well.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from zoo_records import (
    Axis,
    Net,
    centred,
    compare_keras,
    keras_axis,
    keras_rows,
    load,
    net,
    records,
)

if TYPE_CHECKING:
    from cnncalc.net.network import Network

RECORDS = records("keras")

#: To add a model: its name in the records, the net of the zoo and its variables;
#: `centred` where the net pads as torchvision does, on both sides alike.
NETS = {
    **{f"ConvNeXt{size}": net("convnext", size=size.lower())
       for size in ("Small", "Base", "Large")},
    **{f"DenseNet{depth}": net("densenet", depth=depth) for depth in (121, 169, 201)},
    **{f"EfficientNetB{size}": centred("efficientnet", size=f"b{size}", preprocess=True)
       for size in (0, 1, 4, 5, 6)},
    **{f"EfficientNetV2{size}": centred("efficientnet_v2", size=size.lower())
       for size in ("B1", "B2", "B3", "M", "L")},
    "InceptionV3": net("inception_v3", scale=False),
    "MobileNet": net("mobilenet"),
    "MobileNetV2": centred("mobilenet_v2"),
    "MobileNetV3Small": centred("mobilenet_v3", size="small"),
    "ResNet50": net("keras_resnet"),
    "ResNet152": net("keras_resnet", depth=152),
    "ResNet101V2": net("keras_resnet_v2", depth=101),
    "ResNet152V2": net("keras_resnet_v2", depth=152),
    "VGG16": net("vgg"),
    "VGG19": net("vgg", depth=19),
}  # fmt: skip


def built(one: Net, record: dict[str, Any], changes: dict[str, str] | None = None) -> Network:
    """The net at the input size of the record."""
    height, width, channels = record["input"][1:]
    last = load(one).layout == "channels_last"
    return load(one, (height, width, channels) if last else (channels, height, width), changes)


def macs(record: dict[str, Any]) -> int:
    """The record's, and what it leaves out: the convolution in each model within the model.

    Only ConvNeXt has these, a convolution and a normalisation each. The kernel is what
    remains of the parameters without one bias per filter and two numbers a normalised
    channel: as many as filters in the stem, half in a downsampling.
    """
    total = record["conv_dense_macs"]
    for layer in record["layers"]:
        if layer["class"] == "Sequential":
            _, height, width, filters = layer["out"]
            normalised = filters if layer["name"].endswith("_stem") else filters // 2
            total += height * width * (layer["params"] - filters - 2 * normalised)
    return total


@pytest.mark.parametrize("model", NETS)
def test_every_layer_agrees_and_so_does_the_wiring(model: str) -> None:
    one, record = NETS[model], RECORDS[model]
    assert compare_keras(one, built(one, record), record) == ""


@pytest.mark.parametrize("model", NETS)
def test_totals_agree(model: str) -> None:
    record = RECORDS[model]
    totals = built(NETS[model], record).totals
    assert totals.params == totals.trainable_params == record["trainable"]
    assert totals.buffers == record["non_trainable"]
    assert totals.params + totals.buffers == record["params"]
    assert totals.macs == macs(record)


# EfficientNetV2 is one net for torchvision's sizes and Keras's, at 224.
@pytest.mark.parametrize("model", [name for name in NETS if "V2" not in name or "Eff" not in name])
def test_the_input_is_that_of_keras_if_none_is_given(model: str) -> None:
    network = load(NETS[model])
    (shape,) = network.inputs.values()
    last = shape if network.layout == "channels_last" else (*shape[1:], shape[0])
    assert list(last) == RECORDS[model]["input"][1:]


@pytest.mark.parametrize("model", NETS)
def test_every_recorded_weight_is_in_a_compared_layer(model: str) -> None:
    """So that the comparison of the layers leaves out nothing that counts."""
    record = RECORDS[model]
    rows = keras_rows(record)
    assert sum(row.learned for row in rows) == record["trainable"]
    assert sum(row.kept for row in rows) == record["non_trainable"]


@pytest.mark.parametrize(
    ("padding", "outside", "sides"),
    [
        # by TensorFlow's rule an even size, stride 2 and a kernel of 3 need one, at the end
        ("same", (0, 0), (0, 1)),
        ("valid", (0, 0), (0, 0)),
        ("valid", (0, 1), (0, 1)),
        ("valid", (1, 1), (1, 1)),
    ],
)
def test_padding_is_counted_on_each_side(
    padding: str, outside: tuple[int, int], sides: tuple[int, int]
) -> None:
    size = 224 + sum(outside)
    output = 112 if sum(sides) else 111
    expected = Axis(224, output, 3, 2, 1, *sides)
    assert keras_axis(padding, size, output, 3, 2, 1, outside) == expected


#: The shortcut goes around the activation, or begins after it.
AROUND = """\
      - residual:
          body:
            - batchnorm
            - relu
"""
WITHIN = """\
      - batchnorm
      - relu
      - residual:
          body:
"""

#: Changes of a net that leave every shape and the totals as they are, and what is to be
#: reported of them.
MUTATIONS = [
    ("InceptionV3", {"avgpool: {kernel: 3, stride: 1": "maxpool: {kernel: 3, stride: 1"},
     "kind max pooling here, average pooling there"),
    ("InceptionV3", {"kernel: 1x7": "kernel: 7x1", "kernel: 7x1": "kernel: 1x7"},
     "kernel (7, 1) here, (1, 7) there"),
    ("ResNet50", {"maxpool:": "avgpool:"}, "kind average pooling here, max pooling there"),
    ("ResNet101V2", {"maxpool: {kernel: 1": "maxpool: {kernel: 2, padding: same"},
     "kernel (2, 2) here, (1, 1) there"),
    ("MobileNet", {"pad: {bottom: 1, right: 1}": "pad: {top: 1, left: 1}"},
     "padding ((1, 0), (1, 0)) here, ((0, 1), (0, 1)) there"),
    ("EfficientNetB0", {"merge: multiply": "merge: add"}, "kind add here, multiply there"),
    ("ResNet101V2", {AROUND: WITHIN}, "fed by"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "changes", "report"), MUTATIONS)
def test_a_change_that_no_count_shows_is_reported(
    model: str, changes: dict[str, str], report: str
) -> None:
    one, record = NETS[model], RECORDS[model]
    before, after = built(one, record), built(one, record, changes)
    assert Counter(node.output_shape for node in after.layers) == Counter(
        node.output_shape for node in before.layers
    )
    assert after.totals == before.totals
    assert report in compare_keras(one, after, record)
