"""Plain command lines are read as typer reads them, or left to typer."""

from __future__ import annotations

import shlex
import sys
from functools import cache
from typing import Literal, get_args, get_origin

import pytest
import typer
from batches import batch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc.cli import plain
from cnncalc.cli.app import typed
from cnncalc.cli.commands import COMMANDS, command_of
from cnncalc.cli.declared import REQUIRED, Option, parameters

LEFT = object()  # typer refuses the line, or prints a help


@cache
def _typer(name):
    """Typer's command, and where it leaves the arguments that it would call ours with."""
    seen = {}
    command = command_of(name)
    app = typer.Typer(
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command(name)(typed(command, lambda **given: seen.update(given)))
    return typer.main.get_command(app), seen


def by_typer(name, words):
    command, seen = _typer(name)
    seen.clear()
    try:
        command.main(list(words), standalone_mode=False)
    except (Exception, SystemExit):  # noqa: BLE001 - whatever typer refuses
        return LEFT
    return dict(seen) if seen else LEFT


def defaults(name):
    return {
        one.name: one.default for one in parameters(command_of(name)) if one.default is not REQUIRED
    }


def agree(name, words):
    """Whether the line was plain; what is read plainly is what typer reads."""
    read = plain.read(command_of(name), words)
    if read is not None:
        assert by_typer(name, words) == defaults(name) | read
    return read is not None


VALUES = st.sampled_from([
    "net.yaml", "zoo:resnet", "conv_1", "a=b", "depth=34", "3x64x64", "macs", "5M", "~5M", "E203",
    "x y", "é",
])  # fmt: skip
NUMBERS = st.sampled_from(["1", "3", "0", "007", "12345678901234567890", "1_0", "+1", "1.0", "٣"])
CROOKED = st.sampled_from([
    "", "-", "--", "-x", "--help", "-h", "--frmat", "--format", "-1", "-fjson", "--form=json",
    "-lf", "--version", "--=", "=", "-=", "--set=", " 1", "--no-mlp", "@net",
])  # fmt: skip


def _values(one):
    if get_origin(one.plain) is Literal:
        return st.sampled_from([*get_args(one.plain), "JSON", "js"])
    return NUMBERS if one.plain is int else VALUES


def _written(one):
    """An option with its value, in one word or in two."""
    names = [name for names in one.names for name in names.split("/")]
    if one.plain is bool:
        return st.sampled_from(names).map(lambda name: [name])
    pairs = st.tuples(st.sampled_from(names), _values(one))
    return pairs.map(list) | pairs.map(lambda pair: ["=".join(pair)])


@st.composite
def lines(draw):
    name = draw(st.sampled_from(COMMANDS))
    known = list(parameters(command_of(name)))
    options = [_written(one) for one in known if isinstance(one.declared, Option)]
    words = VALUES.map(lambda word: [word])
    part = st.one_of(words, words, *options)
    rare = st.integers(0, 9).flatmap(
        lambda number: CROOKED.map(lambda word: [word]) if number == 0 else part
    )
    parts = draw(st.lists(rare, max_size=6))
    return name, [word for part in parts for word in part]


@settings(max_examples=300, deadline=None)
@given(lines())
def test_what_is_read_plainly_is_what_typer_reads(line):
    agree(*line)


@batch(
    "example",
    [
        example
        for name in COMMANDS
        for example in sys.modules[command_of(name).__module__].EXAMPLES
        if example.startswith("cnncalc ")
    ],
)
def test_the_examples_of_the_help_are_plain(example):
    _, name, *words = shlex.split(example.partition(" >")[0])
    assert agree(name, words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("summarize", []),
        ("summarize", ["net.yaml", "--help"]),
        ("summarize", ["net.yaml", "--depth", "0"]),
        ("summarize", ["net.yaml", "--format", "xml"]),
        ("summarize", ["net.yaml", "--form", "json"]),
        ("summarize", ["net.yaml", "--sort"]),
        ("explain", ["net.yaml", "conv_1", "conv_2"]),
        ("compute", ["--steps"]),
        ("layers", [""]),
    ],
)
def test_what_is_not_plain_is_left_to_typer(name, words):
    assert plain.read(command_of(name), words) is None


def test_flags_that_can_be_refused():
    assert plain.read(command_of("compare"), ["a", "b", "--no-layers"]) == {
        "nets": ["a", "b"],
        "layers": False,
    }


def test_usage_errors_are_told_as_typer_tells_them(cnncalc):
    shown = cnncalc("summarize", "examples/lenet5.yaml", "--sort", "parms")
    assert shown.returncode == 2
    assert not shown.stdout
    usage, _, error = shown.stderr.strip().rpartition("\n\n")
    assert usage.startswith("Usage: cnncalc summarize [OPTIONS] ")
    assert error == "Error: Invalid value: --sort: unknown name 'parms'; did you mean params?"
