"""A real terminal, by a pty of known width: nothing lost or too long, colour only there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TUTORIAL = "summarize examples/tutorial_cnn.yaml"
BARE = {
    name: value
    for name, value in os.environ.items()
    if name not in {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS"}
} | {"TERM": "xterm-256color"}
COMMAND = (sys.executable, "-m", "cnncalc")
ESCAPE = "\x1b"

#: Tables of which no line is wider than 80 columns, with names as long as they come.
NARROW_ENOUGH = [
    TUTORIAL,
    "summarize examples/resnet50.yaml --depth 1",
    "summarize examples/resnet50.yaml --depth 2",
    "summarize examples/resnet50.yaml",
    "summarize examples/unet.yaml --depth 1",
    "compare examples/tutorial_cnn.yaml --mlp",
    "explain examples/tutorial_cnn.yaml",
    "explain E203",
    "solve --in 224 --out 112",
    "layers",
    "layers conv",
    "--help",
    "summarize --help",
]
WIDTHS = (40, 80, 200)


@cache
def on_terminal(arguments, columns, environment=(), only="both"):
    """What a terminal of so many columns shows; `only` one of the two streams is on it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    streams = {
        "stdout": theirs if only != "stderr" else subprocess.DEVNULL,
        "stderr": theirs if only != "stdout" else subprocess.DEVNULL,
    }
    with subprocess.Popen(
        [*COMMAND, *arguments.split()],
        stdin=theirs, cwd=ROOT, env=BARE | dict(environment), **streams,
    ):  # fmt: skip
        os.close(theirs)
        shown = b""
        # Linux reports the end of a terminal as an error.
        while part := _read(ours):
            shown += part
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal):
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


@cache
def piped(arguments, environment=()):
    done = subprocess.run(
        [*COMMAND, *arguments.split()],
        cwd=ROOT, env=BARE | dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def numbers(text):
    return re.findall(r"\d[\d,]*", text)


# Width


@pytest.mark.parametrize("arguments", NARROW_ENOUGH)
def test_no_line_is_longer_than_80_columns(arguments):
    lines = plain(on_terminal(arguments, 80)).splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [(TUTORIAL, 80), *((one, 200) for one in NARROW_ENOUGH if "summarize e" in one)],
)
def test_a_table_that_fits_is_the_piped_one(arguments, columns):
    assert plain(on_terminal(arguments, columns)) == piped(arguments)


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize(
    "arguments",
    [
        TUTORIAL,
        "summarize examples/resnet50.yaml --depth 2",
        "summarize zoo:inception_v3 --depth 1",
        "solve --in 224 --out 112",
    ],
)
def test_every_number_is_there_at_any_width(arguments, columns):
    shown = plain(on_terminal(arguments, columns))
    assert numbers(shown) == numbers(piped(arguments))


def test_a_comparison_that_fits_has_every_number():
    arguments = "compare examples/tutorial_cnn.yaml --mlp"
    assert plain(on_terminal(arguments, 80)) == piped(arguments)


TWO_POOLS = """\
input: 3x16x16
layers:
  - global_avgpool:
    name: branch_first_features_pool
    from: input
  - global_maxpool:
    name: branch_other_features_pool
    from: input
  - concat:
    from: [branch_first_features_pool, branch_other_features_pool]
"""


@pytest.mark.parametrize("columns", [40, 60])
def test_names_stay_apart_on_a_narrow_terminal(tmp_path, columns):
    file = tmp_path / "net.yaml"
    file.write_text(TWO_POOLS, encoding="utf-8")
    lines = plain(on_terminal(f"summarize {file}", columns)).splitlines()
    names = [line.split()[0] for line in lines[4:7]]
    assert len(set(names)) == 3
    assert names[2] == "concat_1"


SHARES = "name,type,output,params,params%,macs,macs%"
ZOO = sorted(path.stem for path in (ROOT / "cnncalc" / "zoo").glob("*.yaml"))


@pytest.mark.parametrize("name", ZOO)
def test_every_packaged_net_fits_80_columns_with_its_shares(name):
    shown = plain(on_terminal(f"summarize zoo:{name} -c {SHARES}", 80)).splitlines()
    assert [line for line in shown if len(line) > 80] == []
    whole = piped(f"summarize zoo:{name} -c {SHARES}").splitlines()
    # Each row is there once, with all its numbers, below heads in one line.
    rows, wanted = (lines[3 : lines.index("")] for lines in (shown, whole))
    assert [row.split()[-1] for row in rows] == [row.split()[-1] for row in wanted]
    assert shown[1].split() == ["layer", "type", "output", "params", "%", "MACs", "%"]


@pytest.mark.parametrize("name", ["mobilenet_v2", "densenet", "swin", "nasnet_mobile"])
def test_the_memory_of_nets_with_long_names_fits_80_columns(name):
    shown = plain(on_terminal(f"memory zoo:{name} --checkpoint --flash 1MiB", 80)).splitlines()
    assert [line for line in shown if len(line) > 80] == []


