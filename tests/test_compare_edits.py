"""A comparison says what was edited and no more: sizes that only follow are no changes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from random_edits import EDITS, random_pairs

from cnncalc.analysis.compare.differences import difference
from cnncalc.api import load, parse

RESNET = "tests/data/compare/resnet18.yaml"


def compared(before, after):
    return difference(("before", before), ("after", after))


def lines_of(before, after):
    """The steps that are a line: what was added, removed or changed."""
    return lines_in(compared(before, after))


def lines_in(found):
    return [step for step in found.steps if step.mark != "equal"]


@pytest.fixture(scope="module")
def edited():
    pairs = random_pairs(8 * len(EDITS), seed=2026)
    return [(edit, before, after, compared(before, after)) for edit, before, after in pairs]


def test_random_edits_are_shown_at_their_true_length(edited):
    # One layer is one line, a block of so many layers as many.
    true = [abs(len(after) - len(before)) or 1 for _, before, after, _ in edited]
    shown = [len(lines_in(found)) for *_, found in edited]
    longer = [
        (edit, lines, length)
        for (edit, *_), lines, length in zip(edited, shown, true, strict=True)
        if lines > length
    ]
    assert len(longer) <= len(edited) / 50, longer
    assert sum(shown) <= 1.02 * sum(true)


def test_nothing_is_shown_shorter_than_it_is(edited):
    for _, before, after, found in edited:
        assert [step.before.name for step in found.steps if step.before] == [
            node.name for node in before.layers
        ]
        assert [step.after.name for step in found.steps if step.after] == [
            node.name for node in after.layers
        ]
        assert found.count("added") - found.count("removed") == len(after) - len(before)
        if found.count("equal") == len(found.steps):  # a padding written in another way
            assert before.totals == after.totals


def test_a_new_block_is_one_line_of_the_short_form(edited):
    blocks = [
        found.folded
        for edit, before, after, found in edited
        if edit == "insert_block" and len(after) - len(before) > 1
    ]
    single = sum(sum(step.mark != "equal" for step in folded) == 1 for folded in blocks)
    assert single >= 0.95 * len(blocks)


def test_another_stride_of_the_stem_is_one_line(cnncalc, tmp_path):
    text = Path(RESNET).read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(text.replace("kernel: 7, stride: 2", "kernel: 7, stride: 4"))
    result = cnncalc("compare", RESNET, str(other))
    marked = [line for line in result.stdout.splitlines() if line[:2] in ("~ ", "+ ", "- ")]
    assert [line.split()[:2] for line in marked] == [["~", "conv_1"]]
    assert "67 equal, 1 changed\n" in result.stdout
    assert result.stdout.endswith("\nthe sizes of 66 equal layers follow from the changes\n")


@pytest.mark.parametrize(
    ("name", "shape"),
    [("resnet", (3, 250, 250)), ("mobilenet", (225, 225, 3)), ("inception_v3", (3, 331, 331)),
     ("unet", (1, 288, 288)), ("efficientnet", (3, 255, 255)), ("vit", (3, 256, 256))],
)  # fmt: skip
def test_another_input_size_changes_no_layer(name, shape):
    assert lines_of(load(f"zoo:{name}"), load(f"zoo:{name}", input=shape)) == []


def test_a_layer_in_the_place_of_another_is_one_line():
    spec = "input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 3}}, %s, flatten, {dense: 2}]"
    (line,) = lines_of(parse(spec % "relu"), parse(spec % "gelu"))
    assert line.changes == (("type", "relu", "gelu"),)
    assert (line.before.name, line.after.name) == ("relu_1", "gelu_1")


def test_same_and_the_numbers_that_it_stands_for_are_one_padding():
    spec = "input: 3x9x9\nlayers: [{conv: {filters: 4, kernel: 3, stride: 2, padding: %s}}]"
    assert lines_of(parse(spec % "same"), parse(spec % "1")) == []
    even = spec.replace("9x9", "8x8")
    (line,) = lines_of(parse(even % "same"), parse(even % "1"))
    assert line.changes == (("padding", "same", "1"),)


@pytest.mark.parametrize("other", ["0", "1000"])
def test_two_thousand_layers_are_paired_in_a_second(other):
    def net(first):
        layers = "".join(f"- conv: {{filters: {i % 37 + first}, kernel: 1}}\n" for i in range(2000))
        return parse(f"input: 1x1x1\nlayers:\n{layers}")

    nets = net(1), net(int(other) + 2)
    start = time.process_time()
    difference(("before", nets[0]), ("after", nets[1]))
    assert time.process_time() - start < 1
