"""Claims about shapes that no layer has: of another rank, below 1, huge; each is answered."""

from __future__ import annotations

import json
from functools import cache
from typing import get_args

import pytest
from fuzz.commands import COMMANDS

from cnncalc.analysis.check.report import check
from cnncalc.build.reader import read_text
from cnncalc.layers import registry
from cnncalc.render.findings import Checked, FindingsFormat
from cnncalc.render.findings import render as rendered

HUGE = 10**290
INPUTS = (
    "[4, 12, 12]", "[12, 12]", "[12]", "[4, 12, 12, 12]", "[8, 4, 4]", "[7, 8]", "[400]",
    "[8, 2, 2]", "[16, 4]", "[8, 16, 16]", "[2, 2]", "[]", "[3, 2]",
)  # fmt: skip
OTHERS = {
    "none": [],
    "below 1": [-1],
    "nothing": [0],
    "below 1, of any rank": [-1, 0, -1],
    "a rank more": lambda shape: [1, *shape],
    "a rank less": lambda shape: shape[1:],
    "the last less": lambda shape: shape[:-1],
    "turned": lambda shape: shape[::-1],
    "a size more": lambda shape: [*shape[:-1], *(size + 1 for size in shape[-1:])],
    "no size": lambda shape: [0] * len(shape),
    "below 1, of its rank": lambda shape: [-1] * len(shape),
    "huge": lambda shape: [HUGE] * len(shape),
    "70 axes": [1] * 70,
    "3,000 axes": [2] * 3_000,
}  # fmt: skip


def spec(layer, shape, expect=""):
    """A net of one layer by its example, with a claim about it."""
    least = max(1, layer.arity[0])
    inputs = ", ".join(f"i{place}: {shape}" for place in range(least))
    names = ", ".join(f"i{place}" for place in range(least))
    entry = f"  - {layer.example}\n" if ":" in layer.example else f"  - {layer.example}:\n"
    return f"inputs: {{{inputs}}}\nlayers:\n{entry}    from: [{names}]\n{expect}"


@cache
def built(type_):
    """The input that a type takes in its example, and the shape that leaves."""
    layer = next(one for one in registry.types() if one.type == type_)
    for shape in INPUTS:
        reading = read_text(spec(layer, shape))
        if reading.network is not None and not reading.failed:
            return shape, reading.network.layers[0].output_shape
    raise AssertionError(f"no input here is one that {type_} takes")


TYPES = sorted(layer.type for layer in registry.types() if layer.example)


@pytest.mark.parametrize("type_", TYPES)
def test_a_wrong_shape_of_a_layer_is_a_finding(type_):
    shape, leaving = built(type_)
    layer = next(one for one in registry.types() if one.type == type_)
    for what, other in OTHERS.items():
        wanted = other([*leaving]) if callable(other) else other
        claims = f"shape: {wanted}, params: 77, macs: 78, memory: 79, live: 80, saved: 81"
        expect = f"    expect: {{{claims}}}\n"
        reading = read_text(spec(layer, shape, expect))
        if reading.failed:
            assert "digits" in str(reading.diagnostics) or "limit" in str(reading.diagnostics)
            continue
        report = check(reading.network)
        said = [one.message for one in report.findings if "`shape`" in one.message]
        assert bool(said) == (tuple(wanted) != leaving), what
        for format_ in get_args(FindingsFormat):
            assert rendered([Checked(report, reading.text)], format_)


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_shapes_go_through_every_command(cnncalc, tmp_path, command):
    path = tmp_path / "net.yaml"
    for what, other in OTHERS.items():
        wanted = json.dumps(other([4, 8, 8]) if callable(other) else other)
        path.write_text(
            "input: 4x8x8\nlayers:\n"
            f"  - {{conv: {{filters: 4, kernel: 3, padding: 1}}, expect: {{shape: {wanted}}}}}\n"
            f"  - {{residual: [relu], name: r, expect: {{shape: {wanted}, output: 3}}}}\n"
            "  - separable_conv: {filters: 3, kernel: 3}\n"
            f"    expect: {{shape: {wanted}, params: 1}}\n"
            f"  - flatten\nexpect: {{shape: {wanted}, params: 2}}\n"
        )
        line = {"solve": ["solve", path, "--divisible"], "compare": ["compare", path, path]}
        done = cnncalc(*line.get(command, [command, path]))
        assert "Traceback" not in done.stderr, what
        assert done.returncode in (0, 1, 2)
