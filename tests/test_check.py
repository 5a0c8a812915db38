"""`cnncalc check`: expectations and their diagnosis, budgets, formats, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnncalc import api
from cnncalc.analysis.check.amounts import allowed, amount, limit
from cnncalc.analysis.check.claims import check_claims

ROOT = Path(__file__).parent.parent
CLAIMS = "examples/tutorial_claims.yaml"
CONV = "input: [3, 32, 32]\nlayers:\n  - conv: {{filters: 10, kernel: 3{}}}\n    expect: {{{}}}\n"


def verdict(text):
    return check_claims(api.parse(text))


def causes(text):
    (finding,) = verdict(text).findings
    return [note for note in finding.notes if note.startswith(("cause:", "or:"))]


# -- amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (280, [280], [279, 281]),
        ("5M", [5_000_000], [4_999_999]),
        ("1.5G", [1_500_000_000], [1_500_000_001]),
        ("2T", [2 * 10**12], [2 * 10**12 + 1]),
        ("1,000", [1000], [1]),
        ("<= 5M", [0, 5_000_000], [5_000_001]),
        ("< 5k", [4999], [5000]),
        (">= 3", [3, 10**30], [2]),
        ("> 2.5", [3], [2]),
        ("3M..5M", [3_000_000, 5_000_000], [2_999_999, 5_000_001]),
        ("~25.6M", [25_550_000, 25_557_032, 25_650_000], [25_549_999, 25_650_001]),
        ("== 7", [7], [8]),
    ],
)
def test_amounts(text, inside, outside):
    parsed = amount(text)
    assert all(parsed.allows(number) for number in inside)
    assert not any(parsed.allows(number) for number in outside)


@pytest.mark.parametrize("text", ["", "five", "5X", "<=", "5M..3M", "1.5", True, None, [1], "-3"])
def test_bad_amounts(text):
    with pytest.raises(ValueError, match=r"expected|whole|wrong way|not a number"):
        amount(text)


def test_a_bare_budget_is_the_most():
    assert limit("5M", "max").allows(1)
    assert not limit("5M", "max").allows(5_000_001)


# -- the tutorial -----------------------------------------------------------------------------


def test_the_tutorials_wrong_figures_and_no_others(cnncalc):
    done = cnncalc("check", CLAIMS, "--format", "json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["expectations_met"] == 1  # the 1010 of the output layer
    assert [one["line"] for one in report["findings"]] == [9, 13, 14, 17, 21]
    why = {
        one["line"]: next(note for note in one["notes"] if note.startswith("cause: "))
        for one in report["findings"]
    }
    assert "10 biases are left out" in why[9]
    assert why[13].startswith("cause: conv_1: `padding: same`, ")
    assert "follows from `shape: (16, 16, 10)` of maxpool_1 (line 13)" in why[14]
    assert "follows from `shape: (16, 16, 10)` of maxpool_1" in why[17]
    assert "follows from `params: 270` of conv_1" in why[21]
    assert "`shape: (16, 16, 10)` of maxpool_1" in why[21]


def test_the_right_figures_are_in_the_messages(cnncalc):
    done = cnncalc("check", CLAIMS)
    for right in ("280", "(15, 15, 10)", "2,250", "225,100", "226,390"):
        assert f"is {right}" in done.stdout
    assert "5 findings, 1 expectation met" in done.stdout


TOTAL = """
input: [3, 32, 32]
layers:
  - conv: {filters: 10, kernel: 3}
  - maxpool: 2
  - flatten
  - dense: 100
  - dense: 10
