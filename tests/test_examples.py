"""The example nets: published totals through the command line, layers against torchvision.

Expected values come from the papers' published counts, from the tutorial's
arithmetic and from the oracle records; never from our own output.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from forks import cnncalc

EXAMPLES = Path(__file__).parent.parent / "examples"
ORACLE = Path(__file__).parent / "data" / "oracles" / "models_torchvision.jsonl.gz"


def conv(kernel: int, arriving: int, filters: int) -> int:
    return (kernel * arriving + 1) * filters


#: Learned weights: published counts, and for the rest the formula of each layer added up.
PARAMS = {
    "tutorial_mlp": 308_310,
    "tutorial_cnn": 226_390,
    "tutorial_cnn_same": 257_380,
    "tutorial_claims": 226_390,
    "lenet5": 61_706,
    "alexnet": 61_100_840,
    "vgg16": 138_357_544,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "conv1d": conv(1, 12, 32) + 4 * conv(3, 32, 32) + conv(1, 32, 5),
    "two_inputs": conv(9, 3, 16) + conv(9, 16, 32) + conv(1, 8, 16) + conv(1, 48, 4),
    "unet": sum(conv(9, a, b) + conv(9, b, b) for a, b in
                [(1, 64), (64, 128), (128, 256), (256, 512), (512, 1024),
                 (1024, 512), (512, 256), (256, 128), (128, 64)])
            + sum(conv(4, 2 * width, width) for width in (512, 256, 128, 64)) + conv(1, 64, 2),
}  # fmt: skip

#: Example and lines that it may have: as short as its paper's table.
SHORT = {"vgg16": 25, "resnet50": 45}

KINDS = {
    "Conv2d": "conv", "BatchNorm2d": "batchnorm", "Linear": "dense", "MaxPool2d": "maxpool",
    "AdaptiveAvgPool2d": "adaptive_avgpool", "ReLU": "relu", "Dropout": "dropout",
}  # fmt: skip


@cache
def summary(name: str) -> dict[str, Any]:
    done = cnncalc("summarize", EXAMPLES / f"{name}.yaml", "--format", "json")
    assert done.returncode == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@cache
def oracle() -> dict[str, dict[str, Any]]:
    with gzip.open(ORACLE, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return {one["name"]: one for one in found if "header" not in one}


def test_every_example_is_held() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == set(PARAMS)


@pytest.mark.parametrize("name", PARAMS)
def test_total(name: str) -> None:
    assert summary(name)["totals"]["params"] == PARAMS[name]


@pytest.mark.parametrize("name", SHORT)
def test_is_as_short_as_the_table(name: str) -> None:
    lines = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= SHORT[name]


def test_the_tutorials_sizes() -> None:
    shapes = [layer["output_shape"] for layer in summary("tutorial_cnn")["layers"]]
    assert shapes[0] == [10, 30, 30]
    assert shapes[2] == [10, 15, 15]
    assert shapes[3] == [2250]


@pytest.mark.parametrize("name", ["alexnet", "vgg16", "resnet18", "resnet50"])
def test_every_layer_agrees_with_torchvision(name: str) -> None:
    """All layers in order; `flatten` and `add` are no modules there, and are left out.

    Trailing ones are dropped: our global pooling gives (512), theirs (512, 1, 1).
    """
    record, net = oracle()[name], summary(name)
    theirs = [
        (KINDS[one["type"]], trimmed(one["out"][1:]), one["params"], one.get("buffers", 0),
         one.get("macs") or 0)
        for one in record["layers"]
    ]  # fmt: skip
    ours = [
        (one["type"].replace("global_", "adaptive_"), trimmed(one["output_shape"]),
         one["params"], one["buffers"], one["macs"])
        for one in net["layers"]
        if one["type"] not in ("flatten", "add")
    ]  # fmt: skip
    assert ours == theirs
    assert net["totals"]["params"] == record["params"]
    assert net["totals"]["buffers"] == record["buffers"]
    assert net["totals"]["macs"] == record["conv_linear_macs"]


def trimmed(shape: list[int]) -> list[int]:
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape
