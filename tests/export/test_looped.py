"""Loops of which one names the results of its turns, and another takes them by these names."""

from __future__ import annotations

import pytest
from free_names import free_names
from looped_specs import LOOPED, looped_spec
from specs import FRAMEWORKS, exported
from test_style import check_style

SPEC = """
input: 3x8x8
variables: {{depth: 4, width: 4}}
layers:
  - repeat: {first}
    layers:
      - {{conv: {{filters: $width, kernel: 1}}, name: down_$i}}
      - relu
  - repeat: {second}
    layers:
      - {{conv: {{filters: $width, kernel: 1}}, name: up_$i}}
      - {{concat: {{}}, from: [up_$i, '{taken}']}}
"""
#: What the second loop takes, and what the loop of its code goes through.
THROUGH = {
    ("$depth", "$depth", "down_${$depth + 1 - $i}"): "reversed(skips)",
    ("4", "4", "down_${5 - $i}"): "reversed(skips)",
    ("$depth", "$depth", "down_$i"): "skips",
    ("$depth", "$depth - 1", "down_${$i + 1}"): "skips[1:]",
    ("$depth", "$depth - 1", "down_$i"): "skips[:-1]",
    ("$depth", "$depth - 1", "down_${$depth - $i}"): "reversed(skips[:-1])",
    ("$depth", "$depth - 2", "down_${$i + 1}"): "skips[1:-1]",
    ("6", "3", "down_${2 * $i}"): "skips[1::2]",
    ("6", "3", "down_${7 - 2 * $i}"): "reversed(skips[::2])",
}


@pytest.mark.parametrize("case", THROUGH)
def test_a_loop_goes_through_what_another_gave(case):
    found = exported(SPEC.format(**dict(zip(("first", "second", "taken"), case, strict=True))))
    assert (found.flat, found.unrolled) == (False, 0)
    assert f"for up, skip in zip(self.ups, {THROUGH[case]}, strict=True):" in found.text
    assert "            x = torch.cat([up(x), skip], dim=1)\n" in found.text


@pytest.mark.parametrize(
    ("taken", "key"),
    [("down_${$depth + 1 - $i}", "depth + 1 - i"), ("down_$i", "i"), ("down_2", "2")],
)
def test_a_key_in_keras_is_that_of_the_spec(taken, key):
    found = exported(SPEC.format(first="$depth", second="$depth", taken=taken), "keras")
    assert (found.flat, found.unrolled) == (False, 0)
    assert f"x = layers.concatenate([up, down[{key}]])" in found.text


def test_a_result_that_its_own_turn_takes_again_is_not_what_goes_on():
    spec = """
input: 3x8x8
layers:
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, name: first_$i}
      - {conv: {filters: 4, kernel: 1}, name: second_$i}
      - {relu: , name: relu_$i}
      - {add: , from: [first_$i, relu_$i]}
  - {add: , from: [first_1, second_2]}
"""
    keras = exported(spec, "keras").text
    assert "        x = layers.add([first[i], relu])\n" in keras
    assert "    outputs = layers.add([first[1], second[2]])" in keras
    assert forward_of(spec)[2:9] == [
        "        for first, second in self.firsts:",
        "            first_out = first(x)",
        "            skips.append(first_out)",
        "            x = second(first_out)",
        "            seconds.append(x)",
        "            x = first_out + self.relu(x)",
        "        return skips[0] + seconds[1]",
    ]


def test_a_result_of_one_turn_is_taken_by_its_index():
    spec = SPEC.format(first="$depth", second="$depth", taken="down_1")
    assert "x = torch.cat([up(x), skips[0]], dim=1)" in exported(spec).text
    spec = SPEC.format(first="$depth", second="$depth", taken="down_$depth")
    assert "x = torch.cat([up(x), skips[-1]], dim=1)" in exported(spec).text


def test_results_in_another_order_are_taken_from_turns_that_are_written_out():
    found = exported(SPEC.format(first="4", second="4", taken="down_${$i - 1 + 2 * ($i % 2)}"))
    assert (found.flat, found.unrolled) == (False, 1)
    taken = [line.partition("skips")[2] for line in found.text.splitlines() if "cat(" in line]
    assert [one.partition("]")[0] for one in taken] == ["[1", "[0", "[3", "[2"]


def test_a_result_that_the_next_turn_takes_is_written_out():
    spec = """
input: 3x8x8
layers:
  - {conv: {filters: 4, kernel: 1}, name: c0}
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, name: c$i}
      - {add: {}, from: [c$i, 'c${$i - 1}']}
"""
    found = exported(spec)
    assert (found.flat, found.unrolled) == (False, 1)


def test_parts_of_a_turn_are_in_the_order_of_the_net():
    spec = SPEC.format(first="2", second="2", taken="down_$i")
    spec += "      - {conv: {filters: 8, kernel: 1}}\n"
    assert "self.ups.append(nn.ModuleList([up, conv]))" in exported(spec).text


