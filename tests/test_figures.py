"""A figure that is declared appears everywhere, and its values are what is declared."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import cnncalc
from cnncalc.figures import FIGURES
from cnncalc.figures.figure import Figure, numbers_of, total_of, values_of

ROOT = Path(__file__).parent.parent

#: Three figures that the project has not, one of each way of folding: of a layer, of a whole net,
#: and with a number per axis.
TRIAL = """
import contextlib, io, json, sys
import cnncalc.figures as catalogue
from cnncalc.figures.figure import Figure

def positions(network, batch=1):
    return range(1, len(network.layers) + 1)

def per_axis(network, batch=1):
    return [(at, None) if at % 2 else (at, "1/2") for at in positions(network)]

for figure in (
    Figure("fed", "FED", "elements that arrive", lambda node: sum(
        size for shape in node.input_shapes for size in shape), data=True, compared=True,
        budget=True),
    Figure("place", "PLACE", "where it stands", values=positions, fold="maximum", data=True,
           compared=True, budget=True),
    Figure("axes", "AXES", "one per axis", values=per_axis, fold="last", data=True,
           compared=True, budget=True),
    Figure("gaps", "GAPS", "of some", values=lambda *_: [-5, None, 7, None], fold="maximum"),
    Figure("silent", "SILENT", "never counted", lambda node: None, data=True, compared=True),
):
    catalogue.FIGURES[figure.key] = figure
    catalogue.DATA += (figure.key,)

from cnncalc.cli.commands import run

done = []
for arguments in json.loads(sys.argv[1]):
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run(arguments)
        except SystemExit as exit:
            code = exit.code
    done.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(done))
"""
SPEC = """\
name: small
input: [4]
lint: {ignore: [L412]}
layers:
  - dense: 5
  - name: block
    layers: [dense: 6, relu]
    expect: {place: 3, fed: 11}
  - dense: 7
