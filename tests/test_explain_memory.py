"""`cnncalc explain NET --memory`: the sums behind the sizes that `memory` tells."""

from __future__ import annotations

import json
import re
from math import prod

import pytest

ARGUMENTS = ("--batch", "8", "--optimizer")


def sums(cnncalc, net, *options):
    done = cnncalc("explain", net, "--memory", *options, "--format", "json")
    assert done.returncode == 0, done.stderr
    return {one["name"].split(" at ")[0]: one for one in json.loads(done.stdout)["memory"]}


def worked(values):
    """A sum of products such as `10 * 2 * 4 + 6 * 4`, worked out."""
    assert re.fullmatch(r"[\d,]+(( \* | \+ )[\d,]+)*", values)
    terms = values.replace(",", "").split(" + ")
    return sum(prod(map(int, term.split(" * "))) for term in terms)


@pytest.mark.parametrize("optimizer", ["none", "adam", "adafactor", "rmsprop+momentum", "nadam"])
@pytest.mark.parametrize("net", ["examples/tutorial_cnn.yaml", "zoo:mobilenet_v2"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_values_put_in_give_what_memory_tells(cnncalc, net, optimizer, dtype):
    options = (*ARGUMENTS, optimizer, "--dtype", dtype)
    found = sums(cnncalc, net, *options)
    told = json.loads(cnncalc("memory", net, *options, "--format", "json").stdout)
    sizes = {
        "parameters": told["parameters_bytes"],
        "buffers": told["buffers_bytes"],
        "gradients": told["gradients_bytes"],
        f"optimizer state ({optimizer})": told["optimizer_bytes"],
        "peak of inference": told["inference"]["peak_bytes"],
        "peak of training": told["training"]["peak_bytes"],
    }
    assert {name: one["result"] for name, one in found.items()} == sizes
    for one in found.values():
        if one["terms"]:
            assert sum(term["result"] for term in one["terms"]) == one["result"]
        else:
            assert worked(one["values"]) == one["result"]
        for term in one["terms"]:
            assert not term["values"] or worked(term["values"]) == term["result"]


def test_a_convolutions_peak_by_hand(cnncalc):
    spec = "input: 3x32x32\nlayers: [{conv: {filters: 10, kernel: 3}}, relu]"
    done = cnncalc("explain", "-", "--memory", "--batch", "2", "-o", "adam", stdin=spec)
    assert "parameters: 280 * 4 = 1,120" in done.stdout
    assert "280 * 2 * 4 + 2 * 1 * 4 = 2,248" in done.stdout  # two copies, two step counters
    assert "- conv_1, output: 18,000 * 4 = 72,000" in done.stdout  # 2 x 10 x 30 x 30
    assert "- input, output: 6,144 * 4 = 24,576" in done.stdout  # 2 x 3 x 32 x 32
    assert "peak of inference at relu_1: 168,576" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("conv_1", "--memory"), "--memory is of a whole net"),
        (("--memory", "-o", "adm"), "there is no optimizer 'adm'"),
        (("--memory", "--dtype", "float8"), "float8"),
    ],
)
def test_wrong_options_are_refused(cnncalc, arguments, told):
    done = cnncalc("explain", "examples/lenet5.yaml", *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_markdown_has_the_same_sums(cnncalc):
    done = cnncalc("explain", "examples/tutorial_cnn.yaml", "--memory", "--format", "markdown")
    assert "- parameters: 226,390 * 4 = 905,560 (elements * bytes)" in done.stdout
    assert "  - conv_1, output: 9,000 * 4 = 36,000" in done.stdout


def test_the_options_of_memory_are_those_of_its_explanation(cnncalc):
    options = (
        "--batch", "8", "--optimizer", "adam", "--master", "--accumulate", "2", "--checkpoint",
        "--dtype", "float16", "--weights-dtype", "int8", "--eager", "--format", "json",
    )  # fmt: skip
    net = "examples/tutorial_cnn.yaml"
    told = json.loads(cnncalc("memory", net, *options).stdout)
    explained = json.loads(cnncalc("explain", net, "--memory", *options).stdout)
    sums = {one["name"]: one["result"] for one in explained["memory"]}
    assert sums["parameters"] == told["parameters_bytes"] == 226390
    assert sums["optimizer state (adam)"] == told["optimizer_bytes"]
    assert told["training"]["peak_bytes"] in sums.values()
