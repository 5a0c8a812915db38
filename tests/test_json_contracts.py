"""The JSON that the commands write keeps to its schemas, and `docs/json.md` is these schemas."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_type_hints

import pytest
from jsonschema import Draft202012Validator

from cnncalc.cli.commands import COMMANDS, command_of
from cnncalc.render.contracts import contract, names

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "json.md"
TUTORIAL = "examples/tutorial_cnn.yaml"
BROKEN = "input: 3x4x4\nlayers:\n  - conv: {filters: 4, kernel: 5}\n"

CASES = [
    ["summarize", TUTORIAL],
    ["summarize", "zoo:resnet", "--depth", "1", "--batch", "4"],
    ["summarize", "zoo:vit", "--sort", "params"],
    ["summarize", "zoo:vit", "--count", "fvcore"],
    ["summarize", "zoo:vit", "--count", "fvcore"],
    ["summarize", "examples/two_inputs.yaml", "examples/resnet18.yaml"],
    ["summarize", TUTORIAL, "-", "no-such.yaml"],
    ["summarize", "-"],
    ["check", TUTORIAL],
    ["check", "examples/tutorial_claims.yaml", "-", "--max-params", "1k"],
    ["check", "-"],
    ["compare", TUTORIAL, "examples/lenet5.yaml"],
    ["compare", "zoo:resnet", "zoo:resnet", "--set", "2:depth=34"],
    ["compare", TUTORIAL, "--mlp", "--per-layer", "--input", "1,32,64"],
    ["compare", TUTORIAL, "--match-params"],
    ["compare", TUTORIAL, "-"],
    ["explain", TUTORIAL],
    ["explain", "zoo:resnet", "stage_1"],
    ["explain", "zoo:vit"],
    ["memory", TUTORIAL],
    ["memory", "zoo:resnet", TUTORIAL, "--optimizer", "adam", "--fits", "8GiB"],
    ["memory", TUTORIAL, "-"],
    ["memory", "zoo:resnet", "--dtype", "int8", "--flash", "16MiB", "--ram", "1MiB"],
    ["conventions", "zoo:resnet"],
    ["conventions", "examples/two_inputs.yaml", "--batch", "4"],
    ["compute", "examples/numbers/convolution.yaml"],
    ["compute", "examples/numbers/gradient_residual.yaml", "--backward", "--steps"],
    ["compute", "examples/numbers/bias.yaml", "--backward"],
    ["solve", "--in", "224", "--out", "112"],
    ["solve", "--in", "3", "--out", "300"],
    ["solve", "--in", "7", "--out", "1", "--pool"],
    ["solve", "zoo:resnet", "conv_1", "--out", "56"],
    ["solve", "zoo:unet", "--min-input", "--divisible"],
    ["solve", "examples/two_inputs.yaml", "--min-input"],
    ["solve", "zoo:vit", "--divisible"],
]


def errors(command, text):
    validator = Draft202012Validator(contract(command))
    return [f"{one.json_path}: {one.message}" for one in validator.iter_errors(json.loads(text))]


@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_what_a_command_writes_keeps_to_its_schema(cnncalc, arguments):
    done = cnncalc(*arguments, "--format", "json", stdin=BROKEN)
    assert errors(arguments[0], done.stdout) == []


@pytest.mark.parametrize("command", ["summarize", "check"])
@pytest.mark.parametrize("text", ["layers: [", "", "input: 3", "\0"])
def test_so_does_a_net_that_is_no_yaml_or_no_spec(cnncalc, command, text):
    done = cnncalc(command, "-", TUTORIAL, "--format", "json", stdin=text)
    assert errors(command, done.stdout) == []


def test_json_lines_keep_to_the_schema_line_by_line(cnncalc):
    done = cnncalc("check", TUTORIAL, "-", "--format", "jsonl", stdin=BROKEN)
    assert [errors("check", line) for line in done.stdout.splitlines()] == [[], []]


def test_every_command_with_json_has_a_schema():
    def formats(command):
        hints = get_type_hints(command_of(command), include_extras=False)
        return str(hints.get("format", ""))

    assert [name for name in COMMANDS if "'json'" in formats(name)] == sorted(
        names(), key=COMMANDS.index
    )
    assert {arguments[0] for arguments in CASES} == {*names()}


@pytest.mark.parametrize("command", names())
def test_the_command_prints_a_valid_schema(cnncalc, command):
    printed = json.loads(cnncalc("schema", "--of", command).stdout)
    Draft202012Validator.check_schema(printed)
    assert printed == contract(command)


def test_a_schema_refuses_what_is_missing_or_unknown(cnncalc):
    data = json.loads(cnncalc("summarize", TUTORIAL, "--format", "json").stdout)
    for wrong in ({**data, "new": 1}, {k: v for k, v in data.items() if k != "schema_version"}):
        assert errors("summarize", json.dumps(wrong)) != []


def test_a_command_without_json_is_wrong_usage(cnncalc):
    done = cnncalc("schema", "--of", "summarise")
    assert done.returncode == 2
    assert "did you mean 'summarize'?" in " ".join(done.stderr.split())


# -- docs/json.md -----------------------------------------------------------------------------


def described(schema, path=""):
    """A row for each key of a schema: its path, its type, what it means."""
    forms = schema.get("anyOf", [])
    for form in forms:
        yield from described(form, path)
    if schema.get("type") == "array" and "items" in schema:
        yield from described(schema["items"], f"{path}[]")
    for key, below in schema.get("properties", {}).items():
        here = f"{path}.{key}".lstrip(".")
        optional = "" if key in schema.get("required", ()) else ", may be absent"
        yield here, f"{kind(below)}{optional}", below.get("description", "")
        yield from described(below, here)


def kind(schema):
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(kind, schema["anyOf"])))
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if schema.get("type") == "array":
        items = kind(schema.get("items", {}))
        return f"list of {items}" if items != "any" else "list"
    return schema.get("type", "any")


def page(command):
    schema = contract(command)
    forms = [form for form in schema.get("anyOf", [schema]) if form.get("type") != "array"]
    return "\n".join(table(form) for form in forms)


def table(form):
    about = form.get("description", "")
    head = [f"{about[0].upper()}{about[1:]}:", ""] if about else []
    rows = dict.fromkeys(described(form))
    lines = ["| key | type | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{key}` | {type_} | {text} |" for key, type_, text in rows]
    return "\n".join((*head, *lines, ""))


def test_the_page_holds_every_key_of_every_contract(request):
    text = DOCS.read_text(encoding="utf-8")
    blocks = re.compile(r"(<!-- contract of: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
    written = blocks.sub(lambda block: f"{block[1]}\n{page(block[2])}\n{block[3]}", text)
    if request.config.getoption("--update-goldens"):
        DOCS.write_text(written, encoding="utf-8")
    assert [match[2] for match in blocks.finditer(text)] == sorted(names(), key=COMMANDS.index)
    assert DOCS.read_text(encoding="utf-8") == written
