"""`cnncalc export` as a user runs it."""

from __future__ import annotations

import ast
import json
import re
import sys

import pytest
from fuzz.texts import yaml_text

GOLDENS = ("resnet", "googlenet", "mobilenet_v2", "unet", "densenet", "nasnet_mobile", "vit")


@pytest.mark.parametrize("name", GOLDENS)
def test_what_is_written(cnncalc, golden, name):
    done = cnncalc("export", f"zoo:{name}", "--to", "pytorch")
    assert (done.returncode, done.stderr) == (0, "")
    golden(f"export_{name}.py.txt", done.stdout)


@pytest.mark.parametrize("name", GOLDENS)
def test_what_is_written_in_keras(cnncalc, golden, name):
    done = cnncalc("export", f"zoo:{name}", "--to", "keras")
    assert (done.returncode, done.stderr) == (0, "")
    golden(f"export_{name}_keras.py.txt", done.stdout)


def test_a_file_in_place_of_standard_output(cnncalc, tmp_path):
    printed = cnncalc("export", "examples/lenet5.yaml").stdout
    done = cnncalc("export", "examples/lenet5.yaml", "-o", str(tmp_path / "net.py"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == printed


def test_a_folder_that_is_not_there(cnncalc, tmp_path):
    path = tmp_path / "none" / "net.py"
    done = cnncalc("export", "examples/lenet5.yaml", "-o", str(path))
    assert done.returncode == 2
    assert done.stderr == f"cannot write the result: {path}: No such file or directory\n"


@pytest.mark.parametrize(("to", "framework"), [("pytorch", "PyTorch"), ("keras", "Keras")])
def test_what_the_framework_has_not_is_a_stub(cnncalc, to, framework):
    spec = "input: 3x8x8\nlayers: [{custom: {shape: [4], params: 7, label: mine}}, {dense: 2}]"
    done = cnncalc("export", "-", "--to", to, stdin=spec)
    assert done.returncode == 1
    assert "raise NotImplementedError" in done.stdout
    lacks = f"no counterpart in {framework} (what it computes is not known)"
    assert done.stderr == f"custom_1: {lacks}; it raises when it runs\n"


OUTPUTS = """
input: 3x8x8
blocks: {Head: [{conv: {filters: 3, kernel: 1}}, {conv: {filters: 3, kernel: 1}, name: out}]}
layers:
  - {conv: {filters: 3, kernel: 3}, name: dense}
  - {conv: {filters: 3, kernel: 1}, name: turn_$i, repeat: 2}
  - {Head: , name: first}
  - {add: , from: [dense, turn_1], name: sum}
  - {dense: 3}
  - {dense: 2, name: last}
"""


def test_several_outputs_have_their_names_in_keras(cnncalc):
    spec = f"{OUTPUTS}outputs: [sum, turn_1, first, dense, last]\n"
    code = cnncalc("export", "-", "--to", "keras", stdin=spec).stdout
    assert 'layers.add([dense, turn[1]], name="sum")' in code
    assert 'layers.Identity(name="turn_1")(turn[1])' in code
    assert 'layers.Identity(name="first")(first)' in code
    # Keras calls the dense layer without a name `dense`, and takes no two of one name.
    assert 'dense = layers.Conv2D(3, 3, name="dense_output")(inputs)' in code


def test_no_output_has_the_name_of_an_input_in_keras(cnncalc):
    spec = "inputs: {a-b: 8, a_b: 8}\nlayers:\n  - {dense: 4, from: a-b, name: a_b_2}\n"
    spec += "  - {dense: 3, from: a_b, name: last}\noutputs: [a_b_2, last]\n"
    code = cnncalc("export", "-", "--to", "keras", stdin=spec).stdout
    assert re.findall(r'name="(\w+)"', code) == ["a_b", "a_b_2", "a_b_2_2", "last", "net"]


def test_an_output_with_a_path_has_it_in_its_name_in_keras(cnncalc):
    spec = """
inputs: {a: 4, b: 4}
layers:
  - {dense: 2, from: a, name: first/one}
  - {dense: 3, from: b, name: first/two}
  - {dense: 3, name: last}
outputs: [first/one, first/two, last]
"""
    code = cnncalc("export", "-", "--to", "keras", stdin=spec).stdout
    assert re.findall(r'Dense\(\d, name="(\w+)"\)', code) == ["first_one", "first_two", "last"]


def test_one_output_has_no_name_of_its_own_in_keras(cnncalc):
    one = cnncalc("export", "-", "--to", "keras", stdin=f"{OUTPUTS}outputs: [first]\n").stdout
    assert re.findall(r"\bname=", one) == ["name="]  # of the model


@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_a_stub_says_the_name_that_the_spec_gives(cnncalc, to):
    spec = """
input: 3x8x8
blocks: {Bend: [{custom: {params: 5}, name: inside}]}
layers:
  - {Bend: , name: first}
  - {Bend: , name: second}
  - {custom: {params: 5}, name: deform}
  - custom: {params: 5}
  - {custom: {params: 5}, name: turn_$i, repeat: 2}
"""
    done = cnncalc("export", "-", "--to", to, stdin=spec)
    assert done.returncode == 1
    labels = re.findall(r"ritten\(\s*\"(\w+)\"", done.stdout)
    assert labels == ["inside", "deform", "custom", "custom"]  # one for both turns


def test_a_layer_that_pytorch_has_not_is_a_stub(cnncalc):
    done = cnncalc(
        "export", "-", stdin="input: [6, 4]\nlayers: [{lstm: {units: 8, stateful: true}}]"
    )
    assert done.returncode == 1
    assert "NotWritten(" in done.stdout


def test_a_module_of_several_inputs(cnncalc):
    spec = """
inputs: {sequence: [6, 8], memory: [5, 8]}
layers: [{transformer_decoder_layer: 2, from: [sequence, memory]}]
"""
    done = cnncalc("export", "-", stdin=spec)
    assert (done.returncode, done.stderr) == (0, "")
    assert "(sequence, memory)" in done.stdout


def test_what_only_training_needs_is_named(cnncalc):
    spec = "input: 8\nlayers: [{dense: {units: 2, kernel_initializer: he_normal}}, {dense: 3}]"
    done = cnncalc("export", "-", stdin=spec)
    assert done.returncode == 0
    assert done.stderr == (
        "note: `kernel_initializer` of 1 layer is left out: it does not change what the net gives\n"
    )


def test_a_wrong_spec(cnncalc):
    done = cnncalc("export", "-", stdin="input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 9}}]")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error" in done.stderr


def test_a_setting_is_written_as_its_value(cnncalc):
    done = cnncalc("export", "zoo:resnet", "--set", "depth=18", "--set", "classes=10")
    assert done.returncode == 0
    assert "nn.Linear(" in done.stdout
    assert "11,181,642 parameters" in done.stdout  # torchvision's resnet18, with 10 classes


@pytest.mark.parametrize("to", ["pytorch", "keras"])
@pytest.mark.parametrize("python", [sys.executable, "no-such-python"])
def test_checking_needs_the_framework(cnncalc, python, to):
    done = cnncalc("export", "examples/lenet5.yaml", "--to", to, "--check", "--python", python)
    assert python in done.stderr or "agree" in done.stderr
    assert done.returncode == (0 if "agree" in done.stderr else 1)


def test_keras_is_told_how_weights_begin_and_what_they_cost(cnncalc):
    spec = (
        "input: 3x9x9\n"
        "layers:\n"
        "  - conv: {filters: 4, kernel: 3, kernel_initializer: he_normal}\n"
        "    regularizer: {l2: 0.01}\n"
        "  - depthwise_conv: 3\n"
        "    regularizer: {l1: 0.5, l2: 0.1}\n"
    )
    done = cnncalc("export", "-", "--to", "keras", stdin=spec)
    assert done.returncode == 0
    assert 'kernel_initializer="he_normal"' in done.stdout
    assert "kernel_regularizer=keras.regularizers.L2(l2=0.01)" in done.stdout
    assert "depthwise_regularizer=keras.regularizers.L1L2(l1=0.5, l2=0.1)" in done.stdout


def test_an_activation_by_its_name_has_the_slope_of_keras(cnncalc):
    spec = "input: 3x9x9\nlayers: [{conv: {filters: 4, kernel: 3, activation: leaky_relu}}]"
    done = cnncalc("export", "-", "--to", "keras", stdin=spec)
    assert 'activation="leaky_relu"' in done.stdout  # which has the slope 0.2
    done = cnncalc("export", "-", stdin=spec)
    assert "nn.LeakyReLU(0.2)" in done.stdout


HOSTILE = ['x"""; raise SystemExit(7); """', 'a"b', '"', "back\\slash\\", '""""""', "None", "print"]


@pytest.mark.parametrize("to", ["pytorch", "keras"])
@pytest.mark.parametrize("where", ["name", "description"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_of_a_net_is_code(cnncalc, tmp_path, to, where, text):
    net = {
        where: text,
        "inputs": {"i": [3, 8, 8]},
        "layers": [{"conv": {"filters": 4, "kernel": 3}}],
    }
    path = tmp_path / "net.yaml"
    path.write_text(json.dumps(net))
    done = cnncalc("export", str(path), "--to", to)
    assert done.returncode == 0, done.stderr
    tree = ast.parse(done.stdout)
    allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.If)
    assert all(isinstance(one, allowed) for one in tree.body)
    assert [type(one.value) for one in tree.body if isinstance(one, ast.Expr)] == [ast.Constant]


@pytest.mark.parametrize("block", ["keras", "ops", "range", "x", "model", "print"])
def test_no_block_hides_what_the_file_calls(cnncalc, tmp_path, block):
    net = {"input": [8], "blocks": {block: [{"dense": 4}]},
           "layers": [{"repeat": 2, "layers": [block]}]}  # fmt: skip
    path = tmp_path / "net.yaml"
    path.write_text(json.dumps(net))
    done = cnncalc("export", str(path), "--to", "keras")
    assert done.returncode == 0, done.stderr
    made = [one.name for one in ast.parse(done.stdout).body if isinstance(one, ast.FunctionDef)]
    assert block not in made
    assert len(set(made)) == 2


@pytest.mark.parametrize("merge", ["add", "multiply", "average", "maximum", "concat"])
@pytest.mark.parametrize("to", ["pytorch", "keras"])
@pytest.mark.parametrize("count", [2, 40, 41, 1_000, 5_000])
def test_a_merge_of_many_is_code_that_python_takes(tmp_path, cnncalc, merge, to, count):
    path = tmp_path / "net.yaml"
    path.write_text(
        f"input: 3x8x8\nlayers:\n  - {{{merge}: , from: [{', '.join(['input'] * count)}]}}\n"
    )
    done = cnncalc("export", str(path), "--to", to)
    assert (done.returncode, done.stderr) == (0, "")
    compile(done.stdout, "net.py", "exec")


@pytest.mark.parametrize("name", ["- ", " ", "'", "--", "\U0000009b", "é", "畳", "1", "class"])
@pytest.mark.parametrize("description", ["", "'", "A b", "- x", "İx", "A" * 100_000])
@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_a_net_of_any_name_and_description_is_code(tmp_path, cnncalc, name, description, to):
    path = tmp_path / "net.yaml"
    texts = {"name": name * 3, "description": description}
    head = "".join(f"{key}: {yaml_text(text)}\n" for key, text in texts.items())
    path.write_text(f"{head}input: [4]\nlayers: [dense: 2]\n", encoding="utf-8")
    done = cnncalc("export", str(path), "--to", to)
    assert (done.returncode, done.stderr) == (0, "")
    compile(done.stdout, "net.py", "exec")


@pytest.mark.parametrize("names", [("%%", "..."), ("a b", "a-b", "a_b"), ("class", "class_")])
@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_inputs_of_any_names_have_variables_of_their_own(tmp_path, cnncalc, names, to):
    path = tmp_path / "net.yaml"
    inputs = "".join(f"  {yaml_text(name)}: 3x8x8\n" for name in names)
    taken = ", ".join(map(yaml_text, names))
    path.write_text(f"inputs:\n{inputs}layers:\n  - {{add: , from: [{taken}]}}\n")
    done = cnncalc("export", str(path), "--to", to)
    assert (done.returncode, done.stderr) == (0, "")
    compile(done.stdout, "net.py", "exec")
    given = re.findall(r'keras\.Input\(.*name="(\w+)"\)', done.stdout)
    assert len(set(given)) == len(given) == (len(names) if to == "keras" else 0)


@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_a_loop_of_one_long_row_is_code_that_python_takes(cnncalc, to):
    names = ", ".join(f"x{i}" for i in range(65))
    entry = f"{{for: [{names}], in: [[{', '.join(['1'] * 65)}]], layers: [relu]}}"
    done = cnncalc("export", "-", "--to", to, stdin=f"input: [4]\nlayers:\n  - {entry}\n")
    assert (done.returncode, done.stderr) == (0, "")
    compile(done.stdout, "net.py", "exec")


def test_channels_that_are_neither_first_nor_last_are_a_stub(cnncalc):
    layer = "GroupNormalization: {groups: 2, axis: 2}"
    spec = f"layout: channels_last\ninput: 8x6x4\nlayers:\n  - {layer}\n"
    done = cnncalc("export", "-", stdin=spec)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "groupnorm_1: no counterpart in PyTorch (its channels are neither first nor last)"
    )
    compile(done.stdout, "net.py", "exec")


WRONG = {
    "a kernel that does not fit": "input: 3x8x8\nlayers: [relu, {conv: {filters: 3, kernel: 99}}]",
    "in a block used twice": "input: 3x8x8\nblocks: {b: [relu, {maxpool: 7}]}\nlayers: [b, b]",
    "a block in itself": "input: 3x8x8\nblocks: {b: {layers: [b]}}\nlayers: [b]",
    "blocks nested too deep": "input: 3x8x8\nblocks:\n"
    + "".join(f"  b{i}: {{layers: [b{i + 1}]}}\n" for i in range(70))
    + "  b70: {layers: [relu]}\nlayers: [b0]",
    "too many layers": "input: 3x8x8\nlayers: [{repeat: 9000000, layers: [relu]}]",
    "a result that nothing takes": "inputs: {a: 3x8x8, b: 8}\nlayers: [{relu: , from: a}]",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_as_by_other_commands(cnncalc, what):
    done, other = (cnncalc(command, "-", stdin=WRONG[what]) for command in ("export", "summarize"))
    assert done.stderr == other.stderr != ""
    assert done.returncode == other.returncode
