"""What is said about a spec stays short, whatever it lists, quotes or counts."""

from __future__ import annotations

import json

import pytest
from growing_specs import CASES, NET
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.build.reader import read_text
from cnncalc.diagnostics.listing import concise

MOST = 1_100  # characters of a sentence

#: Where a list, a name or a number of any length may be quoted.
LISTS = {
    "axes": lambda n: (
        f"input: [{', '.join(['1'] * n)}]\nlayers: [conv: {{filters: 3, kernel: 3}}]\n"
    ),
    "axes of many digits": lambda n: (
        f"input: [{', '.join(['9' * 15] * min(n, 60))}]\n"
        "layers: [conv: {filters: 3, kernel: 3}]\n"
    ),
    "axes that do not meet": lambda n: (
        f"inputs: {{a: [{', '.join(['2'] * min(n, 60))}], b: [{', '.join(['3'] * min(n, 60))}]}}\n"
        "layers: [{add: , from: [a, b]}]\n"
    ),
    "a reshape": lambda n: f"{NET}  - reshape: [{', '.join(['2'] * n)}]\n",
    "a kernel": lambda n: f"{NET}  - conv: {{filters: 3, kernel: [{', '.join(['2'] * n)}]}}\n",
    "a text for a number": lambda n: f"{NET}  - dense: {'a' * n}\n",
    "digits": lambda n: f"{NET}  - conv: {{filters: 3, kernel: {'9' * min(n, 300)}}}\n",
    "a name": lambda n: f"{NET}  - {{relu: , from: {'a' * n}}}\n",
    "a type": lambda n: f"{NET}  - {'a' * n}: 3\n",
    "arguments": lambda n: f"{NET}  - relu: {{{', '.join(f'k{i}: 1' for i in range(n))}}}\n",
    "columns of a loop": lambda n: (
        f"{NET}  - {{for: [{', '.join(f'k{i}' for i in range(n))}], in: [[1]], layers: [relu]}}\n"
    ),
    "arguments of a block": lambda n: (
        f"blocks: {{b: {{args: {{{', '.join(f'k{i}: ' for i in range(n))}}}, layers: [relu]}}}}\n"
        f"{NET}  - b\n"
    ),
    "names of a from": lambda n: f"{NET}  - {{add: , from: [{', '.join(['input'] * n)}, x]}}\n",
    "outputs": lambda n: f"{NET}  - relu\noutputs: [{', '.join(f'k{i}' for i in range(n))}]\n",
    "a claimed shape": lambda n: (
        f"{NET}  - {{relu: , expect: {{shape: [{', '.join(['2'] * n)}]}}}}\n"
    ),
    "a claimed number": lambda n: f"{NET}  - {{relu: , expect: {{params: {'a' * n}}}}}\n",
}  # fmt: skip


def sentences(data):
    """Every sentence of diagnostics or findings."""
    for one in data.get("diagnostics", data.get("findings", [])):
        yield from (one["message"], one["label"], *one["notes"], *one["help"])


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("size", [30, 1_000, 20_000])
def test_a_sentence_lists_and_quotes_a_part(cnncalc, what, size):
    done = cnncalc("check", "-", "--format", "json", stdin=LISTS[what](size))
    said = [*sentences(json.loads(done.stdout))]
    assert "Traceback" not in done.stderr
    assert [len(one) for one in said if len(one) > MOST] == []
    assert max(map(len, done.stderr.split("\n"))) < MOST + 200
    assert said or what in ("axes of many digits", "a kernel", "names of a from")


@pytest.mark.parametrize("what", [what for what, case in CASES.items() if case.most <= 1_024])
def test_the_sentences_about_growing_specs_are_short(what):
    reading = read_text(CASES[what].text(CASES[what].most))
    for one in reading.diagnostics:
        assert max(map(len, (one.message, one.label, *one.notes, *one.help))) <= MOST


@pytest.mark.parametrize(
    "option", ["--set", "--input", "--columns", "--sort", "--batch", "--nonsense"]
)
@pytest.mark.parametrize("value", ["a" * 50_000, "9" * 50_000, "1x" * 20_000 + "1"])
def test_an_option_is_quoted_in_part(cnncalc, option, value):
    done = cnncalc("summarize", "zoo:lenet5", option, value)
    assert done.returncode == 2
    assert len(done.stderr) < 2 * MOST
    done = cnncalc("summarize", "zoo:lenet5", f"--{value}")
    assert done.returncode == 2
    assert len(done.stderr) < 2 * MOST


@given(st.text(max_size=2_000) | st.text("(1, 2)[]ab", max_size=3_000))
def test_no_text_is_longer_than_that(text):
    assert len(concise(text)) <= max(160, MOST)
    assert len(text) > 160 or concise(text) == text
