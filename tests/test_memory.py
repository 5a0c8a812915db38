"""Memory to the byte against PyTorch: storages counted operator by operator.

Expected values are those of the records (device cuda). What PyTorch refuses to train is to be
told by the rule for changes in place.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import oracle_nets
import pytest
from zoo_records import load
from zoo_records import net as zoo

from cnncalc.figures.memory.backward import Backward
from cnncalc.figures.memory.forward import inference, saved_bytes, training
from cnncalc.figures.memory.in_place import refusals
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.usage import Run

RECORDS = {record["net"]: record for record in oracle_nets.records("memory.jsonl.gz")}
WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}

#: Records of which no graph was recorded. The packaged ViT is held against its own in
#: `test_memory_layers.py`, the packaged Swin below.
UNSAYABLE = {"vit_b_16": "no graph was recorded", "swin_t": "no graph was recorded"}
#: What the eager rule does not hold for: a local variable holds the concatenation.
HOLDS_A_LOCAL = {"densenet"}


@cache
def net(name: str) -> Any:
    return oracle_nets.load(RECORDS[name])


def ours(name: str, run: dict[str, Any]) -> dict[str, Any]:
    return of(net(name), run)


def of(network: Any, run: dict[str, Any]) -> dict[str, Any]:
    setting = Run(run["batch"], WIDTHS[run["dtype"]])
    evaluated = program_of(network, setting)
    trained = program_of(network, setting._replace(training=True))
    forward = training(trained).peak
    backward = max(moment.live for moment in Backward(trained).moments())
    return {
        "kept": inference(evaluated).peak,
        "released": inference(evaluated, keep_input=False).peak,
        "eager": inference(evaluated, eager=True).peak,
        "saved": sum(saved_bytes(trained)),
        "peak_forward": forward,
        "peak_backward": backward,
        "peak": max(forward, backward),
        "trains": not any(refusals(trained)),
    }


def theirs(run: dict[str, Any]) -> dict[str, Any]:
    found = {
        "kept": run["inference_input_kept"]["peak"],
        "released": run["inference_input_released"]["peak"],
    }
    if "inference_eager" in run:
        found["eager"] = run["inference_eager"]["peak"]
    refused = run.get("training_error")
    if not refused or "inplace" in refused:
        found["trains"] = not refused
    if "saved" in run:
        found["saved"] = run["saved"]["bytes"]
    if "training" in run:
        found |= {key: run["training"][key] for key in ("peak_forward", "peak_backward", "peak")}
    return found


@pytest.mark.parametrize("name", [name for name in RECORDS if name not in UNSAYABLE])
def test_every_figure_of_every_run_agrees(name):
    for run in RECORDS[name]["measured"]:
        if run["device"] == "cuda":
            expected, found = theirs(run), ours(name, run)
            if RECORDS[name]["family"] in HOLDS_A_LOCAL:
                del expected["eager"]
            assert {key: found[key] for key in expected} == expected, (run["dtype"], run["batch"])


def test_the_list_of_what_cannot_be_said_is_complete():
    assert {name: why for name in RECORDS if (why := reason(name))} == UNSAYABLE


def reason(name: str) -> str:
    """Why no spec can say this record; empty where one can."""
    try:
        net(name)
    except oracle_nets.UnsayableError as why:
        return str(why)
    return ""


def test_the_records_hold_what_they_promise():
    runs = [run for record in RECORDS.values() for run in record["measured"]]
    assert len(RECORDS) == 90
    assert sum(run["device"] == "cuda" for run in runs) >= 420
    assert sum("training_error" in run for run in runs) >= 30
    for name in RECORDS.keys() - UNSAYABLE.keys():
        assert net(name).totals.params == RECORDS[name]["params"]


#: Nets of the zoo that are torchvision's, in-place layers included: all figures of the records.
PACKAGED = {
    "alexnet": zoo("alexnet"),
    "vgg11": zoo("vgg", depth=11), "vgg16": zoo("vgg", depth=16),
    "vgg16_bn": zoo("vgg", depth=16, batchnorm=True),
    "squeezenet1_0": zoo("squeezenet"), "squeezenet1_1": zoo("squeezenet", version=1.1),
    "inception_v3": zoo("inception_v3"), "mobilenet_v2": zoo("mobilenet_v2"),
    "mobilenet_v3_small": zoo("mobilenet_v3", size="small"),
    "mobilenet_v3_large": zoo("mobilenet_v3", size="large"),
    "efficientnet_b0": zoo("efficientnet", size="b0"), "fcn_resnet50": zoo("fcn"),
    "resnet18": zoo("resnet", depth=18), "resnet50": zoo("resnet", depth=50),
    "resnet101": zoo("resnet", depth=101), "resnext50_32x4d": zoo("resnext"),
}  # fmt: skip
#: Their sums are not in place, which only the peak of the forward shows.
OUT_OF_PLACE = {"resnet18", "resnet50", "resnet101", "resnext50_32x4d"}


@pytest.mark.parametrize("name", PACKAGED)
def test_packaged_nets_are_torchvisions(name):
    network = load(PACKAGED[name], tuple(RECORDS[name]["input"]))
    for run in RECORDS[name]["measured"]:
        if run["device"] == "cuda":
            expected, found = theirs(run), of(network, run)
            del expected["eager"]  # modules are cut differently
            if name in OUT_OF_PLACE:
                del expected["peak_forward"]
            assert {key: found[key] for key in expected} == expected, (run["dtype"], run["batch"])


@pytest.mark.parametrize("run", [run for run in RECORDS["swin_t"]["measured"]
                                 if run["device"] == "cuda"],
                         ids=lambda run: f"{run['dtype']}-{run['batch']}")  # fmt: skip
def test_the_packaged_swin_is_torchvisions(run):
    """Torchvision's first block drops no branch: two masks fewer, of a number for each sample.

    Modules are cut differently, so the eager peak is another.
    """
    network = load(zoo("swin"), (224, 224, 3))  # channels last
    assert network.totals.params == RECORDS["swin_t"]["params"]
    expected, found = theirs(run), of(network, run)
    del expected["eager"]
    masks = 2 * run["batch"] * WIDTHS[run["dtype"]]
    expected |= {key: expected[key] + masks
                 for key in ("saved", "peak_forward", "peak_backward", "peak")}  # fmt: skip
    assert {key: found[key] for key in expected} == expected
