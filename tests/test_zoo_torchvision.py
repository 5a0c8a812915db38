"""Every packaged net against what torchvision answered for the same model.

Expected values are those of the oracle records. Layers are compared in the order of
execution, which is the order of the records.
"""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from zoo_records import (
    Net,
    arguments,
    compare_torchvision,
    load,
    net,
    records,
    torchvision_rows,
)

RECORDS = records("torchvision")

#: To add a model: its name in the records, the net of the zoo and its variables. How names
#: of our layers begin that torchvision runs as functions, and so does not record, comes
#: after the net's name.
NETS = {
    "alexnet": net("alexnet"),
    **{f"convnext_{size}": net("convnext", size=size) for size in ("small", "base", "large")},
    # its pooling is F.adaptive_avg_pool2d
    **{f"densenet{depth}": net("densenet", "global_avgpool", depth=depth)
       for depth in (121, 169, 201)},
    **{f"efficientnet_b{size}": net("efficientnet", size=f"b{size}") for size in (0, 1, 4, 5, 6)},
    **{f"efficientnet_v2_{size}": net("efficientnet_v2", size=size) for size in "ml"},
    "fcn_resnet50": net("fcn"),
    "fcn_resnet50:aux": net("fcn", auxiliary=True),
    "deeplabv3_resnet50": net("deeplabv3"),
    "deeplabv3_resnet50:aux": net("deeplabv3", auxiliary=True),
    "deeplabv3_mobilenet_v3_large": net("deeplabv3", backbone="mobilenet_v3_large"),
    "deeplabv3_mobilenet_v3_large:aux": net(
        "deeplabv3", backbone="mobilenet_v3_large", auxiliary=True),
    # branch poolings are F.avg_pool2d and F.max_pool2d
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


@pytest.mark.parametrize("model", NETS)
def test_every_layer_agrees_in_order(model: str) -> None:
    one, record = NETS[model], RECORDS[model]
    network = load(one, tuple(record["input"][1:]))
    assert compare_torchvision(one, network, record) == ""


@pytest.mark.parametrize("model", NETS)
def test_totals_agree(model: str) -> None:
    record = RECORDS[model]
    totals = load(NETS[model], tuple(record["input"][1:])).totals
    assert totals.params == record["params"]
    assert totals.trainable_params == record["trainable"]
    assert totals.buffers == record["buffers"]
    assert totals.macs == record["conv_linear_macs"]


#: The image sizes that the published weights use, where these are not the record's own.
SIZES = [
    (model, int(size))
    for model in NETS
    for size in RECORDS[model]["conv_linear_macs_at"]
    if int(size) != RECORDS[model]["input"][-1]
]


@pytest.mark.parametrize(("model", "size"), SIZES)
def test_macs_agree_at_the_sizes_of_the_weights(model: str, size: int) -> None:
    expected = RECORDS[model]["conv_linear_macs_at"][str(size)]
    assert load(NETS[model], (3, size, size)).totals.macs == expected


@pytest.mark.parametrize("model", NETS)
def test_every_recorded_weight_is_in_a_compared_layer(model: str) -> None:
    """So that the comparison of the layers leaves out nothing that counts.

    Elsewhere are only ConvNeXt's scales and the heads that evaluation does not run.
    """
    record = RECORDS[model]
    elsewhere = sum(layer["params"] for layer in record["uncalled"])
    elsewhere += sum(prod(one["shape"]) for one in record["direct_params"])
    compared = sum(row.learned for row in torchvision_rows(record))
    assert compared + elsewhere == record["params"]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("", {}),
        ("p=0.5, inplace=False", {"p": 0.5, "inplace": False}),
        ("(128,), eps=1e-06", {"eps": 1e-06}),
        (
            "3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False",
            {"kernel_size": (7, 7), "stride": (2, 2), "padding": (3, 3), "bias": False},
        ),
    ],
)
def test_what_a_module_prints_is_read(text: str, given: dict[str, Any]) -> None:
    assert arguments(text) == given


AFTER_POOLING = """\
          - - adaptive_avgpool: 1
            - conv_bn: {filters: 256}
"""

#: Changes of a net that leave every shape and every count of parameters as it is, and what
#: is to be reported of them.
MUTATIONS = [
    ("inception_v3:noaux", {"kernel: 1x7": "kernel: 7x1", "kernel: 7x1": "kernel: 1x7"},
     "kernel (7, 1) here, (1, 7) there"),
    ("deeplabv3_resnet50", {"dilation: [1, 1, 2, 4]": "dilation: [1, 1, 1, 4]"},
     "dilation (1, 1) here, (2, 2) there"),
    ("fcn_resnet50", {"before: [1, 1, 1, 2]": "before: [1, 1, 2, 2]"},
     "dilation (2, 2) here, (1, 1) there"),
    ("deeplabv3_resnet50", {"dilation: 12": "dilation: 6"}, "dilation (6, 6) here, (12, 12) there"),
    ("deeplabv3_resnet50", {AFTER_POOLING: AFTER_POOLING.replace("256", "256, stride: 2")},
     "stride (2, 2) here"),
    ("resnet50", {"maxpool:": "avgpool:"}, "kind average pooling here, max pooling there"),
    ("densenet121", {"avgpool: 2": "maxpool: 2"}, "kind max pooling here, average pooling there"),
    ("vgg16", {"maxpool: 2": "maxpool: {kernel: 3, stride: 2, padding: 1}"},
     "kernel (3, 3) here, (2, 2) there"),
    ("alexnet", {"stride: 4, padding: 2": "stride: 4, padding: 3"},
     "padding ((3, 3), (3, 3)) here, ((2, 2), (2, 2)) there"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "changes", "report"), MUTATIONS)
def test_a_change_that_no_count_shows_is_reported(
    model: str, changes: dict[str, str], report: str
) -> None:
    one, record = NETS[model], RECORDS[model]
    shape = tuple(record["input"][1:])
    before, after = load(one, shape), load(one, shape, changes)
    assert [node.output_shape for node in after.layers] == [
        node.output_shape for node in before.layers
    ]
    assert after.totals == before.totals
    assert report in compare_torchvision(one, after, record)
