"""`cnncalc summarize` as a user runs it: every format, folding and options.

The goldens are read by people; the figures in them are held separately, against
sums by hand (`SMALL`), the tutorial and torchvision's records.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ORACLE = ROOT / "tests" / "data" / "oracles" / "models_torchvision.jsonl.gz"
EXAMPLES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("examples/*.yaml"))
TUTORIAL = "examples/tutorial_cnn.yaml"
RESNET18 = "examples/resnet18.yaml"
FORMATS = ("table", "json", "csv", "markdown")

CHANNELS_LAST = """\
name: channels-last
layout: channels_last
input: 32x48x3
layers:
  - conv: {filters: 8, kernel: 3, stride: 2, padding: same}
  - batchnorm
  - relu
  - maxpool: 2
  - conv: {filters: 16, kernel: 3}
  - global_avgpool
  - dense: 4
"""
REGULARIZED = """\
name: regularized
input: 1x8x8
layers:
  - conv: {filters: 4, kernel: 3}
    regularizer: {l2: 1e-4}
  - relu
  - flatten
  - dense: 10
    regularizer: {l1: 1e-5, l2: 1e-4}
  - dense: 2
"""
TWINS = """\
name: twins
inputs: {left: 1x8x8, right: 1x8x8}
layers:
  - conv: {filters: 4, kernel: 3}
    name: eye
    from: left
    trainable: false
  - flatten
  - conv: {filters: 4, kernel: 3}
    name: other_eye
    from: right
    share: eye
  - flatten
  - concat:
    from: [flatten_1, flatten_2]
  - dense: 2
