"""What a run imports: start-up is part of the product."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.layers import registry

ROOT = Path(__file__).parent.parent.parent
NET = "examples/resnet18.yaml"
#: Slow to import, and needed for none of the tables of numbers.
HEAVY = {"typer", "rich", "pydantic", "click", "numpy", "asyncio"}

PROBE = """
import sys
{prelude}
from cnncalc.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""

TERMINAL = "sys.stdout.isatty = lambda: True"

LEAN = [
    ["summarize", NET],
    ["summarize", NET, "--format", "json"],
    ["summarize", NET, "--format", "csv"],
    ["summarize", NET, "--format", "markdown"],
    ["summarize", NET, "--depth", "1", "--sort", "params", "--batch", "2"],
    ["summarize", NET, "--total"],
    ["summarize", "zoo:resnet", "--set", "depth=34", "--input", "3x64x64"],
    ["summarize", "missing.yaml"],
    ["compare", NET, "examples/resnet50.yaml"],
    ["explain", NET],
    ["solve", "--in", "224", "--out", "112"],
    ["check", NET],
    ["compute", "examples/numbers/convolution.yaml"],
    ["draw", NET],
    ["draw", NET, "-f", "svg"],
    ["new", "lenet5"],
    ["--version"],
]

COMMANDS = {
    "summarize": [NET],
    "compare": [NET, NET],
    "explain": [NET],
    "check": [NET],
    "memory": [NET],
    "draw": [NET],
    "report": [NET],
    "export": [NET],
    "import": ["tests/data/small.onnx"],
    "conventions": [NET],
    "solve": ["--in", "224", "--out", "112"],
    "compute": ["examples/numbers/convolution.yaml"],
    "layers": ["conv"],
    "schema": [],
    "new": ["lenet5"],
}


def imported(arguments, prelude="", path=""):
    """The modules that are in memory when the command has run."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(prelude=prelude), *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(path)}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    names = done.stderr.splitlines()[-1].split()
    assert "cnncalc.cli.commands" in names
    return set(names)


def packages(modules):
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("arguments", LEAN, ids=" ".join)
def test_heavy_packages_are_not_imported(arguments):
    assert packages(imported(arguments)) & HEAVY == set()


def test_the_probe_sees_rich_where_it_is_imported():
    assert "rich" in packages(imported(LEAN[0], prelude="import rich"))


@pytest.mark.parametrize("name", sorted(HEAVY))
def test_the_probe_sees_a_heavy_package_by_its_name(tmp_path, name):
    (tmp_path / f"{name}.py").write_text("", encoding="utf-8")
    assert name in imported(["--version"], prelude=f"import {name}", path=tmp_path)


def test_the_probe_sees_an_import_inside_a_command():
    # On a terminal rich wraps the sentences of the catalogue.
    assert "rich" in packages(imported(["layers"], prelude=TERMINAL))


def test_a_table_of_numbers_on_a_terminal_needs_no_rich_either():
    assert packages(imported(["summarize", NET], prelude=TERMINAL)) & HEAVY == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_only_the_module_of_the_called_command_is_imported(command):
    modules = imported([command, *COMMANDS[command]])
    found = {
        name.removeprefix("cnncalc.cli.").rstrip("_") for name in modules if "cnncalc.cli." in name
    }
    assert found & set(COMMANDS) == {command}
    drawing = any(name.startswith("cnncalc.render.drawing") for name in modules)
    assert drawing == (command in {"draw", "report"})


SHARED = {
    "__init__", "app", "budgets", "commands", "completers", "completion", "declared", "effort",
    "group", "options", "output", "patterns", "plain", "settings", "usage", "whole",
}  # fmt: skip


def test_every_command_has_a_case_here():
    files = {
        path.stem if path.stem in SHARED else path.stem.rstrip("_")
        for path in (ROOT / "cnncalc" / "cli").glob("*.py")
    }
    assert set(COMMANDS) == files - SHARED


def test_summarize_imports_no_other_analysis():
    modules = imported(LEAN[1])
    found = {name for name in modules if name.startswith("cnncalc.analysis.")}
    needed = ("summary", "misreadings")
    assert found == {f"cnncalc.analysis.{name}" for name in needed}


#: What declares the types of `NET`, and what their declarations build on.
FAMILIES = {
    "activation", "adaptive_pooling", "convolution", "dense", "merging", "normalization",
    "pooling", "rectifier", "reshaping",
}  # fmt: skip


def families(modules):
    """The families of layers among these modules."""
    found = {name.removeprefix("cnncalc.layers.") for name in modules if "cnncalc.layers." in name}
    return found & set(registry.families())


@pytest.mark.parametrize(
    "arguments",
    [["summarize", NET], ["summarize", NET, "--format", "json"], ["summarize", NET, "--total"]],
    ids=" ".join,
)
def test_only_the_families_of_layers_that_a_net_uses_are_imported(arguments):
    assert families(imported(arguments)) <= FAMILIES


def test_the_probe_sees_a_family_that_the_net_uses(tmp_path):
    net = tmp_path / "net.yaml"
    net.write_text("input: [8, 32]\nlayers: [LSTM: {units: 4}]\n", encoding="utf-8")
    assert "recurrent" in families(imported(["summarize", str(net)]))


@pytest.mark.parametrize(
    "arguments",
    [["summarize", NET, "--format", "json"], ["summarize", NET], ["explain", NET]],
    ids=" ".join,
)
def test_what_takes_a_while_in_the_standard_library_is_not_imported(arguments):
    slow = {"json", "pathlib", "fractions", "decimal", "inspect", "dataclasses", "textwrap"}
    assert imported(arguments) & slow == set()


def test_json_imports_nothing_that_draws_a_table():
    modules = imported(["summarize", NET, "--format", "json"])
    assert modules & {"cnncalc.render.columns", "cnncalc.render.text", "unicodedata"} == set()


def test_the_library_imports_neither_the_command_line_nor_typer():
    script = "import sys, cnncalc; cnncalc.parse('{input: 1x4x4, layers: [relu]}')\n"
    script += "print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = set(done.stdout.split())
    assert "cnncalc.net.node" in names
    assert names & {"typer", "rich", "cnncalc.cli", "cnncalc.render"} == set()
