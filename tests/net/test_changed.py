"""A changed net asked again, against building it from the changed text."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.net.changed import ancestors, changed, input_axes, resized

TEXT = """
input: 3x32x32
layers:
  - {conv: {filters: 8, kernel: 3, padding: %s}, name: first}
  - {relu: , name: middle}
  - {conv: {filters: 8, kernel: 3, padding: 1}, name: last}
  - {maxpool: 2, name: side, from: first}
"""


def test_a_changed_layer_gives_what_its_text_would_give():
    network, other = cnncalc.parse(TEXT % 0), cnncalc.parse(TEXT % 1)
    found = changed(network, {"first": other["first"].layer})
    assert found is not None
    assert set(found.nodes) == {"first", "middle", "last", "side"}
    for name, node in found.nodes.items():
        assert node.facts == other[name].facts


def test_what_a_change_does_not_reach_is_not_asked():
    network = cnncalc.parse(TEXT % 1)
    found = changed(network, {"last": network["last"].layer.replace(padding=0)})
    assert found is not None
    assert set(found.nodes) == {"last"}
    assert found.shape_of("last") == (8, 30, 30)
    assert found.shape_of("side") == network["side"].output_shape
    assert found.shape_of("input") == (3, 32, 32)


def test_there_is_no_net_where_a_layer_refuses():
    network = cnncalc.parse(TEXT % 0)
    assert changed(network, inputs={"input": (3, 2, 2)}) is None
    above = ancestors(network, ["middle"])
    assert [node.name for node in above] == ["first", "middle"]
    assert changed(network, inputs={"input": (3, 3, 3)}) is None  # the pooling has no room
    assert changed(network, inputs={"input": (3, 3, 3)}, among=above) is not None


def test_layers_that_share_weights_change_together():
    network = cnncalc.parse("""
input: 8x32x32
layers:
  - {conv: {filters: 8, kernel: 3}, name: own}
  - {share: own, name: again}
""")
    found = changed(network, {"own": network["own"].layer.replace(padding="same")})
    assert found is not None
    assert found.shape_of("again") == (8, 32, 32)


def test_a_believed_result_is_passed_on():
    network = cnncalc.parse(TEXT % 1)
    found = changed(network, results={"first": (8, 16, 16)})
    assert found is not None
    assert found.shape_of("side") == (8, 8, 8)
    assert found.nodes["first"].macs == 16 * 16 * 8 * 27


def test_inputs_of_one_size_move_together():
    network = cnncalc.parse("""
inputs: {image: 3x32x48, mask: 1x32x32, clip: 3x8x32x48, words: 12}
layers:
  - {global_avgpool: , from: image}
  - {global_avgpool: , from: mask}
  - {global_avgpool: , from: clip}
  - {concat: , from: [global_avgpool_1, global_avgpool_2, global_avgpool_3, words]}
""")
    axes = {(axis.name, axis.size): axis for axis in input_axes(network)}
    assert {key: axis.inputs for key, axis in axes.items()} == {
        ("height", 32): ("image", "mask", "clip"),
        ("width", 48): ("image", "clip"),
        ("width", 32): ("mask",),
        ("depth", 8): ("clip",),
    }
    assert resized(network, {axes["height", 32]: 5, axes["width", 32]: 6}) == {
        "image": (3, 5, 48), "mask": (1, 5, 6), "clip": (3, 8, 5, 48), "words": (12,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        ("attention: {num_heads: 4, embed_dim: 64}", 0),
        ("lstm: 8", 0),
        ("dense: 8", 0),
        ("conv: {filters: 8, kernel: 3}", 1),
        ("relu", 1),
    ],
)
def test_the_length_of_a_sequence_is_what_no_weight_depends_on(layer, place):
    network = cnncalc.parse(f"input: 49x64\nlayers: [{{{layer}}}]".replace("{relu}", "relu"))
    (axis,) = input_axes(network)
    assert (axis.name, axis.places) == ("length", (place,))


@pytest.mark.parametrize("name", ["resnet", "googlenet", "unet", "nasnet_mobile"])
def test_nets_at_another_size_are_as_if_read_at_that_size(name):
    network = cnncalc.load(f"zoo:{name}")
    axes = input_axes(network)
    shapes = resized(network, {axis: axis.size + 32 for axis in axes})
    found = changed(network, inputs=shapes)
    assert found is not None
    other = cnncalc.load(f"zoo:{name}", input=next(iter(shapes.values())))
    for node in other.layers:
        assert found.shape_of(node.name) == node.output_shape
