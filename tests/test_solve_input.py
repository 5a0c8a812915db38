"""The sizes that a net takes, by arithmetic, against building the net at every size."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cnncalc.analysis.solve.inputs import admissible, fits
from cnncalc.build.reader import read_text
from cnncalc.net.changed import input_axes
from cnncalc.net.sizes import propagate

TOP = 70


def built(text):
    reading = read_text(text)
    assert not reading.failed, [one.message for one in reading.diagnostics]
    return reading.network


def named(network, name):
    return next(axis for axis in input_axes(network) if axis.name == name)


def tried(text, axis, top=TOP):
    """The sizes at which the spec can be built, found by building it."""
    network = built(text)
    (place,) = named(network, axis).places
    (shape,) = network.inputs.values()
    found = []
    for size in range(1, top):
        other = (*shape[:place], size, *shape[place + 1 :])
        if not read_text(text, shapes={"": other}).failed:
            found.append(size)
    return found


def foretold(text, axis, top=TOP):
    """The sizes that the demands allow."""
    network = built(text)
    varied = named(network, axis)
    demands = propagate(network, varied).demands
    return [size for size in range(1, top) if fits(network, varied, demands, size)]


def axis_of(text, name="height"):
    return next(axis for axis in admissible(built(text)).axes if axis.name == name)


CHAIN = """
input: 3x40x48
layers:
  - conv: {filters: 4, kernel: 7, stride: 2, padding: 1, padding_mode: reflect}
  - conv: {filters: 4, kernel: [3, 5], stride: 3, dilation: 2}
  - conv: {filters: 4, kernel: 2, stride: 2, padding: same}
"""


def test_the_axes_are_treated_apart():
    # Pulled back by hand: conv_2 spans 5 rows and 9 columns; floor((n + 2 - 7) / 2) + 1 is
    # 5 from n = 13 on and 9 from n = 21 on.
    assert axis_of(CHAIN, "height").least == 13
    assert axis_of(CHAIN, "width").least == 21
    assert axis_of(CHAIN, "height").because == "conv_2"
    assert admissible(built(CHAIN)).smallest == {"input": (3, 13, 21)}


LADDER = """
input: 1x32x32
layers:
  - maxpool: 2
  - maxpool: {kernel: 3, stride: 2, ceil_mode: true}
  - maxpool: {kernel: 3, stride: 2, padding: 1}
  - conv: {filters: 1, kernel: 3}
"""

SHORTCUT = """
input: 4x32x32
layers:
  - {conv: {filters: 4, kernel: 3, stride: 2, padding: 1}, name: body}
  - {maxpool: 2, name: shortcut, from: input}
  - add:
    from: [body, shortcut]
"""

TWO_LEVELS = """
input: 4x32x32
layers:
  - {conv: {filters: 4, kernel: 3, stride: 2, padding: 1}, name: a1}
  - {conv: {filters: 4, kernel: 3, stride: 2, padding: 1}, name: a2}
  - {maxpool: 2, name: b1, from: input}
  - {maxpool: 2, name: b2, from: b1}
  - {add: , from: [a2, b2]}
  - {avgpool: {kernel: 2}, from: b1}
  - {concat: , from: [add_1, avgpool_1]}
"""

CLAIM = """
input: 3x32x32
layers:
  - conv: {filters: 6, kernel: 5}
  - maxpool: 2
  - conv: {filters: 16, kernel: 5}
  - maxpool: 2
  - flatten
  - Linear: {in_features: 400, out_features: 10}
"""

GLOBAL = """
input: 3x32x32
layers:
  - conv: {filters: 6, kernel: 5, stride: 3}
  - global_avgpool
  - dense: 10
"""

CHANCE = """
input: 4x2x32
layers:
  - {maxpool: {kernel: [2, 1], ceil_mode: true}, name: half}
  - {add: , from: [input, half]}
"""

GATE = """
input: 4x32x32
layers:
  - {conv: {filters: 4, kernel: 3, stride: 2}, name: body}
  - {global_avgpool: {keepdims: true}, name: gate}
  - {multiply: , from: [body, gate]}
"""


SHUFFLE = """
input: 4x32x32
layers:
  - {pixel_unshuffle: 2, name: folded}
  - conv: {filters: 4, kernel: 3, stride: 3}
  - pixel_shuffle: 2