"""

#: Spec, learned weights of the layers that have any, MACs of those that have any.
SMALL = {
    "channels_last": (
        CHANNELS_LAST,
        {
            "conv_1": (3 * 3 * 3 + 1) * 8,
            "batchnorm_1": 2 * 8,
            "conv_2": (3 * 3 * 8 + 1) * 16,
            "dense_1": (16 + 1) * 4,
        },
        {
            "conv_1": 16 * 24 * 8 * 3 * 3 * 3,
            "conv_2": 6 * 10 * 16 * 3 * 3 * 8,
            "dense_1": 4 * 16,
        },
    ),
    "regularized": (
        REGULARIZED,
        {"conv_1": 9 * 4 + 4, "dense_1": 144 * 10 + 10, "dense_2": 10 * 2 + 2},
        {"conv_1": 36 * 4 * 9, "dense_1": 144 * 10, "dense_2": 20},
    ),
    "twins": (
        TWINS,
        {"eye": 9 * 4 + 4, "dense_1": 288 * 2 + 2},
        {"eye": 36 * 4 * 9, "other_eye": 36 * 4 * 9, "dense_1": 288 * 2},
    ),
}

#: Golden: arguments and standard input.
SHOWN = {
    "tutorial_cnn": ((TUTORIAL,), None),
    "resnet18_depth_1": ((RESNET18, "--depth", "1"), None),
    "resnet18_depth_2": ((RESNET18, "--depth", "2"), None),
    "two_inputs": (("examples/two_inputs.yaml",), None),
    **{name: (("-",), spec) for name, (spec, _, _) in SMALL.items()},
}


RAN = {}


@pytest.fixture(name="cnncalc")
def ran_once(cnncalc):
    """The same call gives the same result, so that several tests may look at one run."""

    def run(*arguments, stdin=None):
        key = arguments, stdin
        if key not in RAN:
            RAN[key] = cnncalc(*arguments, stdin=stdin)
        return RAN[key]

    return run


def number(text):
    return int(text.replace(",", ""))


def body(text):
    """The rows of a table as (indentation, cells), without title, heads, rule and totals."""
    lines = text.split("\n\n", maxsplit=1)[0].splitlines()[3:]
    rows = [
        (len(line) - len(line.lstrip()), re.split(r"  +", line.strip())) for line in lines if line
    ]
    return [row for row in rows if row[1][1] != "input"]


@cache
def torchvision(name):
    with gzip.open(ORACLE, "rt", encoding="utf-8") as lines:
        return next(one for one in map(json.loads, lines) if one.get("name") == name)


def as_json(cnncalc, *arguments, stdin=None):
    done = cnncalc("summarize", *arguments, "--format", "json", stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


# Formats


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SHOWN)
def test_output_is_the_golden(cnncalc, golden, name, form):
    arguments, stdin = SHOWN[name]
    done = cnncalc("summarize", *arguments, "--format", form, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    golden(f"summarize_{name}.{form}", done.stdout)


@pytest.mark.parametrize("name", SMALL)
def test_figures_are_those_worked_out_by_hand(cnncalc, name):
    spec, params, macs = SMALL[name]
    net = as_json(cnncalc, "-", stdin=spec)
    assert {one["name"]: one["params"] for one in net["layers"] if one["params"]} == params
    assert {one["name"]: one["macs"] for one in net["layers"] if one["macs"]} == macs
    assert net["totals"]["params"] == sum(params.values())
    assert net["totals"]["macs"] == sum(macs.values())


def test_json_of_the_contract_key_by_key(cnncalc):
    net = as_json(cnncalc, TUTORIAL)
    layers = net.pop("layers")
    assert net == {
        "schema_version": 1,
        "name": "tutorial-cnn",
        "source": TUTORIAL,
        "variables": {},
        "layout": "channels_first",
        "batch": 1,
        "inputs": [{"name": "input", "shape": [3, 32, 32]}],
        "outputs": [{"name": "dense_2", "shape": [10]}],
        "totals": {"params": 226390, "trainable_params": 226390, "buffers": 0, "macs": 469000},
        "not_counted": ["relu", "maxpool"],
    }
    assert layers[0] == {
        "name": "conv_1", "type": "conv", "inputs": ["input"], "input_shapes": [[3, 32, 32]],
        "output_shape": [10, 30, 30], "params": 280, "trainable_params": 280, "buffers": 0,
        "macs": 243000, "activations": 9000, "receptive_field": [3, 3],
        "effective_stride": [1, 1], "effective_padding": [0, 0],
    }  # fmt: skip
    assert {tuple(layer) for layer in layers} == {tuple(layers[0])}
    assert [layer["inputs"] for layer in layers[1:]] == [[one["name"]] for one in layers[:-1]]


def test_channels_last_shapes_are_in_the_specs_own_layout(cnncalc):
    net = as_json(cnncalc, "-", stdin=CHANNELS_LAST)
    assert net["layout"] == "channels_last"
    assert net["inputs"] == [{"name": "input", "shape": [32, 48, 3]}]
    shapes = [layer["output_shape"] for layer in net["layers"]]
    assert shapes == [[16, 24, 8]] * 3 + [[8, 12, 8], [6, 10, 16], [16], [4]]


def test_json_says_whose_weights_are_shared_and_which_are_frozen(cnncalc):
    net = as_json(cnncalc, "-", stdin=TWINS)
    layers = {layer["name"]: layer for layer in net["layers"]}
    assert layers["other_eye"]["shared_with"] == "eye"
    assert layers["other_eye"]["params"] == 0
    assert "shared_with" not in layers["eye"]
    assert layers["eye"]["trainable_params"] == 0
    assert net["totals"]["trainable_params"] == 578


def test_penalties_count_the_kernels_that_carry_them(cnncalc):
    net = as_json(cnncalc, "-", stdin=REGULARIZED)
    found = {(one["kind"], one["factor"]): one["weights"] for one in net["regularizers"]}
    assert found == {("l2", 1e-4): 36 + 1440, ("l1", 1e-5): 1440}


@pytest.mark.parametrize("depth", [(), ("--depth", "1")])
def test_totals_are_the_sums_of_the_rows_in_every_example(cnncalc, depth):
    nets = as_json(cnncalc, *EXAMPLES, *depth)
    assert [net["source"] for net in nets] == EXAMPLES
    for net in nets:
        for key, total in net["totals"].items():
            assert sum(layer[key] for layer in net["layers"]) == total, (net["name"], key)


@pytest.mark.parametrize("depth", [(), ("--depth", "1"), ("--depth", "2")])
def test_every_input_in_json_is_a_row_or_an_input_of_the_net(cnncalc, depth):
    for net in as_json(cnncalc, RESNET18, "examples/unet.yaml", *depth):
        known = {one["name"] for one in net["inputs"]}
        for layer in net["layers"]:
            assert set(layer["inputs"]) <= known, (net["name"], layer["name"])
            known.add(layer["name"])


@pytest.mark.parametrize(("net", "reference"), [(RESNET18, "resnet18"), ("zoo:vgg", "vgg16")])
def test_csv_has_every_layer_with_raw_numbers(cnncalc, net, reference):
    record = torchvision(reference)
    done = cnncalc("summarize", net, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == [
        "name", "type", "inputs", "output_shape", "params", "trainable_params", "buffers", "macs",
        "shared_with",
    ]  # fmt: skip
    assert sum(int(row["params"]) for row in rows) == record["params"]
    assert sum(int(row["trainable_params"]) for row in rows) == record["trainable"]
    assert sum(int(row["buffers"]) for row in rows) == record["buffers"]
    assert sum(int(row["macs"]) for row in rows) == record["conv_linear_macs"]
    kernels = [one["params"] for one in record["layers"] if one["type"] in ("Conv2d", "Linear")]
    assert [int(row["params"]) for row in rows if row["type"] in ("conv", "dense")] == kernels


def test_csv_of_several_nets_says_which_net_a_row_is_of(cnncalc):
    done = cnncalc("summarize", TUTORIAL, "examples/two_inputs.yaml", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["net"] for row in rows] == ["tutorial-cnn"] * 7 + ["two-inputs"] * 9
    assert [row["inputs"] for row in rows if row["type"] == "concat"] == ["seen measured"]


ODD = """\
input: 1x4x4
layers:
  - conv: {filters: 1, kernel: 1}
    name: 'a|b, "c"'