expect: {params: %s}
"""


def test_the_total_alone_needs_both_slips():
    (first, *_) = causes(TOTAL % 257380)
    assert "10 biases are left out" in first
    assert "`padding: same`" in first


def test_the_total_with_same_padding_needs_one():
    (first, *_) = causes(TOTAL % 257390)
    assert first.startswith("cause: conv_1: `padding: same`, ")


def test_the_true_total_is_no_finding():
    assert verdict(TOTAL % 226390) == ((), (), 1, 0)


# -- other slips ------------------------------------------------------------------------------


def test_bias_counted_in():
    (cause,) = causes(CONV.format(", bias: false", "params: 280"))
    assert "`bias: true`" in cause


def test_flops_for_macs():
    # 10 * 30 * 30 outputs of 27 products each
    (cause,) = causes(CONV.format("", "macs: 486000"))
    assert "FLOPs" in cause


def test_macs_for_flops():
    (cause,) = causes(CONV.format("", "flops: 243000"))
    assert "MACs are given" in cause


def test_channels_written_last():
    (cause,) = causes(CONV.format("", "shape: 30x30x10"))
    assert "channels are written last" in cause


def test_dilation_not_counted():
    # 32 - 5 + 1 = 28 with the dilation, 32 - 3 + 1 = 30 without
    cause, *_ = causes(CONV.format(", dilation: 2", "shape: [10, 30, 30]"))
    assert "`dilation: 1`" in cause


def test_input_read_in_the_other_layout():
    # a kernel over 32 channels: 3*3*32*10 + 10
    assert any("channels last" in one for one in causes(CONV.format("", "params: 2890")))


def test_ceil_mode():
    net = "input: [1, 3, 3]\nlayers:\n  - maxpool: 2\n    expect: {shape: [1, 2, 2]}\n"
    assert any("`ceil_mode: true`" in one for one in causes(net))


def test_buffers_counted_in():
    # 2 * 8 learned, 2 * 8 running statistics
    net = "input: [8, 4, 4]\nlayers:\n  - batchnorm\nexpect: {params: 32}\n"
    assert any("16 buffers are counted in" in one for one in causes(net))


def test_resnet50s_four_giga_are_macs():
    text = (ROOT / "examples/resnet50.yaml").read_text(encoding="utf-8")
    (first, *_) = causes(text + "\nexpect: {flops: ~4.1G}\n")
    assert first == ("cause: MACs are given for FLOPs, which are two per MAC, which gives ~4.1G")


def test_shared_weights_counted_twice():
    net = """
input: [3, 8, 8]
layers:
  - conv: {filters: 3, kernel: 1}
    name: first
  - relu
  - share: first
expect: {params: 24}
"""
    # (3 + 1) * 3 weights, used twice
    assert any("counted again" in one for one in causes(net))


def test_an_inexplicable_claim_names_no_cause():
    assert causes(CONV.format("", "params: 12345")) == []


def test_a_bound_says_by_how_much():
    (finding,) = verdict(CONV.format("", "params: <= 200")).findings
    assert finding.help[0] == "80 more than 200"


def test_any_size():
    assert verdict(CONV.format("", 'shape: [10, "?", 30]')).findings == ()


def test_a_block_is_held_to_its_sum():
    net = """
input: [3, 8, 8]
blocks: {two: [{conv: {filters: 2, kernel: 1}}, {conv: {filters: 3, kernel: 1}}]}
layers:
  - two:
    expect: {params: %s, shape: [3, 8, 8], layers: 2}
"""
    # 8 for the first convolution, 9 for the second
    assert verdict(net % 17).findings == ()
    (finding,) = verdict(net % 18).findings
    assert finding.message == "two_1: `params` is 17, but 18 is expected"


def test_a_net_with_two_results_has_no_single_shape(cnncalc):
    net = """
input: [3]
layers: [{dense: 2, name: a}, {dense: 2, name: b}]
outputs: [a, b]
expect: {shape: [2]}
"""
    done = cnncalc("check", "-", stdin=net)
    assert done.returncode == 2
    assert "state it on a layer of a, b" in done.stderr


def test_output_takes_sizes_or_their_product():
    assert verdict(CONV.format("", "output: [10, 30, 30]")).findings == ()
    assert verdict(CONV.format("", "output: 9000")).findings == ()


def test_a_follow_up_names_its_root_once_for_all():
    net = """
input: [3, 32, 32]
layers:
  - conv: {filters: 10, kernel: 3}
    expect: {output: 10240}
  - flatten
    expect: {shape: [10240]}
  - dense: 2
    expect: {params: 20482, macs: 20480}
