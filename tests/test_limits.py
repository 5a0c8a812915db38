"""No text of a spec, and no number in it, hangs the command or fills the memory."""

from __future__ import annotations

import json

import pytest
from measured import assert_cheap, assert_refused, run

import cnncalc
from cnncalc.language.limits import DEFAULT

NET = "input: 3x8x8\nlayers:\n"


def laughs(entry):
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "x-all:\n  " + "\n  ".join(lines) + f"\n{NET}  - {entry}\n"


def nested_groups(levels):
    return NET + "  - " + "{layers: [" * levels + "relu" + "]}" * levels + "\n"


def chain(step, levels):
    rest = "".join(f"  v{n}: $v{n - 1} {step.format(n - 1)}\n" for n in range(1, levels))
    return f"variables:\n  v0: 9\n{rest}{NET}  - dense: $v{levels - 1}\n"


def dense(expression):
    return f"variables: {{a: 9}}\n{NET}  - dense: {expression}\n"


NUMBERS = ", ".join(map(str, range(1000)))
KEYS = ", ".join(f"k{n}: 1" for n in range(10_000))
DIGITS = "9" * 5000

#: what: (the spec, the codes that it may have)
BOMBS = {
    "a billion laughs": (laughs("relu"), "E006"),
    "a billion laughs as layers": (laughs("layers: *a9"), "E006"),
    "many aliases of a long list": (
        f"x-long: &long [{NUMBERS}]\nx-many: [{', '.join(['*long'] * 2000)}]\n{NET}  - relu\n",
        "E006",
    ),
    "brackets in brackets": (f"input: {'[' * 5000}3{']' * 5000}\nlayers: [relu]\n", "E006"),
    "open brackets": (f"input: {'[' * 100_000}", "E006"),
    "mappings in mappings": (f"x-deep: {'{a: ' * 5000}1{'}' * 5000}\n{NET}  - relu\n", "E006"),
    "lists by indentation": ("x-deep:\n  " + "- " * 5000 + f"a\n{NET}  - relu\n", "E006"),
    "groups in groups": (nested_groups(5000), "E006"),
    "a power of powers": (dense("$a ** $a ** $a"), "E108"),
    "a power": (dense("($a - 7) ** 100000"), "E108"),
    "a negative power": (dense("3 ** (0 - 100000 * $a)"), "E108"),
    "a huge exponent": (dense("$a * 1e999999"), "E108"),
    "a product in a chain of variables": (chain("* $v{}", 30), "E108"),
    "a long chain of variables": (chain("+ 0", 5000), "E006 E108"),
    "a long expression": (dense("$a" + " + 1" * 100_000), "E108"),
    "an expression in many brackets": (dense("(" * 5000 + "$a" + ")" * 5000), "E108"),
    "many minuses": (dense("1 " + "- " * 5000 + "$a"), "E108"),
    "a number of many digits": (NET + f"  - dense: {DIGITS}\n", "E006 E107"),
    "an input of many digits": (f"input: {DIGITS}\nlayers: [relu]\n", "E006 E107"),
    "an input axis of many digits": (f"input: [3, {DIGITS}]\nlayers: [relu]\n", "E006 E107"),
    "an input size of many digits": (f"input: 3x{DIGITS}\nlayers: [relu]\n", "E006 E107"),
    "a kernel of many digits": (
        f"{NET}  - conv: {{filters: 3, kernel: 3x{DIGITS}}}\n", "E006 E107"
    ),
    "an expression of many digits": (dense(f"$a + {DIGITS}"), "E006 E108"),
    "a product of huge sizes": (
        f"input: [{'9' * 290}, {'9' * 290}]\nlayers: [flatten]\n", "E006 E107"
    ),
    "an unknown name, nearly that of another": (
        f"{NET}  - {{relu: , name: {'a' * 100_000}}}\n  - {{relu: , from: {'a' * 99_999}b}}\n",
        "E110",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_one_short_error_with_a_place(summarize, what):
    text, codes = BOMBS[what]
    assert_refused(summarize(text, "--total-of", "layers"), *codes.split())


#: Large or strange, and yet a net.
HARMLESS = {
    "merge keys that multiply": (
        "x-0: &m0 {k: 1}\n"
        + "".join(f"x-{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 12))
        + f"{NET}  - relu\n"
    ),
    "a long name": f"{NET}  - {{relu: , name: {'a' * 100_000}}}\n",
    "a long template": f"variables: {{a: {'b' * 1000}}}\n{NET}  - {{relu: , name: {'$a' * 100}}}\n",
    "huge filters": f"{NET}  - conv: {{filters: 1{'0' * 200}, kernel: 1}}\n",
    "a huge input": f"input: [3, 1{'0' * 100}]\nlayers: [conv: {{filters: 2, kernel: 3}}]\n",
    "a huge kernel": (
        f"input: [1, 1{'0' * 100}]\nlayers: [conv: {{filters: 1, kernel: 1{'0' * 99}}}]\n"
    ),
    "a huge stride": f"{NET}  - conv: {{filters: 2, kernel: 3, stride: 1{'0' * 200}}}\n",
    "a huge padding": f"{NET}  - conv: {{filters: 2, kernel: 3, padding: 1{'0' * 200}}}\n",
}


@pytest.mark.parametrize("what", HARMLESS)
def test_large_numbers_and_names_cost_nothing(summarize, what):
    done = summarize(HARMLESS[what])
    assert (done.code, done.stderr) == (0, "")
    assert_cheap(done)


def test_large_numbers_are_exact():
    filters = 10**200
    assert cnncalc.parse(HARMLESS["huge filters"]).totals.params == 3 * filters + filters
    length = 10**100 - 2
    assert cnncalc.parse(HARMLESS["a huge input"])["conv_1"].output_shape == (2, length)


def test_a_mapping_merged_time_and_again_costs_nothing_or_is_refused(summarize):
    done = summarize(
        f"x-a: &a {{{KEYS}}}\nx-b: {{<<: [{', '.join(['*a'] * 50_000)}]}}\n{NET}  - relu\n"
    )
    assert_cheap(done)
    assert (done.code, done.errors) in ((0, []), (2, ["E006"]))


@pytest.mark.parametrize(
    "option", [("--input", f"3x{DIGITS}"), ("--input", DIGITS), ("--set", f"a={DIGITS}")]
)
def test_an_option_of_many_digits_is_wrong_usage(summarize, option):
    done = summarize(dense("$a"), *option)
    assert_cheap(done)
    assert done.code == 2


@pytest.mark.parametrize("size", [DEFAULT.size + 1, 40 * 1024 * 1024, 100 * 1024**3])
def test_a_file_above_the_limit_is_refused(tmp_path, size):
    path = tmp_path / "net.yaml"
    with path.open("wb") as stream:
        stream.truncate(size)
    done = run("summarize", path)
    assert (done.code, done.errors, done.stdout) == (2, ["E006"], "")
    assert "33,554,432" in done.stderr  # 32 * 1024 * 1024
    assert "--max-size" in done.stderr
    assert "net.yaml" in done.stderr
    assert_cheap(done)


def test_the_limit_on_size_can_be_raised_and_lowered(summarize):
    text = NET + "  - relu\n" + "#" * 1000
    assert summarize(text, "--max-size", len(text)).code == 0
    done = summarize(text, "--max-size", len(text) - 1)
    assert (done.code, done.errors) == (2, ["E006"])
    assert f"{len(text) - 1:,} bytes" in done.stderr


def test_a_file_of_40_mib_is_read_when_it_may_be(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_bytes(f"{NET}  - relu\n".encode() + (b"#" * 1023 + b"\n") * 40 * 1024)
    assert run("summarize", path).errors == ["E006"]
    done = run("summarize", path, "--total-of", "layers", "--max-size", 41 * 1024 * 1024)
    assert (done.code, done.stdout, done.stderr) == (0, "1\n", "")


@pytest.mark.parametrize(("levels", "code"), [(20, 0), (200, 2)])
def test_groups_may_nest_as_deep_as_a_person_writes(summarize, levels, code):
    assert summarize(nested_groups(levels)).code == code


def test_the_levels_that_are_promised_can_be_used(summarize):
    # the document is the first of the 64
    assert summarize(f"x-deep: {'[' * 63}{']' * 63}\n{NET}  - relu\n").code == 0
    assert summarize(f"x-deep: {'[' * 65}{']' * 65}\n{NET}  - relu\n").errors == ["E006"]


@pytest.mark.parametrize(
    "entry", ["- relu\n", "- {dense: 4}\n", "- [1, 1]\n"], ids=["words", "mappings", "lists"]
)
def test_a_file_of_too_many_values_is_refused(summarize, entry):
    text = "x-a:\n" + entry * 1_050_000 + f"{NET}  - relu\n"
    done = summarize(text)
    assert (done.code, done.errors) == (2, ["E006"])
    assert "1,048,576 keys and values" in done.stderr
    assert done.memory < 300 * 1024


def test_more_values_are_read_when_the_file_may_be_larger():
    limits = DEFAULT._replace(size=2 * DEFAULT.size)
    assert (DEFAULT.written, limits.written) == (2**20, 2**21)


def test_a_bomb_does_not_stop_the_nets_beside_it(tmp_path):
    bomb, good = tmp_path / "bomb.yaml", tmp_path / "good.yaml"
    bomb.write_text(BOMBS["a billion laughs"][0], encoding="utf-8")
    good.write_text(f"{NET}  - dense: 2\n", encoding="utf-8")
    done = run("summarize", bomb, good, "--format", "json")
    first, second = json.loads(done.stdout)
    assert [one["code"] for one in first["diagnostics"]] == ["E006"]
    assert second["totals"]["params"] == 8 * 2 + 2
