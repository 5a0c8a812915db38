"""The smallest inputs of known nets: published ones, and against building them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnncalc import zoo
from cnncalc.analysis.solve.inputs import admissible, same_layers
from cnncalc.build.reader import read_path, read_text
from cnncalc.net.changed import input_axes, resized

EXAMPLES = Path(__file__).parent.parent / "examples"
NETS = [*map(str, sorted(EXAMPLES.glob("*.yaml"))), *(f"zoo:{name}" for name in zoo.names())]

#: What torchvision's weights give as `min_size`, where it is the true minimum.
PUBLISHED = {
    str(EXAMPLES / "alexnet.yaml"): 63,
    str(EXAMPLES / "vgg16.yaml"): 32,
    str(EXAMPLES / "resnet18.yaml"): 1,
    str(EXAMPLES / "resnet50.yaml"): 1,
    "zoo:convnext": 32,
    "zoo:densenet": 29,
    "zoo:mobilenet_v2": 1,
    "zoo:squeezenet": 21,
    "zoo:vgg": 32,
}

#: SqueezeNet 1.0 and DenseNet-121 in their sizes: the channels are not needed here.
SQUEEZENET = """
input: 3x224x224
blocks:
  fire:
    args: {squeeze: , expand: }
    layers:
      - Conv2d: {out_channels: $squeeze, kernel_size: 1}
      - parallel:
          branches:
            - [Conv2d: {out_channels: $expand, kernel_size: 1}]
            - [Conv2d: {out_channels: $expand, kernel_size: 3, padding: 1}]
layers:
  - Conv2d: {out_channels: 96, kernel_size: 7, stride: 2}
  - MaxPool2d: {kernel_size: 3, stride: 2, ceil_mode: true}
  - {repeat: 3, layers: [fire: {squeeze: 16, expand: 64}]}
  - MaxPool2d: {kernel_size: 3, stride: 2, ceil_mode: true}
  - {repeat: 4, layers: [fire: {squeeze: 32, expand: 128}]}
  - MaxPool2d: {kernel_size: 3, stride: 2, ceil_mode: true}
  - fire: {squeeze: 64, expand: 256}
  - global_avgpool
"""

DENSENET = """
input: 3x224x224
blocks:
  dense_block:
    args: {layers: }
    layers:
      - repeat: $layers
        layers:
          - residual:
              merge: concat
              body:
                - Conv2d: {out_channels: 128, kernel_size: 1}
                - Conv2d: {out_channels: 32, kernel_size: 3, padding: 1}
layers:
  - Conv2d: {out_channels: 64, kernel_size: 7, stride: 2, padding: 3}
  - MaxPool2d: {kernel_size: 3, stride: 2, padding: 1}
  - for: layers
    in: [6, 12, 24]
    layers:
      - dense_block: $layers
      - AvgPool2d: {kernel_size: 2, stride: 2}
  - dense_block: 16
  - global_avgpool
"""


def least(reading):
    assert not reading.failed, [one.message for one in reading.diagnostics]
    return [axis.least for axis in admissible(reading.network).axes]


@pytest.mark.parametrize("net", PUBLISHED)
def test_the_published_smallest_input(net):
    assert least(read_path(net)) == [PUBLISHED[net]] * 2


def test_squeezenet_takes_21():
    # 21: 8, then rounding up 4, 2, 1; torchvision says 21.
    assert least(read_text(SQUEEZENET)) == [21, 21]


def test_densenet_takes_29():
    # 29: 15, 8, 4, 2, 1; torchvision says 29.
    assert least(read_text(DENSENET)) == [29, 29]


@pytest.mark.parametrize("net", NETS)
def test_building_agrees(net):
    reading = read_path(net)
    network = reading.network
    found = admissible(network)
    others = [
        read_text(reading.text, source=net, shapes=shapes).network
        for shapes in (found.smallest, found.larger)
    ]
    # Some nets ask for `$in_height`: at another size they are other nets, as the command notes.
    other_net = any(other is None or not same_layers(network, other) for other in others)
    assert other_net == (net in ("zoo:deeplabv3", "zoo:nasnet_mobile"))
    if other_net:
        return
    for varied, axis in zip(input_axes(network), found.axes, strict=True):
        if axis.least is None:
            pytest.fail(f"{net} takes no {axis.name}")

        def takes(size, varied=varied):
            shapes = resized(network, {varied: size})
            return not read_text(reading.text, source=net, shapes=shapes).failed

        assert takes(axis.least)
        assert axis.least == 1 or not takes(axis.least - 1)
        for size in range(axis.least + 1, axis.least + 4):
            inside = axis.most is None or size <= axis.most
            assert takes(size) == (inside and size % axis.period in axis.residues)
