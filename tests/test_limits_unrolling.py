"""Loops and blocks that would never end, or cost too much in every turn, are refused at once."""

from __future__ import annotations

import pytest
from measured import MOST_SECONDS, assert_cheap, assert_refused, run

from cnncalc.build.reader import read_text
from cnncalc.language.limits import DEFAULT, UNLIKE_STEPS
from cnncalc.net import facts

NET = "input: 3x8x8\nlayers:\n"
BILLION = 1_000_000_000


def doubling(levels, innermost):
    blocks = [f"  b{n}: [b{n - 1}, b{n - 1}]" for n in range(1, levels)]
    text = "\n".join([f"  b0: [{innermost}]", *blocks])
    return f"blocks:\n{text}\n{NET}  - b{levels - 1}\n"


def in_blocks(levels):
    blocks = ["  b0: [relu]", *(f"  b{n}: [b{n - 1}]" for n in range(1, levels))]
    return "blocks:\n" + "\n".join(blocks) + f"\n{NET}  - b{levels - 1}\n"


def nested_repeats(levels, times, inner):
    opened = f"{{repeat: {times}, layers: [" * levels
    return f"{NET}  - {opened}{inner}{']}' * levels}\n"


def product(inner):
    rows = ", ".join(map(str, range(1000)))
    return (
        f"{NET}  - for: a\n    in: [{rows}]\n    layers:\n"
        f"      - {{for: b, in: [{rows}], layers: [{inner}]}}\n"
    )


OUTPUTS = 'blocks: {b: {layers: [relu], outputs: ["${1..9999}"]}}\n'

#: what: (the spec, its code)
BOMBS = {
    "a repeat of a billion": (f"{NET}  - {{repeat: {BILLION}, layers: [relu]}}\n", "E006"),
    "a billion beside a type": (f"{NET}  - {{relu: , repeat: {BILLION}}}\n", "E006"),
    "a number of 300 digits": (f"{NET}  - {{repeat: {10**299}, layers: [relu]}}\n", "E006"),
    "a billion names": (f"{NET}  - {{relu: , name: a$i, repeat: {BILLION}}}\n", "E006"),
    "a repeat of nothing": (f"{NET}  - {{repeat: {BILLION}, layers: []}}\n", "E006"),
    "a repeat of what is left out": (
        f"{NET}  - {{repeat: {BILLION}, layers: [{{relu: , when: false}}]}}\n", "E006"
    ),
    "nested repeats": (nested_repeats(4, 1000, "relu"), "E006"),
    "deeply nested repeats": (nested_repeats(20, 2, "relu"), "E006"),
    "deeply nested repeats of nothing": (nested_repeats(25, 2, ""), "E006"),
    "a product of rows": (product("relu"), "E006"),
    "a product of rows, left out": (product("{relu: , when: $a < 0}"), "E006"),
    "blocks that double": (doubling(40, "relu"), "E006"),
    "blocks that double nothing": (doubling(40, ""), "E006"),
    "blocks in blocks": (in_blocks(500), "E006"),
    "a range of a billion": (f"{NET}  - {{for: {{x: 1..{BILLION}}}, layers: [relu]}}\n", "E006"),
    "a range that is left out": (
        f"{NET}  - {{for: {{x: 1..999999}}, relu: , when: false}}\n", "E006"
    ),
    "a range of names": (f"{NET}  - {{add: , from: 'r${{1..{BILLION}}}'}}\n", "E006"),
    "ranges of names": (
        f"{NET}  - repeat: {BILLION}\n    layers: [{{add: , from: 'r${{1..9999}}'}}]\n", "E006"
    ),
    "a billion branches": (
        f"{NET}  - parallel: [{{repeat: {BILLION}, layers: [relu]}}]\n", "E006"
    ),
    "a billion branches that are left out": (
        f"{NET}  - parallel: [{{repeat: {BILLION}, when: false, layers: [relu]}}]\n", "E006"
    ),
    "a billion taps": (
        f"{NET}  - {{repeat: {BILLION}, layers: [{{relu: , tap: true}}]}}\n", "E006"
    ),
    "outputs without end": (
        f"{OUTPUTS}{NET}  - {{repeat: {BILLION}, b: }}\n", "E006"
    ),
    "a block in itself": (f"blocks: {{a: [a]}}\n{NET}  - a\n", "E112"),
    "blocks in each other": (f"blocks: {{a: [b], b: [a]}}\n{NET}  - a\n", "E112"),
}  # fmt: skip

