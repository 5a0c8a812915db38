"""Hostile texts, numbers and names end in a result or in one clear error, never in a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import cnncalc
from cnncalc.build.reader import read_text

NET = "input: [3, 8, 8]\nvariables: {n: 4}\nlayers:\n  - {dense: $n, name: a}\n"
COMMANDS = (
    ("summarize",), ("summarize", "--format", "json"), ("summarize", "--format", "csv"),
    ("check",), ("check", "--format", "sarif"), ("check", "--format", "json"),
    ("check", "--max-params", "5"), ("memory",), ("explain",), ("conventions",), ("report",),
    ("draw",), ("compare", "--mlp"),
)  # fmt: skip


def errors(text, **options):
    reading = read_text(text, **options)
    return [one.code for one in reading.diagnostics if one.severity == "error"]


def held(run):
    """A run that ended as it should."""
    assert "Traceback" not in run.stderr + run.stdout
    assert run.returncode in (0, 1, 2)
    return run


@pytest.mark.parametrize("digits", [1, 100, 290, 300])
@pytest.mark.parametrize("axes", [1, 2, 3, 4, 16])
def test_the_elements_of_an_input_are_bounded(axes, digits):
    text = f"input: [{', '.join(['9' * digits] * axes)}]\nlayers: [relu]\n"
    assert errors(text) == (["E006"] if axes * digits > 1000 else [])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_largest_nets_are_printed(cnncalc, tmp_path, command):
    path = tmp_path / "net.yaml"
    path.write_text(f"input: [{'9' * 100}, {'9' * 99}, {'9' * 99}]\nlayers:\n"
                    f"  - conv: {{filters: 1, kernel: {'9' * 90}}}\n"
                    f"  - flatten\n  - dense: {'9' * 300}\n")  # fmt: skip
    held(cnncalc(command[0], str(path), *command[1:]))


@pytest.mark.parametrize("size", [2**31, 2**63 - 1, 2**63, 2**64, 10**40, 10**399], ids=range(6))
def test_any_largest_size_is_taken(cnncalc, tmp_path, size):
    path = tmp_path / "net.yaml"
    path.write_text(NET)
    assert held(cnncalc("summarize", str(path), "--max-size", str(size))).returncode == 0


def test_nothing_below_lint(cnncalc, tmp_path):
    path = tmp_path / "net.yaml"
    for nothing in ("", " null", " ~", " {}"):
        path.write_text(f"{NET}lint:{nothing}\n")
        assert held(cnncalc("check", str(path))).returncode in (0, 1)


@pytest.mark.parametrize("where", ["name: x%s", "layers: [%s]", "x-note: '%s'", "# %s"])
@pytest.mark.parametrize("code", [0xD800, 0xDCFF, 0xDFFF])
def test_half_a_pair_of_surrogates_has_its_place(where, code):
    text = f"input: [3]\nlayers: [relu]\n{where % chr(code)}\n"
    (error,) = read_text(text).diagnostics
    assert (error.code, error.place.line) == ("E002", 3)
    with pytest.raises(cnncalc.SpecError, match="cannot appear in a YAML text"):
        cnncalc.parse(text)


NAMES = [b"net\xff.yaml", b"\xc3.yaml", b"\xed\xa0\x80.yaml"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_files_name_that_is_not_utf_8(cnncalc, tmp_path, name, command):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    text = NET.replace("$n", "$m") if command[0] == "check" else NET
    Path(path).write_text(text, encoding="utf-8")
    run = held(cnncalc(command[0], path, *command[1:]))
    if command[-1] == "sarif":
        result = json.loads(run.stdout)["runs"][0]["results"][0]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.endswith(
            "/" + "".join(f"%{byte:02X}" if byte > 127 else chr(byte) for byte in name)
        )


@pytest.mark.parametrize(
    "setting", [b"n=\xff", b"\xff=3", b"n=[1", b"n={", b"n=*x", b"n=" + b"[" * 80]
)
def test_what_is_wrong_with_a_setting_names_the_option(cnncalc, tmp_path, setting):
    path = tmp_path / "net.yaml"
    path.write_text(NET)
    run = held(cnncalc("summarize", str(path), "--set", os.fsdecode(setting)))
    assert run.returncode == 2
    assert "--set" in run.stderr or b"\xff=" in setting


@pytest.mark.parametrize(
    ("value", "same"),
    [((1, 2), [1, 2]), (range(3), [0, 1, 2]), (((1,), (2, 3)), [[1], [2, 3]]), (3.0, 3),
     (Fraction(6, 2), 3), (1e23, int(1e23)), ({"a": (1,)}, {"a": [1]})],
)  # fmt: skip
def test_values_of_python_are_as_those_of_a_spec(value, same):
    net = cnncalc.parse("input: [3]\nvariables: {v: 1}\nlayers: [{relu: , when: $v != 0}]",
                        variables={"v": value})  # fmt: skip
    assert dict(net.settings) == {"v": same}


def _cycle() -> list[object]:
    values: list[object] = []
    values.append(values)
    return values


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, b"x", 10**5000, -(10**5000), _cycle(), 1j], ids=range(7)
)
def test_values_that_no_spec_has_are_refused(value):
    with pytest.raises(cnncalc.SpecError, match="`v`"):
        cnncalc.parse("input: [3]\nvariables: {v: 1}\nlayers: [relu]", variables={"v": value})


def test_an_interrupt_while_modules_are_imported_ends_with_130():
    code = (
        "import builtins, sys\nreal = builtins.__import__\n"
        "def slow(name, *rest, **more):\n"
        "    if name == 'cnncalc.cli.commands': raise KeyboardInterrupt\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = slow\nsys.argv = ['cnncalc', 'schema']\n"
        "from cnncalc.cli import program\nprogram()\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr, run.stdout) == (128 + signal.SIGINT, "", "")


@pytest.mark.parametrize(
    "name", ["a${", "a${$n", "a$", "$", "a${${n}}", "a$-b", "${n}$", "$$n", "a${n"]
)
def test_a_name_whose_dollar_is_not_read_is_refused(name):
    text = f"input: [3]\nvariables: {{n: 4}}\nlayers:\n  - {{relu: , name: '{name}'}}\n"
    assert len(errors(text)) == 1
