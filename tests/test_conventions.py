"""What each tool printed, by our conventions: every total of every tool.

Expected values are those that the tools printed for the same nets.
"""

from __future__ import annotations

import json
from functools import cache

import oracle_nets
import pytest
import yaml
import zoo_records
from test_zoo_keras import NETS

import cnncalc
from cnncalc import load as load_spec
from cnncalc.analysis.conventions import keras
from cnncalc.analysis.conventions.tools import TOOLS, causes, every, parts, printed
from cnncalc.render.conventions import table

RECORDS = {record["net"]: record for record in oracle_nets.records("conventions.jsonl.gz")}
KERAS = oracle_nets.records("conventions_keras.jsonl.gz")

UNSAYABLE = {"vit_b_16": "no entry for reshape", "swin_t": "no graph was recorded"}
#: A tool that tells functions from modules, or one operator from another that does the same.
ONLY_AS_FUNCTIONS = {
    ("torch_add", "ptflops_pytorch"): "torch.add is no operator of a tensor there",
    ("torch_add", "calflops"): "torch.add is no operator of a tensor there",
    ("inception_v3", "ptflops_pytorch"): "its activations and poolings are functions",
    ("inception_v3", "thop"): "its average poolings are functions",
    ("mobilenet_v2", "ptflops_pytorch"): "its last pooling is a function",
    ("mobilenet_v2", "thop"): "its last pooling is a function",
    ("fcn_resnet50", "ptflops_pytorch"): "its interpolation is a function",
    ("fcn_resnet50", "thop"): "its interpolation is a function",
    ("attention", "onnx_tool"): "attention is not modelled",
    ("attention_nobias", "onnx_tool"): "attention is not modelled",
}


@cache
def net(name):
    return oracle_nets.load(RECORDS[name])


def differing(name, tool):
    """The totals of a tool that are not ours, in any run."""
    found = []
    for run in RECORDS[name]["runs"]:
        theirs = run["tools"].get(tool)
        if theirs is None or "error" in theirs:
            continue
        ours = printed(net(name), TOOLS[tool], run["batch"])
        found += [(run["batch"], key) for key in ours if ours[key] != theirs[key]]
    return found


@pytest.mark.parametrize("tool", TOOLS)
def test_every_total_of_a_tool_agrees(tool):
    wrong = {name: why for name in RECORDS.keys() - UNSAYABLE.keys()
             if (why := differing(name, tool))}  # fmt: skip
    assert wrong.keys() == {name for name, told in ONLY_AS_FUNCTIONS if told == tool}, wrong


@pytest.mark.parametrize("tool", [one for one in TOOLS if one != "onnx_tool"])
def test_the_packaged_swin_is_counted_as_torchvisions(tool):
    """In what the one exporter makes of it, onnx-tool counts every scaling, mask and index."""
    swin = cnncalc.load("zoo:swin")
    compared = 0
    for run in RECORDS["swin_t"]["runs"]:
        theirs = run["tools"].get(tool)
        if theirs is not None and "error" not in theirs:
            ours = printed(swin, TOOLS[tool], run["batch"])
            assert ours == {key: theirs[key] for key in ours}
            compared += 1
    assert compared


def test_the_list_of_what_cannot_be_said_is_complete():
    assert {name: why for name in RECORDS if (why := reason(name))} == UNSAYABLE


def reason(name):
    try:
        net(name)
    except oracle_nets.UnsayableError as why:
        return str(why)
    return ""


def test_every_recorded_tool_is_declared():
    recorded = {
        tool for record in RECORDS.values() for run in record["runs"] for tool in run["tools"]
    }
    assert recorded == TOOLS.keys()


@pytest.mark.parametrize(
    "record", [one for one in KERAS if "layers" in one], ids=lambda r: r["net"]
)
def test_keras_prints_these_totals(record):
    layers = []
    for layer in record["layers"]:
        arguments = dict(layer["args"])
        beside = {"trainable": arguments.pop("trainable")} if "trainable" in arguments else {}
        layers.append({layer["class"]: arguments, **beside})
    document = {"layout": "channels_last", "input": record["input"], "layers": layers}
    ours = keras.printed(cnncalc.parse(yaml.safe_dump(document)))
    assert_printed(ours, record["keras"])


@pytest.mark.parametrize(
    "record", [one for one in KERAS if "layers" not in one], ids=lambda r: r["net"]
)
def test_keras_prints_these_totals_of_its_applications(record):
    height, width, channels = record["input"]
    one = NETS[record["net"]]
    last = zoo_records.load(one).layout == "channels_last"
    shape = (height, width, channels) if last else (channels, height, width)
    assert_printed(keras.printed(zoo_records.load(one, shape)), record["keras"])


def assert_printed(ours, theirs):
    for key in ("total", "trainable", "non_trainable", "optimizer_variables_adam"):
        assert ours[key] == theirs[key], key
    after = theirs["summary_after_compile_adam"][0]
    assert f"Total params: {ours['total_after_compile_adam']:,} " in after


def test_the_parts_of_a_tool_are_its_total_and_the_causes_its_difference():
    network = cnncalc.load("examples/resnet18.yaml")
    for tool in TOOLS.values():
        figure = next(iter(tool.counts))
        total = printed(network, tool)[figure]
        assert sum(part.counts[figure] for part in parts(network, tool)) == total
    fvcore = {one.type: one.difference for one in causes(network, TOOLS["fvcore"])}
    assert fvcore == {"batchnorm": 4967424, "global_avgpool": 25088}