"""


@pytest.mark.parametrize(("net", "stdin"), [(TUTORIAL, None), ("-", TWINS), ("-", ODD)])
def test_markdown_is_a_table_of_equally_many_cells(cnncalc, net, stdin):
    text = cnncalc("summarize", net, "--format", "markdown", stdin=stdin).stdout
    title, blank, *lines = text.splitlines()
    assert title.startswith("### ")
    assert blank == ""
    cells = [re.split(r"(?<!\\)\|", line) for line in itertools.takewhile(bool, lines)]
    assert {(row[0], row[-1], len(row)) for row in cells} == {("", "", 7 + 2)}
    assert [cell.strip() for cell in cells[1][1:-1]] == ["---"] * 3 + ["---:"] * 4
    assert cells[-1][1].strip() == "**total**"


def test_awkward_names_survive_csv_and_json(cnncalc):
    rows = csv.DictReader(io.StringIO(cnncalc("summarize", "-", "-f", "csv", stdin=ODD).stdout))
    assert [row["name"] for row in rows] == ['a|b, "c"']
    assert as_json(cnncalc, "-", stdin=ODD)["layers"][0]["name"] == 'a|b, "c"'


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_nets_name_cannot_steer_the_terminal_or_break_the_title(cnncalc, form):
    spec = 'name: "red\\e[31m\\nnext"\ninput: 1x4x4\nlayers: [relu]\n'
    done = cnncalc("summarize", "-", "--format", form, stdin=spec)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert not any(line.startswith("next") for line in done.stdout.splitlines())


# The table


@pytest.mark.parametrize("name", SHOWN)
def test_table_columns_are_aligned(cnncalc, name):
    arguments, stdin = SHOWN[name]
    text = cnncalc("summarize", *arguments, stdin=stdin).stdout
    lines = text.split("\n\n", maxsplit=1)[0].splitlines()
    heads, rule, *rows = lines[1:]
    ends = [match.end() for match in re.finditer(r"params|MACs|%", heads)]
    starts = [heads.index(head) for head in ("type", "output")]
    assert set(rule) == {"-"}
    assert len(rule) == len(heads) == ends[-1]
    for row in rows:
        assert all(row[start - 1] == " " != row[start] for start in starts), row
        if " input " not in row:
            filled = row.ljust(len(heads)) + "  "
            for end, share in zip(ends, (False, True) * 2, strict=True):
                # A number ends under its head; a share does, or is left out.
                assert filled[end] == " ", row
                assert filled[end - 1] != " " or share, row
                assert filled[end - 1] in "% " or not share, row


def test_both_frameworks_ways_of_counting_are_below_the_table(cnncalc):
    record = torchvision("resnet18")
    text = cnncalc("summarize", RESNET18).stdout
    below = text.split("\n\n", maxsplit=1)[1]
    for total in (record["params"], record["buffers"], record["params"] + record["buffers"],
                  record["conv_linear_macs"]):  # fmt: skip
        assert f"{total:,}" in below
    # 4 bytes each, and 2 x MACs: 44.59 MiB, 3.628 G.
    assert "44.6 MiB" in below
    assert "3.63 GFLOPs" in below


def test_a_shared_row_says_whose_weights_it_has(cnncalc):
    rows = {cells[0]: cells for _, cells in body(cnncalc("summarize", "-", stdin=TWINS).stdout)}
    # 1,296 of 3,168: the twins and the dense layer.
    assert rows["other_eye"][3:] == ["= eye", "1,296", "40.9%"]


# Folding

WIDE = ("--columns", "name,type,params,buffers,macs")


@pytest.mark.parametrize("net", [RESNET18, "examples/resnet50.yaml", "zoo:densenet"])
@pytest.mark.parametrize("depth", [(), ("--depth", "1"), ("--depth", "2")])
def test_subtotals_are_the_sums_of_what_stands_below_them(cnncalc, net, depth):
    text = cnncalc("summarize", net, *depth, *WIDE).stdout
    rows = [(indent // 2, list(map(number, cells[2:]))) for indent, cells in body(text)]
    groups = 0
    for at, (level, sums) in enumerate(rows):
        below = []
        for deeper, figures in rows[at + 1 :]:
            if deeper <= level:
                break
            if deeper == level + 1:
                below.append(figures)
        if below:
            groups += 1
            assert [sum(column) for column in zip(*below, strict=True)] == sums
    assert groups or depth == ("--depth", "1")
    top = [figures for level, figures in rows if level == 0]
    params, buffers, macs = (sum(column) for column in zip(*top, strict=True))
    name = {RESNET18: "resnet18", "zoo:densenet": "densenet121"}.get(net, "resnet50")
    record = torchvision(name)
    assert (params, buffers) == (record["params"], record["buffers"])
    assert macs == record["conv_linear_macs"]


def test_depth_1_shows_the_stages_of_the_paper(cnncalc):
    rows = body(cnncalc("summarize", RESNET18, "--depth", "1").stdout)
    assert {indent for indent, _ in rows} == {0}
    stages = [cells[2] for _, cells in rows if cells[1] == "group"]
    assert stages == ["64x56x56", "128x28x28", "256x14x14", "512x7x7"]


def test_depth_2_shows_two_blocks_under_each_stage(cnncalc):
    rows = body(cnncalc("summarize", RESNET18, "--depth", "2").stdout)
    inner = [cells[0] for indent, cells in rows if indent == 2]
    assert inner == ["basic_1", "basic_2"] * 4


# Columns and order


def test_columns_come_in_the_order_given(cnncalc):
    names = (
        "type,name,inputs,input,output,params,trainable_params,buffers,macs,params%,macs%,layers"
    )
    text = cnncalc("summarize", TUTORIAL, "--columns", names).stdout
    heads = text.splitlines()[1].split()
    assert heads == [
        "type", "layer", "from", "input", "output", "params", "trainable", "buffers", "MACs",
        "params%", "MACs%", "layers",
    ]  # fmt: skip
    dense = next(line for line in text.splitlines() if " dense_1 " in line)
    # 225,100 of 226,390 and 225,000 of 469,000.
    assert dense.split() == [
        "dense", "dense_1", "flatten_1", "2250", "100", "225,100", "225,100", "0", "225,000",
        "99.4%", "48.0%", "1",
    ]  # fmt: skip


def test_columns_apply_to_markdown(cnncalc):
    done = cnncalc("summarize", TUTORIAL, "--columns", "name,macs%", "-f", "markdown")
    assert "| conv_1 | 51.8% |" in done.stdout.splitlines()


def test_the_number_of_layers_of_a_folded_row(cnncalc):
    text = cnncalc("summarize", RESNET18, "-d", "1", "-c", "name,type,layers").stdout
    # Two blocks of 7; the first of the later stages has a projection of 2 more.
    assert [cells[2] for _, cells in body(text) if cells[1] == "group"] == ["14", "16", "16", "16"]


@pytest.mark.parametrize("key", ["params", "macs", "buffers"])
def test_sort_puts_the_largest_number_first(cnncalc, key):
    layers = as_json(cnncalc, RESNET18, "--sort", key)["layers"]
    found = [layer[key] for layer in layers]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]
    assert len(layers) == len({layer["name"] for layer in layers})


@pytest.mark.parametrize("key", ["name", "type"])
def test_sort_puts_words_in_alphabetical_order(cnncalc, key):
    found = [layer[key] for layer in as_json(cnncalc, RESNET18, "--sort", key)["layers"]]
    assert found == sorted(found)
    assert found[0] < found[-1]


@pytest.mark.parametrize("depth", [(), ("--depth", "1"), ("--depth", "2")])
def test_sorted_rows_can_be_told_apart(cnncalc, depth):
    rows = body(cnncalc("summarize", RESNET18, "--sort", "params", *depth).stdout)
    names = [cells[0] for _, cells in rows]
    assert len(names) == len(set(names))
    assert {indent for indent, _ in rows} == {0}


# Other values, inputs and batches


def test_set_changes_a_variable(cnncalc):
    totals = [
        cnncalc("summarize", "zoo:resnet", "--set", f"depth={depth}", "--total").stdout
        for depth in (18, 50)
    ]
    assert totals == [f"{torchvision(name)['params']}\n" for name in ("resnet18", "resnet50")]


def test_input_changes_the_size(cnncalc):
    net = as_json(cnncalc, TUTORIAL, "--input", "3x64x64")
    # 64 -> 62 -> 31: 9610 values.
    assert net["inputs"] == [{"name": "input", "shape": [3, 64, 64]}]
    assert [layer["output_shape"] for layer in net["layers"][:4:3]] == [[10, 62, 62], [9610]]
    assert net["totals"]["params"] == 280 + 9611 * 100 + 1010


def test_input_by_name_changes_one_of_several(cnncalc):
    net = as_json(cnncalc, "examples/two_inputs.yaml", "--input", "measurements=[20]")
    assert [one["shape"] for one in net["inputs"]] == [[3, 64, 64], [20]]
    assert net["totals"]["params"] == 448 + 4640 + 21 * 16 + 49 * 4


def test_batch_multiplies_macs_and_nothing_else(cnncalc):
    net = as_json(cnncalc, TUTORIAL, "--batch", "8")
    assert net["batch"] == 8
    assert net["totals"]["macs"] == 8 * 469_000 == sum(one["macs"] for one in net["layers"])
    assert net["totals"]["params"] == 226_390
    assert net["outputs"] == [{"name": "dense_2", "shape": [10]}]


def test_batch_is_named_in_the_table(cnncalc):
    text = cnncalc("summarize", TUTORIAL, "--batch", "8").stdout
    assert re.search(r"^MACs +3,752,000 .*batch of 8.*7\.50 MFLOPs$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["--total"], 618),
        (["--total-of", "params"], 618),
        (["--total-of", "trainable_params"], 578),
        (["--total-of", "macs"], 3168),
        (["--total-of", "buffers"], 0),
        (["--total-of", "layers"], 6),
    ],
)
def test_a_total_alone_is_a_bare_number(cnncalc, arguments, printed):
    done = cnncalc("summarize", "-", *arguments, stdin=TWINS)
    assert (done.returncode, done.stdout) == (0, f"{printed}\n")


def test_the_batch_holds_for_a_total_of_macs_too(cnncalc):
    done = cnncalc("summarize", TUTORIAL, "--batch", "8", "--total-of", "macs")
    assert done.stdout == f"{8 * 469_000}\n"


# Exit codes of every command
