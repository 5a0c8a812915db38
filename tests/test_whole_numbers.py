"""A whole number is read by one rule, wherever one stands: in specs, in claims, in options."""

from __future__ import annotations

import json
from functools import cache

import pytest
import typer

from cnncalc.build.reader import read_text
from cnncalc.cli import plain
from cnncalc.cli.app import typed
from cnncalc.cli.commands import COMMANDS, command_of
from cnncalc.cli.declared import Option, parameters

#: Ways to write eight, and what is no whole number, or one of too many digits.
EIGHT = ("8", "08", "8.0", "8.", "8e0", "0.8e1", ".8e1", "80e-1", "8E+0", "8_", "0" * 999 + "8")
NONE = ("0x8", "0b1000", "8.5", "8e", "8e-1", "8k8", "eight", "8_e1_")
TOO_LONG = ("9" * 401, "9" * 5_000, "1e400", "1e99999999", "9" * 401 + ".5")

#: Specs with @ where a whole number stands, which net they are for 8, and the command.
NET = "input: 3x64x64\nlayers:\n"
SPECS = {
    "filters": f"{NET}  - conv: {{filters: @, kernel: 3}}\n",
    "a kernel": f"{NET}  - conv: {{filters: 2, kernel: @}}\n",
    "a kernel per axis": f"{NET}  - conv: {{filters: 2, kernel: [3, @]}}\n",
    "a kernel, 3x8": f"{NET}  - conv: {{filters: 2, kernel: 3x@}}\n",
    "a stride": f"{NET}  - conv: {{filters: 2, kernel: 3, stride: @}}\n",
    "a padding": f"{NET}  - conv: {{filters: 2, kernel: 3, padding: @}}\n",
    "a padding, by side": f"{NET}  - conv: {{filters: 2, kernel: 3, padding: {{left: @}}}}\n",
    "a dilation": f"{NET}  - conv: {{filters: 2, kernel: 3, dilation: @}}\n",
    "groups": "input: 8x9x9\nlayers: [conv: {filters: 8, kernel: 3, groups: @}]\n",
    "units": f"{NET}  - dense: @\n",
    "a window": f"{NET}  - maxpool: @\n",
    "a shape to reshape to": f"{NET}  - reshape: [-1, @]\n",
    "an input": "input: @\nlayers: [dense: 2]\n",
    "an axis of the input": "input: [3, @, 9]\nlayers: [conv: {filters: 2, kernel: 3}]\n",
    "an axis of the input, 3x8": "input: 3x@x9\nlayers: [conv: {filters: 2, kernel: 3}]\n",
    "a named axis": "input: {channels: 3, height: @, width: 9}\nlayers: [flatten]\n",
    "a repeat": f"{NET}  - {{repeat: @, layers: [relu]}}\n",
    "a range": f"{NET}  - {{for: {{x: 1..@}}, layers: [dense: $x]}}\n",
    "a row of a loop": f"{NET}  - {{for: {{x: [3, @]}}, layers: [dense: $x]}}\n",
    "an argument of a block": (
        f"blocks: {{b: {{args: [u], layers: [dense: $u]}}}}\n{NET}  - b: @\n"
    ),
    "a default of a block": (
        f"blocks: {{b: {{args: {{u: @}}, layers: [dense: $u]}}}}\n{NET}  - b\n"
    ),
    "a variable": f"variables: {{v: @}}\n{NET}  - dense: $v\n",
    "an expression": f"variables: {{v: 1}}\n{NET}  - dense: $v * @\n",
    "a condition": (
        f"variables: {{v: 8}}\n{NET}  - {{relu: , when: $v == @}}\n"
        "  - {dense: 3, when: $v != 8}\n"
    ),
    "a place in a list": (
        f"variables: {{v: [0, 1, 2, 3, 4, 5, 6, 7, 88, 9]}}\n{NET}  - dense: $v[@]\n"
    ),
    "a row of a table": f"variables: {{v: 8}}\n{NET}  - dense: {{by: $v, @: 5}}\n",
    "a name": f"{NET}  - {{relu: , name: 'a${{@}}'}}\n",
    "names": (
        f"{NET}  - {{for: {{x: 1..8}}, layers: [{{relu: , name: a$x}}]}}\n"
        "  - {concat: , from: 'a${1..@}'}\n"
    ),
    "a custom layer": f"{NET}  - custom: {{shape: [2, @], params: 3}}\n",
}  # fmt: skip
#: With claims on 8, which `check` holds.
DENSE = "input: [7]\nlayers:\n  - {dense: 1, name: d, expect: {%s}}\n"
CLAIMS = {
    "a number": DENSE % "params: @",
    "a number at most": DENSE % "params: '<= @'",
    "a number about": DENSE % "params: '~@'",
    "a range": DENSE % "params: '@ .. @'",
    "a shape": DENSE.replace("dense: 1", "dense: 8") % "shape: [@]",
    "a shape, 8x3": "input: 8x3\nlayers:\n  - {relu: , expect: {shape: '@x3'}}\n",
}