"""

ENLARGED = """
input: 2x36x36
layers:
  - {conv: {filters: 2, kernel: 3, stride: 2, padding: 1}, name: down}
  - {upsample: 1.5, name: up}
  - {maxpool: {kernel: 4, stride: 4}, from: input, name: quarter}
  - {upsample: 3, name: thrice}
  - {add: , from: [up, thrice]}
"""

U_NET = """
input: 1x48x40
layers:
  - {conv: {filters: 2, kernel: 3, padding: same}, name: a}
  - maxpool: 2
  - {conv: {filters: 2, kernel: 3, padding: 1}, name: b}
  - maxpool: 2
  - conv: {filters: 2, kernel: 3, padding: 1}
  - {conv_transpose: {filters: 2, kernel: 2, stride: 2}, name: b_up}
  - {concat: , from: [b, b_up]}
  - {upsample: 2, name: a_up}
  - {concat: , from: [a, a_up]}
"""

CROPPED = """
input: 1x48x40
layers:
  - pad: 3
  - conv: {filters: 2, kernel: 5, stride: 2}
  - crop: 2
  - permute: [1, 0, 2]
  - softmax
"""

ATTENTION = """
input: 8x24
layers:
  - conv: {filters: 8, kernel: 4, stride: 4}
  - permute: [1, 0]
  - multi_head_attention: {num_heads: 2, key_dim: 4}
  - global_avgpool
"""


NETS = {
    "chain": CHAIN, "ladder": LADDER, "shortcut": SHORTCUT, "two_levels": TWO_LEVELS,
    "claim": CLAIM, "global": GLOBAL, "chance": CHANCE, "gate": GATE, "shuffle": SHUFFLE,
    "enlarged": ENLARGED, "u_net": U_NET, "cropped": CROPPED, "attention": ATTENTION,
}  # fmt: skip


@pytest.mark.parametrize("text", NETS.values(), ids=NETS)
def test_the_demands_are_what_building_finds(text):
    for axis in (one.name for one in input_axes(built(text))):
        assert foretold(text, axis) == tried(text, axis)


def test_a_shortcut_that_rounds_otherwise_needs_even_sizes():
    # floor((n - 1) / 2) + 1 = ceil(n / 2) meets floor(n / 2) at even n only (and, by
    # stretching 1, at n = 3: 2 rows and 1).
    axis = axis_of(SHORTCUT)
    assert (axis.multiple, axis.merges) == (2, ("add_1",))


def test_two_levels_need_a_multiple_of_four():
    assert axis_of(TWO_LEVELS).multiple == 4


def test_a_u_net_of_two_levels():
    assert axis_of(U_NET).multiple == 4


def test_a_claimed_size_fixes_the_input():
    # 400 = 16 * 5 * 5; two halvings and two kernels of 5 give 5 from 32 to 35.
    axis = axis_of(CLAIM)
    assert (axis.least, axis.most) == (32, 35)


def test_global_pooling_cuts_the_dependency():
    axis = axis_of(GLOBAL)
    assert (axis.least, axis.most, axis.period) == (5, None, 1)


def test_sizes_that_meet_by_chance_are_found():
    # n and ceil(n / 2) are equal at 1, and at 2 the 1 stretches.
    axis = axis_of(CHANCE)
    assert (axis.least, axis.residues) == (1, ())


@st.composite
def branches(draw):
    """A net of two branches that are added, and a tail: strides, paddings, dilations at random."""

    def layer(stride):
        kernel = draw(st.integers(1, 5))
        if draw(st.booleans()):
            padding = draw(st.sampled_from(["valid", "same", "1", "2"]))
            dilation = draw(st.sampled_from([1, 1, 2]))
            return (
                f"conv: {{filters: 2, kernel: {kernel}, stride: {stride}, "
                f"padding: {padding}, dilation: {dilation}}}"
            )
        ceil = draw(st.sampled_from(["true", "false"]))
        padding = draw(st.integers(0, kernel // 2))
        return (
            f"maxpool: {{kernel: {kernel}, stride: {stride}, padding: {padding}, "
            f"ceil_mode: {ceil}}}"
        )

    strides = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    lines = ["input: 2x64", "layers:"]
    for branch in "ab":
        for place, stride in enumerate(strides):
            before = "input" if place == 0 else f"{branch}{place - 1}"
            lines.append(f"  - {{{layer(stride)}, name: {branch}{place}, from: {before}}}")
    last = len(strides) - 1
    lines.append(f"  - {{concat: , from: [a{last}, b{last}]}}")
    lines.append(f"  - {layer(draw(st.integers(1, 3)))}")
    return "\n".join(lines)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(branches())
def test_random_branches_against_building(text):
    # The reasoning starts from a net that fits: at some size, not always at a round one.
    fitting = (text.replace("2x64", f"2x{size}") for size in (64, 63, 62, 60, 57, 56, 55, 50, 49))
    text = next((one for one in fitting if not read_text(one).failed), "")
    assume(text)
    network = built(text)
    found = tried(text, "length")
    axis = admissible(network).axes[0]
    assert axis.least == found[0]
    assert foretold(text, "length") == found
    start = max(TOP // 2, axis.least)
    regular = [n for n in range(start, TOP) if n % axis.period in axis.residues]
    assert [n for n in found if n >= start] == regular


TWO_SCALES = """
inputs: {left: 3x32x32, right: 3x64x64}
layers:
  - {conv: {filters: 8, kernel: 3, stride: 2, padding: 1}, from: right, name: r}
  - {conv: {filters: 8, kernel: 3, padding: 1}, from: left, name: l}
  - {add: , from: [l, r]}
