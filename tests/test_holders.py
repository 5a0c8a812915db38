"""Where the parameters and MACs of a net sit."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.analysis.summary import summarize


def held(text):
    return {one.key: one[1:] for one in summarize(cnncalc.parse(text), tree=True).holders}


def test_a_type_of_several_layers_and_the_layer_that_has_over_half_of_it():
    # 5 * 9 + 9 = 54 and 9 * 3 + 3 = 30 of 84 parameters; 45 and 27 of 72 MACs.
    found = held("input: [5]\nlayers: [{dense: 9}, relu, {dense: 3}]")
    assert found == {
        "params": ("dense", 84, 84, "dense_1", 54),
        "macs": ("dense", 72, 72, "dense_1", 45),
    }


def test_the_one_layer_of_its_type_is_named_itself():
    # 1x1 convolution: 3 * 2 + 2 = 8 parameters of 8 + 18 * 4 + 4 = 84; 54 of 54 + 72 MACs.
    found = held("input: 3x3x3\nlayers: [{conv: {filters: 2, kernel: 1}}, flatten, {dense: 4}]")
    assert found == {"params": ("dense_1", 76, 84, "", 0), "macs": ("dense_1", 72, 126, "", 0)}


def test_a_block_of_the_top_level_is_a_place():
    spec = """
input: [4]
layers:
  - name: first
    layers: [{dense: 4}, {dense: 4}, {dense: 4}]
  - {dense: 4}
  - {dense: 4}
"""
    assert held(spec)["params"] == ("dense", 100, 100, "first", 60)


def test_exactly_half_is_no_place_but_its_block_may_be_one():
    # MACs: 4 * 8 and 8 * 1 in the block, 1 * 24 outside: 32 and 40 of 64.
    spec = """
input: [4]
layers:
  - name: first
    layers: [{dense: 8}, {dense: 1}]
  - {dense: 24}
"""
    assert held(spec)["macs"] == ("dense", 64, 64, "first", 40)


def test_a_block_that_is_the_whole_net_is_no_place():
    spec = """
input: [4]
layers:
  - name: all
    layers: [{dense: 4}, layernorm, {dense: 4}, {dense: 4}]
"""
    assert held(spec)["params"] == ("dense", 60, 68, "", 0)


def test_no_place_holds_over_half():
    assert held("input: [4]\nlayers: [{dense: 4}, {dense: 4}]")["params"] == (
        "dense", 40, 40, "", 0,
    )  # fmt: skip


def test_shared_weights_are_held_where_they_are_kept():
    spec = "input: [4]\nlayers: [{dense: 4, name: a}, {dense: 4, share: a}, {dense: 4}]"
    assert held(spec)["params"] == ("dense", 40, 40, "", 0)


def test_nothing_holds_what_a_net_has_not():
    assert held("input: [4]\nlayers: [relu]") == {}


@pytest.mark.parametrize(
    ("net", "said"),
    [
        ("examples/tutorial_cnn.yaml",
         ["dense 99.9 % of the parameters; conv_1 51.8 % of the MACs",
          "dense_1 99.4 % of the parameters"]),
        # torchvision's resnet18: 4.72 M of its 11.69 M are in layer4's second block alone.
        ("examples/resnet18.yaml",
         ["conv 95.5 % of the parameters; conv 100.0 % of the MACs",
          "stage_4 71.8 % of the parameters"]),
    ],
)  # fmt: skip
def test_the_footer_says_it(cnncalc, net, said):
    below = cnncalc("summarize", net).stdout.split("\n\n")[1].splitlines()
    at = next(at for at, line in enumerate(below) if line.startswith("most in"))
    assert [line.removeprefix("most in").strip() for line in below[at:-1]] == said
