"""`check --against`: whether a spec describes a model."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from recorded import files

from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.source import kind_of
from cnncalc.importers.torch.reader import read
from cnncalc.language.limits import DEFAULT

MODEL = "examples/resnet18.onnx"


def test_a_spec_that_describes_the_model_has_no_findings(cnncalc):
    done = cnncalc("check", "zoo:resnet", "--set", "depth=18", "--against", MODEL)
    # 20 convolutions and batch norms, 17 relus, a pooling, 8 sums, an average and a dense layer.
    agrees = f"no findings; agrees with {MODEL}, 68 layers"
    assert (done.returncode, done.stdout) == (0, f"zoo:resnet: {agrees}\n")


def test_what_agrees_is_said_beside_other_findings_and_only_where_it_does(cnncalc):
    net = ["check", "zoo:resnet", "--set", "depth=18", "--against", MODEL]
    over = cnncalc(*net, "--max-params", "1").stdout.splitlines()[-1]
    assert over == f"zoo:resnet: 1 finding; agrees with {MODEL}, 68 layers"
    assert "agrees" not in cnncalc(*net, "--set", "classes=10").stdout
    assert "agree" not in cnncalc(*net, "-f", "json").stdout


def test_folded_batch_norms_and_dropout_make_no_difference(cnncalc, tmp_path):
    for name, net in (("resnet18", "resnet"), ("dyn_vit_b_16", "vit")):
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(files("onnx")[f"{name}.onnx"])
        sets = ["--set", "depth=18"] if net == "resnet" else []
        assert cnncalc("check", f"zoo:{net}", *sets, "--against", str(path)).returncode == 0


@pytest.mark.parametrize("name", ["resnet18.onnx", "dyn_mobilenet_v2.onnx", "bn_resnet18.onnx"])
def test_a_model_is_what_its_file_and_its_imports_say(cnncalc, tmp_path, name):
    path, spec, unfolded = (str(tmp_path / file) for file in (name, "spec.yaml", "unfolded.yaml"))
    Path(path).write_bytes(files("onnx")[name])
    cnncalc("import", path, "-o", spec)
    cnncalc("import", path, "--unfold-batchnorm", "-o", unfolded)
    done = cnncalc("check", path, spec, unfolded, "--against", path)
    assert (done.returncode, done.stdout.count(": no findings; agrees with ")) == (0, 3)


def test_of_both_comparisons_the_one_with_fewer_findings_is_reported(cnncalc, tmp_path):
    path, spec = tmp_path / "resnet18.onnx", tmp_path / "spec.yaml"
    path.write_bytes(files("onnx")["resnet18.onnx"])
    for options in ([], ["--unfold-batchnorm"]):
        text = cnncalc("import", str(path), *options).stdout
        assert "dense: 1000" in text
        spec.write_text(text.replace("dense: 1000", "dense: 10"))
        done = cnncalc("check", str(spec), "--against", str(path), "-f", "json")
        assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["C503"]


@pytest.mark.parametrize("options", [[], ["--unfold-batchnorm"]])
def test_a_model_on_standard_input_is_held_both_ways(cnncalc, tmp_path, options):
    path, spec = tmp_path / "resnet18.onnx", tmp_path / "spec.yaml"
    path.write_bytes(files("onnx")["resnet18.onnx"])
    cnncalc("import", str(path), *options, "-o", str(spec))
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", "check", str(spec), "--against", "-"],
        input=path.read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.count(b": no findings; agrees with ")) == (0, 1)


def test_what_no_file_says_is_no_difference_to_a_model(cnncalc, tmp_path):
    spec = tmp_path / "inplace.yaml"
    text = cnncalc("import", MODEL, "--flat").stdout
    spec.write_text(text.replace("  - relu:", "  - relu: {inplace: true}"))
    assert "{inplace: true}" in spec.read_text()
    said = cnncalc("compare", str(spec), MODEL).stdout
    assert "inplace ->" not in said
    assert re.search(r"\d+ equal$", said, re.MULTILINE)
    plain = tmp_path / "plain.yaml"
    plain.write_text(text)
    assert "inplace" in cnncalc("compare", str(spec), str(plain)).stdout.partition(" equal")[2]


def test_findings_about_a_model_name_no_line(cnncalc):
    net = ["check", MODEL, "--against", "zoo:lenet5"]
    text = cnncalc(*net)
    assert f"{MODEL}: error[C503]: conv_1 (conv, " in text.stdout
    assert not re.search(rf"{MODEL}:\d|^ *\d+ \|", text.stdout, re.MULTILINE)
    assert "line=" not in cnncalc(*net, "-f", "github").stdout
    found = json.loads(cnncalc(*net, "-f", "json").stdout)["findings"]
    assert found
    assert {one["line"] for one in found} == {None}


def test_differences_are_findings_with_their_places(cnncalc):
    done = cnncalc(
        "check", "zoo:resnet", "--set", "depth=18", "--set", "classes=10", "--against", MODEL,
        "-f", "json",
    )  # fmt: skip
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["findings"]
    assert found["code"] == "C503"
    assert "units 10, there 1000; output (10), there (1000)" in found["message"]
    assert "parameters 5,130, there 513,000" in found["message"]
    assert found["line"]


def test_arguments_that_differ_are_named(cnncalc, tmp_path):
    net, other = tmp_path / "net.yaml", tmp_path / "other.yaml"
    text = "input: 32x8x8\nlayers:\n  - conv: {filters: 64, kernel: 3, padding: 1}\n"
    net.write_text(text)
    other.write_text(text.replace("filters: 64, kernel: 3", "filters: 128, kernel: 3, groups: 32"))
    done = cnncalc("check", str(net), "--against", str(other), "-f", "json")
    (found,) = json.loads(done.stdout)["findings"]
    # 64 x 32 x 9 + 64 weights, there 128 x 1 x 9 + 128.
    assert (
        found["message"]
        .partition(f"{other}: ")[2]
        .startswith(
            "filters 64, there 128; groups 1, there 32; output (64, 8, 8), there (128, 8, 8); "
            "parameters 18,496, there 1,280; MACs "
        )
    )


def test_layers_that_only_one_of_both_has_are_named(cnncalc):
    more = cnncalc("check", "zoo:resnet", "--set", "depth=34", "--against", MODEL)
    assert more.returncode == 1
    assert "stage_1/basic_3/conv_1 (conv, output (64, 56, 56), 36,864 parameters)" in more.stdout
    assert f"is not in {MODEL}" in more.stdout
    less = cnncalc("check", MODEL, "--against", "examples/resnet50.yaml")
    assert "which is not in the net" in less.stdout


@pytest.mark.parametrize(
    ("net", "model", "missing"),
    [
        ("keras_resnet", "ResNet50", ()),
        ("xception", "Xception", ()),
        # torchvision's VGG ends with the logits.
        ("vgg", "VGG16", ("has predictions.activation (softmax, output (1000), 0 parameters)",)),
    ],
)
def test_keras_models_with_fused_activations_are_the_nets_of_the_zoo(
    cnncalc, tmp_path, net, model, missing
):
    path = tmp_path / f"{model}.json"
    path.write_bytes(files("keras_json")[path.name])
    done = cnncalc("check", f"zoo:{net}", "--against", str(path), "--ignore", "ALL", "-f", "json")
    messages = [one["message"] for one in json.loads(done.stdout)["findings"]]
    assert len(messages) == len(missing)
    assert all(part in message for part, message in zip(missing, messages, strict=True))


APART = """
input: 3x16x16
layers:
  - conv: {filters: 4, kernel: 3}
  - relu
  - conv_transpose: {filters: 4, kernel: 2, stride: 2}
  - tanh
  - flatten
  - dense: 10
  - softmax
