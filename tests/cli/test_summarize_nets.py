"""What `summarize` says of a net beside its rows: settings, doubts, what is not counted."""

from __future__ import annotations

import json

import pytest

import cnncalc as package

TUTORIAL = "examples/tutorial_cnn.yaml"
CHANNELS_LAST = """\
input: [32, 32, 3]
layers:
  - conv: {filters: 10, kernel: 3}
"""
VARIABLES = """\
variables:
  width: 4
  third: $width / 3
  unused: [1, 2]
  by_width: {by: $width, 4: a, 8: b}
input: 3x8x8
layers:
  - conv: {filters: $width, kernel: 1}
  - when: $third < 2 and $by_width == 'a'
    layers: [relu]
"""


def summary(cnncalc, *arguments, stdin=None, code=0):
    done = cnncalc("summarize", *arguments, "-f", "json", stdin=stdin)
    assert done.returncode == code
    return json.loads(done.stdout, parse_constant=pytest.fail)


# A variant says so


def test_the_title_has_what_was_given_in_place_of_the_specs(cnncalc):
    for form in ("table", "markdown"):
        done = cnncalc("summarize", "zoo:resnet", "-s", "depth=101", "-i", "3x64x96", "-d", "1",
                       "-f", form)  # fmt: skip
        assert done.stdout.splitlines()[0].lstrip("# ") == "resnet (depth=101, input=3x64x96)"
    assert cnncalc("summarize", "zoo:resnet", "-d", "1").stdout.startswith("resnet\n")


def test_json_has_the_variables_that_the_net_depends_on(cnncalc):
    net = summary(cnncalc, "zoo:resnet", "-s", "depth=101", "-d", "1")
    assert net["name"] == "resnet"
    assert net["variables"] == {
        "depth": 101, "block": "bottleneck", "counts": [3, 4, 23, 3], "classes": 1000,
    }  # fmt: skip
    assert summary(cnncalc, TUTORIAL)["variables"] == {}


def test_variables_that_json_has_no_numbers_for_are_texts(cnncalc):
    net = summary(cnncalc, "-", stdin=VARIABLES)
    assert net["variables"] == {"width": 4, "third": "4/3", "by_width": "a"}


def test_a_number_that_no_float_holds_is_exact(cnncalc):
    spec = "variables: {x: 1}\ninput: [4]\nlayers: [relu]"
    assert summary(cnncalc, "-", "-s", "x=1e310", stdin=spec)["variables"] == {"x": 10**310}


def test_python_knows_values_and_settings():
    net = package.parse(VARIABLES, variables={"width": 8}, input="3x4x4")
    assert net.variables["width"] == 8
    assert net.settings == {"width": 8, "input": (3, 4, 4)}
    assert package.parse(VARIABLES).settings == {}


# An input of other sizes, not of another kind


@pytest.mark.parametrize(
    ("spec", "given", "shape"),
    [
        ("input: 3x32x32\nlayers: [relu]", "64x48", [3, 64, 48]),
        ("input: 3x32x32\nlayers: [relu]", "1x64x48", [1, 64, 48]),
        ("input: 32x32x3\nlayout: channels_last\nlayers: [relu]", "64x48", [64, 48, 3]),
        ("input: 3x8x9x10\nlayers: [relu]", "4x5x6", [3, 4, 5, 6]),
        ("inputs: {a: 3x8x8, b: [4]}\nlayers: [{relu: , from: a}, {relu: , from: b}]", "a=9x9",
         [3, 9, 9]),
        ("input: [4]\nlayers: [relu]", "[7]", [7]),
        ("input: 4x5\nlayers: [relu]", "6x7", [6, 7]),
    ],
)  # fmt: skip
def test_sizes_alone_keep_the_channels(cnncalc, spec, given, shape):
    net = summary(cnncalc, "-", "-i", given, stdin=spec)
    assert net["inputs"][0]["shape"] == shape
    assert net["layers"][0]["output_shape"] == shape


@pytest.mark.parametrize(
    ("spec", "given"),
    [("3x32x32", "64"), ("3x32x32", "1x3x32x32"), ("[4]", "3x4"), ("4x5", "6"), ("4x5", "3x4x5")],
)
def test_another_number_of_axes_is_refused(cnncalc, spec, given):
    done = cnncalc("summarize", "-", "-i", given, stdin=f"input: {spec}\nlayers: [relu]")
    assert done.returncode == 2
    assert done.stderr.startswith("error[E201]: the input `input` has ")
    assert f"as in {spec.strip('[]')}" in done.stderr
    with pytest.raises(package.SpecError):
        package.parse(f"input: {spec}\nlayers: [relu]", input=tuple(map(int, given.split("x"))))