def test_a_rounded_claim_finds_every_number_that_it_fits(cnncalc):
    # torchvision publishes 1.814 GFLOPs for ResNet-18, and means MACs
    told = cnncalc("conventions", "examples/resnet18.yaml", "--claimed", "~1.814G").stdout
    assert told.startswith("1,814,073,344 is cnncalc's macs and calflops's macs\n")
    tools = [line.split(" is ")[1].partition("'")[0] for line in told.splitlines()]
    assert tools == ["cnncalc", "ptflops_aten", "torchinfo"]


@pytest.mark.parametrize("claimed", ["much", "1.5", "-3", "~", "3M..2M", ""])
def test_a_claim_that_is_not_a_number_is_wrong_usage(cnncalc, claimed):
    done = cnncalc("conventions", "zoo:lenet5", f"--claimed={claimed}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--claimed: " in done.stderr


def test_the_command(cnncalc):
    told = cnncalc("conventions", "examples/resnet18.yaml", "--claimed", "1819065856").stdout
    assert told == "1,819,065,856 is fvcore's flops\n"
    told = cnncalc("conventions", "examples/resnet18.yaml", "--claimed", "7").stdout
    assert told == "7 is the count of none of these tools\n"
    found = json.loads(cnncalc("conventions", "examples/resnet18.yaml", "--format", "json").stdout)
    assert found["tools"]["fvcore"] == {"params": 11689512, "flops": 1819065856}
    assert found["tools"].keys() == {"cnncalc", "keras", *TOOLS}
    shown = cnncalc("conventions", "examples/resnet18.yaml", "--explain", "torchinfo").stdout
    assert "batchnorm_1" in shown
    refused = cnncalc("conventions", "examples/resnet18.yaml", "--explain", "torchinf")
    assert refused.returncode == 2
    assert "torchinfo" in refused.stderr


def test_a_batch_counts_for_those_that_take_one():
    network = cnncalc.load("examples/tutorial_cnn.yaml")
    one, two = every(network), every(network, 2)
    assert two["fvcore"]["flops"] == 2 * one["fvcore"]["flops"]
    assert two["ptflops_aten"] == one["ptflops_aten"]


def test_the_causes_keep_to_a_width():
    net = cnncalc.load("zoo:resnet")
    why = {name: causes(net, tool, 1) for name, tool in TOOLS.items()}
    narrow = table(net.name, every(net, 1), why, width=80)
    wide = table(net.name, every(net, 1), why)
    assert max(map(len, narrow.splitlines())) <= 80 < max(map(len, wide.splitlines()))
    assert narrow.split() == wide.split()
    assert ", +1,000 in 1 more kind\n" in wide


@pytest.mark.parametrize("tool", TOOLS)
def test_a_summary_has_the_count_of_a_tool(cnncalc, tool):
    run = RECORDS["resnet18"]["runs"][0]
    assert run["batch"] == 1
    figure = next(iter(TOOLS[tool].counts))
    expected = int(run["tools"][tool][figure])
    told = ("summarize", "examples/resnet18.yaml", "--count", tool)
    found = json.loads(cnncalc(*told, "--format", "json").stdout)
    assert found["totals"]["count"] == sum(one["count"] for one in found["layers"]) == expected
    assert found["count_of"].split()[2] == tool
    shown = cnncalc(*told, "--depth", "1").stdout
    heading, footer = shown.splitlines()[0], shown.split("\n\n")[-1]
    assert found["count_of"] in heading
    assert f"{expected:,}" in footer
    assert "not counted" not in footer
    assert cnncalc(*told, "--total-of", "count").stdout == f"{expected}\n"


def test_the_count_of_a_tool_is_a_column(cnncalc):
    told = ("summarize", "examples/resnet18.yaml", "--count", "fvcore")
    first = cnncalc(*told, "--columns", "name,count,macs,count%", "--sort", "count").stdout
    assert "fvcore FLOPs" in first
    assert cnncalc(*told, "--format", "csv").stdout.splitlines()[0].split(",")[-2] == "count"
    assert "| **1,819,065,856** |" in cnncalc(*told, "--format", "markdown").stdout


@pytest.mark.parametrize(
    "arguments", [("--count", "fvcor"), ("--columns", "name,count"), ("--sort", "count")]
)
def test_a_count_of_no_tool_is_refused(cnncalc, arguments):
    refused = cnncalc("summarize", "examples/resnet18.yaml", *arguments)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_a_net_that_cannot_be_read_is_told_in_json(cnncalc):
    spec = "input: 3x8x8\nlayers: [conv: {filters: 4, kernel: 30}]\n"
    done = cnncalc("conventions", "-", "--format", "json", stdin=spec)
    assert done.returncode == 2
    (one,) = json.loads(done.stdout)["diagnostics"]
    assert one["code"] == "E203"
    assert cnncalc("conventions", "-", stdin=spec).stdout == ""


def test_the_api_shows_one_tools_count_as_the_command_does(cnncalc):
    path = "examples/resnet18.yaml"
    network = load_spec(path)
    for format_ in ("table", "json", "csv", "markdown"):
        shown = cnncalc("summarize", path, "--count", "fvcore", "--format", format_).stdout
        assert network.summary(count="fvcore").to(format_).rstrip() == shown.rstrip()
    with pytest.raises(ValueError, match="no tool 'fvcor'; did you mean 'fvcore'"):
        network.summary(count="fvcor")
