"""Memory of one layer type a net, against storages that PyTorch's operators made."""

from __future__ import annotations

import oracle_nets
import pytest
from batches import batch
from test_memory import of, theirs
from zoo_records import load
from zoo_records import net as zoo

RECORDS = {one["net"]: one for one in oracle_nets.records("memory_layers.jsonl.gz")}
VIT = {one["net"]: one for one in oracle_nets.records("memory.jsonl.gz")}["vit_b_16"]

#: What differs, each with its reason.
SUM_OF_PARTS = "a layer of many parts: all that these made counts until the step of the whole"
DIFFER = {
    name: {"backward": SUM_OF_PARTS}
    for name in RECORDS
    if name.startswith(("encoder", "recurrent"))
}


@batch("name", RECORDS)
def test_a_layer_needs_what_pytorchs_operators_need(name):
    record = RECORDS[name]
    found = of(oracle_nets.load(record), {"batch": record["batch"], "dtype": "float32"})
    keys = {
        "kept": "kept",
        "saved": "saved",
        "forward": "peak_forward",
        "backward": "peak_backward",
    }
    differing = {key for key, own in keys.items() if found[own] != record[key]}
    assert differing - set(DIFFER.get(name, ())) == set()


@batch("name", DIFFER)
def test_the_backward_of_a_layer_of_many_parts_is_not_told_too_small(name):
    """While it is watched, the engine adds the gradients of two steps in a third tensor."""
    record = RECORDS[name]
    network = oracle_nets.load(record)
    watched = sum(
        weight.size * 4
        for node in network.layers
        for weight in node.weights
        if weight.name.startswith("recurrent_kernel")
    )
    found = of(network, {"batch": record["batch"], "dtype": "float32"})
    assert found["peak_backward"] >= record["backward"] - watched


@pytest.mark.parametrize("run", [run for run in VIT["measured"] if run["device"] == "cuda"],
                         ids=lambda run: f"{run['dtype']}-{run['batch']}")  # fmt: skip
def test_the_packaged_transformer_is_torchvisions(run):
    """In training torchvision's default has no dropout.

    Modules are cut differently, so the eager peak is another. With one sample the gradient of
    the class token is a slice of that of the whole sequence, which it keeps alive.
    """
    expected, found = theirs(run), of(load(zoo("vit", dropout=0), tuple(VIT["input"])), run)
    del expected["eager"]
    if run["batch"] == 1:
        sequence = 197 * 768 * 4
        expected |= {key: expected[key] - sequence for key in ("peak_backward", "peak")}
    assert {key: found[key] for key in expected} == expected
