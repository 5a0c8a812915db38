"""Odd nets and extreme numbers: answered by arithmetic, or refused in one sentence."""

from __future__ import annotations

import json
from itertools import product

import pytest

from cnncalc.analysis.solve.arguments import Question, answers_to, nearest_outputs, solve
from cnncalc.arithmetic import TransposedWindow, Window
from cnncalc.net.size_function import SizeFunction

SCALAR = "input: []\nlayers: [relu]\n"
EMPTY = "input: 3x8x8\nlayers: []\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("summarize", "-"),
        ("summarize", "-", "--format", "json"),
        ("explain", "-"),
        ("check", "-"),
        ("compare", "-", "--mlp"),
        ("compare", "-", "--input", "32"),
        ("compare", "-", "--per-layer"),
        ("solve", "-", "--min-input"),
        ("solve", "-", "--divisible"),
    ],
)
@pytest.mark.parametrize("text", [SCALAR, EMPTY, SCALAR + "layout: channels_last\n"])
def test_nets_without_axes_and_without_layers_are_answered_or_refused(cnncalc, arguments, text):
    done = cnncalc(*arguments, stdin=text)
    assert "Traceback" not in done.stderr
    # No layer takes one number per sample, and a net without layers fits together.
    fails = text != EMPTY
    assert done.returncode == (2 if fails else 0)
    assert bool(done.stderr) == fails
    if "json" in arguments:
        assert ("diagnostics" in json.loads(done.stdout)) == fails


def test_a_net_without_layers_holds_nothing(cnncalc):
    done = cnncalc("check", "-", stdin=EMPTY + "expect: {params: 5}\n")
    assert done.returncode == 1
    assert "`params` is 0, but 5 is expected" in done.stdout
    assert cnncalc("explain", "-", stdin=EMPTY).stdout == "net: no layers\n"
    compared = cnncalc("compare", "-", "--input", "32", "--format", "json", stdin=EMPTY)
    assert compared.returncode == 0
    assert "hidden" not in compared.stdout


HUGE = 10**12


