"""The Python API: what the README shows, docstring examples, errors, the command's own figures."""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

import cnncalc as package
from cnncalc import SpecError, load, parse
from cnncalc.language.limits import DEFAULT

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "examples" / "tutorial_cnn.yaml"
CONV = "input: 3x8x8\nvariables: {w: 4}\nlayers: [conv: {filters: $w, kernel: 3}]"


def conv_params(filters: int) -> int:
    return 3 * 3 * 3 * filters + filters


# -- what the README and the docstrings show ----------------------------------------------------


def readme_statements():
    """Each statement of the README's Python, with the comment that follows it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"## In Python\n+```python\n(.*?)```", readme, re.DOTALL)[1]
    lines = code.splitlines()
    for statement in ast.parse(code).body:
        comment = lines[statement.end_lineno - 1][statement.end_col_offset :]
        yield ast.get_source_segment(code, statement), comment.partition("#")[2].strip()


def test_the_readmes_python_does_what_its_comments_say():
    names: dict[str, object] = {}
    compared = raised = 0
    for source, comment in readme_statements():
        if comment.startswith("raises"):
            with pytest.raises(SpecError):
                exec(source, names)  # noqa: S102 - the README's own code
            raised += 1
        elif comment:
            assert eval(source, names) == ast.literal_eval(comment)  # noqa: S307 - as above
            compared += 1
        else:
            exec(source, names)  # noqa: S102 - as above
    assert (compared, raised) == (7, 1)


def test_the_package_exports_what_the_readme_uses():
    assert set(package.__all__) == {
        "Network", "SpecError", "__version__", "load", "parse",
    }  # fmt: skip
    assert all(hasattr(package, name) for name in package.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", package.__version__)


def test_the_package_is_marked_as_typed():
    assert (files("cnncalc") / "py.typed").is_file()


@pytest.mark.parametrize("function", [load, parse])
def test_every_parameter_and_the_result_have_a_type(function):
    signature = inspect.signature(function)
    assert signature.return_annotation == "Network"
    for parameter in signature.parameters.values():
        assert parameter.annotation not in (parameter.empty, "Any")


# -- a net ----------------------------------------------------------------------------------------


def test_a_net_has_its_layers_shapes_and_totals():
    net = load(TUTORIAL)
    conv, dense, last = (3 * 3 * 3 + 1) * 10, (2250 + 1) * 100, (100 + 1) * 10
    assert (net.name, net.layout) == ("tutorial-cnn", "channels_first")
    assert net.inputs == {"input": (3, 32, 32)}
    assert net.outputs == ("dense_2",)
    assert len(net) == len(net.layers) == 7
    assert [node.params for node in net.layers if node.params] == [conv, dense, last]
    assert net.totals.params == net.totals.trainable_params == conv + dense + last
    assert net.totals.buffers == 0
    assert net.totals.macs == 10 * 30 * 30 * 3 * 3 * 3 + 2250 * 100 + 100 * 10
    assert net["conv_1"].input_shapes == ((3, 32, 32),)
    assert net.shape_of("input") == (3, 32, 32)
    assert net.shape_of("maxpool_1") == net["maxpool_1"].output_shape == (10, 15, 15)
    assert [(weight.name, weight.shape) for weight in net["conv_1"].weights] == [
        ("kernel", (10, 3, 3, 3)),
        ("bias", (10,)),
    ]


def test_a_layer_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        load(TUTORIAL)["conv_9"]
    with pytest.raises(KeyError):
        load(TUTORIAL).shape_of("conv_9")


def test_a_net_cannot_be_changed_by_accident():
    net = parse(CONV)
    with pytest.raises(AttributeError):
        net.totals.params = 0
    with pytest.raises(AttributeError):
        net["conv_1"].layer.filters = 5
    with pytest.raises(TypeError):
        net.layers[0] = None


@pytest.mark.parametrize("name", ["tutorial_cnn", "resnet18", "unet", "two_inputs", "conv1d"])
def test_the_figures_are_those_of_the_commands_json(cnncalc, name):
    path = f"examples/{name}.yaml"
    printed = json.loads(cnncalc("summarize", path, "--format", "json").stdout)
    net = load(ROOT / path)
    assert printed["name"] == net.name
    assert printed["totals"] == net.totals._asdict()
    assert {one["name"]: tuple(one["shape"]) for one in printed["inputs"]} == net.inputs
    assert [one["name"] for one in printed["outputs"]] == list(net.outputs)
    for row, node in zip(printed["layers"], net.layers, strict=True):
        assert (row["name"], row["type"], tuple(row["inputs"])) == (
            node.name,
            node.type,
            node.inputs,
        )
        assert tuple(row["output_shape"]) == node.output_shape
        assert tuple(map(tuple, row["input_shapes"])) == node.input_shapes
        for figure in ("params", "trainable_params", "buffers", "macs"):
            assert row[figure] == getattr(node, figure)


# -- where a net comes from -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_loaded_by_text_or_path(tmp_path, kind):
    path = tmp_path / "small.yaml"
    path.write_text(CONV, encoding="utf-8")
    net = load(kind(path))
    assert (net.name, net.totals.params) == ("small", conv_params(4))


def test_a_spec_is_loaded_from_standard_input(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(CONV.encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert load("-").totals.params == conv_params(4)


def test_a_packaged_net_is_loaded_by_its_name():
    # The counts of torchvision's documentation.
    assert load("zoo:resnet", variables={"depth": 18}).totals.params == 11_689_512
    assert load("zoo:resnet", variables={"depth": 50}).totals.params == 25_557_032


@pytest.mark.parametrize("filters", [1, 5, 10**30])
def test_variables_replace_the_specs_own(filters):
    assert parse(CONV, variables={"w": filters}).totals.params == conv_params(filters)


@pytest.mark.parametrize(
    "shape",
    [(3, 9, 10), [3, 9, 10], "3x9x10", {"input": (3, 9, 10)}, {"input": [3, 9, 10]}],
)
def test_another_input_shape(shape):
    net = parse(CONV, input=shape)
    assert net.inputs == {"input": (3, 9, 10)}
    assert net["conv_1"].output_shape == (4, 9 - 2, 10 - 2)


@pytest.mark.parametrize("shape", [(3, 0, 8), (3, -8, 8), (3, 8.5, 8), (), {"input": (3, 8.5, 8)}])
def test_an_input_shape_that_is_none_is_refused(shape):
    with pytest.raises(ValueError):  # noqa: PT011 - a SpecError is one
        parse(CONV, input=shape)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"variables": {"v": 3}}, "E101"),
        ({"variables": {"w": 2.5}}, "E107"),
        ({"variables": {"w": -1}}, "E107"),
        ({"input": {"image": (3, 8, 8)}}, "E110"),
        ({"input": (3, 2, 2)}, "E203"),
        ({"limits": DEFAULT._replace(layers=0)}, "E006"),
    ],
)
def test_options_are_checked(options, code):
    with pytest.raises(SpecError) as caught:
        parse(CONV, **options)
    assert [one.code for one in caught.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("path", "code"),
    [("nowhere.yaml", "E001"), (".", "E001"), ("zoo:resnett", "E001"), ("zoo:", "E001")],
)
def test_a_net_that_cannot_be_read_is_a_spec_error(path, code):
    with pytest.raises(SpecError) as caught:
        load(path)
    assert [one.code for one in caught.value.diagnostics] == [code]
    assert caught.value.partial is None


# -- errors ---------------------------------------------------------------------------------------

WRONG = """\
input: 3x8x8
layers:
  - conv: {filters: 4, kernel: 3}
  - relu
  - conv: {filters: 4, kernel: 9}
  - tanh
  - dense: {units: 3, bias: maybe}
  - reluu
