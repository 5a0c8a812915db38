"""`cnncalc import`, and models in the place of specs, as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from onnx_files import filled, info, model, node, simple, tensor
from recorded import files


@pytest.fixture
def resnet(tmp_path):
    path = tmp_path / "resnet18.onnx"
    path.write_bytes(files("onnx")["bn_resnet18.onnx"])
    return str(path)


def test_the_spec_goes_to_standard_output_and_what_was_recognised_to_standard_error(
    cnncalc, resnet
):
    done = cnncalc("import", resnet)
    assert done.returncode == 0
    assert done.stdout.startswith("name: resnet18\ninput: 3x224x224\nblocks:\n")
    assert "68 layers (20 conv, 20 batchnorm, 17 relu, 8 add," in done.stderr
    read = cnncalc("summarize", "-", "--total", stdin=done.stdout)
    assert read.stdout == "11,689,512\n" or read.stdout.strip().replace(",", "") == "11689512"


def test_flat_has_one_entry_a_layer_under_its_module(cnncalc, resnet):
    text = cnncalc("import", resnet, "--flat").stdout
    assert text.count("\n  - ") == 68
    assert "name: layer4.1.conv2\n" in text


def test_the_spec_goes_to_a_file(cnncalc, resnet, tmp_path):
    path = tmp_path / "net.yaml"
    done = cnncalc("import", resnet, "-o", str(path))
    assert done.stdout == ""
    assert path.read_text(encoding="utf-8") == cnncalc("import", resnet).stdout


def test_every_command_takes_a_model_in_the_place_of_a_spec(cnncalc, resnet):
    done = cnncalc("compare", "zoo:resnet", resnet, "--set", "depth=18", "-f", "json")
    assert done.returncode in (0, 2)  # `depth` is no variable of the import
    for command in ("summarize", "memory", "explain", "check", "conventions", "export"):
        done = cnncalc(command, resnet)
        assert done.returncode in (0, 1), command
        assert done.stdout


def test_the_same_net_by_both_ways(cnncalc, resnet):
    spec = cnncalc("import", resnet).stdout
    written = cnncalc("summarize", "-", "-f", "csv", stdin=spec).stdout
    assert cnncalc("summarize", resnet, "-f", "csv").stdout == written


def test_another_input_is_set_in_the_spec(cnncalc, resnet):
    assert "input: 3x64x64\n" in cnncalc("import", resnet, "--input", "3x64x64").stdout
    assert "input: 3x64x64\n" in cnncalc("import", resnet, "--input", "64x64").stdout
    done = cnncalc("import", resnet, "--input", "other=3x64x64")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`other`" in done.stderr


def test_folded_batch_norms_come_back_on_demand(cnncalc, tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(files("onnx")["resnet18.onnx"])
    assert "batchnorm" not in cnncalc("import", str(path)).stdout
    assert "batchnorm" in cnncalc("import", str(path), "--unfold-batchnorm").stdout


#: The batch norms of torchvision's ResNet-18.
FOLDED = "20 batch norms are folded into convolutions; the trained model has more parameters"


@pytest.mark.parametrize(
    "command", [["import"], ["summarize"], ["check"], ["compare", "zoo:lenet5"], ["report"]]
)
def test_folded_batch_norms_are_said_in_one_line(cnncalc, tmp_path, command):
    path = tmp_path / "net.onnx"
    path.write_bytes(files("onnx")["resnet18.onnx"])
    done = cnncalc(*command, str(path))
    assert done.returncode == 0
    assert done.stderr.count("batch norms are folded") == 1
    assert f"{path}: {FOLDED} (`cnncalc import --unfold-batchnorm` brings them back)\n" in (
        done.stderr
    )


def test_nothing_is_said_of_batch_norms_that_are_there(cnncalc, tmp_path, resnet):
    assert "folded" not in cnncalc("summarize", resnet).stderr
    path = tmp_path / "net.onnx"
    path.write_bytes(files("onnx")["resnet18.onnx"])
    assert "folded" not in cnncalc("import", str(path), "--unfold-batchnorm").stderr


def test_shapes_stated_for_another_input_are_not_compared(cnncalc, resnet):
    other = "stated for another input and"
    assert other in cnncalc("import", resnet, "-i", "64x64").stderr
    same = cnncalc("import", resnet, "-i", "3x224x224").stderr
    assert other not in same
    assert "stated and as computed" in same


def test_what_is_not_understood_is_grouped_by_kind(cnncalc, tmp_path):
    path = tmp_path / "odd.onnx"
    odd = [
        node("Strange", [f"t{index}", f"p{index}"], [f"t{index + 1}"], f"/odd{index}/Strange")
        for index in range(5)
    ]
    path.write_bytes(
        model(
            [*odd, node("Other", ["t5"], ["y"], "/other/Other")],
            [tensor(f"p{index}", [100, 7]) for index in range(5)],
            [info("t0", [1, 3, 8, 8])], [info("y", [1, 3, 8, 8])],
            [info(f"t{index}", [1, 3, 8, 8]) for index in range(1, 6)],
        )
    )  # fmt: skip
    said = cnncalc("import", str(path)).stderr
    assert "6 operations of the model have no layer here" in said
    assert " = 5 x the operator Strange is a `custom`: odd0, odd1, odd2 and 2 more\n" in said
    assert " = other: the operator Other is a `custom`\n" in said
    assert " = totals count the 3,500 parameters that the file holds for them, and no MACs" in said


def test_standard_input_is_read(resnet):
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", "import", "-", "--flat"],
        input=Path(resnet).read_bytes(), capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith(b"input: 3x224x224\n")


def test_what_is_not_understood_is_named_with_the_figures_of_the_file(cnncalc, tmp_path):
    path = tmp_path / "odd.onnx"
    path.write_bytes(
        model(
            [node("Conv", ["x", "w"], ["a"], "/first/Conv"),
             node("Strange", ["a", "p"], ["b"], "/odd/Strange"), node("Relu", ["b"], ["y"], "/r")],
            [filled("w", [4, 3, 3, 3]), tensor("p", [100, 7])],
            [info("x", [1, 3, 8, 8])], [info("y", [1, 5, 5])], [info("b", [1, 5, 5])],
        )
    )  # fmt: skip
    done = cnncalc("import", str(path), "--flat")
    assert done.returncode == 0
    assert "warning[W304]: 1 operation of the model has no layer here" in done.stderr
    assert "odd: the operator Strange is a `custom`" in done.stderr
    assert (
        "  - custom: {shape: [5, 5], params: 700, label: strange}\n    name: odd\n" in done.stdout
    )
    assert "W304" in cnncalc("summarize", str(path)).stderr


@pytest.mark.parametrize("command", [["import"], ["summarize"], ["compare", "zoo:lenet5"]])
@pytest.mark.parametrize("data", [b"", b"\x08\x08", b"\x08\xff\xff", b"name: net\n"])
def test_a_file_that_is_no_model_is_one_error(cnncalc, tmp_path, command, data):
    path = tmp_path / "bad.onnx"
    path.write_bytes(data)
    done = cnncalc(*command, str(path))
    assert done.returncode == 2
    assert done.stderr.count("error[") == 1
    assert "bad.onnx" in done.stderr


def test_a_missing_file_and_a_spec_are_named(cnncalc):
    done = cnncalc("import", "missing.onnx")
    assert done.returncode == 2
    assert "there is no file missing.onnx" in done.stderr
    assert "cnncalc new" not in done.stderr
    for spec in ("examples/resnet18.yaml", "zoo:resnet"):
        done = cnncalc("import", spec)
        assert done.returncode == 2
        assert f"{spec} is a spec already" in " ".join(done.stderr.split())
    done = cnncalc("import", "zoo:nope")
    assert (done.returncode, "the zoo has no net `nope`" in done.stderr) == (2, True)
    done = cnncalc("import", "missing.h5")
    assert (done.returncode, "there is no file missing.h5" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("m.h5", "save it as .keras"), ("m.pt", "package.module:callable"),
        ("m.pth", "package.module:callable"), ("m.tflite", "convert it to ONNX"),
        ("m.pb", "convert it to ONNX"), ("m.txt", "give an ONNX file"),
    ],
)  # fmt: skip
def test_a_file_of_another_format_says_what_to_give_in_its_place(cnncalc, tmp_path, name, wanted):
    (tmp_path / name).write_bytes(b"weights")
    done = cnncalc("import", str(tmp_path / name))
    assert done.returncode == 2
    assert wanted in " ".join(done.stderr.split())


def test_a_folder_is_no_model(cnncalc, tmp_path):
    folder = tmp_path / "a.onnx"
    folder.mkdir()
    assert "is a directory" in cnncalc("import", str(folder)).stderr


def test_a_name_that_could_be_code_stays_a_name(cnncalc, tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(simple([node("Relu", ["x"], ["y"], "/\x1b[31m$(rm)/: {a: b}\n/Relu")]))
    done = cnncalc("import", str(path), "--flat")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert cnncalc("summarize", "-", stdin=done.stdout).returncode == 0


def test_one_layer_is_counted_in_the_singular(cnncalc):
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 8], "name": "i"}},
        {"class_name": "Dense", "config": {"name": "d", "units": 3}},
    ]
    model = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    assert "-: 1 layer (1 dense); " in cnncalc("import", "-", stdin=json.dumps(model)).stderr
