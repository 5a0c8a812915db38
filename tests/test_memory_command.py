"""`cnncalc memory`: sums, the largest batch, optimizers, and its formats."""

from __future__ import annotations

import itertools
import json

import oracle_nets
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.memory.optimizers import OPTIMIZERS, state_bytes
from cnncalc.analysis.memory.report import Setting, memory
from cnncalc.analysis.memory.weights import state_shapes

STATES = oracle_nets.records("optimizers.jsonl.gz")
MODELS = {record["net"]: record for record in oracle_nets.records("memory.jsonl.gz")}
WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
MODIFIERS = ("momentum", "centered", "nesterov", "amsgrad")


def spoken(run):
    """The name of a recorded optimizer with what its arguments add."""
    given = [key for key in MODIFIERS if run["args"].get(key)]
    return "+".join([run["optimizer"].lower(), *given])


@pytest.mark.parametrize("record", STATES, ids=[f"{r['net']}-{r['dtype']}" for r in STATES])
def test_every_optimizer_keeps_what_pytorch_keeps(record):
    shapes = record["param_shapes"]
    if not shapes:
        (shapes,) = state_shapes(
            oracle_nets.load(MODELS[record["net"]]), Setting(dtype="float32")
        ).values()
    assert len(shapes) == record["param_tensors"]
    for run in record["optimizers"]:
        expected = run["state_bytes"] + run["scalar_bytes"]
        found = state_bytes(spoken(run), shapes, WIDTHS[record["dtype"]])
        assert found == expected, (run["optimizer"], run["args"])


def test_every_optimizer_is_recorded():
    recorded = {run["optimizer"].lower() for record in STATES for run in record["optimizers"]}
    assert recorded == OPTIMIZERS.keys() - {"none", "momentum"}


