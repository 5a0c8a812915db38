"""Many errors, or errors far down a large net, are told in little time and few words."""

from __future__ import annotations

import json

import pytest
from measured import assert_cheap

NET = "input: 3x8x8\nlayers:\n"
LARGE = f"{NET}  - {{repeat: 99000, layers: [relu]}}\n"
MOST_WORDS = 100_000  # characters for the errors of one net


def lines(entry, count):
    return "".join(f"  - {entry.format(n)}\n" for n in range(count))


#: what: (the spec, the code of every error shown)
MANY = {
    "bad arguments": (NET + lines("dense: -{}", 10_000), "E107"),
    "unknown types": (NET + lines("rel{}", 1000), "E104"),
    "unknown layers": (NET + lines("{{relu: , from: x{}}}", 1000), "E110"),
    "layers further down": (
        NET + "".join(f"  - {{relu: , name: a{n}, from: a{n + 1}}}\n" for n in range(1000)),
        "E111",
    ),
    "unknown layers after many": (LARGE + lines("{{relu: , from: rleu_{}x}}", 90), "E110"),
    "unknown variables of many": (
        "variables:\n" + "".join(f"  v{n}: 1\n" for n in range(20_000))
        + NET + lines("dense: $w{}", 90),
        "E108",
    ),
    "merges after many": (
        LARGE + "  - {maxpool: 2, name: m}\n" + lines("{{add: , from: [input, m]}}", 90), "E205"
    ),
    "claims after many": (
        LARGE + "  - flatten\n"
        + lines("{{Linear: {{in_features: 7, out_features: 3}}, from: flatten_1}}", 90),
        "E202",
    ),
    "kernels after many": (
        f"{NET}  - {{repeat: 99000, layers: [{{conv: {{filters: 3, kernel: 1}}}}]}}\n"
        + lines("{{conv: {{filters: 3, kernel: 9}}, from: conv_99000}}", 90),
        "E203",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MANY)
def test_many_errors_cost_little_and_end_in_a_count(summarize, what):
    text, code = MANY[what]
    done = summarize(text, "--total-of", "layers")
    assert_cheap(done)
    assert done.code == 2
    assert set(done.errors) <= {code, "E006"}
    assert done.errors[0] == code
    assert 2 <= len(done.errors) <= 100
    assert "more" in done.stderr
    assert len(done.stderr) < MOST_WORDS


def test_many_errors_are_all_in_json_up_to_a_limit(summarize):
    done = summarize(NET + lines("dense: -{}", 90), "--format", "json")
    found = json.loads(done.stdout)["diagnostics"]
    assert [one["line"] for one in found] == list(range(3, 93))


@pytest.mark.parametrize("count", [99, 100, 101, 102, 5000])
def test_many_warnings_do_not_refuse_a_net(summarize, count):
    text = NET + lines("{{relu: , from: input, name: a{}}}", count)
    done = summarize(text, "--total-of", "layers")
    assert (done.code, done.stdout) == (0, f"{count}\n"), done.stderr[-500:]
    assert_cheap(done)


def test_many_warnings_do_not_hide_an_error(summarize):
    done = summarize(NET + lines("{{relu: , from: input, name: a{}}}", 500) + "  - dense: 0\n")
    assert (done.code, done.errors) == (2, ["E107"])