"""


def test_each_of_several_inputs_has_its_sizes():
    found = admissible(built(TWO_SCALES))
    assert [(axis.name, axis.inputs, axis.only) for axis in found.axes] == [
        ("height", ("left",), (32,)), ("width", ("left",), (32,)),
        ("height", ("right",), (63, 64)), ("width", ("right",), (63, 64)),  # ceil(63 / 2) = 32
    ]  # fmt: skip
    assert found.smallest == {"left": (3, 32, 32), "right": (3, 63, 63)}
    assert not read_text(TWO_SCALES, shapes=found.smallest).failed


def test_inputs_of_one_size_are_one_axis():
    text = TWO_SCALES.replace("64x64", "32x32").replace("stride: 2", "stride: 1")
    found = admissible(built(text))
    assert [(axis.name, axis.inputs, axis.least) for axis in found.axes] == [
        ("height", ("left", "right"), 1), ("width", ("left", "right"), 1),
    ]  # fmt: skip
    assert found.smallest == {"left": (3, 1, 1), "right": (3, 1, 1)}


SEVENS_AND_ELEVENS = """
input: 3x50x50
layers:
  - {maxpool: 7}
  - {upsample: 7, name: b}
  - {add: , from: [input, b]}
  - {maxpool: 11}
  - {upsample: 11, name: d}
  - {add: , from: [input, d]}
"""


def test_a_net_that_fits_at_no_usual_size_is_solved(cnncalc):
    done = cnncalc("solve", "-", "--min-input", "--divisible", stdin=SEVENS_AND_ELEVENS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "smallest input  3x77x77\n" in done.stdout
    assert "height  a multiple of 77 (add_1, add_2)\n" in done.stdout


def test_a_net_that_fits_at_no_size_is_reported(cnncalc):
    layers = "[{conv: {filters: 4, kernel: 1}, name: a}, {add: , from: [input, a]}]"
    text = f"input: 3x8x8\nlayers: {layers}"
    done = cnncalc("solve", "-", "--min-input", stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "E205" in done.stderr


def test_attention_with_its_features_declared_takes_any_length(cnncalc):
    text = "input: 49x64\nlayers: [{attention: {num_heads: 4, embed_dim: 64}}]"
    done = cnncalc("solve", "-", "--min-input", "--divisible", stdin=text)
    assert "smallest input  1x64\n" in done.stdout
    assert "length  any size\n" in done.stdout


@pytest.mark.parametrize(("other", "alone"), [("3x64x64", True), ("3x32x32", False)])
def test_inputs_of_other_sizes_are_said_to_stay_as_they_are(cnncalc, other, alone):
    text = (
        f"inputs: {{a: 3x32x32, b: {other}}}\nlayers:\n"
        "  - {conv: {filters: 4, kernel: 2, stride: 2}, from: a, name: p}\n"
        f"  - {{conv: {{filters: 4, kernel: 2, stride: {4 if alone else 2}}}, from: b, name: q}}\n"
        "  - {add: , from: [p, q]}\n"
    )
    done = cnncalc("solve", "-", "--min-input", stdin=text)
    assert ("inputs of other sizes stay as they are" in done.stdout) == alone