"""


@pytest.fixture
def wrong():
    with pytest.raises(SpecError) as caught:
        parse(WRONG)
    return caught.value


def test_an_error_holds_all_independent_errors_with_their_places(wrong):
    assert isinstance(wrong, ValueError)
    assert [(one.code, one.severity) for one in wrong.diagnostics] == [
        ("E203", "error"), ("E107", "error"), ("E104", "error"),
    ]  # fmt: skip
    places = [(one.place.line, one.place.column) for one in wrong.diagnostics]
    lines = WRONG.splitlines()
    assert places == [
        (5, lines[4].index("9") + 1),
        (7, lines[6].index("maybe") + 1),
        (8, lines[7].index("reluu") + 1),
    ]


def test_an_error_prints_every_place_with_its_line(wrong):
    for number, code in ((5, "E203"), (7, "E107"), (8, "E104")):
        assert f"error[{code}]" in str(wrong)
        assert f"{number} | {WRONG.splitlines()[number - 1]}" in str(wrong)


def test_an_error_holds_the_net_above_the_first(wrong):
    assert [node.name for node in wrong.partial.layers] == ["conv_1", "relu_1"]
    assert wrong.partial.totals.params == conv_params(4)


def test_warnings_alone_are_no_error():
    net = parse("inputs: {a: [3], b: [4]}\nlayers: [{dense: 2, from: a}]")
    assert net.totals.params == 3 * 2 + 2