@pytest.mark.parametrize(
    ("question", "first"),
    [
        (Question(HUGE, HUGE // 2), (3, 2, 1)),
        (Question(HUGE, HUGE), (3, 1, 1)),
        (Question(HUGE, 4), (HUGE // 4, HUGE // 4, 0)),
        (Question(HUGE, 4, "pool"), (HUGE // 4, HUGE // 4, 0)),
        (Question(5000, 1, "pool", ceil_mode=True), (5000, 5000, 0)),
        (Question(HUGE // 2, HUGE, "transposed"), (2, 2, 0)),
        (Question(1, 10**7, "transposed"), (10**7, 1, 0)),
    ],
)
def test_huge_sizes_have_the_simple_answer_that_small_ones_have(question, first):
    assert solve(question).answers[0][:3] == first


@pytest.mark.parametrize(
    ("question", "near"),
    [
        # A stride of 1 takes away kernel - 1 and nothing else.
        (Question(10**8, 3, kernel=3, stride=1, padding=0, dilation=1), (10**8 - 2,)),
        # A padding of 3 or 4 on both sides: HUGE - 2 + 2 * 3.
        (Question(HUGE, HUGE + 5, kernel=3, stride=1), (HUGE + 4, HUGE + 6)),
        # At most half the kernel as padding: 5 + 2 - 3 + 1 = 5.
        (Question(5, 7, "pool", kernel=3, stride=1), (5,)),
        (Question(5, 7, "pool", kernel=3, stride=1, padding=2), ()),
        # (100 - 1) * 1 + 1 and larger.
        (Question(100, 49, "transposed", padding=0), (100,)),
    ],
)
def test_what_cannot_be_has_its_nearest_neighbours_at_once(question, near):
    found = solve(question)
    assert (found.answers, found.nearest) == ((), near)


@pytest.mark.parametrize("kind", ["conv", "pool", "transposed"])
def test_the_nearest_outputs_are_those_that_trying_finds(kind):
    for size, wanted, kernel, stride in product((3, 5, 8), (2, 6, 11), (2, 3), (1, 2, 3)):
        question = Question(size, wanted, kind, kernel=kernel, stride=stride)
        if list(answers_to(question)):
            continue
        outputs = {
            output for output in range(1, 60) if list(answers_to(question._replace(output=output)))
        }
        below = [one for one in outputs if one < wanted]
        above = [one for one in outputs if one > wanted]
        expected = (*([max(below)] if below else ()), *([min(above)] if above else ()))
        assert nearest_outputs(question) == expected, question


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_answers_stand_the_formula_where_they_are_many(ceil_mode):
    question = Question(224, 2, "pool", ceil_mode=ceil_mode)
    for one in answers_to(question):
        window = Window("", 224, one.kernel, one.stride, one.dilation, one.padding, one.padding,
                        ceil_mode)  # fmt: skip
        assert window.output == 2


def test_answers_of_transposed_convolutions_stand_the_formula_where_they_are_many():
    for one in answers_to(Question(3, 500, "transposed")):
        window = TransposedWindow("", 3, one.kernel, one.stride, one.dilation, one.padding,
                                  one.padding, one.output_padding)  # fmt: skip
        assert window.output == 500


def test_a_part_of_the_axis_may_shrink_as_the_input_grows(cnncalc):
    # The third of three chunks: 6 gives 2, 7 gives 1 (3 + 3 + 1), so that no rule of growth holds.
    text = (
        "input: 1x6x4\nlayers:\n"
        "  - chunk: {chunks: 3, index: 2, axis: 1}\n  - conv: {filters: 1, kernel: [2, 1]}\n"
    )
    assert cnncalc("summarize", "-", "--total", stdin=text).returncode == 0
    assert cnncalc("summarize", "-", "--input", "1x7x4", stdin=text).returncode == 2
    done = cnncalc("solve", "-", "--min-input", stdin=text)
    assert done.returncode == 2
    assert "does not grow evenly" in done.stderr


@pytest.mark.parametrize(
    ("growth", "falling"),
    [
        (SizeFunction((0,), 1), False),
        (SizeFunction((0, 0), 1), False),
        (SizeFunction((0, 2, 1), 2), True),
        (SizeFunction((0, 5), 1), True),
    ],
)
def test_what_falls_is_no_growth(growth, falling):
    assert growth.falling == falling
    assert falling == any(growth.at(n + 1) < growth.at(n) for n in range(12))


def test_a_net_of_other_layers_at_the_smallest_input_is_noted(cnncalc):
    text = (
        "input: 3x32x32\nlayers:\n"
        "  - {repeat: $in_height // 8, layers: [{conv: {filters: 1, kernel: 3}}]}\n"
    )
    done = cnncalc("solve", "-", "--min-input", stdin=text)
    assert "some layers depend on the size of the input" in done.stderr


def test_a_bomb_is_not_read_at_six_sizes(cnncalc):
    done = cnncalc(
        "solve", "-", "--min-input",
        stdin="input: 3x8x8\nlayers: [{repeat: 1000000000, layers: []}]\n",
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("error[E006]") == 1


def test_ceil_mode_is_for_poolings_only(cnncalc):
    done = cnncalc("solve", "--in", "7", "--out", "14", "--transposed", "--ceil")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "-", "--input", "{}"),
        ("compare", "-", "--input", "3x{}x8"),
        ("compare", "-", "--hidden", "{}"),
        ("compare", "-", "--per-layer", "--positions", "{}"),
        ("solve", "--in", "{}", "--out", "3"),
        ("solve", "--in", "3", "--out", "{}"),
        ("solve", "--in", "3", "--out", "3", "--kernel", "{}"),
        ("solve", "-", "conv_1", "--out", "{}"),
        ("check", "-", "--max-params", "{}"),
        ("check", "-", "--max-params", "{}M"),
        ("summarize", "-", "--batch", "{}"),
        ("summarize", "-", "--depth", "{}"),
        ("summarize", "-", "--max-layers", "{}"),
    ],
)
def test_a_number_of_5000_digits_is_wrong_usage_or_an_answer(cnncalc, arguments):
    text = "input: 3x8x8\nlayers: [{conv: {filters: 2, kernel: 3}}]\n"
    done = cnncalc(*(word.format("9" * 5000) for word in arguments), stdin=text)
    assert done.returncode in {0, 1, 2}
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("layers", "input_", "line"),
    [
        # 2 * 10**9 - 10**9 + 1 and larger is taken: the kernel is the smallest input.
        ("[{conv: {filters: 1, kernel: 1000000000}}]", "1x4000000000", "any size from 1000000000"),
        # n + 10**9 = 2 * n at one size only.
        (
            (
                "[{pad: {padding: [0, 1000000000], name: p}}, {upsample: 2, from: input, name: u}, "
                "{add: , from: [p, u]}]"
            ),
            "1x1000000000",
            "  1000000000 only (add_1)",
        ),
    ],
)
def test_sizes_above_every_usual_kernel_are_followed_as_well(cnncalc, layers, input_, line):
    text = f"input: {input_}\nlayers: {layers}\n"
    done = cnncalc("solve", "-", "--min-input", "--divisible", stdin=text)
    assert (done.returncode, done.stderr) == (0, "")
    assert "smallest input  1x1000000000\n" in done.stdout
    assert line in done.stdout


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("maxpool: 2", "maxpool: {kernel: 2, ceil_mode: true}", "ceil_mode false -> true"),
        (
            "conv_transpose: {filters: 2, kernel: 3, stride: 2}",
            "conv_transpose: {filters: 2, kernel: 3, stride: 2, output_padding: 1}",
            "output_padding 0 -> 1",
        ),
    ],
)
def test_a_comparison_names_the_argument_that_changed(cnncalc, tmp_path, before, after, said):
    files = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for file, layer in zip(files, (before, after), strict=True):
        file.write_text(f"input: 3x9x9\nlayers: [{{{layer}}}]\n", encoding="utf-8")
    assert said in cnncalc("compare", *map(str, files)).stdout
