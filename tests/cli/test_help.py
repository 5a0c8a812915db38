"""Help, version, completion, and what is said to a slip of the fingers."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import forks
import pytest
from batches import batch

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    "summarize", "compare", "explain", "check", "memory", "conventions", "solve", "compute",
    "draw", "report", "export", "import", "layers", "schema", "new",
)  # fmt: skip
PAGES = ((), *((command,) for command in COMMANDS))
TUTORIAL = "examples/tutorial_cnn.yaml"
COMMAND = [sys.executable, "-m", "cnncalc"]

#: What stands in for the reader's own files: nets with the layers that the examples name.
OWN_FILES = {
    "net.yaml": "vgg16", "old.yaml": "resnet18", "new.yaml": "resnet50", "a.yaml": "resnet18",
    "b.yaml": "resnet50", "nets/one.yaml": "lenet5", "nets/two.yaml": "tutorial_cnn",
    "numbers.yaml": "numbers/convolution",
}  # fmt: skip


@cache
def help_of(*command, option="--help"):
    done = forks.cnncalc(*command, option)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def examples_of(*command):
    _, found, below = help_of(*command).partition("Examples:\n")
    assert found
    return [line.strip() for line in below.splitlines() if line.strip()]


def shell(script, folder, **environment):
    defined = f'cnncalc() {{ {shlex.join(COMMAND)} "$@"; }}\n'
    return subprocess.run(
        ["/bin/bash", "-c", defined + script], cwd=folder, capture_output=True, text=True,
        check=False, timeout=60, env=os.environ | environment,
    )  # fmt: skip


# Help


@batch("command", PAGES)
def test_help_says_what_it_does_and_ends_in_examples(command):
    text = help_of(*command)
    usage, blank, sentence, *_ = text.splitlines()
    assert usage.startswith(" ".join(["Usage: cnncalc", *command]))
    assert blank == ""
    assert sentence.startswith("  ")
    assert all(line.startswith(("cnncalc ", "test $(cnncalc ")) for line in examples_of(*command))


@pytest.mark.parametrize("command", PAGES)
def test_help_has_a_short_form(command):
    assert help_of(*command, option="-h") == help_of(*command)


@batch("command", PAGES)
def test_help_fits_80_columns_and_every_option_is_explained(command):
    lines = help_of(*command).splitlines()
    assert max(map(len, lines)) <= 80
    starts = [at for at, line in enumerate(lines) if line.startswith("  -")]
    assert starts
    for at in starts:
        beside = lines[at].strip().partition("  ")[2].strip()
        below = lines[at + 1].strip() if at + 1 < len(lines) else ""
        assert beside or (lines[at + 1].startswith(" " * 20) and below)


def test_the_commands_are_listed_with_a_sentence_each():
    listed = help_of().partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    names = [line.split()[0] for line in listed]
    assert names == list(COMMANDS)
    assert all(len(line.split()) >= 4 for line in listed)


def test_an_example_of_a_command_shows_that_command():
    for command in COMMANDS:
        assert all(f"cnncalc {command}" in example for example in examples_of(command))


@pytest.mark.parametrize("example", [line for page in PAGES for line in examples_of(*page)])
def test_every_example_in_the_help_runs(tmp_path, example):
    for name, source in OWN_FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "examples" / f"{source}.yaml", file)
    for ending in ("onnx", "keras"):
        shutil.copyfile(ROOT / "tests" / "data" / f"small.{ending}", tmp_path / f"model.{ending}")
    command, *arguments = shlex.split(example)
    needs_shell = command != "cnncalc" or {"|", ">", "&&", ";"} & {*arguments} or "$" in example
    run = partial(shell, example) if needs_shell else partial(forks.cnncalc, *arguments)
    done = run(folder=tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    told = "2 layers (" if example.startswith("cnncalc import ") else ""
    assert told in done.stderr
    assert bool(done.stderr) == bool(told)


def test_what_the_examples_write_is_good(tmp_path):
    made = shell("cnncalc new lenet5 > net.yaml && cnncalc summarize net.yaml --total", tmp_path)
    assert (made.returncode, made.stdout) == (0, "61706\n")
    schema = shell("cnncalc schema", tmp_path)
    assert "$schema" in json.loads(schema.stdout)


def test_without_a_command_the_help_is_shown(cnncalc):
    done = cnncalc()
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


# Version and the ways to call it


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_the_packages(cnncalc, option):
    done = cnncalc(option)
    assert (done.returncode, done.stdout) == (0, f"cnncalc {version('cnncalc')}\n")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["summarize", TUTORIAL], ["summarize", "-x"], ["check", "missing"]]
)
def test_the_script_and_the_module_are_the_same(cnncalc, arguments):
    script = shutil.which("cnncalc", path=str(Path(sys.executable).parent))
    assert script is not None
    done = subprocess.run(
        [script, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    module = cnncalc(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (
        module.returncode,
        module.stdout,
        module.stderr,
    )


# Completion


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed(tmp_path, name):
    done = shell(f"_CNNCALC_COMPLETE=source_{name} cnncalc", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_CNNCALC_COMPLETE=complete_{name}" in done.stdout


def test_show_completion_is_for_the_shell_that_calls(tmp_path):
    done = shell("cnncalc --show-completion bash", tmp_path)
    assert done.returncode == 0
    assert "complete -o default -F _cnncalc_completion cnncalc" in done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cnncalc summ", {"summarize"}),
        ("cnncalc ", set(COMMANDS)),
        ("cnncalc summarize --dep", {"--depth"}),
        ("cnncalc summarize --format ", {"table", "json", "jsonl", "csv", "markdown"}),
        ("cnncalc solve --tr", {"--transposed"}),
    ],
)
def test_bash_completes(tmp_path, words, expected):
    done = shell(
        "cnncalc", tmp_path, _CNNCALC_COMPLETE="complete_bash", COMP_WORDS=words,
        COMP_CWORD=str(words.count(" ")),
    )  # fmt: skip
    assert set(done.stdout.split()) == expected


def test_the_script_for_bash_is_bash(tmp_path):
    script = "cnncalc --show-completion bash > completion && bash -n completion"
    assert shell(script, tmp_path).returncode == 0


# Slips


@pytest.mark.parametrize(
    ("arguments", "wrong", "suggestion"),
    [
        (["sumarize", TUTORIAL], "sumarize", "summarize"),
        (["compair", TUTORIAL], "compair", "compare"),
        (["layer", "conv"], "layer", "layers"),
        (["summarize", TUTORIAL, "--colums", "name"], "--colums", "--columns"),
        (["summarize", TUTORIAL, "--fromat", "json"], "--fromat", "--format"),
        (["summarize", TUTORIAL, "--totalof", "macs"], "--totalof", "--total-of"),
        (["check", TUTORIAL, "--max-param", "5M"], "--max-param", "--max-params"),
        (["solve", "--inn", "224", "--out", "112"], "--inn", "--in"),
        (["--verison"], "--verison", "--version"),
    ],
)
def test_a_slip_is_one_message_with_the_nearest_name(cnncalc, arguments, wrong, suggestion):
    done = cnncalc(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert error.count(wrong) >= 1
    assert suggestion in error.replace(wrong, "", 1)


@pytest.mark.parametrize(
    "arguments", [["unlike-anything"], ["summarize", TUTORIAL, "--zzz"], ["summarize", "-x.yaml"]]
)
def test_what_resembles_nothing_is_refused_in_a_line(cnncalc, arguments):
    done = cnncalc(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("Error: No such ")
    assert "Did you mean" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option_points_to_the_commands_help(cnncalc, command):
    done = cnncalc(command, "--qqq")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cnncalc {command} -h" in done.stderr
    assert done.stderr.count("--qqq") == 1


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["new", "resnt"], "resnet"),
        (["summarize", "zoo:resnt"], "resnet"),
        (["layers", "maxpol"], "maxpool"),
        (["explain", TUTORIAL, "dense1"], "dense_1"),
        (["summarize", TUTORIAL, "--columns", "name,parms"], "params"),
    ],
)
def test_a_misspelt_name_suggests_the_nearest(cnncalc, arguments, suggestion):
    done = cnncalc(*arguments)
    assert done.returncode == 2
    assert suggestion in done.stderr


def test_no_words_at_all_print_the_help_as_it_is():
    done = forks.cnncalc()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == help_of()


@pytest.mark.parametrize("word", ["net.yaml", "model.onnx", "zoo:resnet"])
def test_a_net_in_the_place_of_a_command_is_answered_with_one(word):
    done = forks.cnncalc(word)
    assert done.returncode == 2
    assert f"No such command '{word}'. Did you mean `cnncalc summarize {word}`?" in done.stderr


@pytest.mark.parametrize("word", ["repeat", "residual", "when", "input"])
def test_a_word_of_the_language_is_not_taken_for_a_layer(word):
    done = forks.cnncalc("layers", word)
    assert done.returncode == 2
    assert f"no layer type is called {word}, which is a word of the spec language" in done.stderr


def test_a_word_of_a_framework_is_answered_with_the_one_of_a_spec():
    done = forks.cnncalc("layers", "view")
    assert done.returncode == 2
    assert "no layer type is called view; `reshape: [...]` gives a tensor other sizes" in " ".join(
        done.stderr.split()
    )


def test_a_packaged_net_is_printed_by_either_of_its_names():
    assert forks.cnncalc("new", "zoo:lenet5").stdout == forks.cnncalc("new", "lenet5").stdout != ""