"""
#: What arrives at each layer, as the spec above is read by hand.
FED = [4, 5, 6, 6]


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")

    def run(*commands, expect=""):
        path = folder / "net.yaml"
        path.write_text(f"{SPEC}{expect}", encoding="utf-8")
        filled = [[word.replace("NET", str(path)) for word in command] for command in commands]
        done = subprocess.run(
            [sys.executable, "-c", TRIAL, json.dumps(filled)], cwd=ROOT, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    return run


def test_columns_and_shares(trial):
    columns = ("-c", "name,fed,fed%,place,axes,silent")
    ((code, table, _), (_, markdown, _)) = trial(
        ("summarize", "NET", *columns), ("summarize", "NET", "-f", "markdown", *columns)
    )
    assert code == 0
    _, heads, _, _, *rows = table.split("\n\n")[0].splitlines()
    assert heads.split() == ["layer", "FED", "%", "PLACE", "AXES", "SILENT"]
    # Of 21 in all; the block's row is the sum, the maximum and the last of its two layers.
    assert [row.split() for row in rows] == [
        ["dense_1", "4", "19.0%", "1", "1xall", "-"],
        ["block", "11", "52.4%", "3", "3xall", "-"],
        ["dense_1", "5", "23.8%", "2", "2x1/2", "-"],
        ["relu_1", "6", "28.6%", "3", "3xall", "-"],
        ["dense_2", "6", "28.6%", "4", "4x1/2", "-"],
    ]
    assert "| **total** | 21 |  | 4 | 4x1/2 | - |" in markdown.splitlines()


def test_json_and_csv(trial):
    ((_, text, _), (_, folded, _), (_, table, _)) = trial(
        ("summarize", "NET", "-f", "json"),
        ("summarize", "NET", "-f", "json", "-d", "1"),
        ("summarize", "NET", "-f", "csv"),
    )
    net = json.loads(text)
    assert [one["fed"] for one in net["layers"]] == FED
    assert [one["place"] for one in net["layers"]] == [1, 2, 3, 4]
    assert [one["axes"] for one in net["layers"]] == [[1, None], [2, "1/2"], [3, None], [4, "1/2"]]
    assert [one["silent"] for one in net["layers"]] == [None] * 4
    assert {key: net["totals"][key] for key in ("fed", "place", "axes", "silent")} == {
        "fed": 21, "place": 4, "axes": [4, "1/2"], "silent": None,
    }  # fmt: skip
    block = json.loads(folded)["layers"][1]
    assert (block["fed"], block["place"], block["axes"]) == (11, 3, [3, None])
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["fed"], row["place"], row["axes"], row["silent"]) for row in rows] == [
        ("4", "1", "1xall", ""),
        ("5", "2", "2x1/2", ""),
        ("6", "3", "3xall", ""),
        ("6", "4", "4x1/2", ""),
    ]  # fmt: skip


def test_order_and_total(trial):
    orders = trial(
        *(("summarize", "NET", "-f", "csv", "--sort", key) for key in ("fed", "place", "axes"))
    )
    names = [[line.split(",")[0] for line in out.splitlines()[1:]] for _, out, _ in orders]
    first = ["block/relu_1", "dense_2", "block/dense_1", "dense_1"]
    assert names == [first, *[["dense_2", "block/relu_1", "block/dense_1", "dense_1"]] * 2]
    ((_, gaps, _),) = trial(("summarize", "NET", "-f", "csv", "--sort", "gaps"))
    assert [line.split(",")[0] for line in gaps.splitlines()[1:3]] == ["block/relu_1", "dense_1"]
    totals = trial(
        *(("summarize", "NET", "--total-of", key) for key in ("fed", "place", "axes", "silent"))
    )
    assert [out for _, out, _ in totals] == ["21\n", "4\n", "4x1/2\n", "\n"]


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        ("fed: 21, place: 4, axes: <= 4", 0),
        ("fed: 22", 1),
        ("place: < 4", 1),
        ("axes: '>= 0'", 0),
        ("axes: '>= 1'", 1),
        ("silent: 0", 1),
        ("feed: 21", 2),
    ],
)
def test_expectations(trial, expect, code):
    ((found, out, err),) = trial(("check", "NET"), expect=f"expect: {{{expect}}}\n")
    assert found == code, out + err
    assert "Traceback" not in err


def test_budgets(trial):
    cases = {
        ("--max-fed", "21"): 0,
        ("--max-fed", "20"): 1,
        ("--min-fed", "22"): 1,
        ("--max-place", "3"): 1,
        ("--min-place", "4"): 0,
        ("--max-axes", "4"): 0,
        ("--max-axes", "3"): 1,
        ("--min-axes", "1"): 1,
    }
    done = trial(*(("check", "NET", *case) for case in cases))
    assert [code for code, _, _ in done] == list(cases.values())
    assert (
        "fed 21: 1 more than 20; most in block/relu_1 (6), dense_2 (6), block/dense_1 (5)"
        in (done[1][1])
    )


def test_a_comparison(trial):
    done = trial(*(("compare", "NET", "NET", "-f", form) for form in ("json", "csv", "table")))
    totals = json.loads(done[0][1])["nets"][0]["totals"]
    assert [totals[key] for key in ("fed", "place", "axes", "silent")] == [21, 4, [4, "1/2"], None]
    rows = list(csv.DictReader(io.StringIO(done[1][1])))
    assert [row["fed"] for row in rows] == ["21", "21"]
    assert any(line.split() == ["FED", "21", "21", "1.00x"] for line in done[2][1].splitlines())


def test_keys_are_those_of_json_and_no_word_of_the_table():
    assert list(FIGURES) == [figure.key for figure in FIGURES.values()]
    assert {"params", "trainable_params", "buffers", "macs"} <= set(FIGURES)
    assert not {"name", "type", "inputs", "input", "output", "shape"} & set(FIGURES)
    for figure in FIGURES.values():
        assert (figure.value is None) != (figure.values is None)
        assert figure.meaning
        assert figure.heading


def test_equal_layers_share_their_values():
    net = cnncalc.parse("input: [4]\nlayers: [relu, relu, {dense: 4}]")
    first, second, third = values_of(net, [FIGURES["params"], FIGURES["activations"]])
    assert first is second
    assert (first, third) == ((0, 4), (20, 4))


def test_values_of_a_whole_net_are_asked_for_once():
    asked = []

    def of_net(net, _batch):
        asked.append(net)
        return [7, 8]

    net = cnncalc.parse("input: [4]\nlayers: [relu, relu]")
    figure = Figure("x", "x", "x", values=of_net, fold="maximum")
    assert asked == []
    assert total_of(net, figure) == 8
    assert asked == [net]


@pytest.mark.parametrize(
    ("fold", "values", "folded"),
    [
        ("sum", (), 0), ("sum", (1, 2), 3), ("sum", (None, 2), 2), ("sum", (None, None), None),
        ("maximum", (), 0), ("maximum", (3, 1), 3), ("maximum", (None, -1), -1),
        ("last", (), None), ("last", (1, 2), 2), ("last", (1, None), None),
    ],
)  # fmt: skip
def test_folding(fold, values, folded):
    assert Figure("x", "x", "x", len, fold=fold).folded(values) == folded


def test_a_batch_multiplies_what_is_per_sample():
    assert FIGURES["macs"].of_batch(5, 3) == 15
    assert FIGURES["macs"].of_batch(None, 3) is None
    assert FIGURES["params"].of_batch(5, 3) == 5


def test_numbers_of_a_value_per_axis():
    assert numbers_of(None) == (None,)
    assert numbers_of((3, "1/2", None)) == (3, 0.5, None)
