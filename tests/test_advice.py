"""The advice at errors: inputs of other sizes that are named are inputs that help."""

from __future__ import annotations

import re

import pytest

from cnncalc.build.reader import read_text

PAIRS = [
    # one input, several of one size, several of different sizes
    (
        """
input: 3x50x50
layers: [{maxpool: 7}, {upsample: 7, name: u}, {add: , from: [input, u]}]
""",
        ["input"],
    ),
    (
        """
inputs: {a: 3x50x50, b: 1x50x50}
layers: [{maxpool: 7, from: a}, {upsample: 7, name: u}, {concat: , from: [u, b]}]
""",
        ["a", "b"],
    ),
]


def helps(text: str) -> list[str]:
    (error,) = [one for one in read_text(text).diagnostics if one.severity == "error"]
    return list(error.help)


@pytest.mark.parametrize(("text", "inputs"), PAIRS)
def test_sizes_that_are_named_make_a_merge_meet(text: str, inputs: list[str]) -> None:
    (line,) = [one for one in helps(text) if "--divisible" in one]
    assert "height and width of 49 or 56, a multiple of 7, fits here" in line
    for size in (49, 56):
        shapes = {name: (1 if name == "b" else 3, size, size) for name in inputs}
        assert not read_text(text, shapes=shapes).failed


def test_no_size_is_named_where_the_channels_differ_as_well() -> None:
    text = """
input: 3x50x50
layers:
  - conv: {filters: 4, kernel: 7, stride: 7}
  - {upsample: 7, name: u}
  - {add: , from: [input, u]}
"""
    assert not any("--divisible" in one for one in helps(text))


@pytest.mark.parametrize("layout", ["channels_first", "channels_last"])
def test_the_axes_that_differ_are_named(layout: str) -> None:
    first = layout == "channels_first"
    shapes = ("3x50x50", "3x50x48") if first else ("50x50x3", "50x48x3")
    inputs = f"inputs: {{a: {shapes[0]}, b: {shapes[1]}}}"
    text = f"layout: {layout}\n{inputs}\nlayers: [{{add: , from: [a, b]}}]"
    (error,) = read_text(text).diagnostics
    assert error.message.endswith("they differ in width")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("input: [32, 32, 3]", "write `input: [3, 32, 32]`, or `layout: channels_last`"),
        ("inputs: {a: 3x8x8, b: 32x32x3}", "write `input: [3, 32, 32]`"),
        ("inputs: {a: 32x32x3, b: 32x8x2}", None),
        ("layout: channels_last\ninput: [3, 32, 32]", "or `layout: channels_first`"),
        ("input: [32, 32, 5]", None),
    ],
)
def test_an_image_in_the_other_layout_is_seen_below_the_input_too(
    inputs: str, said: str | None
) -> None:
    name = "b" if "b:" in inputs else "input"
    text = (
        f"{inputs}\nlayers: [{{relu: , from: {name}}}, conv: {{filters: 4, kernel: 3}}, maxpool: 4]"
    )
    found = [one for one in helps(text) if "is read as" in one]
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


@pytest.mark.parametrize("inputs", ["input: 3x32x32", "inputs: {a: 3x32x32, b: 1x32x32}"])
def test_the_smallest_input_is_named_with_several_inputs_as_with_one(inputs: str) -> None:
    name = "a" if "a:" in inputs else "input"
    text = f"""
{inputs}
layers:
  - {{maxpool: 8, from: {name}}}
  - {{conv: {{filters: 4, kernel: 5}}}}
"""
    (line,) = [one for one in helps(text) if "smallest" in one]
    sizes = {int(number) for number in re.findall(r"\((?:3|1), (\d+), \1\)", line)}
    assert sizes == {40}  # 5 * 8
