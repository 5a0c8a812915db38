"""Arguments for a wanted size: against the formula tried on every combination, and the command."""

from __future__ import annotations

import json

import pytest
from forks import cnncalc
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.analysis.solve.arguments import Question, answers_to, solve
from cnncalc.arithmetic import TransposedWindow, Window
from cnncalc.inverse import inputs_giving, least_input, paddings_giving, transposed_input_giving
from cnncalc.net.size_function import SizeFunction

small = st.integers(1, 12)


def run(*arguments, stdin=None):
    return cnncalc("solve", *arguments, stdin=stdin)


windows = st.builds(
    Window, st.just("height"), st.just(0), small, small, st.integers(1, 3), st.integers(0, 4),
    st.integers(0, 4), st.booleans(),
)  # fmt: skip


@given(windows, small)
def test_inputs_giving_an_output_are_all_of_them(window, output):
    tried = [n for n in range(1, 400) if window._replace(size=n).output == output]
    assert list(inputs_giving(window, output)) == tried
    assert least_input(window, output) <= (tried[0] if tried else 400)


@given(small, small, small, st.integers(0, 3), st.integers(0, 2))
def test_the_transposed_input_is_the_only_one(output, kernel, stride, pad, more):
    window = TransposedWindow("height", 0, kernel, stride, 1, pad, pad, more)
    tried = [n for n in range(1, 60) if window._replace(size=n).output == output]
    found = transposed_input_giving(window, output)
    assert ([found] if found else []) == tried


@given(small, small, small, st.integers(1, 30))
def test_paddings_giving_an_output_are_all_of_them(output, kernel, stride, size):
    window = Window("height", size, kernel, stride)
    tried = [pad for pad in range(400) if window._replace(before=pad).output == output
             and size + pad >= kernel]  # fmt: skip
    assert [pad for pad in paddings_giving(window, output) if size + pad >= kernel] == tried