def outcome(text):
    """What a spec comes to: the layers with their shapes, or the codes of its errors."""
    reading = read_text(text)
    wrong = [one.code for one in reading.diagnostics if one.severity == "error"]
    return wrong or [(one.name, one.output_shape, one.params) for one in reading.network.layers]


def written(what, literal):
    """The spec with a literal at its place; YAML keys of over 1,000 characters need a `?`."""
    return SPECS[what].replace("@", literal)


@pytest.mark.parametrize("what", SPECS)
def test_eight_is_eight_in_a_spec(what):
    wanted = outcome(written(what, "8"))
    assert not isinstance(wanted[0], str)
    for literal in EIGHT:
        if what == "a row of a table" and len(literal) > 1000:
            continue  # longer than a key on one line may be in YAML
        assert outcome(written(what, literal)) == wanted, literal


#: Where a value of any kind may stand, or `0x8` is two sizes.
ANY_VALUE = {"a row of a table", "a padding", "a condition"}


@pytest.mark.parametrize("what", [one for one in SPECS if one not in ANY_VALUE])
def test_what_is_no_whole_number_is_refused_in_a_spec(what):
    for literal in NONE:
        assert isinstance(outcome(written(what, literal))[0], str), literal


@pytest.mark.parametrize("what", SPECS)
def test_a_number_that_is_too_long_is_refused_in_a_spec(what):
    for literal in TOO_LONG:
        (error, *_) = read_text(written(what, literal)).diagnostics
        assert error.severity == "error"
        if what != "a row of a table":  # a key of over 1,000 characters is no YAML
            assert "400 digits" in " ".join((error.message, *error.notes)), (literal, error)


@pytest.mark.parametrize("what", CLAIMS)
def test_claims_read_the_same_numbers(cnncalc, what):
    def findings(literal):
        run = cnncalc("check", "-", "--format", "json", stdin=CLAIMS[what].replace("@", literal))
        return run.returncode, json.loads(run.stdout), run.stderr

    for literal in EIGHT:
        code, found, _ = findings(literal)
        assert (code, found["findings"]) == (0, []), literal
    for literal in (*NONE, *TOO_LONG):
        code, found, stderr = findings(literal)
        at_most_a_fraction = what == "a number at most" and literal == "8.5"
        assert code in (1, 2) or at_most_a_fraction, literal
        assert "Traceback" not in stderr
        assert literal in NONE or "400 digits" in json.dumps(found), literal


def options():
    """Every option of every command that takes a whole number."""
    return [
        (name, one)
        for name in COMMANDS
        for one in parameters(command_of(name))
        if one.plain is int and isinstance(one.declared, Option)
    ]


@cache
def _typer(name):
    seen = {}
    app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(name)(typed(command_of(name), lambda **given: seen.update(given)))
    return typer.main.get_command(app), seen


def by_typer(name, words):
    """What typer reads, and what it says where it refuses."""
    command, seen = _typer(name)
    seen.clear()
    try:
        command.main(words, standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - typer's own
        return str(error)
    return dict(seen)


NETS = {"solve": [], "explain": ["net.yaml"]}


@pytest.mark.parametrize(
    ("name", "option"), options(), ids=lambda one: one if isinstance(one, str) else one.name
)
def test_options_read_the_same_numbers(name, option):
    command, long = command_of(name), option.names[0]
    words = NETS.get(name, ["net.yaml"])
    for literal in EIGHT:
        assert plain.read(command, [*words, long, literal])[option.name] == 8, literal
        assert by_typer(name, [*words, long, literal])[option.name] == 8, literal
    for literals, said in ((NONE, "whole number"), (TOO_LONG, "400 digits")):
        for literal in literals:
            assert plain.read(command, [*words, long, literal]) is None
            assert said in by_typer(name, [*words, long, literal]), literal
