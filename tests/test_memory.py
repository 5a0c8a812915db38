"""Memory to the byte against PyTorch: storages counted operator by operator.

Expected values are those of the records (device cuda). What PyTorch refuses to train is to be
told by the rule for changes in place.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import oracle_nets
import pytest

from cnncalc.figures.memory.backward import Backward
from cnncalc.figures.memory.forward import inference, saved_bytes, training
from cnncalc.figures.memory.in_place import refusals
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.usage import Run

RECORDS = {record["net"]: record for record in oracle_nets.records("memory.jsonl.gz")}
WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}

#: Records that no spec can say, each with its reason.
UNSAYABLE = {"vit_b_16": "no graph was recorded", "swin_t": "no graph was recorded"}
#: What the eager rule does not hold for: a local variable holds the concatenation.
HOLDS_A_LOCAL = {"densenet"}


@cache
def net(name: str) -> Any:
    return oracle_nets.load(RECORDS[name])


def ours(name: str, run: dict[str, Any]) -> dict[str, Any]:
    setting = Run(run["batch"], WIDTHS[run["dtype"]])
    evaluated = program_of(net(name), setting)
    trained = program_of(net(name), setting._replace(training=True))
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
