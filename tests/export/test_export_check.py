"""`cnncalc export --check`: what is said of a file that was run, and with which exit code.

The interpreters are scripts that tell what a framework would; `tests/frameworks` has real ones.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from specs import exported

from cnncalc.build.reader import read_text
from cnncalc.export.check import check

SPEC = "input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 3}}, batchnorm, flatten, {dense: 2}]"
#: What is true of it: the convolution, its norm and the dense layer; by hand.
TRUE = {
    "version": "PyTorch 9", "params": 112 + 8 + 290, "trained": 410, "buffers": 8,
    "layers": [[4, 6, 6], [4, 6, 6], [144], [2]], "outputs": [[2]],
}  # fmt: skip
RIGHT = "410 parameters, 8 buffer elements"
TRAINED = "409 instead of 410 trained parameters"
SHAPES = "shapes of 3 layers with weights, output (2)"


@pytest.fixture
def interpreter(tmp_path):
    """A script in the place of a Python, which prints what it is given, or runs commands."""

    def made(told, before=""):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{before}\necho '{json.dumps(told)}'\n", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    return made


def checked(cnncalc, python, to="pytorch", spec=SPEC):
    done = cnncalc("export", "-", "--to", to, "--check", "--python", python, stdin=spec)
    assert "nn." in done.stdout or "keras" in done.stdout
    return done.returncode, done.stderr.replace(python, "PYTHON")


def test_what_agrees(cnncalc, interpreter):
    numbers = "410 parameters, 8 buffer elements"
    said = (0, f"PyTorch 9: {numbers}, {SHAPES} agree\n")
    assert checked(cnncalc, interpreter(TRUE)) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"params": 409, "trained": 409},
         f"409 instead of 410 parameters, {TRAINED}, 8 buffer elements, {SHAPES}"),
        ({"trained": 0},
         f"410 parameters, 0 instead of 410 trained parameters, 8 buffer elements, {SHAPES}"),
        ({"buffers": 0}, f"410 parameters, 0 instead of 8 buffer elements, {SHAPES}"),
        ({"outputs": [[3]]},
         "410 parameters, 8 buffer elements, shapes of 3 layers with weights, output (3) not (2)"),
        ({"outputs": []},
         f"410 parameters, 8 buffer elements, {SHAPES[:-12]}, 0 outputs instead of 1"),
        ({"layers": [[4, 6, 6], [2]]},
         f"{RIGHT}, no layer gives the (4, 6, 6) of batchnorm_1, output (2)"),
    ],
)  # fmt: skip
def test_what_differs(cnncalc, interpreter, told, said):
    found = checked(cnncalc, interpreter({**TRUE, **told}))
    assert found == (1, f"PyTorch 9: {said} differ\n")


def test_a_framework_that_is_missing(cnncalc, interpreter):
    python = interpreter({"missing": "torch"})
    said = "PYTHON has no torch: --python names an interpreter that has it\n"
    assert checked(cnncalc, python) == (1, said)


def test_a_file_that_fails(cnncalc, interpreter):
    python = interpreter({"failed": "line 9, `assert count == 4`: AssertionError"})
    said = "the file failed in PYTHON: line 9, `assert count == 4`: AssertionError\n"
    assert checked(cnncalc, python) == (1, said)
    python = interpreter({}, before="echo 'no memory' >&2; exit 3")
    assert checked(cnncalc, python) == (1, "the file failed in PYTHON: no memory\n")


@pytest.mark.parametrize("to", ["pytorch", "keras"])
@pytest.mark.parametrize("told", ["cat", "echo 7", "echo '{}'", "echo '[['"])
def test_what_is_no_python(cnncalc, tmp_path, told, to):
    path = tmp_path / "python"
    command = 'exec cat "$@"' if told == "cat" else told
    path.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    path.chmod(0o755)
    said = "PYTHON did not run the file: what it printed is not from Python\n"
    assert checked(cnncalc, str(path), to) == (1, said)


def test_no_interpreter(cnncalc, tmp_path):
    python = str(tmp_path / "none")
    said = "PYTHON did not run: No such file or directory\n"
    assert checked(cnncalc, python) == (1, said)


@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_a_file_with_stubs_is_not_run(cnncalc, interpreter, to):
    spec = "input: 3x8x8\nlayers: [{custom: {shape: [4], params: 7}}]"
    code, said = checked(cnncalc, interpreter(TRUE), to, spec)
    assert code == 1
    assert said.endswith("\nnot checked: a file with stubs raises when it runs\n")


#: What the driver of Keras asks of it, in a net with one attention in windows.
WINDOWS = """
import math
from types import SimpleNamespace

class Layer:
    def __call__(self, x):
        return x

def weight(shape, dtype="float32"):
    return SimpleNamespace(shape=shape, dtype=dtype, name="variable")

learned = [weight((49, 2)), weight((4, 12)), weight((12,)), weight((4, 4)), weight((4,))]

class Model:
    outputs = [SimpleNamespace(shape=(None, 8, 8, 4))]
    trainable_weights = learned
    weights = [*learned, weight((256,), "int32")]

    def __init__(self):
        Layer()(self.outputs[0])

    def count_params(self):
        return sum(math.prod(one.shape) for one in self.weights)

layers = SimpleNamespace(Layer=Layer)
__version__ = "9"
"""


def test_whole_numbers_that_a_keras_layer_keeps_are_no_parameters(tmp_path, monkeypatch):
    (tmp_path / "keras.py").write_text(WINDOWS, encoding="utf-8")
    (tmp_path / "torch.py").write_text("", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    spec = """
input: 8x8x4
layout: channels_last
layers: [{window_attention: {window: 4, heads: 2}}]
"""
    network = read_text(spec).network
    file = "import keras\nmodel = keras.Model()"
    said = "178 parameters, 256 buffer elements, shapes of 1 layer with weights, output (8, 8, 4)"
    assert check(file, network, "keras", sys.executable).lines == (f"Keras 9: {said} agree",)


def test_long_work_is_told_every_second(interpreter):
    seconds = []
    python = interpreter(TRUE, before="sleep 1.2")
    text, network = exported(SPEC).text, read_text(SPEC).network
    assert check(text, network, "pytorch", python, seconds.append).agreed
    assert seconds == [1]


def test_who_waits_may_end_it(interpreter, monkeypatch):
    begun = []

    class Noted(subprocess.Popen):
        def __init__(self, *given, **more):
            super().__init__(*given, **more)
            begun.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)

    def ended(_seconds):
        raise KeyboardInterrupt

    python = interpreter(TRUE, before="exec sleep 30")
    text, network = exported(SPEC).text, read_text(SPEC).network
    with pytest.raises(KeyboardInterrupt):
        check(text, network, "pytorch", python, ended)
    assert len(begun) == 1
    assert begun[0].returncode is not None


def test_an_interpreter_without_a_check_is_refused(cnncalc):
    done = cnncalc("export", "zoo:lenet5", "--python", "python3")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--python names the interpreter for --check, which is not given" in done.stderr
