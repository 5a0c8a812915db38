"""Streams and files as a shell gives them: closed, full, of another encoding, of another kind.

Whatever happens, no traceback; and exit code 1 stays what a check has found.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import forks
import pytest

ROOT = Path(__file__).parent.parent.parent
TUTORIAL = "examples/tutorial_cnn.yaml"
TEXT = (ROOT / TUTORIAL).read_text(encoding="utf-8")
COMMAND = shlex.join([sys.executable, "-m", "cnncalc"])
#: Flat, 20,000 rows: more than any pipe holds.
BIG = "input: 1x4x4\nlayers: [{repeat: 20000, layers: [relu]}]\n"
FORMATS = ("table", "json", "csv", "markdown")
FULL = [
    f"summarize {TUTORIAL}",
    f"summarize {TUTORIAL} --format json",
    f"summarize {TUTORIAL} --total",
    f"compare {TUTORIAL} --mlp",
    f"explain {TUTORIAL}",
    "explain E203",
    "check examples/tutorial_claims.yaml",
    "solve --in 224 --out 112",
    "layers conv",
    "schema",
    "new lenet5",
    "--help",
    "--version",
]
#: One result, one diagnostic, one complaint about usage.
CLOSED_ERR = [(0, f"summarize {TUTORIAL}"), (2, "summarize missing.yaml"), (2, "summarize --wrong")]


def shell(script, **options):
    """A line of shell, with `cnncalc` for the command."""
    line = script.replace("cnncalc", COMMAND)
    return subprocess.run(
        ["/bin/bash", "-c", line], cwd=ROOT, capture_output=True, check=False, timeout=60, **options
    )


def calm(stderr):
    text = stderr.decode()
    return "Traceback" not in text and "Exception ignored" not in text


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    file = tmp_path_factory.mktemp("big") / "big.yaml"
    file.write_text(BIG, encoding="utf-8")
    return file


# Standard output


@pytest.mark.parametrize("form", FORMATS)
def test_a_reader_that_has_seen_enough_is_no_error(big, form):
    done = shell(f"cnncalc summarize {big} --format {form} | head -1; exit ${{PIPESTATUS[0]}}")
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1
    # Quietly good, or ended by the signal as other tools are; 1 would be a finding.
    assert done.returncode in {0, 141}


@pytest.mark.parametrize("command", ["explain {}", "schema", "compare {} {} --all"])
def test_other_commands_are_quiet_on_a_closed_pipe_too(big, command):
    script = f"cnncalc {command.format(big, big)} | head -1; exit ${{PIPESTATUS[0]}}"
    done = shell(script)
    assert done.stderr == b""
    assert done.returncode in {0, 141}


@pytest.mark.parametrize("arguments", FULL)
def test_a_full_disk_is_one_line_and_exit_2(arguments):
    done = shell(f"cnncalc {arguments} > /dev/full")
    assert calm(done.stderr)
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("arguments", [FULL[0], "check examples/lenet5.yaml", "schema"])
def test_standard_output_closed_from_the_start_is_no_success_and_no_traceback(arguments):
    done = shell(f"cnncalc {arguments} >&-")
    assert calm(done.stderr)
    assert done.returncode == 2


@pytest.mark.parametrize(("code", "arguments"), CLOSED_ERR)
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_a_lost_standard_error_keeps_the_exit_code(code, arguments, where):
    done = shell(f"cnncalc {arguments} {where}")
    assert done.returncode == code
    assert (b"dense_2" in done.stdout) == (code == 0)


# Standard input


def test_standard_input_is_a_net(cnncalc):
    assert cnncalc("summarize", "-", "--total", stdin=TEXT).stdout == "226390\n"


def test_standard_input_closed_from_the_start_is_a_diagnostic():
    done = shell("cnncalc summarize - <&-")
    assert calm(done.stderr)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error[E0")


# Encodings

NAMED = "name: café\ninput: 1x4x4\nlayers: [relu]\n"


@pytest.mark.parametrize(
    ("environment", "printed"),
    [
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, b"caf"),
        ({"PYTHONIOENCODING": "ascii"}, b"caf?\n"),
        ({"PYTHONIOENCODING": "ascii:strict"}, b"caf?\n"),
        ({"PYTHONIOENCODING": "latin-1"}, b"caf\xe9\n"),
        ({"PYTHONIOENCODING": "utf-8"}, b"caf\xc3\xa9\n"),
    ],
)
def test_a_name_that_the_encoding_lacks_does_not_end_the_run(environment, printed):
    done = shell("cnncalc summarize -", input=NAMED.encode(), env=os.environ | environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(printed)
    assert b"relu_1" in done.stdout


ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize(
    "arguments", [f"compare {TUTORIAL} --per-layer", f"explain {TUTORIAL}", "layers conv"]
)
def test_no_command_needs_more_than_ascii(arguments):
    done = shell(f"cnncalc {arguments}", env=os.environ | ASCII)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?" not in done.stdout


def test_diagnostics_in_ascii():
    spec = NAMED.replace("[relu]", "[{café: 1}]").encode()
    done = shell("cnncalc summarize -", input=spec, env=os.environ | ASCII)
    assert done.returncode == 2
    assert calm(done.stderr)
    assert b"error[E104]" in done.stderr


# Files


@pytest.mark.parametrize(
    "name",
    ["with space.yaml", "naïve-网.yaml", "-dash.yaml", "a'quote\".yaml", "no-ending", "a:b.yaml"],
)
def test_any_file_name_is_read_and_is_the_source(cnncalc, tmp_path, name):
    file = tmp_path / name
    file.write_text("input: 1x4x4\nlayers: [{dense: {units: 1, wrong: 2}}]\n", encoding="utf-8")
    done = cnncalc("summarize", str(file))
    assert done.returncode == 2
    assert f"--> {file}:2:" in done.stderr
    file.write_text(TEXT, encoding="utf-8")
    assert cnncalc("summarize", str(file), "--total").stdout == "226390\n"


def test_a_file_name_that_starts_with_a_dash_follows_two_dashes(tmp_path):
    (tmp_path / "-x.yaml").write_text(TEXT, encoding="utf-8")
    done = shell(f"cd {shlex.quote(str(tmp_path))} && cnncalc summarize --total -- -x.yaml")
    assert (done.returncode, done.stdout) == (0, b"226390\n")


@pytest.mark.parametrize(
    "data",
    [
        TEXT.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode("utf-16"),
        TEXT.rstrip("\n").encode(),
        b"---\n" + TEXT.encode() + b"...\n",
    ],
    ids=["CRLF", "BOM", "BOM and CRLF", "UTF-16", "no last newline", "document marks"],
)
def test_texts_as_other_systems_write_them_are_read(cnncalc, tmp_path, data):
    file = tmp_path / "net.yaml"
    file.write_bytes(data)
    done = cnncalc("summarize", str(file), "--total")
    assert (done.returncode, done.stdout, done.stderr) == (0, "226390\n", "")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_line_and_column_do_not_depend_on_the_ending_or_a_mark(cnncalc, tmp_path, start, end):
    file = tmp_path / "net.yaml"
    file.write_bytes(start + end.join([b"input: 1x4x4", b"layers:", b"  - relo", b""]))
    done = cnncalc("summarize", str(file))
    assert f"{file}:3:5\n" in done.stderr
    assert "\r" not in done.stderr
    assert "3 |   - relo\n" in done.stderr


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "E003", "empty"),
        (b"\n\n# nothing\n", "E003", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "E002", "binary"),
        (b"input: 1x4x4\nlayers: [relu]\n# caf\xe9\n", "E002", "line 3"),
        (b"input: 1x4x4\nlayers: [relu\n", "E004", ""),
    ],
    ids=["empty", "only a comment", "binary", "Latin-1", "cut off"],
)
@pytest.mark.parametrize("way", ["file", "-"])
def test_what_is_no_spec_is_a_diagnostic_that_names_it(tmp_path, data, code, said, way):
    file = tmp_path / "net.yaml"
    file.write_bytes(data)
    done = shell(f"cnncalc summarize {file if way == 'file' else '-'}", input=data)
    text = done.stderr.decode()
    assert done.returncode == 2
    assert text.startswith(f"error[{code}]")
    assert said in text
    source = str(file) if way == "file" else " --> -"
    assert source in text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("missing.yaml", "missing.yaml"),
        ("examples", "directory"),
        ("examples/lenet5.yaml/inner", "examples/lenet5.yaml/inner"),
        ("zoo:resnot", "resnot"),
        ("zoo:", "zoo:"),
        ("zoo:../api", "zoo:../api"),
        ("x" * 300, "x" * 300),
        # Unreadable for root as well, whom permissions do not stop.
        ("/proc/self/mem", "cannot read /proc/self/mem"),
    ],
)
def test_what_cannot_be_opened_is_named(cnncalc, path, said):
    done = cnncalc("summarize", path)
    assert done.returncode == 2
    assert done.stderr.startswith("error[E001]")
    assert said in done.stderr
    assert done.stdout == ""


def test_an_empty_file_name_is_not_called_a_directory(cnncalc):
    done = cnncalc("summarize", "")
    assert done.returncode == 2
    assert "directory" not in done.stderr


def test_a_fifo_is_read_to_its_end(cnncalc, tmp_path):
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_text, args=(TEXT,), daemon=True)
    writer.start()
    done = cnncalc("summarize", str(fifo), "--total")
    writer.join(timeout=10)
    assert done.stdout == "226390\n"


def test_process_substitution_is_read():
    done = shell(f"cnncalc summarize --total <(cat {TUTORIAL}) {TUTORIAL}")
    assert done.stdout == b"226390\n226390\n"


def test_a_file_too_large_is_refused_without_reading_all_of_it():
    done = shell("cnncalc summarize /dev/zero --max-size 100000")
    assert done.returncode == 2
    assert b"error[E006]" in done.stderr


@pytest.mark.parametrize("command", ["check", "draw -f text", "export", "report"])
@pytest.mark.parametrize("linked", [False, True])
def test_no_result_takes_the_place_of_what_was_read(cnncalc, tmp_path, command, linked):
    spec = tmp_path / "net.html"
    spec.write_text(TEXT, encoding="utf-8")
    target = spec
    if linked:
        target = tmp_path / "link.html"
        target.symlink_to(spec)
    done = cnncalc(*command.split(), str(spec), "-o", str(target))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is the file that was read" in done.stderr
    assert spec.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("command", ["export", "draw -f dot", "report", "check --max-params 5M"])
def test_a_dash_as_output_is_standard_output(tmp_path, command):
    name, *options = command.split()
    spec = Path("examples/lenet5.yaml").absolute()
    plain = forks.cnncalc(name, spec, *options, folder=tmp_path)
    dashed = forks.cnncalc(name, spec, *options, "-o", "-", folder=tmp_path)
    assert (dashed.returncode, dashed.stdout) == (plain.returncode, plain.stdout)
    assert plain.stdout
    assert list(tmp_path.iterdir()) == []
