"""Receptive fields against gradients of PyTorch: which input elements reach a unit.

Expected values are those of the records; the nets of papers also stand against Araujo, Norris
and Sim (Distill, 2019) there.
"""

from __future__ import annotations

from typing import Any

import oracle_nets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoo_records import Net, load, net

import cnncalc
from cnncalc.figures.receptive_field import View, receptive_fields

SMALL = oracle_nets.records("receptive_field_small.jsonl.gz")
KNOWN = {record["net"]: record for record in oracle_nets.records("receptive_field.jsonl.gz")}


def told(views: tuple[View, ...]) -> dict[str, list[Any]]:
    return {
        "receptive_field": [view.size for view in views],
        "effective_stride": [view.stride for view in views],
        "effective_padding": [view.padding for view in views],
        "seen": [view.seen for view in views],
    }


@pytest.mark.parametrize("record", SMALL, ids=[record["net"] for record in SMALL])
@pytest.mark.parametrize("length", [96, 144])
def test_every_tap_of_a_small_net_agrees(record, length):
    shape = [record["channels"], *[length] * record["dims"]]
    found = receptive_fields(oracle_nets.load(record, shape))
    for tap in record["taps"]:
        ours = told(found[tap["tap"]])
        assert ours == {key: tap[key] for key in ours}, tap["tap"]


def test_swin_sees_what_a_gradient_of_torchvisions_reached():
    """Single units of swin_t in float64, at 448 by 448; what the masks leave of them aside."""
    found = receptive_fields(load(net("swin"), (448, 448, 3)))
    seen = {
        f"{stage}/{encoder}": [view.size for view in found[f"{stage}/{encoder}/window_attention_1"]]
        for stage in ("stage_1", "stage_2")
        for encoder in ("encoder_1", "encoder_2")
    }
    assert seen == {
        "stage_1/encoder_1": [28, 28], "stage_1/encoder_2": [56, 56],
        "stage_2/encoder_1": [112, 112], "stage_2/encoder_2": [168, 168],
    }  # fmt: skip


def in_order(name: str, **variables: Any) -> Net:
    """A net whose layers are those of torchvision's `features`, one after another."""
    return net(name, "features", **variables)


RESNET = {"maxpool": "maxpool_1", **{f"layer{i}": f"stage_{i}" for i in range(1, 5)}}
#: For each record the net of the zoo, and the layer or block of each tap.
TAPS: dict[str, tuple[Net, dict[str, str]]] = {
    "lenet5": (
        net("lenet5"), {f"features.{name}": name for name in ("C1", "S2", "C3", "S4", "C5")}),
    "alexnet": (in_order("alexnet"), {}),
    "vgg16": (in_order("vgg", depth=16), {}),
    "vgg19": (in_order("vgg", depth=19), {}),
    **{f"resnet{depth}": (net("resnet", depth=depth), RESNET) for depth in (18, 34, 50, 101)},
    "resnet50 (stride on the 1x1, as in the 2015 paper, Caffe and Keras)": (
        net("keras_resnet", depth=50), RESNET),
    "resnet101 (stride on the 1x1)": (net("keras_resnet", depth=101), RESNET),
    "mobilenet_v1": (net("mobilenet"), {
        "features.conv1": "conv_1", "features.dw13": "block_13/separable_bn_1/relu6_1",
        **{f"features.pw{i}": f"block_{i}" for i in range(1, 14)}}),
    "mobilenet_v2": (net("mobilenet_v2"), {
        "features.0": "conv_bn_1", "features.18": "conv_bn_2",
        "features.1": "stage_1", "features.3": "stage_2", "features.6": "stage_3",
        "features.10": "stage_4", "features.13": "stage_5", "features.16": "stage_6",
        "features.17": "stage_7"}),
    "densenet121": (net("densenet"), {
        "features.pool0": "maxpool_1", "features.norm5": "batchnorm_2",
        **{f"features.denseblock{i}": f"stage_{i}" for i in range(1, 5)},
        **{f"features.transition{i}": f"stage_{i + 1}/transition_1" for i in range(1, 4)}}),
    "inception_v3": (net("inception_v3"), {
        "maxpool1": "maxpool_1", "maxpool2": "maxpool_2", "Mixed_5b": "inception_a_1",
        "Mixed_5d": "inception_a_3", "Mixed_6a": "reduction_b_1", "Mixed_6e": "inception_c_4",
        "Mixed_7a": "reduction_d_1", "Mixed_7c": "inception_e_2"}),
    "googlenet": (net("googlenet"), {
        "maxpool1": "maxpool_1", "maxpool2": "maxpool_2", "inception3b": "inception_2",
        "maxpool3": "maxpool_3", "inception4e": "inception_7", "maxpool4": "maxpool_4",
        "inception5b": "inception_9"}),
    "squeezenet1_1": (net("squeezenet", version=1.1), {"features.12": "fire_8"}),
}  # fmt: skip

#: The record pads MobileNet on both sides; the zoo's net as Keras does, at the end.
CHANGES = {
    "mobilenet_v1": {
        "pad: {bottom: 1, right: 1}": "pad: 1", "stride: 2, padding: same": "stride: 2, padding: 1",
    },
}  # fmt: skip