def every_answer(question):
    """Every combination up to the limits that `solve` documents, by the forward formula."""
    for kernel in range(1, max(question.size, question.output) + 1):
        for dilation in range(1, 2 if kernel == 1 else 5):
            extent = dilation * (kernel - 1) + 1
            span = kernel if question.kind == "pool" else extent
            for padding in range(span // 2 + 1):
                for stride in range(1, 60):
                    window = Window("", question.size, kernel, stride, dilation, padding, padding,
                                    question.ceil_mode)  # fmt: skip
                    skips = stride > extent
                    if skips and (padding or dilation > 1):
                        continue
                    if window.extent <= window.padded and window.output == question.output:
                        yield kernel, stride, padding, dilation


@given(st.integers(1, 14), st.integers(2, 14), st.sampled_from(["conv", "pool"]), st.booleans())
def test_answers_are_all_that_the_formula_gives(size, output, kind, up):
    question = Question(size, output, kind, ceil_mode=up and kind == "pool")
    found = {one[:4] for one in answers_to(question)}
    expected = set(every_answer(question))
    if expected or kind == "pool":
        assert found == expected
    else:  # only a padding of more than half of what the kernel spans does it
        assert all(pad > (d * (kernel - 1) + 1) // 2 for kernel, _, pad, d in found)


GIVEN = st.none() | st.integers(0, 3)


@given(
    st.integers(4, 40), st.integers(2, 12), st.integers(1, 4), GIVEN, st.integers(1, 3) | st.none()
)
def test_what_is_given_allows_strides_that_skip_rows(size, output, kernel, padding, dilation):
    """All strides that give the output, with what is given; else those that skip none."""
    question = Question(size, output, kernel=kernel, padding=padding, dilation=dilation)
    found = {one[1:4] for one in answers_to(question)}
    expected = set()
    for spread in (dilation,) if dilation else range(1, 2 if kernel == 1 else 5):
        extent = spread * (kernel - 1) + 1
        for pad in range(extent // 2 + 1) if padding is None else (padding,):
            for stride in range(1, 60):
                added = (padding is None and pad) or (dilation is None and spread > 1)
                fits = size + 2 * pad >= extent and not (stride > extent and added)
                if fits and (size + 2 * pad - extent) // stride + 1 == output:
                    expected.add((stride, pad, spread))
    if expected or padding is not None:
        assert found == expected
    else:  # only a padding of more than half of what the kernel spans does it
        assert all(pad > (spread * (kernel - 1) + 1) // 2 for _, pad, spread in found)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["conv", "pool", "transposed"]))
def test_every_answer_gives_the_wanted_size(size, output, kind):
    for one in answers_to(Question(size, output, kind)):
        if kind == "transposed":
            window = TransposedWindow("", size, one.kernel, one.stride, one.dilation, one.padding,
                                      one.padding, one.output_padding)  # fmt: skip
        else:
            window = Window("", size, one.kernel, one.stride, one.dilation, one.padding,
                            one.padding)  # fmt: skip
        assert window.output == output


@pytest.mark.parametrize(
    ("question", "first"),
    [
        (Question(224, 112), (3, 2, 1)),
        (Question(224, 112, kernel=7), (7, 2, 3)),  # the stem of a ResNet
        (Question(227, 55, kernel=11, padding=0), (11, 4, 0)),  # AlexNet's paper
        (Question(32, 30), (3, 1, 0)),
        (Question(32, 32), (3, 1, 1)),
        (Question(32, 1), (32, 1, 0)),
        (Question(32, 16, "pool"), (2, 2, 0)),
        (Question(7, 1, "pool"), (7, 7, 0)),  # plain `maxpool: 7`
        (Question(224, 14), (16, 16, 0)),  # the patches of a ViT
        (Question(224, 56), (4, 4, 0)),  # of a Swin transformer and ConvNeXt
        (Question(5, 9), (5, 1, 4)),  # `full`
        (Question(112, 56, "pool", kernel=3), (3, 2, 1)),
        (Question(7, 14, "transposed"), (2, 2, 0)),
        (Question(1, 4, "transposed"), (4, 1, 0)),  # DCGAN's first layer
    ],
)
def test_the_simplest_comes_first(question, first):
    assert solve(question).answers[0][:3] == first


@pytest.mark.parametrize("output", [7, 14, 16, 28, 32, 56, 112])
def test_parts_without_a_rest_are_among_the_first(output):
    """How patches are made: a kernel that moves by its own size, where that leaves no rest."""
    first = [one[:3] for one in solve(Question(224, output)).answers[:3]]
    assert (224 // output, 224 // output, 0) in first


def test_without_an_answer_the_nearest_sizes_are_named():
    # floor((5 + 2p - 2) / 2) + 1 is 2 and 3 for a padding of 0 and 1, of which pooling takes
    # no more than half the kernel.
    solution = solve(Question(5, 4, "pool", kernel=2, stride=2))
    assert (solution.answers, solution.nearest) == ((), (3,))


@given(st.integers(1, 12), st.integers(1, 40))
def test_some_convolution_gives_any_size(size, output):
    assert solve(Question(size, output)).answers


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.integers(1, 3), st.integers(1, 12))
def test_the_least_input_of_a_growth(steps, rise, target):
    values, total = [], 0
    for step in steps:
        total += step
        values.append(total)
    growth = SizeFunction(tuple(values), values[-1] - values[0] + rise)
    tried = next(n for n in range(-50, 200) if growth.at(n) >= target)
    assert growth.least(target) == tried
    assert [growth.reduced().at(n) for n in range(20)] == [growth.at(n) for n in range(20)]
    assert [growth.then(growth).at(n) for n in range(20)] == [
        growth.at(growth.at(n)) for n in range(20)
    ]


# -- the command -------------------------------------------------------------------------------


def test_the_command_prints_lines_for_a_spec():
    done = run("--in", 224, "--out", 112, "--limit", 2)
    assert done.returncode == 0
    assert "conv: {kernel: 3, stride: 2, padding: 1}" in done.stdout
    assert done.stdout.count("conv: {") == 2


@pytest.mark.parametrize(("size", "output"), [(32, 8), (224, 56)])
def test_a_padding_that_is_given_does_not_hide_a_stride(size, output):
    assert (size + 2 - 3) // 4 + 1 == output
    done = run("--in", size, "--out", output, "--kernel", 3, "--padding", 1)
    assert "conv: {kernel: 3, stride: 4, padding: 1}" in done.stdout


def test_the_command_says_when_there_is_none():
    done = run("--in", 5, "--out", 4, "--kernel", 2, "--stride", 2, "--pool")
    assert done.returncode == 1
    assert "the nearest reachable size is 3" in done.stdout


def test_the_command_names_the_layers_that_enlarge():
    hint = "--transposed: by a transposed convolution"
    assert f"{hint}\n`upsample: 2` gives it, too\n" in run("--in", 224, "--out", 448).stdout
    assert run("--in", 224, "--out", 500).stdout.endswith(f"{hint}\n")
    assert hint not in run("--in", 224, "--out", 226).stdout  # `full` padding


def test_json_of_arguments():
    done = run("--in", 32, "--out", 16, "--pool", "--limit", 1, "--format", "json")
    data = json.loads(done.stdout)
    assert (data["in"], data["out"], data["kind"]) == (32, 16, "pool")
    assert data["answers"] == [
        {"kernel": 2, "stride": 2, "padding": 0, "dilation": 1, "output_padding": 0, "unseen": 0,
         "spec": "maxpool: {kernel: 2}"}
    ]  # fmt: skip


NET = """
input: 3x32x32
layers:
  - conv: {filters: 10, kernel: 3}
  - relu
  - {maxpool: 2, name: half}
  - {ConvTranspose2d: {out_channels: 4, kernel_size: 2, stride: 2}, name: up}
"""


@pytest.mark.parametrize(
    ("layer", "out", "line"),
    [
        ("conv_1", "16", "conv: {filters: 10, kernel: 3, stride: 2, padding: 1}"),
        ("conv_1", "32", "conv: {filters: 10, kernel: 3, padding: 1}"),
        # (30 + 2 * 1 - 3) / 2 rounds down to 14: 15 rows need no padding, or one side only.
        ("half", "10", "maxpool: {kernel: 2, stride: 3}"),
        ("up", "31", "ConvTranspose2d: {kernel_size: 3, stride: 2, out_channels: 4}"),
    ],
)
def test_a_layer_in_its_net(layer, out, line):
    done = run("-", layer, "--out", out, "--limit", 40, "--format", "json", stdin=NET)
    assert done.returncode == 0, done.stderr
    specs = [change["spec"] for change in json.loads(done.stdout)["changes"]]
    key = lambda text: sorted(text.strip("}").replace("{", ", ").split(", "))  # noqa: E731 - used on the next line
    assert key(line) in [key(spec) for spec in specs]


@pytest.mark.parametrize(
    ("layer", "out", "extent", "padding"),
    [("conv: {filters: 4, kernel: 3, padding: 1}", 8, 3, 1),
     ("conv: {filters: 4, kernel: 3, padding: 2, dilation: 2}", 4, 5, 2),
     ("maxpool: {kernel: 3, stride: 2, padding: 1}", 8, 3, 1)],
)  # fmt: skip
def test_a_padded_layer_may_take_a_stride_that_skips_rows(layer, out, extent, padding):
    net = f"input: 3x32x32\nlayers:\n  - {{{layer}, name: one}}\n"
    done = run("-", "one", "--out", out, "--format", "json", "--limit", 40, stdin=net)
    strides = {change["arguments"]["stride"] for change in json.loads(done.stdout)["changes"]
               if change["changed"] == ["stride"]}  # fmt: skip
    assert strides == {s for s in range(1, 33) if (32 + 2 * padding - extent) // s + 1 == out}


def test_axes_may_want_different_sizes():
    done = run("-", "conv_1", "--out", "30x16", "--format", "json", stdin=NET)
    changes = json.loads(done.stdout)["changes"]
    assert changes[0]["output_shape"] == [10, 30, 16]


@pytest.mark.parametrize("name", ["Conv2d", "Conv2D", "conv"])
def test_every_change_gives_the_wanted_size_and_speaks_its_framework(name):
    # `same` stays `same` in Keras: ceil(32 / 2) = 16.
    filters = "out_channels" if name == "Conv2d" else "filters"
    net = f"input: 3x32x32\nlayers:\n  - {name}: {{{filters}: 4, kernel_size: 3, padding: same}}\n"
    done = run("-", "conv_1", "--out", 16, "--format", "json", "--limit", 30, stdin=net)
    changes = json.loads(done.stdout)["changes"]
    assert {tuple(change["output_shape"]) for change in changes} == {(4, 16, 16)}
    paddings = {change["arguments"].get("padding", "valid") for change in changes}
    if name == "Conv2D":
        assert paddings <= {"same", "valid"}
        assert changes[0]["changed"] == ["stride"]


def test_a_layer_without_a_kernel_is_refused():
    done = run("-", "relu_1", "--out", "5", stdin=NET)
    assert done.returncode == 2
    assert "no kernel that slides" in done.stderr


def test_an_unknown_layer_suggests_the_nearest():
    done = run("-", "conv_2", "--out", "5", stdin=NET)
    assert done.returncode == 2
    assert "did you mean conv_1" in done.stderr


def test_a_net_that_does_not_fit_can_be_asked_what_would():
    done = run("tests/data/forum/unet_odd_size.yaml", "--divisible", "--format", "json")
    data = json.loads(done.stdout)
    assert [(axis["name"], axis["multiple"]) for axis in data["axes"]] == [
        ("height", 4), ("width", 4)
    ]  # fmt: skip


def test_min_input_and_divisible_in_words():
    done = run("examples/unet.yaml", "--min-input", "--divisible")
    assert done.returncode == 0
    # Four halvings, and doublings that must meet them again.
    assert "smallest input  1x16x16" in done.stdout
    assert "a multiple of 16" in done.stdout


def test_a_net_that_follows_its_input_says_so():
    # The pooling covers all rows at any size: as it is at 32, it needs 31.
    net = "input: 3x32x32\nlayers:\n  - conv: {filters: 4, kernel: 3, stride: 2}\n"
    done = run("-", "--min-input", stdin=net + "  - avgpool: $in_height\n")
    assert "smallest input  3x31x31" in done.stdout
    assert "some layers depend on the size of the input" in done.stderr
    assert run("-", "--min-input", stdin=net).stderr == ""


@pytest.mark.parametrize(
    "arguments", [(), ("--in", "5"), ("--in", "5", "--out", "x"), ("--in", "5", "--out", "2x3"),
                  ("--in", "5", "--out", "3", "--pool", "--transposed"), ("examples/unet.yaml",)],
)  # fmt: skip
def test_wrong_usage(arguments):
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "spec", "code"),
    [
        (("--in", 224, "--out", 112), "", 0),
        (("--in", 5, "--out", 7, "--pool", "--kernel", 3, "--stride", 1), "", 1),
        (("-", "conv_1", "--out", 16), NET, 0),
        (("-", "half", "--out", 310), NET, 1),
        (("-", "--min-input"), NET, 0),
        (("-", "--min-input"), "input: 3x8x8\nlayers: [{conv: {filters: 4, kernal: 3}}]", 2),
        (("--in", 5), "", 2),
    ],
)
def test_exit_codes_are_those_of_the_readme(arguments, spec, code):
    assert run(*arguments, stdin=spec).returncode == code