LAYER = st.sampled_from([
    {"conv": {"filters": 4, "kernel": 3, "padding": 1}}, "batchnorm", "relu", "gelu",
    {"relu": {"inplace": True}}, {"maxpool": 2}, "dropout", {"conv": {"filters": 3, "kernel": 1}},
    {"residual": [{"conv": {"filters": 4, "kernel": 3, "padding": 1}}, "batchnorm"]},
    {"parallel": [[{"conv": {"filters": 2, "kernel": 1}}], ["relu"]]},
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(LAYER, min_size=1, max_size=7),
    st.sampled_from(["none", "adam", "sgd+momentum"]),
    st.integers(14, 24),
    st.integers(1, 3),
)
def test_the_largest_batch_fits_and_one_more_does_not(layers, optimizer, power, parts):
    stem = {"conv": {"filters": 4, "kernel": 3}}
    try:
        net = cnncalc.parse(f"input: 3x40x40\nlayers: {json.dumps([stem, *layers])}")
    except cnncalc.SpecError:  # a residual whose shapes differ
        return
    room = 2**power
    found = memory(net, Setting(1, optimizer=optimizer, accumulate=parts, fits=room))
    inference, training = found.largest_inference, found.largest_training
    for batch, total in ((inference, "total_inference"), (training, "total_training")):
        step = parts if total == "total_training" else 1
        setting = Setting(optimizer=optimizer, accumulate=parts)
        if batch:
            assert getattr(memory(net, setting._replace(batch=batch)), total) <= room
        assert getattr(memory(net, setting._replace(batch=batch + step)), total) > room


def test_the_json_of_the_contract(cnncalc):
    done = cnncalc(
        "memory", "examples/tutorial_cnn.yaml", "--batch", "8", "--optimizer", "adam",
        "--format", "json", "--fits", "1GiB",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert list(found) == [
        "schema_version", "name", "batch", "dtype", "optimizer", "parameters_bytes",
        "buffers_bytes", "gradients_bytes", "optimizer_bytes", "inference", "training",
        "largest_batch", "layers",
    ]  # fmt: skip
    assert found["parameters_bytes"] == found["gradients_bytes"] == 226390 * 4
    assert found["optimizer_bytes"] == 226390 * 8 + 6 * 4
    assert found["inference"]["peak_bytes"] == 674304
    assert found["inference"]["peak_released_bytes"] == 576000
    assert found["training"]["peak_backward_bytes"] == found["training"]["peak_bytes"] == 1867384
    assert sum(one["bytes"] for one in found["inference"]["alive"]) == 674304
    assert sum(one["bytes"] for one in found["training"]["alive"]) == 1867384
    assert (
        sum(layer["saved_bytes"] for layer in found["layers"]) == found["training"]["saved_bytes"]
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--optimizer", "adm"), "there is no optimizer 'adm'"),
        (("--optimizer", "adam+momentum"), "adam+amsgrad"),
        (("--fits", "much"), "--fits"),
        (("--dtype", "float8"), "float8"),
        (("--batch", "0"), "0"),
    ],
)
def test_what_is_no_setting_is_refused(cnncalc, arguments, told):
    done = cnncalc("memory", "examples/lenet5.yaml", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_narrow_numbers_need_less(cnncalc):
    wide, narrow = (
        json.loads(cnncalc("memory", "zoo:mobilenet", "--dtype", dtype, "--format", "json").stdout)
        for dtype in ("float32", "int8")
    )
    assert wide["inference"]["peak_bytes"] == 4 * narrow["inference"]["peak_bytes"]
    assert wide["parameters_bytes"] == 4 * narrow["parameters_bytes"]


@pytest.mark.parametrize("format_", ["table", "csv", "markdown"])
def test_other_formats(cnncalc, format_):
    done = cnncalc("memory", "examples/tutorial_cnn.yaml", "--format", format_)
    assert done.returncode == 0
    assert "conv_1" in done.stdout or format_ == "markdown"
    assert "82.3 KiB" in done.stdout or format_ == "csv"


def test_expectations_and_budgets_of_memory_and_sight(cnncalc):
    spec = (
        "input: 3x32x32\nlayers: [{conv: {filters: 10, kernel: 3}}, relu]\n"
        "expect: {memory: <= 90KiB, receptive_field: 3}"
    )
    assert cnncalc("check", "-", stdin=spec).returncode == 0
    assert cnncalc("check", "-", "--max-memory", "40KiB", stdin=spec).returncode == 1
    # saved: the input, 3 x 32 x 32, and the result of ReLU, 10 x 30 x 30, of 4 bytes each
    assert cnncalc("check", "-", "--max-saved", "48288", stdin=spec).returncode == 0
    assert cnncalc("check", "-", "--max-saved", "48287", stdin=spec).returncode == 1
    assert cnncalc("check", "-", "--min-receptive-field", "5", stdin=spec).returncode == 1
    assert cnncalc("check", "-", "--max-receptive-field", "3", stdin=spec).returncode == 0
    assert cnncalc("check", "-", "--max-activations", "10", stdin=spec).returncode == 1
    for limit, told in (("--min-receptive-field=5", "3 x 3: less than 5"),
                        ("--max-receptive-field=2", "3 x 3: more than 2")):  # fmt: skip
        done = cnncalc("check", "-", limit, stdin=spec)
        assert f"receptive_field {told}\n" in done.stdout + done.stderr


@settings(max_examples=200, deadline=None)
@given(st.lists(LAYER, min_size=1, max_size=7), st.sampled_from(["float32", "float16"]))
def test_every_moment_is_linear_in_the_batch(layers, dtype):
    """In inference from one sample on; in training from two: one may be added in place."""
    stem = {"conv": {"filters": 4, "kernel": 3}}
    try:
        net = cnncalc.parse(f"input: 3x40x40\nlayers: {json.dumps([stem, *layers])}")
    except cnncalc.SpecError:  # a residual whose shapes differ
        assume(False)  # noqa: FBT003 - hypothesis' own signature
    runs = [memory(net, Setting(batch, dtype)) for batch in range(1, 6)]
    for figure in ("output", "live"):
        assert_linear([[getattr(one, figure) for one in run.layers] for run in runs])
    assert_linear([[one.saved for one in run.layers] for run in runs])
    assert_linear([[run.inference.peak] for run in runs], exact=False)
    assert_linear([[run.training.peak] for run in runs[1:]], exact=False)
    assert len({(run.parameters, run.buffers, run.gradients, run.optimizer) for run in runs}) == 1


def assert_linear(rows, *, exact=True):
    """The same step from each row to the next; of a peak, the largest of lines, no smaller step."""
    steps = [[b - a for a, b in zip(*pair, strict=True)] for pair in itertools.pairwise(rows)]
    for before, after in itertools.pairwise(steps):
        assert after == before if exact else all(x <= y for x, y in zip(before, after, strict=True))


@pytest.mark.parametrize("depth", [1, 2])
def test_blocks_are_folded_into_one_row(cnncalc, depth):
    command = ("memory", "zoo:resnet", "--format", "json")
    whole = json.loads(cnncalc(*command).stdout)
    found = json.loads(cnncalc(*command, "--depth", str(depth)).stdout)
    rows: dict[str, list[dict[str, int]]] = {}
    for layer in whole["layers"]:  # names are paths, and every block here has a name
        rows.setdefault("/".join(layer["name"].split("/")[:depth]), []).append(layer)
    assert found["layers"] == [
        {
            "name": name,
            "output_bytes": layers[-1]["output_bytes"],
            "saved_bytes": sum(layer["saved_bytes"] for layer in layers),
            "live_bytes": max(layer["live_bytes"] for layer in layers),
        }
        for name, layers in rows.items()
    ]
    assert {**found, "layers": []} == {**whole, "layers": []}


def test_the_table_and_csv_fold_too(cnncalc):
    csv = cnncalc("memory", "zoo:resnet", "--depth", "1", "--format", "csv").stdout
    assert [line.split(",")[0] for line in csv.splitlines()[5:9]] == [
        "stage_1", "stage_2", "stage_3", "stage_4",
    ]  # fmt: skip
    table = cnncalc("memory", "zoo:resnet", "--depth", "1").stdout
    assert "stage_3 " in table.split("saved for the backward")[1]