def tapped(network: cnncalc.Network, path: str, names: dict[str, str]) -> str:
    """The layer whose result a tap is: of a block its last, of `features.N` the N-th of the net."""
    if path not in names:
        return network.layers[int(path.removeprefix("features."))].name
    wanted = names[path]
    inside = [node.name for node in network.layers if node.name.startswith(f"{wanted}/")]
    return inside[-1] if inside else wanted


@pytest.mark.parametrize("name", KNOWN)
def test_every_tap_of_a_known_net_agrees(name):
    model, names = TAPS[name]
    network = load(model, changes=CHANGES.get(name))
    found = receptive_fields(network)
    for tap in KNOWN[name]["layers"]:
        ours = told(found[tapped(network, tap["path"], names)])
        seen = ours.pop("seen")
        assert ours == {key: tap[key] for key in ours}, tap["path"]
        assert (seen == ours["receptive_field"]) is tap["support_full"]


def test_the_published_fields_are_among_the_taps():
    published = {
        name: tap["published_araujo_2019"]
        for name, record in KNOWN.items()
        for tap in record["layers"]
        if "published_araujo_2019" in tap
    }
    assert len(published) >= 8
    assert published["vgg16"] == 212


def views(layers: list[Any], shape: str = "2x40x40") -> tuple[View, ...]:
    network = cnncalc.parse(f"input: {shape}\nlayers: {layers}")
    return receptive_fields(network)[network.layers[-1].name]


@pytest.mark.parametrize(
    "layers",
    [
        ["global_avgpool"],
        [{"adaptive_avgpool": 1}],
        ["flatten", {"dense": 3}],
        [{"residual": {"shortcut": ["global_avgpool"], "body": [{"conv": {"filters": 2, "kernel": 3,
         "padding": 1}}], "merge": "multiply"}}],
        [{"squeeze_excite": 2}],
        ["instancenorm"],
        [{"reshape": [2, 1600]}, {"dense": 4}],
    ],
    ids=str,
)  # fmt: skip
def test_the_whole_input_is_seen(layers):
    if "multiply" in str(layers):
        layers[0]["residual"]["shortcut"] = [{"global_avgpool": {"keepdims": True}}]
    assert views(layers) == (View(), View())


@pytest.mark.parametrize(
    ("layers", "sizes"),
    [
        (["flatten"], [1, 1]),
        ([{"conv": {"filters": 4, "kernel": 3}}, "flatten"], [3, 3]),
        ([{"conv": {"filters": 4, "kernel": [3, 5]}}, {"permute": [0, 2, 1]}], [3, 5]),
        ([{"dense": 4}], [1, None]),
        ([{"pixel_unshuffle": 2}], [2, 2]),
        ([{"pixel_unshuffle": 2}, {"pixel_shuffle": 2}], [2, 2]),
        ([{"softmax": {"axis": 0}}], [1, 1]),
        ([{"softmax": {"axis": 2}}], [1, None]),
        ([{"adaptive_avgpool": 10}], [4, 4]),
        ([{"adaptive_avgpool": 9}], [6, 6]),
        ([{"crop": 3}, {"conv": {"filters": 1, "kernel": 3}}], [3, 3]),
    ],
    ids=str,
)
def test_what_other_layers_see(layers, sizes):
    assert [view.size for view in views(layers)] == sizes


# Brute force: from every output position back through the net, set by set.


#: Layers along one axis: (kind, kernel, stride, dilation, padding).
Chain = list[tuple[str, int, int, int, int]]


def inputs_of(position: int, chain: Chain) -> set[int]:
    """The input positions that reach an output position, on an unbounded axis."""
    reached = {position}
    for kind, kernel, stride, dilation, padding in reversed(chain):
        if kind == "conv":
            reached = {u * stride - padding + j * dilation for u in reached for j in range(kernel)}
        elif kind == "up":
            reached = {u // stride for u in reached}
        else:
            reached = {
                (u + padding - j * dilation) // stride
                for u in reached
                for j in range(kernel)
                if (u + padding - j * dilation) % stride == 0
            }
    return reached


#: The longest pattern that four layers make repeats within UNITS; so long is every output.
UNITS, LENGTH = 3**4, 3**8 + 100
LAYER = st.tuples(
    st.sampled_from(["conv", "conv_transpose", "up"]),
    st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(LAYER, min_size=1, max_size=4))
def test_any_chain_sees_what_counting_finds(chain):
    entries = []
    for kind, kernel, stride, dilation, padding in chain:
        if kind == "up":
            entries.append({"upsample": stride})
        else:
            settings_ = {"filters": 1, "kernel": kernel, "stride": stride, "dilation": dilation}
            entries.append({kind: {**settings_, "padding": padding}})
    network = cnncalc.parse(f"input: 1x{LENGTH}\nlayers: {entries}")
    (view,) = receptive_fields(network)[network.layers[-1].name]
    sets = [found for u in range(UNITS) if (found := inputs_of(u, chain))]
    assert view.size == max((max(one) - min(one) + 1 for one in sets), default=0)
    assert view.seen == max(map(len, sets), default=0)
