"""The packaged vision transformers against what torchvision answered for the same model.

Expected values are those of the oracle records and, for models without a record,
the counts that torchvision publishes.

By the definition used here MACs are those of convolution and dense layers. A hook
on each layer sees just these in a transformer, since attention runs its linear
layers as plain functions; what the operators themselves count holds attention too.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import cnncalc

if TYPE_CHECKING:
    from cnncalc.net.network import Network

ORACLE = Path(__file__).parent / "data" / "oracles" / "models_torchvision.jsonl.gz"

VIT = {"vit_b_16": {"size": "b"}, "vit_l_16": {"size": "l"}, "vit_h_14": {"size": "h"}}
SWIN = {"swin_t": {"size": "tiny"}, "swin_s": {"size": "small"}}

#: The types that are compared, as torchvision and as the zoo's specs call them.
TYPES = {
    "Conv2d": "conv", "LayerNorm": "layernorm", "MultiheadAttention": "attention",
    "Linear": "dense", "GELU": "gelu", "Dropout": "dropout",
}  # fmt: skip


class Row(NamedTuple):
    """What is compared of a layer."""

    type: str
    shape: tuple[int, ...]
    params: int
    macs: int


@cache
def records() -> dict[str, dict[str, Any]]:
    with gzip.open(ORACLE, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return {one["name"]: one for one in found if "header" not in one}


@cache
def vit(model: str) -> Network:
    return cnncalc.load("zoo:vit", variables=VIT[model])


@cache
def swin(model: str) -> Network:
    return cnncalc.load("zoo:swin", variables=SWIN[model])


def ours(network: Network, types: set[str]) -> list[Row]:
    return [
        Row(node.type, node.output_shape, node.params, 0 if "attention" in node.type else node.macs)
        for node in network.layers
        if node.type in types
    ]


def theirs(model: str, types: set[str]) -> list[Row]:
    return [
        Row(TYPES[one["type"]], tuple(one["out"][1:]), one["params"], one["macs"])
        for one in records()[model]["layers"]
        if TYPES.get(one["type"]) in types
    ]


def channels_last(row: Row) -> Row:
    """As it is; a convolution's channels, which torchvision has first, at the end."""
    return row._replace(shape=(*row.shape[1:], row.shape[0])) if row.type == "conv" else row


@pytest.mark.parametrize("model", VIT)
def test_every_layer_of_vit_agrees_in_order(model: str) -> None:
    types = set(TYPES.values())
    assert ours(vit(model), types) == theirs(model, types)


@pytest.mark.parametrize("model", SWIN)
def test_every_called_layer_of_swin_agrees_in_order(model: str) -> None:
    types = {"conv", "layernorm", "dense", "gelu"}
    assert ours(swin(model), types) == [channels_last(row) for row in theirs(model, types)]


@pytest.mark.parametrize("model", SWIN)
def test_every_attention_of_swin_agrees_in_order(model: str) -> None:
    """Its linear layers, `qkv` and `proj`, are not called as modules; its table is bare."""
    record = records()[model]
    sizes = [one["params"] for one in record["uncalled"]]
    tables = [prod(one["shape"]) for one in record["direct_params"]]
    layers = swin(model).layers
    assert [one.params for one in layers if one.type == "window_attention"] == [
        qkv + proj + table for qkv, proj, table in zip(sizes[::2], sizes[1::2], tables, strict=True)
    ]


@pytest.mark.parametrize("model", [*VIT, *SWIN])
def test_totals_agree(model: str) -> None:
    record = records()[model]
    totals = (vit(model) if model in VIT else swin(model)).totals
    assert totals.params == record["params"]
    assert totals.buffers == record["buffers"]
    layers = (vit(model) if model in VIT else swin(model)).layers
    linear = sum(node.macs for node in layers if node.type in ("conv", "dense"))
    assert linear == record["conv_linear_macs"]


@pytest.mark.parametrize("model", [*VIT, *SWIN])
def test_macs_are_what_the_operators_count(model: str) -> None:
    network = vit(model) if model in VIT else swin(model)
    assert network.totals.macs == sum(records()[model]["aten_macs"].values())


@pytest.mark.parametrize("model", VIT)
def test_vit_at_the_image_sizes_of_its_weights(model: str) -> None:
    """A larger image has more patches, and the table of positions grows with them."""
    for weights in records()[model]["published"]:
        height, width = weights["min_size"]
        network = cnncalc.load("zoo:vit", variables=VIT[model], input=(3, height, width))
        assert network.totals.params == weights["num_params"], weights["weights"]


@pytest.mark.parametrize(
    ("name", "variables", "published"),
    [
        ("vit", {"size": "b", "patch": 32}, 88_224_232),
        ("vit", {"size": "l", "patch": 32}, 306_535_400),
        ("swin", {"size": "base"}, 87_768_224),
    ],
)
def test_published_totals(name: str, variables: dict[str, Any], published: int) -> None:
    assert cnncalc.load(f"zoo:{name}", variables=variables).totals.params == published


#: What `torch.utils.flop_counter` of PyTorch 2.14 counts for torchvision 0.29's swin_t, halved.
@pytest.mark.parametrize(
    ("height", "width", "macs"),
    [
        (448, 448, 17_959_962_624),
        (256, 256, 7_345_441_536),  # windows of 7 are filled up
        (288, 224, 6_183_684_096),
        (32, 64, 604_538_112),  # smaller than a window
    ],
)
def test_swin_fills_up_its_windows(height: int, width: int, macs: int) -> None:
    totals = cnncalc.load("zoo:swin", input=(height, width, 3)).totals
    assert (totals.params, totals.macs) == (records()["swin_t"]["params"], macs)


def test_swin_merges_even_maps_only() -> None:
    with pytest.raises(cnncalc.SpecError, match="29 is not a multiple of 2"):
        cnncalc.load("zoo:swin", input=(232, 232, 3))