"""
    net = net.replace("  - flatten\n", "  - flatten:\n")
    first, *rest = verdict(net).findings
    assert any(note.startswith("cause: conv_1: `padding: same`") for note in first.notes)
    for finding in rest:
        assert finding.notes[-1] == "cause: it follows from `output: 10240` of conv_1 (line 5)"


@pytest.mark.parametrize(
    ("expect", "words"),
    [("parms: 3", "did you mean `params`?"), ("params: many", "not a number"),
     ("shape: wide", "a shape such as")],
)  # fmt: skip
def test_unreadable_expectations_are_errors(cnncalc, expect, words):
    done = cnncalc("check", "-", stdin=CONV.format("", expect))
    assert done.returncode == 2
    assert words in done.stderr


# -- the command ------------------------------------------------------------------------------

PLAIN = "input: [3, 32, 32]\nlayers: [{conv: {filters: 10, kernel: 3}}, relu]\n"


def test_good_is_zero(cnncalc):
    done = cnncalc("check", "-", stdin=PLAIN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "-: no findings\n"


def test_a_broken_budget_is_one_line(cnncalc):
    done = cnncalc("check", "examples/tutorial_cnn.yaml", "--max-params", "200k")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == (
        "examples/tutorial_cnn.yaml: error[C502]: params 226,390: 26,390 more than 200,000; "
        "most in dense_1 (225,100), dense_2 (1,010), conv_1 (280)"
    )


def test_a_kept_budget_is_good(cnncalc):
    done = cnncalc("check", "-", "--max-params", "280", "--max-macs", "243k", stdin=PLAIN)
    assert done.returncode == 0


def test_a_bad_budget_is_wrong_usage(cnncalc):
    done = cnncalc("check", "-", "--max-params", "lots", stdin=PLAIN)
    assert done.returncode == 2
    assert "not a number" in done.stderr


def test_an_axis_without_bound_is_larger_than_every_limit():
    assert allowed(limit("5", "min"), (7, None))
    assert not allowed(limit("5", "max"), (3, None))
    assert not allowed(limit("5", "min"), (3, None))
    assert not allowed(limit("5", "max"), None)
    assert allowed(limit("1", "max"), ("1/2", 1))


@pytest.mark.parametrize("text", ["~5M", "> 5M", ">= 5M", "== 5M", "=5M", "3M..5M", "<", ""])
def test_the_most_that_is_allowed_is_a_number_or_a_limit_from_above(cnncalc, text):
    done = cnncalc("check", "-", "--max-params", text, stdin=PLAIN)
    assert done.returncode == 2
    assert "--max-params" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize("text", ["~5M", "< 5M", "<= 5M", "== 5M", "3M..5M", ">", ""])
def test_the_least_that_is_allowed_is_a_number_or_a_limit_from_below(cnncalc, text):
    done = cnncalc("check", "-", "--min-params", text, stdin=PLAIN)
    assert done.returncode == 2
    assert "--min-params" in done.stderr


@pytest.mark.parametrize(
    ("option", "kept", "broken"),
    [
        # PLAIN is 280 parameters, 243,000 MACs and twice 10x30x30 activations.
        ("--max-params", ["280", "<= 280", "< 281", "0.28k"], ["279", "< 280", "<= 0.2k"]),
        ("--min-params", ["280", ">= 280", "> 279"], ["281", "> 280", "1k"]),
        ("--max-flops", ["486k"], ["485999"]),
        ("--min-macs", ["243k"], ["243001"]),
        ("--max-activations", ["18000", "18k"], ["17999"]),
        ("--max-buffers", ["0"], []),
        ("--min-trainable-params", ["280"], ["281"]),
    ],
)
def test_both_sides_of_a_budget(cnncalc, option, kept, broken):
    for text in kept:
        assert cnncalc("check", "-", option, text, stdin=PLAIN).returncode == 0, text
    for text in broken:
        done = cnncalc("check", "-", option, text, stdin=PLAIN)
        assert done.returncode == 1, text
        assert "C502" in done.stdout


def test_a_budget_from_below_says_by_how_much(cnncalc):
    done = cnncalc("check", "-", "--min-params", "300", stdin=PLAIN)
    assert "params 280: 20 less than 300" in done.stdout


def test_several_nets_give_an_array_with_the_bad_in_its_place(cnncalc):
    done = cnncalc("check", "no-such.yaml", "examples/tutorial_cnn.yaml", "--format", "json")
    assert done.returncode == 2
    bad, good = json.loads(done.stdout)
    assert bad["diagnostics"][0]["code"] == "E001"
    assert good["ok"] is True
