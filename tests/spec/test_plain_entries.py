"""An entry of words and numbers is built at once: it gives the layer, or error, of the long way.

`when: true` beside an entry changes nothing, but lets it be read in full.
"""

from __future__ import annotations

import pytest

from cnncalc.build.reader import read_text
from cnncalc.layers import registry

EXAMPLES = [layer.example for layer in registry.types() if layer.example]
ODD = [
    "conv: {filters: 8, kernel: [3, 5], stride: 2}", "conv: {filters: 8, kernel: 3x5}",
    "Conv2d: {out_channels: 8, kernel_size: 3}", "Conv2D: {filters: 8, kernel_size: 3}",
    "conv: {out_channels: 8, kernel: 3}", "conv: {filters: 8, kernel: 3, bias: no}",
    "conv: {filters: 08, kernel: '3'}", "conv: {filters: 2 * 4, kernel: 3}",
    "conv: {filters: 8.0, kernel: 1e0}", "conv: {filters: 8, kernel: 3, padding: same}",
    "conv: {filters: 8, kernel: 3, activation: null}", "conv: {filters: 8, kernel: {3, 5}}",
    "conv: {filters: 8, kernel: 3, in_channels: 4}", "conv: {filters: 8, kernel: 3, groups: 3}",
    "conv: {filters: 8}", "conv: {kernel: 3, fliters: 8}",
    "conv: {filters: 8, out_channels: 8, kernel: 3}",
    "conv: {filters: 8, kernel: 3, name: c}", "Conv2D: {filters: 8, kernel_size: 3, name: c}",
    "Conv2D: {filters: 8, kernel_size: 3, kernel_regularizer: l2, trainable: false}",
    "conv: {}", "conv:", "conv: 8", "relu: {}", "softmax: 1", "softmax: {}", "softmax: {dim: 1}",
    "pad: {left: 1}", "pad: {lef: 1}", "pad: 1", "pad: [1, 2]", "flatten:", "flatten: 1",
    "dense: 5", "dense: ''", "dense: many", "dense: [5]", "dense: {by: 3, units: 5}", "dance: 5",
    "time_distributed: {dense: 10}", "TimeDistributed: {layer: {Dense: 10}}", "reshape: [-1]",
    "Flatten: {start_dim: 1}", "custom: {shape: [64], params: 4160}",
    "maxpool: {kernel: 2, ceil_mode: on}",
    "ReflectionPad2d: 1", "conv: {filters: ${n}, kernel: 3}",
    "conv: {filters: 99999999999, kernel: 3}",
]  # fmt: skip


BESIDE = ("", "\n  when: true")


def seen(text: str) -> tuple[object, ...]:
    reading = read_text(text)
    rows = [(one.name, one.layer, one.facts, one.traits) for one in reading.network or ()]
    said = [(one.code, one.message, one.label, one.help) for one in reading.diagnostics]
    layout = reading.network.layout if reading.network is not None else ""
    return layout, rows, said


@pytest.mark.parametrize("shape", ["3x16x16", "16x8", "[12]"])
def test_an_entry_is_what_it_is_when_it_is_read_in_full(shape: str) -> None:
    differing = []
    for entry in (*EXAMPLES, *ODD):
        written = entry if ":" in entry else f"{entry}:"
        both = [seen(f"input: {shape}\nlayers:\n- {written}{beside}\n") for beside in BESIDE]
        if both[0] != both[1]:
            differing.append((entry, both))
    assert not differing


def test_the_order_of_calls_of_a_type_makes_no_difference() -> None:
    """`softmax: 1`, `softmax: {}` and `softmax: {axis: 1}` are told apart, whichever is first."""
    entries = [
        "softmax: 1",
        "softmax: {}",
        "softmax: {axis: 1}",
        "Softmax: {}",
        "Softmax: {dim: 1}",
    ]
    alone = {}
    for entry in entries:
        (alone[entry],) = read_text(f"input: 3x8x8\nlayers:\n- {entry}\n").network or ()
    for order in (entries, entries[::-1]):
        text = "input: 3x8x8\nlayers:\n" + "".join(f"- {entry}\n" for entry in order)
        for entry, node in zip(order, read_text(text).network or (), strict=True):
            assert node.layer == alone[entry].layer
