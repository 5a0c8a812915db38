"""What no reader expects in a file: one clear error, and names that a spec cannot say."""

from __future__ import annotations

import json

import pytest
from onnx_files import info, model, node

from cnncalc.build.imported import imported
from cnncalc.build.reader import read_text
from cnncalc.importers.keras import reader
from cnncalc.importers.options import Options
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.source import read_model
from cnncalc.language.limits import DEFAULT
from cnncalc.language.problems import SpecProblem


@pytest.mark.parametrize(
    "error", [TypeError, IndexError, KeyError, ValueError, AttributeError, ZeroDivisionError]
)
def test_an_error_of_a_reader_is_one_of_the_file(error, tmp_path, monkeypatch):
    def failing(*_):
        raise error

    monkeypatch.setattr(reader, "read", failing)
    path = tmp_path / "model.keras"
    path.write_bytes(b"{}")
    with pytest.raises(ImportProblem, match="is not a model as Keras writes it"):
        read_model(str(path), "keras", Options({}), DEFAULT)


SHAPE = [1, 3, 8, 8]


def of_one(node_, input_="x", output="y"):
    return model([node_], (), [info(input_, SHAPE)], [info(output, SHAPE)])


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize(
    "data",
    [
        of_one(node("My$op", ["x"], ["y"], "a$b", domain="own")),
        of_one(node("Relu", ["x"], ["y"], "/a$b/$relu")),
        of_one(node("Relu", ["$x"], ["$y"]), "$x", "$y"),
    ],
    ids=["operator", "node", "input"],
)
def test_a_dollar_in_a_file_begins_no_variable(data, flat, tmp_path):
    path = tmp_path / "model$1.onnx"
    path.write_bytes(data)
    found = imported(str(path), "onnx", Options({}), DEFAULT, flat=flat)
    assert not any("one entry a layer" in one.message for one in found.warnings)
    reading = read_text(found.text)
    assert not reading.failed
    assert reading.network.totals.params == 0


def test_a_dollar_in_a_configuration_begins_no_variable(tmp_path):
    first = {"class_name": "InputLayer", "config": {"name": "$i", "batch_shape": [None, 4]}}
    dense = {"class_name": "Dense", "config": {"name": "$d", "units": 2}}
    path = tmp_path / "model.json"
    config = {"name": "a$b", "layers": [first, dense]}
    path.write_text(json.dumps({"class_name": "Sequential", "config": config}), encoding="utf-8")
    reading = read_text(imported(str(path), "keras", Options({}), DEFAULT).text)
    assert not reading.failed
    assert [one.output_shape for one in reading.network] == [(2,)]


@pytest.mark.parametrize("count", [2, 3, 100])
@pytest.mark.parametrize("shapes", [{}, {"": (3, 8, 8)}, {"x": (3, 8, 8)}])
def test_inputs_of_one_name_are_one_error(count, shapes, tmp_path):
    inputs = [info("x", SHAPE)] * count
    path = tmp_path / "model.onnx"
    path.write_bytes(model([node("Relu", ["x"], ["y"])], (), inputs, [info("y", SHAPE)]))
    with pytest.raises(SpecProblem, match="the graph has two inputs of the name `x`"):
        imported(str(path), "onnx", Options(shapes), DEFAULT)