WITHOUT_TURNS = """
input: 3x8x8
variables: {depth: 4, width: 8}
blocks: {row: {layers: [{repeat: $depth - 1, conv: {filters: $width, kernel: 1}}]}}
layers: [{conv: {filters: 4, kernel: 1}}, LOOP, {conv: {filters: 5, kernel: 1}}]
"""


def test_after_a_loop_without_turns_the_size_is_what_it_was_before():
    loop = "{repeat: $depth - 1, conv: {filters: $width, kernel: 1}}"
    text = exported(WITHOUT_TURNS.replace("LOOP", loop)).text
    assert "def __init__(self, depth=4, width=8):" in text
    assert "        channels = 4\n        for _ in range(depth - 1):" in text
    assert "self.conv_2 = nn.Conv2d(channels, 5, 1)" in text


def test_a_block_whose_loop_may_have_no_turns_has_as_many_as_in_the_spec():
    text = exported(WITHOUT_TURNS.replace("LOOP", "row")).text  # what leaves it is not known
    assert "Variables of the spec that are written as their values: depth." in text
    assert "def __init__(self, width=8):" in text


def forward_of(spec: str) -> list[str]:
    """The lines of `forward` in the PyTorch file of a net."""
    lines = exported(spec).text.partition("def forward(self, ")[2].splitlines()[1:]
    return [line.partition("  # ")[0] for line in lines[: lines.index("")]]


def test_a_pyramid_of_features():
    assert forward_of(LOOPED["a pyramid of features"])[:14] == [
        "        skips = []",
        "        for block in self.blocks:",
        "            x = block(x)",
        "            skips.append(x)",
        "            x = self.pool(x)",
        "        x = self.top(x)",
        "        mergeds = []",
        "        for lateral, skip in zip(self.laterals, reversed(skips), strict=True):",
        "            x = self.up(x) + lateral(skip)",
        "            mergeds.append(x)",
        "        skips_2 = []",
        "        for conv, merged in zip(self.convs, mergeds, strict=True):",
        "            x = conv(merged)",
        "            skips_2.append(x)",
    ]


def test_a_result_aside_leaves_what_goes_on():
    assert forward_of(LOOPED["results aside"])[1:6] == [
        "        for conv, side in self.convs:",
        "            x = conv(x)",
        "            side_out = side(x)",
        "            skips.append(side_out)",
        "            x = self.relu(x)",
    ]


def test_what_goes_on_is_a_statement_of_its_own():
    lines = forward_of(LOOPED["loops one after another"])
    assert "            x = b(skip)" not in lines
    assert lines[4:8] == [
        "        skips_2 = []",
        "        for conv, skip in zip(self.convs_2, reversed(skips), strict=True):",
        "            x = conv(skip)",
        "            skips_2.append(x)",
    ]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_last_turn_alone_is_taken(framework):
    spec = SPEC.format(first="3", second="2", taken="down_3")
    found = exported(spec, framework)
    assert (found.flat, found.unrolled) == (False, 0)
    assert {"pytorch": "skips[2]", "keras": "down[3]"}[framework] in found.text


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("what", LOOPED)
def test_loops_of_every_kind_are_kept_or_written_out(what, framework):
    found = exported(LOOPED[what], framework)
    assert (found.flat, found.stubs) == (False, ())
    assert free_names(found.text) == set()


def test_weights_of_a_turn_that_others_have_need_turns_that_are_written_out():
    spec = SPEC.format(first="2", second="2", taken="down_$i")
    spec += "  - {share: up_1, from: down_1}\n"
    found = exported(spec)
    assert (found.flat, found.unrolled) == (False, 2)


def test_powers_have_spaces_where_a_formatter_has_them(tmp_path):
    filters = ["2 ** $i", "$w ** 2 ** $i", "20 - $w ** 2", "-$w ** 2 + 20", "($w + 1) ** $i"]
    convs = [f"      - conv: {{filters: {one}, kernel: 1}}" for one in filters]
    spec = ["input: 3x8x8", "variables: {w: 2}", "layers:", "  - repeat: 2", "    layers:", *convs]
    (tmp_path / "net.py").write_text(exported("\n".join(spec)).text, encoding="utf-8")
    check_style(tmp_path)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_default_that_reads_a_variable_of_the_same_name_is_given(framework):
    spec = """
input: 3x8x8
variables: {depth: 2}
blocks:
  row:
    args: {depth: $depth}
    layers: [{conv: {filters: 3, kernel: 1}, repeat: $depth}]
layers: [row, {row: 3}]
"""
    found = exported(spec, framework)
    assert free_names(found.text) == set()
    assert "depth=2" in found.text


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_random_loops_are_clean_and_kept(start, tmp_path):
    for seed in range(start, start + 20):
        spec = looped_spec(seed)
        for framework in FRAMEWORKS:
            found = exported(spec, framework)
            in_another = "group_$i" in spec  # a loop around both is written out
            assert (seed, found.flat, found.unrolled > 0) == (seed, False, in_another)
            assert (seed, free_names(found.text)) == (seed, set())
            (tmp_path / f"{framework}_{seed}.py").write_text(found.text, encoding="utf-8")
    check_style(tmp_path)
