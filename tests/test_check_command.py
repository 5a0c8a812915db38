"""The options of `cnncalc check` that decide what is looked at, where it goes and the exit code."""

from __future__ import annotations

import json

import pytest

GOOD = "input: [3, 8, 8]\nlayers: [{conv: {filters: 4, kernel: 3}}, relu]\n"
BIASED = "input: [3, 8, 8]\nlayers: [{conv: {filters: 4, kernel: 3}}, batchnorm]\n"
HEAVY = "input: [3, 8, 8]\nlayers: [{conv: {filters: 4, kernel: 3}}, relu, flatten, dense: 9]\n"
CLAIM = GOOD + "expect: {params: 1}\n"
BROKEN = "input: [3, 8, 8]\nlayers: [{conv: {filters: 4, kernel: 9}}]\n"


# -- codes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "code", "words"),
    [
        ("--ignore", "C501", "C501 cannot be switched"),
        ("--select", "C502", "C502 cannot be switched"),
        ("--select", "E203", "E203 cannot be switched"),
        ("--ignore", "E", "no finding has the code E"),
        ("--ignore", "L4111", "did you mean L411?"),
        ("--select", "nonsense", "`cnncalc explain --list` lists all"),
        ("--ignore", "L401,X1", "no finding has the code X1"),
        ("--select", "", "no finding has the code"),
    ],
)
def test_codes_that_cannot_be_switched_are_wrong_usage(cnncalc, option, code, words):
    done = cnncalc("check", "-", option, code, stdin=GOOD)
    assert (done.returncode, done.stdout) == (2, "")
    assert option in done.stderr
    assert words in " ".join(done.stderr.split())


@pytest.mark.parametrize("code", ["L411", "l411", "L4", "L", "ALL", "W301,L411"])
def test_codes_and_their_beginnings_are_switched(cnncalc, code):
    assert cnncalc("check", "-", "--ignore", code, stdin=BIASED).returncode == 0


@pytest.mark.parametrize("code", ["C501", "E203", "L4111"])
def test_a_spec_cannot_switch_them_either(cnncalc, code):
    done = cnncalc("check", "-", stdin=f"{GOOD}lint: {{ignore: [{code}]}}\n")
    assert (done.returncode, code in done.stderr) == (2, True)


# -- exit codes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (GOOD, [], 0),
        (BIASED, [], 1),
        (BIASED, ["--fail-on", "warning"], 1),
        (BIASED, ["--fail-on", "error"], 0),
        (CLAIM, ["--fail-on", "error"], 1),
        (GOOD, ["--fail-on", "error", "--max-params", "1"], 1),
        (HEAVY, [], 0),
        (HEAVY, ["--select", "L421"], 1),
        (HEAVY, ["--select", "L421", "--fail-on", "info"], 1),
        (HEAVY, ["--select", "L421", "--fail-on", "warning"], 0),
        (BIASED, ["--exit-zero"], 0),
        (CLAIM, ["--exit-zero"], 0),
        (BROKEN, [], 2),
        (BROKEN, ["--exit-zero"], 2),
        (BROKEN, ["--fail-on", "error"], 2),
        (BIASED, ["--fail-on", "never"], 2),
    ],
)
def test_exit_codes(cnncalc, text, options, code):
    assert cnncalc("check", "-", *options, stdin=text).returncode == code


def test_a_finding_is_shown_whatever_the_exit_code(cnncalc):
    shown = cnncalc("check", "-", stdin=BIASED).stdout
    assert "L411" in shown
    for options in (["--exit-zero"], ["--fail-on", "error"]):
        assert cnncalc("check", "-", *options, stdin=BIASED).stdout == shown


# -- where it goes ----------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "markdown", "github", "sarif"])
def test_output_writes_the_same_to_a_file(cnncalc, tmp_path, format_):
    printed = cnncalc("check", "-", "--format", format_, stdin=BIASED).stdout
    file = tmp_path / "findings"
    options = ["--format", format_, "--output", str(file)]
    done = cnncalc("check", "-", *options, stdin=BIASED, env={"FORCE_COLOR": "1"})
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert file.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("ending", "format_"),
    [
        (".sarif", "sarif"),
        (".json", "json"),
        (".jsonl", "jsonl"),
        (".MD", "markdown"),
        (".log", "text"),
    ],
)
def test_the_ending_of_the_file_names_the_format(cnncalc, tmp_path, ending, format_):
    file = tmp_path / f"findings{ending}"
    cnncalc("check", "-", "-o", str(file), stdin=BIASED)
    assert (
        file.read_text(encoding="utf-8")
        == cnncalc("check", "-", "-f", format_, stdin=BIASED).stdout
    )
    cnncalc("check", "-", "-o", str(file), "-f", "github", stdin=BIASED)
    assert file.read_text(encoding="utf-8").startswith("::warning")


def test_a_file_that_cannot_be_written_is_an_error(cnncalc, tmp_path):
    done = cnncalc("check", "-", "--output", str(tmp_path / "gone" / "x"), stdin=GOOD)
    assert done.returncode == 2
    assert "cannot write the result" in done.stderr
    assert "Traceback" not in done.stderr


# -- folders ----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    files = {
        "b.yml": BIASED,
        "a.yaml": GOOD,
        "below/c.yaml": GOOD,
        "below/flow.yaml": "{input: 3, layers: [relu]}\n",
        "below/quoted.YAML": '"input": 3\n"layers": [relu]\n',
        "below/workflow.yaml": "on: push\njobs: {a: {steps: [{layers: 3}]}}\n",
        "below/indented.yaml": "model:\n  layers: []\n",
        "below/binary.yaml": "layers:\0",
        ".hidden/d.yaml": BIASED,
        "notes.txt": "layers:\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_stands_for_the_specs_below_it(cnncalc, folder):
    done = cnncalc("check", str(folder), "--format", "json")
    assert done.returncode == 1
    sources = [report["source"] for report in json.loads(done.stdout)]
    names = ["a.yaml", "b.yml", "below/c.yaml", "below/flow.yaml", "below/quoted.YAML"]
    assert sources == [str(folder / name) for name in names]


def test_a_broken_spec_in_a_folder_is_reported(cnncalc, folder):
    (folder / "z.yaml").write_text("layers: [\n", encoding="utf-8")
    done = cnncalc("check", str(folder))
    assert (done.returncode, "E004" in done.stderr) == (2, True)


def test_folders_and_files_together(cnncalc, folder):
    done = cnncalc("check", str(folder / "b.yml"), str(folder / "below"), "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 4


def test_a_folder_without_specs_is_wrong_usage(cnncalc, tmp_path):
    done = cnncalc("check", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no spec" in done.stderr