@pytest.mark.parametrize("columns", [20, 40, 60])
@pytest.mark.parametrize("arguments", [TUTORIAL, "summarize zoo:inception_v3 --depth 1"])
def test_columns_are_left_out_from_the_right_with_a_word(arguments, columns):
    text = plain(on_terminal(arguments, columns))
    table, below = text.split("\n\n", maxsplit=1)
    _, heads, rule, *rows = table.splitlines()
    words = next((row for row in rows if row.startswith("no room in")), "")
    assert len(rule) <= columns
    left_out = re.findall(r"[a-z%]+", words.partition(" for ")[2].partition(";")[0])
    every = ["name", *SHARES.split(",")[1:]]
    assert every == every[: len(heads.split())] + left_out
    assert bool(left_out) == (columns < 60 or "inception" in arguments)
    # The totals are all there.
    assert numbers(below) == numbers(piped(arguments).split("\n\n", maxsplit=1)[1])
    assert [line for line in below.splitlines() if len(line) > max(columns, 45)] == []


# Colour


@pytest.mark.parametrize(
    "arguments",
    [TUTORIAL, "compare examples/tutorial_cnn.yaml --mlp", "summarize missing.yaml"],
)
def test_colour_is_on_a_terminal_and_not_in_a_pipe(arguments):
    assert ESCAPE in on_terminal(arguments, 80)
    assert ESCAPE not in piped(arguments)


@pytest.mark.parametrize(
    "arguments",
    [TUTORIAL, "summarize missing.yaml", "explain E203", "explain examples/tutorial_cnn.yaml",
     "check examples/tutorial_claims.yaml", "layers conv", "summarize --help"],
)  # fmt: skip
@pytest.mark.parametrize("environment", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_is_switched_off(arguments, environment):
    assert ESCAPE not in on_terminal(arguments, 80, (environment,))


def test_an_empty_no_color_does_not_switch_colour_off():
    assert ESCAPE in on_terminal(TUTORIAL, 80, (("NO_COLOR", ""),))


@pytest.mark.parametrize(
    "arguments",
    [TUTORIAL, "compare examples/tutorial_cnn.yaml --mlp", "summarize missing.yaml"],
)
def test_colour_is_forced_into_a_pipe(arguments):
    forced = piped(arguments, (("FORCE_COLOR", "1"),))
    assert ESCAPE in forced
    assert plain(forced) == piped(arguments)


def test_no_color_wins_over_force_color():
    both = (("FORCE_COLOR", "1"), ("NO_COLOR", "1"))
    assert ESCAPE not in piped(TUTORIAL, both)


@pytest.mark.parametrize("form", ["json", "csv", "markdown"])
def test_data_formats_are_never_coloured(form):
    arguments = f"{TUTORIAL} --format {form}"
    assert on_terminal(arguments, 80) == piped(arguments)
    assert piped(arguments, (("FORCE_COLOR", "1"),)) == piped(arguments)


def test_each_stream_has_colour_of_its_own():
    wrong = "summarize missing.yaml examples/tutorial_cnn.yaml"
    on_error = on_terminal(wrong, 80, (), "stderr")
    assert ESCAPE in on_error
    assert "E001" in on_error
    on_output = on_terminal(wrong, 80, (), "stdout")
    assert ESCAPE in on_output
    assert "E001" not in on_output


@pytest.mark.parametrize("columns", WIDTHS)
def test_colour_adds_nothing_but_itself(columns):
    arguments = "summarize examples/resnet50.yaml --depth 1"
    bare = on_terminal(arguments, columns, (("NO_COLOR", "1"),))
    assert plain(on_terminal(arguments, columns)) == bare


def test_every_colour_is_ended_on_its_line():
    for line in on_terminal("summarize examples/resnet50.yaml --depth 1", 80).splitlines():
        codes = re.findall(r"\x1b\[([0-9;]*)m", line)
        assert len(codes) % 2 == 0
        assert set(codes[1::2]) <= {"0"}


def test_zeros_are_dim_and_large_shares_stand_out():
    lines = on_terminal(TUTORIAL, 80).splitlines()
    rows = {plain(line).split()[0]: line for line in lines[3:11]}
    dim, much = "\x1b[2m", "\x1b[1;33m"
    assert rows["relu_1"].count(f"{dim}      0") == 2
    # 51.8 % of the MACs, 99.4 % and 48.0 %; 0.4 % and 0.2 %.
    assert f"{much}51.8%" in rows["conv_1"]
    assert f"{much}99.4%" in rows["dense_1"]
    assert f"{much}48.0%" in rows["dense_1"]
    assert ESCAPE not in rows["dense_2"]
    resnet = on_terminal("summarize examples/resnet50.yaml --depth 1", 80).splitlines()
    shares = {plain(line).split()[0]: line for line in resnet[3:14]}
    # Of the MACs: 2.9 %, 16.3 % and 25.1 %; of the parameters: 0.04 %.
    assert "\x1b[33m16.3%" in shares["stage_1"]
    assert f"{much}25.1%" in shares["stage_2"]
    assert f"{dim} 0.0%" in shares["conv_1"]
    assert shares["conv_1"].endswith(" 2.9%")


# Pipes


@pytest.mark.parametrize(
    "arguments",
    [
        "summarize examples/resnet50.yaml",
        "compare examples/tutorial_cnn.yaml --per-layer",
        "explain examples/tutorial_cnn.yaml",
        "explain E203",
        "check examples/tutorial_claims.yaml",
        "solve --in 224 --out 112",
        "layers",
        "layers conv",
        "new --list",
    ],
)
def test_piped_output_does_not_depend_on_columns(arguments):
    outputs = {piped(arguments, (("COLUMNS", width),)) for width in ("20", "80", "500")}
    assert outputs == {piped(arguments)}


def test_a_long_name_is_whole_in_a_pipe():
    assert "stage_3/dense_layer_24/conv_1 " in piped("summarize zoo:densenet --sort params")
