"""Packaged nets with slips of the pen: answered or refused with a place, and never by a traceback.

The slips are drawn from a fixed seed: a line lost, doubled or moved, a number or a word replaced
by something else, a bracket too many.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from cnncalc.analysis.check.report import check
from cnncalc.analysis.explain import explain
from cnncalc.analysis.summary import summarize
from cnncalc.build.reader import read_text
from cnncalc.language.limits import DEFAULT
from cnncalc.render.diagnostics import as_text
from cnncalc.render.summary import data as render

ROOT = Path(__file__).parent.parent
TEXTS = [
    path.read_text(encoding="utf-8")
    for folder in ("examples", "cnncalc/zoo")
    for path in sorted((ROOT / folder).glob("*.yaml"))
]
VALUES = re.findall(
    r"\S+",
    "0 -1 7 1000000 1.5 null true [] {} [1,2] [[1,2],[3]] {a:1} abc $x $in_channels $in_height/3 "
    "1/0 2**200 1e400 .nan 3x3 same input '' ~ relu conv [ } *a &a % @ <= é",
)
WORDS = re.findall(
    r"\w+",
    "name from when repeat share trainable dtype expect layers for in residual parallel body merge "
    "filters kernel stride padding units shape blocks args variables conv dense concat flatten "
    "axis size reshape chunk lstm custom embedding",
)
LIMITS = DEFAULT._replace(layers=2000)


def slip(draw, lines):
    """One mistake on one line."""
    at = draw.randrange(len(lines))
    pattern, others = draw.choice([(r"-?\d+(\.\d+)?", VALUES), (r"[A-Za-z_$]\w*", WORDS + VALUES)])
    found = list(re.finditer(pattern, lines[at]))
    kind = draw.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(draw.randrange(len(lines)), lines[at])
    elif kind == 2:
        lines[at] = draw.choice(["  ", " ", "\t", "- "]) + lines[at]
    elif found:
        one = draw.choice(found)
        lines[at] = lines[at][: one.start()] + draw.choice(others) + lines[at][one.end() :]


def mutated(seed):
    draw = random.Random(seed)  # noqa: S311 - no secret
    lines = draw.choice(TEXTS).splitlines()
    for _ in range(draw.choice([1, 1, 2, 4])):
        if lines:
            slip(draw, lines)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(0, 1200, 40))
def test_a_slip_is_answered_or_refused_with_a_place(seed):
    for text in map(mutated, range(seed, seed + 40)):
        reading = read_text(text, limits=LIMITS)
        errors = [one for one in reading.diagnostics if one.severity == "error"]
        shown = as_text(reading.diagnostics, text=text)
        assert shown.isascii() or not text.isascii()
        assert all(one.place is not None or one.code in ("E003", "E006") for one in errors), text
        if not reading.failed:
            summary = summarize(reading.network)
            json.loads("".join(render.json(summary)))
            params = sum(summary.value(row, "params") for row in summary.rows)
            assert params == reading.network.totals.params
            check(reading.network, warnings=reading.diagnostics)
            explain(reading.network)
