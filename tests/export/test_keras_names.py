"""Layers of a Keras file that are called as in the spec."""

from __future__ import annotations

import re

from specs import exported

SPEC = """
input: 3x8x8
blocks:
  unit: [{conv: {filters: 4, kernel: 1}, name: inside}]
layers:
  - {conv: {filters: 4, kernel: 1}, name: conv1}
  - {conv: {filters: 4, kernel: 3, padding: 1}, name: padded}
  - {relu: , name: re_lu}
  - {conv: {filters: 4, kernel: 1}, name: conv2d_1}
  - {unit: , name: block}
  - repeat: 2
    layers: [{conv: {filters: 4, kernel: 1}, name: turn_$i}]
  - {share: padded, name: again}
  - {add: , from: [conv1, padded], name: sum.of-both}
  - {conv: {filters: 4, kernel: 1}, name: sum_of_both}
  - name: group
    layers: [{conv: {filters: 4, kernel: 1}, name: conv1}]
"""


def test_layers_of_the_net_are_called_as_in_the_spec():
    text = exported(SPEC, "keras").text.partition("def net(")[2]
    assert re.findall(r'layers\.(\w+)\((?:.*, )?name="(\w+)"\)', text) == [
        ("Conv2D", "conv1"), ("add", "sum_of_both"),
    ]  # fmt: skip


def test_no_layer_of_a_block_has_a_name():
    assert "name=" not in exported(SPEC, "keras").text.partition("def net(")[0]


def test_no_layer_has_the_name_of_an_input():
    spec = "inputs: {left: 3x4, right: 3x4}\nlayers: [{add: , from: [left, right], name: LEFT}]"
    text = exported(spec, "keras").text
    assert len(re.findall('name="left"', text, re.IGNORECASE)) == len(["left", "LEFT"])


def test_an_output_has_one_name():
    spec = """
input: 6
layers: [{dense: 4, name: first}, {dense: 3, name: second}]
outputs: [first, second]
"""
    text = exported(spec, "keras").text
    assert text.count('name="first"') == text.count('name="second"') == 1
