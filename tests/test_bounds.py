"""Every feature of the language grows in bounds: what a spec costs is linear, or it is refused.

`benchmarks/bounds.py` measures the same cases up to the limits.
"""

from __future__ import annotations

import re

import pytest
from forks import cnncalc, forks
from growing_specs import CASES

MOST_SECONDS = 4.0  # of processor time, on a busy machine; the aim is one
MOST_MEMORY = 250 * 1024  # KiB
MOST_GROWTH = 9  # for four times the size: a square has 16
NOTICED = 0.2  # seconds: below, growth is that of what every run does
SHORT = 1024  # sizes up to here are tried in full, of larger ones a part


def measured(folder, what, size):
    case = CASES[what]
    path, other = folder / "net.yaml", folder / "other.yaml"
    text = case.text(size)
    path.write_text(text, encoding="utf-8")
    other.write_text(text.replace("1", "2"), encoding="utf-8")
    beside = {"@": path, "@other": other}
    command, *options = case.command
    done = cnncalc(command, path, *(beside.get(option, option) for option in options))
    assert done.returncode in (0, 1, 2), done.stderr[-500:]
    assert "Traceback" not in done.stderr, done.stderr[-500:]
    return done, *forks().used


@pytest.mark.parametrize("what", CASES)
def test_what_a_spec_costs_is_linear_in_its_size_or_it_is_refused(tmp_path, what):
    most = CASES[what].most
    large = most if most <= SHORT else most // 32
    done, seconds, memory = measured(tmp_path, what, large)
    assert seconds < MOST_SECONDS
    assert memory < MOST_MEMORY
    if seconds > NOTICED and "error[E006]" not in done.stderr:
        _, before, _ = measured(tmp_path, what, max(1, large // 4))
        assert seconds < MOST_GROWTH * max(before, NOTICED / 4)


@pytest.mark.parametrize("format_", ["text", "markdown", "github"])
def test_of_many_findings_the_rest_is_counted(tmp_path, format_):
    path = tmp_path / "net.yaml"
    claim = "{relu: , expect: {params: 1}}"
    path.write_text(f"input: 3x8x8\nlayers:\n  - {{repeat: 3000, layers: [{claim}]}}\n")
    done = cnncalc("check", path, "--ignore", "L413", "--format", format_)
    assert done.returncode == 1
    assert "... and 2,900 more" in done.stdout
    assert done.stdout.count("is expected") == 100


def test_json_says_how_many_findings_it_leaves_out(tmp_path):
    path = tmp_path / "net.yaml"
    claim = "{relu: , expect: {params: 1}}"
    path.write_text(f"input: 3x8x8\nlayers:\n  - {{repeat: 3000, layers: [{claim}]}}\n")
    done = cnncalc("check", path, "--ignore", "L413", "--format", "json")
    assert done.returncode == 1
    assert '"findings_left_out": 2000' in done.stdout
    assert done.stdout.count('"code"') == 1000


@pytest.mark.parametrize(
    ("command", "most"),
    [
        ("draw @", 10_000), ("report @", 10_000), ("export @", 20_000), ("memory @", 20_000),
        ("explain @", 50_000), ("explain @ --memory", 20_000), ("compare @ zoo:lenet5", 25_000),
        ("compare @ --mlp", 25_000), ("check @ --against zoo:lenet5", 25_000),
        ("report @ zoo:lenet5", 5_000),
    ],
)  # fmt: skip
def test_a_net_that_is_too_long_for_the_work_of_a_command_is_refused(tmp_path, command, most):
    path = tmp_path / "net.yaml"
    path.write_text(f"input: [4]\nlayers:\n  - {{repeat: {most + 1}, layers: [relu]}}\n")
    done = cnncalc(*(path if word == "@" else word for word in command.split()))
    assert_too_long(done, most + 1)


@pytest.mark.parametrize(
    ("command", "most"),
    [
        ("explain @", 3_572),
        ("memory @", 4_167),
        ("compare @ @", 5_001),
        ("report @", 2_223),
        ("check @ --against @", 5_001),
        ("conventions @", 5_264),
        ("solve @ --min-input", 2_440),
    ],
)
def test_a_net_of_many_unlike_layers_is_refused_earlier(tmp_path, command, most):
    path = tmp_path / "net.yaml"
    turns = f"{{repeat: {most}, layers: [conv: {{filters: $i + 1, kernel: 1}}]}}"
    path.write_text(f"input: 3x8x8\nlayers:\n  - {turns}\n")
    done = cnncalc(*(path if word == "@" else word for word in command.split()))
    assert_too_long(done, most)


def assert_too_long(done, layers):
    """It was refused for its length, with a limit that takes it."""
    assert done.returncode == 2
    assert f"error[E006]: a net of {layers:,} layers is too long for this command" in done.stderr
    assert "Traceback" not in done.stderr
    assert forks().used[0] < MOST_SECONDS


def test_the_limit_that_the_error_names_takes_the_net(tmp_path):
    path = tmp_path / "net.yaml"
    turns = "{repeat: 3572, layers: [conv: {filters: $i + 1, kernel: 1}]}"
    path.write_text(f"input: 3x8x8\nlayers:\n  - {turns}\n")
    limit = re.search(r"`--max-layers (\d+)` takes it", cnncalc("explain", path).stderr)[1]
    assert cnncalc("explain", path, "--max-layers", int(limit) - 1).returncode == 2
    assert cnncalc("explain", path, "--max-layers", limit).returncode == 0


def test_ten_thousand_layers_may_be_unlike(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(
        "input: [4]\nlayers:\n" + "".join(f"  - dense: {n + 1}\n" for n in range(10_001))
    )
    done = cnncalc("summarize", path, "--total-of", "layers")
    assert (done.returncode, done.stdout) == (2, "")
    assert "unrolling the net takes more than 600,000 steps" in done.stderr
    path.write_text(path.read_text().removesuffix("  - dense: 10001\n"))
    assert cnncalc("summarize", path, "--total-of", "layers").stdout == "10000\n"


def test_a_spec_of_too_many_entries_is_not_written_as_code(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text("input: [4]\nlayers:\n" + "  - relu\n" * 4001)
    done = cnncalc("export", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a spec of 4,001 entries is too long for this; the limit is 4,000" in done.stderr
    assert "`--max-layers 100025` takes it" in done.stderr
    assert cnncalc("export", path, "--max-layers", "100025").returncode == 0


def test_of_a_long_net_one_layer_is_explained(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text("input: [4]\nlayers:\n  - {repeat: 60000, layers: [relu]}\n")
    done = cnncalc("explain", path, "relu_60000")
    assert (done.returncode, done.stderr) == (0, "")
    assert "relu_60000" in done.stdout