LONG = ", ".join(["1"] * 5000)
#: Each turn is costly in itself.
COSTLY = {
    "a long expression": f"variables: {{a: 1}}\n{NET}"
    f"  - {{dense: $a{' + 1 - 1' * 120}, repeat: {BILLION}}}\n",
    "a long claim": f"{NET}  - {{relu: , expect: {{shape: [{LONG}]}}, repeat: {BILLION}}}\n",
    "a long argument of a block": f"blocks: {{u: {{args: [a], layers: [relu]}}}}\n{NET}"
    f"  - {{u: {{a: [{LONG}]}}, repeat: {BILLION}}}\n",
    "long rows": f"{NET}  - repeat: {BILLION}\n    layers:\n"
    f"      - {{for: a, in: [{LONG}], layers: []}}\n",
    "a long name": f"{NET}  - {{relu: , name: 'n${{i}}{'a' * 20_000}', repeat: {BILLION}}}\n",
    "a long name of a group": f"{NET}"
    f"  - {{layers: [relu], name: 'n${{i}}{'a' * 20_000}', repeat: {BILLION}}}\n",
    "many inputs": f"{NET}  - repeat: {BILLION}\n    layers:\n"
    f"      - {{concat: , from: [{', '.join(['input'] * 3000)}]}}\n",
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_one_short_error_with_a_place(summarize, what):
    text, code = BOMBS[what]
    assert_refused(summarize(text), code)


@pytest.mark.parametrize("what", COSTLY)
def test_a_costly_turn_counts_for_what_it_costs(summarize, what):
    assert_refused(summarize(COSTLY[what]), "E006")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("{conv: {filters: 3}}", "E106"),
        ("{transformer_encoder: {heads: 2}}", "E104"),
        ("{conv: {filters: 3, kernel: 9}}", "E203"),
        ("{conv: {filters: $i, kernel: 9}}", "E203"),
    ],
)
def test_a_turn_that_fails_is_told_once_and_ends_soon(summarize, entry, code):
    done = summarize(f"{NET}  - {{repeat: {BILLION}, layers: [{entry}]}}\n")
    assert_cheap(done)
    assert (done.code, sorted(done.errors)) == (2, ["E006", code])


@pytest.mark.parametrize("count", [700_000, 10**7, BILLION, 10**299])
@pytest.mark.parametrize(
    "inner", ["relu", "{relu: , when: $i < 3}", "{dense: $i}", "{residual: [relu]}", "dense: 0"]
)
def test_of_more_turns_than_there_are_steps_the_first_is_unrolled(count, inner):
    reading = read_text(f"{NET}  - {{repeat: {count}, layers: [{inner}]}}\n")
    codes = [one.code for one in reading.diagnostics]
    assert sorted(codes) == (["E006", "E107"] if inner == "dense: 0" else ["E006"])
    assert len(reading.network.layers) <= 2


def test_the_limit_on_layers_can_be_raised_and_lowered(summarize):
    text = NET + "  - {relu: , repeat: 20}\n"
    assert summarize(text, "--max-layers", 20).code == 0
    done = summarize(text, "--max-layers", 19)
    assert (done.code, done.errors) == (2, ["E006"])
    assert "19 layers" in done.stderr
    assert "--max-layers" in done.stderr


@pytest.mark.parametrize("entry", ["relu", "{relu: , name: a$i}", "{layers: [relu], when: $i > 0}"])
def test_a_low_limit_on_layers_counts_layers_alone(summarize, entry):
    text = f"{NET}  - {{layers: [{entry}], repeat: 3}}\n"
    assert summarize(text, "--max-layers", 3).code == 0
    done = summarize(text, "--max-layers", 2)
    assert (done.code, done.errors) == (2, ["E006"])
    assert "the net unrolls to more than 2 layers" in done.stderr


