"""What is offered for names of nets, files, layers and options that there are not."""

from __future__ import annotations

import pytest
from refused_specs import errors_of, refused

from cnncalc.build.reader import read_path


@pytest.mark.parametrize("name", ["resnet", "VGG"])
def test_a_zoo_net_without_its_prefix_is_offered(cnncalc, name):
    done = cnncalc("summarize", name)
    assert done.returncode == 2
    assert f"did you mean `zoo:{name.lower()}`?" in done.stderr


def test_the_catalogue_offers_them_too(cnncalc):
    assert "did you mean avgpool or lppool or maxpool?" in cnncalc("layers", "pool").stderr


NESTED = """
input: 3x32x32
layers:
  - conv: {filters: 3, kernel: 3, padding: 1}
  - relu
  - residual:
      body:
        - conv: {filters: 3, kernel: 3, padding: 1}
        - conv: {filters: 3, kernel: 3, padding: 1}
    name: res_1
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("explain", "conv_2"), "no layer or block is called conv_2; did you mean res_1/conv_2?"),
        (("explain", "relu_9"), "no layer or block is called relu_9; did you mean relu_1?"),
        (("solve", "res_1", "--out", "8"), "res_1 is a block: name a layer of it, as res_1/conv_1"),
        (("solve", "conv_2", "--out", "8"), "is called conv_2; did you mean res_1/conv_2?"),
    ],
)  # fmt: skip
def test_a_layer_in_a_block_is_offered_by_its_whole_name(cnncalc, words, wanted):
    command, *rest = words
    done = cnncalc(command, "-", *rest, stdin=NESTED)
    assert done.returncode == 2
    assert wanted in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("word", "wanted"), [("torch", "pytorch"), ("tf", "keras"), ("TensorFlow", "keras")]
)
def test_the_framework_of_export_is_offered_by_its_name(cnncalc, word, wanted):
    done = cnncalc("export", "zoo:lenet5", "--to", word)
    assert done.returncode == 2
    assert f"'{word}' is not one of 'pytorch', 'keras'; did you mean '{wanted}'?" in done.stderr
    other = cnncalc("export", "zoo:lenet5", "--to", "jax").stderr
    assert "'jax' is not one of 'pytorch', 'keras'\n" in other


@pytest.mark.parametrize(
    ("net", "wanted"),
    [
        ("resnet50", "zoo:resnet --set depth=50"), ("vgg16", "zoo:vgg --set depth=16"),
        ("efficientnet_v2_s", "zoo:efficientnet_v2 --set size=s"), ("resnet51", "zoo:resnet"),
    ],
)  # fmt: skip
def test_a_size_in_the_name_of_a_packaged_net_is_offered_as_its_variable(cnncalc, net, wanted):
    done = cnncalc("draw", f"zoo:{net}")
    assert done.returncode == 2
    assert f"did you mean `{wanted}`?" in done.stderr
    options = wanted.split()
    assert cnncalc("summarize", *options, "--total").returncode == 0


@pytest.mark.parametrize(
    ("path", "help_"),
    [
        ("unet", "did you mean `unet.yaml`?"),
        ("lenett.yaml", "did you mean `lenet.yaml`?"),
        ("lenet.yml", "did you mean `lenet.yaml`?"),
        ("sub/lenett.onnx", "did you mean `sub/lenet.onnx`?"),
        ("resnet", "did you mean `zoo:resnet`?"),
        ("gone/lenet.yaml", "there is no folder gone"),
        ("zzzz.yaml", "`cnncalc new` prints a spec to start from"),
        ("zzzz.onnx", None),
    ],
)
def test_a_missing_file_offers_those_beside_it(tmp_path, monkeypatch, path, help_):
    monkeypatch.chdir(tmp_path)
    for name in ("unet.yaml", "lenet.yaml", "sub/lenet.yaml", "sub/lenet.onnx", "zzz.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    (error,) = read_path(path).diagnostics
    assert (error.code, error.help) == ("E001", (help_,) if help_ else ())


def test_what_is_compared_against_and_missing_is_not_told_of_a_new_spec(cnncalc, tmp_path):
    missing = tmp_path / "nothere.onnx"
    done = cnncalc("check", "-", "--against", str(missing), stdin="input: 3\nlayers: [relu]\n")
    assert done.returncode == 2
    assert "there is no file" in done.stderr
    assert "cnncalc new" not in done.stderr


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("m.py", "give package.module:callable, which makes the model"),
        ("m.pt", "give package.module:callable, which makes the model, or export it to ONNX"),
        ("m.PTH", "give package.module:callable, which makes the model, or export it to ONNX"),
        ("m.h5", "load it in Keras, and save it as .keras"),
    ],
)
def test_the_file_of_another_tool_is_told_what_import_tells_it(cnncalc, tmp_path, name, instead):
    file = tmp_path / name
    file.write_bytes(b"import torch\n" if name.endswith(".py") else b"\x89HDF\0\0")
    (error,) = read_path(str(file)).diagnostics
    assert (error.code, error.help) == ("E002", (instead,))
    assert instead in " ".join(cnncalc("import", str(file)).stderr.split())


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("padding: sme", "same"), ("padding_mode: reflct", "reflect"), ("bias: flase", "false"),
        ("activation: rleu", "relu"),
    ],
)  # fmt: skip
def test_a_value_that_is_nearly_a_word_names_the_word(argument, meant):
    assert (
        refused(f"conv: {{filters: 6, kernel: 3, {argument}}}").label == f"did you mean `{meant}`?"
    )


def test_a_value_that_is_near_no_word_is_told_what_the_argument_is():
    error = refused("conv: {filters: 6, kernel: 3, padding: 1.5}")
    assert error.label.startswith("zeros around the input")


@pytest.mark.parametrize(
    ("layout", "meant"),
    [("nhwc", "channels_last"), ("NCHW", "channels_first"), ("channel_last", "channels_last")],
)
def test_the_layout_in_the_words_of_other_tools(layout, meant):
    (error,) = errors_of(f"input: 3x8x8\nlayout: {layout}\nlayers: [relu]\n")
    assert error.label == f"did you mean `{meant}`?"