"""
FUSED = """
input: 16x16x3
layout: channels_last
layers:
  - Conv2D: {filters: 4, kernel_size: 3, activation: relu}
  - Conv2DTranspose: {filters: 4, kernel_size: 2, strides: 2, activation: linear}
  - Activation: tanh
  - Flatten
  - Dense: {units: 10, activation: softmax}
"""


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("activation: relu", "activation: relu"), []),
        (("activation: relu", "activation: elu"), ["type"]),
        (("filters: 4, kernel_size: 2", "filters: 5, kernel_size: 2"), ["parameters", "output"]),
        ((", activation: softmax", ""), ["softmax"]),
    ],
    ids=str,
)
def test_a_fused_activation_is_a_layer_of_its_own(cnncalc, tmp_path, turned, change, found):
    paths = [tmp_path / name for name in ("apart.yaml", "fused.yaml")]
    for path, text in zip(paths, (APART, FUSED.replace(*change)), strict=True):
        path.write_text(text)
    net, model = paths[::-1] if turned else paths
    done = cnncalc("check", str(net), "--against", str(model), "--ignore", "ALL", "-f", "json")
    messages = [one["message"] for one in json.loads(done.stdout)["findings"]]
    assert bool(messages) == bool(found), messages
    assert all(any(part in message for message in messages) for part in found), messages
    sizes = re.findall(r"output (\(\d+, \d+, \d+\)), there \1", " ".join(messages))
    assert not sizes


def test_activations_inside_a_layer_are_not_its_outputs(cnncalc, tmp_path):
    net, model = tmp_path / "net.yaml", tmp_path / "model.yaml"
    net.write_text("input: 5x8\nlayers:\n  - lstm: {units: 4, activation: relu}\n")
    model.write_text("input: 5x8\nlayers:\n  - lstm: 4\n  - relu\n")
    done = cnncalc("check", str(net), "--against", str(model), "--ignore", "ALL")
    assert "has relu_1 (relu, " in done.stdout


def test_a_model_that_cannot_be_read_is_an_error(cnncalc):
    done = cnncalc("check", "examples/resnet18.yaml", "--against", "missing.onnx")
    assert done.returncode == 2
    assert "there is no file missing.onnx" in done.stderr


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("net.yaml", None), ("zoo:resnet", None), ("model.onnx", "onnx"), ("MODEL.ONNX", "onnx"),
        ("a.keras", "keras"), ("missing.json", None), ("package.module:make", "torch"),
        ("C:net.yaml", None), ("module:Class.make", "torch"), ("a b:c", None), ("x:", None),
    ],
)  # fmt: skip
def test_what_a_source_is_by_its_name(source, kind):
    assert kind_of(source) == kind


def test_without_pytorch_its_models_say_what_installs_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(ImportProblem, match="not installed") as caught:
        read("package.module:make", {}, DEFAULT)
    assert caught.value.help == ("pip install 'cnncalc[torch]'",)