def test_an_input_that_cannot_be_read_can_be_replaced(cnncalc):
    net = summary(cnncalc, "-", "-i", "3x4x4", stdin="input: $nothing\nlayers: [relu]")
    assert net["inputs"][0]["shape"] == [3, 4, 4]


# Doubts


@pytest.mark.parametrize(
    "command",
    [["summarize", "-"], ["summarize", "-", "-f", "csv"], ["summarize", "-", "--total"],
     ["compare", "-", TUTORIAL], ["compare", "-", "--mlp"]],
)  # fmt: skip
def test_an_input_in_the_other_layout_is_told_and_changes_no_exit_code(cnncalc, command):
    done = cnncalc(*command, stdin=CHANNELS_LAST)
    assert done.returncode == 0
    assert done.stderr.startswith("warning[L422]: the channels of the input `input` (32, 32, 3)")
    assert "layout: channels_last" in done.stderr
    assert "L422" not in done.stdout


def test_a_batch_axis_in_the_input_is_told(cnncalc):
    done = cnncalc("summarize", "-", stdin="input: 1x3x8x8\nlayers: [flatten, dense: 10]\n")
    assert done.returncode == 0
    assert done.stderr.startswith("warning[L425]: the first axis of the input `input` (1, 3, 8, 8)")
    assert "a shape is that of one sample: `3x8x8`" in done.stderr


def test_json_has_the_warnings_too(cnncalc):
    (warning,) = summary(cnncalc, "-", stdin=CHANNELS_LAST)["warnings"]
    assert (warning["code"], warning["severity"]) == ("L422", "warning")
    assert warning["help"] == ["`layout: channels_last` reads 32x32 with 3 channels"]


@pytest.mark.parametrize("more", ["layout: channels_last\n", "lint: {ignore: [L422]}\n"])
def test_no_doubt_where_the_spec_settles_it(cnncalc, more):
    assert cnncalc("summarize", "-", stdin=more + CHANNELS_LAST).stderr == ""


# What the count leaves out


def test_types_that_are_not_counted_are_named_once_in_their_order(cnncalc):
    spec = "input: 3x8x8\nlayers: [relu, {conv: {filters: 3, kernel: 1}}, batchnorm, relu, flatten]"
    assert summary(cnncalc, "-", stdin=spec)["not_counted"] == ["relu", "batchnorm"]
    assert "\nnot counted  relu, batchnorm\n" in cnncalc("summarize", "-", stdin=spec).stdout
    markdown = cnncalc("summarize", "-", "-f", "markdown", stdin=spec).stdout
    assert "\n- MACs leave out relu, batchnorm\n" in markdown


def test_nothing_is_named_where_all_is_counted(cnncalc):
    spec = "input: [4]\nlayers: [dense: 5]"
    assert summary(cnncalc, "-", stdin=spec)["not_counted"] == []
    assert "not counted" not in cnncalc("summarize", "-", stdin=spec).stdout


# Lines of JSON, and texts that JSON escapes

ODD = """\
input: [4]
name: "two\\nlines \\" \\\\ end"
blocks: {'q"uote': {layers: [dense: 3]}}
layers:
  - name: 'a"b'
    layers: [dense: 5, {relu: , name: 'c\\d'}]
  - 'q"uote'
"""


@pytest.mark.parametrize("depth", [(), ("-d", "1")])
def test_awkward_texts_are_json(cnncalc, depth):
    net = summary(cnncalc, "-", *depth, stdin=ODD)
    assert net["name"] == 'two\nlines " \\ end'
    names = [layer["name"] for layer in net["layers"]]
    assert names[0].startswith('a"b')
    assert net["layers"][-1]["type"] == ('q"uote' if depth else "dense")
    (line,) = cnncalc("summarize", "-", *depth, "-f", "jsonl", stdin=ODD).stdout.splitlines()
    assert json.loads(line) == net


@pytest.mark.parametrize("nets", [[TUTORIAL], [TUTORIAL, "missing.yaml", "examples/lenet5.yaml"]])
def test_json_lines_have_an_object_per_net(cnncalc, nets):
    done = cnncalc("summarize", *nets, "-f", "jsonl")
    assert done.stdout.endswith("}\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["source"] for one in found] == nets
    assert all(one["schema_version"] == 1 for one in found)
    alone = [json.loads(cnncalc("summarize", net, "-f", "json").stdout) for net in nets]
    assert found == alone


def test_a_shape_that_names_none_of_several_inputs_is_refused(cnncalc):
    spec = "inputs: {a: 3x8x8, b: [4]}\nlayers: [{relu: , from: a}, {relu: , from: b}]"
    done = cnncalc("summarize", "-", "--input", "3x9x9", stdin=spec)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the spec has 2 inputs, and 3x9x9 names none" in done.stderr
    assert "a=3x9x9, b=3x9x9" in done.stderr
