"""`cnncalc summarize` where a net or the usage is wrong: what is written, and the exit code."""

from __future__ import annotations

import json
import re

import pytest

TUTORIAL = "examples/tutorial_cnn.yaml"


# Several nets, one of them bad

BAD = "name: bad\ninput: 1x4x4\nlayers:\n  - relu\n  - conv: {filters: 2, kernel: 9}\n"


def test_a_bad_net_keeps_its_place_in_json(cnncalc):
    done = cnncalc("summarize", TUTORIAL, "-", "examples/lenet5.yaml", "-f", "json", stdin=BAD)
    first, bad, last = json.loads(done.stdout)
    assert done.returncode == 2
    assert (first["name"], last["name"]) == ("tutorial-cnn", "lenet5")
    assert list(bad) == ["schema_version", "source", "diagnostics"]
    assert bad["source"] == "-"
    (found,) = bad["diagnostics"]
    assert (found["code"], found["severity"]) == ("E203", "error")
    assert (found["line"], found["column"]) == (5, 32)
    assert "E203" in done.stderr


def test_a_single_bad_net_is_an_object_in_json(cnncalc):
    done = cnncalc("summarize", "missing.yaml", "-f", "json")
    assert done.returncode == 2
    net = json.loads(done.stdout)
    assert net["source"] == "missing.yaml"
    assert [one["code"] for one in net["diagnostics"]] == ["E001"]


def test_a_bad_net_does_not_stop_the_others(cnncalc):
    done = cnncalc("summarize", TUTORIAL, "-", "examples/lenet5.yaml", stdin=BAD)
    assert done.returncode == 2
    order = [done.stdout.index(f"{name}\nlayer") for name in ("tutorial-cnn", "bad", "lenet5")]
    assert order == sorted(order)
    # The row above the bad layer is shown, its totals are not.
    shown = done.stdout[order[1] : order[2]]
    assert "relu_1" in shown
    assert "parameters" not in shown


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--total"], r"226390\n61706\n"),
        (["-f", "csv"], r"net,.*\n(tutorial-cnn,.*\n){7}(lenet5,.*\n)+"),
        (["-f", "markdown"], r"### tutorial-cnn\n[^#]*### lenet5\n[^#]*"),
    ],
)
def test_the_good_nets_are_written_in_their_order(cnncalc, arguments, found):
    done = cnncalc("summarize", TUTORIAL, "-", "examples/lenet5.yaml", *arguments, stdin=BAD)
    assert done.returncode == 2
    assert re.fullmatch(found, done.stdout)


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--columns", "name,parms"], "parms"),
        (["--columns", ""], "--columns"),
        (["--format", "xml"], "xml"),
        (["--batch", "0"], "--batch"),
        (["--depth", "0"], "--depth"),
        (["--set", "width"], "NAME=VALUE"),
        (["--input", "3xx4"], "3xx4"),
        (["--set", "nothing=1"], "nothing"),
        (["--set", "width=2 ** 4"], "`2 ** 4` is not computed here"),
        (["--set", "width=$width"], "`$width` is not computed here"),
        (["--input", "nothing=3x4x4"], "nothing"),
        (["--input", "3x1x1"], "E203"),
        (["--max-layers", "3"], "--max-layers"),
        (["--max-size", "10"], "--max-size"),
    ],
)
def test_a_wrong_value_is_exit_2_and_is_named(cnncalc, arguments, said):
    done = cnncalc("summarize", TUTORIAL, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "dense_1" not in done.stdout