def test_a_net_of_the_most_layers_is_no_bomb(summarize):
    text = f"{NET}  - repeat: {DEFAULT.layers // 2}\n    layers: [relu, tanh]\n"
    done = summarize(text, "--total-of", "layers")
    assert (done.code, done.stdout, done.stderr) == (0, f"{DEFAULT.layers}\n", "")
    assert_cheap(done)
    assert summarize(text + "  - relu\n").errors == ["E006"]


@pytest.mark.parametrize("command", ["check", "explain", "compare", "solve"])
def test_every_command_that_reads_a_net_refuses_a_bomb(tmp_path, command):
    path = tmp_path / "net.yaml"
    path.write_text(f"{NET}  - {{repeat: {BILLION}, layers: []}}\n", encoding="utf-8")
    more = {"compare": [path], "solve": ["--min-input"]}.get(command, [])
    done = run(command, path, *more)
    assert done.code == 2
    assert set(done.errors) == {"E006"}
    assert_cheap(done)


def test_a_list_of_lists_that_is_refused_is_shown_in_part():
    chain = "".join(f"  v{i}: [$v{i + 1}, $v{i + 1}]\n" for i in range(10))
    text = f"input: [4]\nvariables:\n{chain}  v10: 1\nlayers: [dense: $v0 + 1]\n"
    found = read_text(text).diagnostics
    assert [one.code for one in found] == ["E108"]
    assert len(found[0].message) < 1000


@pytest.mark.parametrize(
    ("count", "layers", "limit"),
    [
        (100_001, "[relu]", "100,000 layers"),
        (590_000, "[relu]", "100,000 layers"),
        (190_000, "[residual: [conv: {filters: 3, kernel: 1}, relu]]", "100,000 layers"),
        (190_000, "[{for: {a: $r, b: $r}, layers: [relu]}]", "100,000 layers"),
        (590_000, "[{for: {a: $r, b: $r}, layers: []}]", "600,000 steps"),
        (600_001, "[]", "600,000 steps"),
    ],
)
def test_turns_that_are_alike_are_refused_at_the_count(tmp_path, count, layers, limit):
    path = tmp_path / "net.yaml"
    looped = f"  - repeat: {count}\n    layers: {layers}\n"
    path.write_text(f"variables: {{r: [1, 2]}}\n{NET}{looped}", encoding="utf-8")
    done = run("summarize", path)
    assert done.code == 2
    assert f"more than {limit}\n" in done.stderr
    assert f"4 |   - repeat: {count}\n  |             ^" in done.stderr
    assert done.seconds < MOST_SECONDS / 2


def test_turns_of_nothing_cost_steps_and_no_time(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(f"{NET}  - {{repeat: 599000, layers: []}}\n  - relu\n", encoding="utf-8")
    done = run("summarize", path)
    assert done.code == 0
    assert done.seconds < MOST_SECONDS / 2


UNLIKE = {
    "arguments": "conv: {filters: $i, kernel: 1}",
    "shapes": "relu, {conv: {filters: 3, kernel: 3}}",
    "arguments of a block": "b: $i",
    "names": "{conv: {filters: $i, kernel: 1}, name: c$i}",
    "lists": "{conv: {filters: $i, kernel: [1, 1]}, regularizer: {l2: 0.1}}",
}


@pytest.mark.parametrize("what", UNLIKE)
def test_layers_that_none_is_like_count_for_the_work_on_them(monkeypatch, what):
    asked = []
    facts_of = facts.facts_of
    monkeypatch.setattr(facts, "facts_of", lambda *given: asked.append(1) or facts_of(*given))
    block = "{args: [n], layers: [layers: [conv: {filters: $n, kernel: 1}], relu]}"
    head = f"blocks: {{b: {block}}}\ninput: 3x90000x90000\nlayers:\n"
    reading = read_text(f"{head}  - {{repeat: 40000, layers: [{UNLIKE[what]}]}}\n")
    assert [one.code for one in reading.diagnostics] == ["E006"]
    assert "600,000 steps" in reading.diagnostics[0].message
    assert 4000 < len(asked) <= DEFAULT.steps // UNLIKE_STEPS + 4
