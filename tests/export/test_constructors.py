"""The constructors of exported classes have few lines, and free names for what they name."""

from __future__ import annotations

from textwrap import dedent

import pytest
from batches import batch
from specs import exported, text_of_net

HEAD = "input: 3x32x32\nvariables: {flat: false}\nblocks:\n"


def constructor_of(text: str, name: str = "Part") -> str:
    """The constructor of a class in the PyTorch file of a spec, without its indentation."""
    found = exported(text).text.partition(f"class {name}(")[2].partition("def __init__")[2]
    lines = found.partition("\n\n")[0].splitlines()
    return dedent("\n".join(lines[1:]))


def part(layers: str, *, arguments: str = "width: , stride: 1") -> str:
    """A net of two uses of a block, with these arguments and layers."""
    inside = "\n".join(f"      {line}" for line in dedent(layers).splitlines())
    return (
        f"{HEAD}  part:\n    args: {{{arguments}}}\n    layers:\n{inside}\n"
        "layers:\n  - part: {width: 8, stride: 2}\n  - part: {width: 16}\n"
    )


TWO = """\
    - conv: {filters: $width, kernel: 3, stride: $stride, padding: 1, bias: false}
      when: not $flat
    - conv: {filters: $width, kernel: 3, stride: [1, $stride], padding: 1, bias: false}
      when: $flat
    - batchnorm"""


def test_two_cases_that_differ_in_one_argument_are_one_module():
    assert constructor_of(part(TWO)) == dedent("""\
        super().__init__()
        strides = (1, stride) if flat else stride
        self.append(nn.Conv2d(in_channels, width, 3, strides, padding=1, bias=False))
        self.append(nn.BatchNorm2d(width))""")


def test_the_argument_has_a_name_that_is_free():
    two = TWO.replace("$width", "$width + $strides")
    lines = constructor_of(part(two, arguments="width: , stride: 1, strides: 0")).splitlines()
    assert lines[1] == "strides_2 = (1, stride) if flat else stride"
    assert "width + strides, 3, strides_2, padding=1" in lines[3]


@batch("old, new", [
    ("kernel: 3, stride: [1, $stride], padding: 1", "kernel: 5, stride: [1, $stride], padding: 2"),
    ("stride: [1, $stride], padding: 1", "stride: [1, $stride], padding: 2, dilation: 2"),
])  # fmt: skip
def test_cases_that_differ_in_more_stay_two(old, new):
    assert old in TWO
    lines = constructor_of(part(TWO.replace(old, new))).splitlines()
    assert {"if not flat:", "else:"} <= set(lines)


def test_a_long_module_has_a_name_before_it_is_added():
    text = part("""\
        - residual:
            - conv: {filters: $in_channels, kernel: 3, padding: 1, bias: false}
            - dropout: 0.1
          when: $stride == 1
        - conv: {filters: $width, kernel: 3, stride: $stride, padding: 1}""")
    assert constructor_of(text) == dedent("""\
        super().__init__()
        if stride == 1:
            conv = nn.Conv2d(in_channels, in_channels, 3, padding=1, bias=False)
            self.append(Residual(conv, nn.Dropout(0.1)))
        self.append(nn.Conv2d(in_channels, width, 3, stride, padding=1))""")


STAGES = """\
input: 3x32x32
layers:
  - for: [width, count]
    in: [[8, 2], [16, 3]]
    layers:
      - repeat: $count
        layers:
          - conv: {filters: $width, kernel: 3, padding: 1}
          - relu
      - maxpool: 2
  - global_avgpool
  - dense: 10
"""


def test_what_every_turn_of_a_loop_says_is_not_said_again_after_it():
    assert constructor_of(STAGES, "Net").splitlines()[1:10] == [
        "self.blocks = nn.Sequential()",
        "channels = 3",
        "for width, count in ((8, 2), (16, 3)):",
        "    for _ in range(count):",
        "        self.blocks.append(nn.Conv2d(channels, width, 3, padding=1))",
        "        self.blocks.append(nn.ReLU())",
        "        channels = width",
        "    self.blocks.append(nn.MaxPool2d(2))",
        "self.head = nn.Sequential(",
    ]


def test_what_differs_from_turn_to_turn_is_said_after_the_loop():
    text = STAGES.replace("$width, kernel", "2 * $in_channels, kernel")
    found = constructor_of(text, "Net")
    assert "channels = 2 * channels" in found or "channels *= 2" in found


ROWS = """\
input: 3x64x64
variables: {counts: [2, 3, 2, 1]}
layers:
  - for: {width: [64, 128, 256, 512], count: $counts, stride: [1, 2, 2, 2]}
    layers:
      - conv: {filters: $width, kernel: 3, padding: 1, stride: $stride}
      - repeat: $count
        layers:
          - batchnorm
"""


@pytest.mark.parametrize(("framework", "indent"), [("pytorch", 8), ("keras", 4)])
def test_a_loop_that_is_long_to_begin_has_a_name_for_a_list(framework, indent):
    lines = [line[indent:] for line in exported(ROWS, framework).text.splitlines()]
    at = lines.index("widths = (64, 128, 256, 512)")
    assert lines[at + 1] == (
        "for width, count, stride in zip(widths, counts, (1, 2, 2, 2), strict=True):"
    )


def test_a_loop_that_fits_has_its_lists_where_it_begins():
    short = ROWS.replace(", stride: [1, 2, 2, 2]", "").replace(", stride: $stride", "")
    assert "zip((64, 128, 256, 512), counts, strict=True):" in exported(short).text


def test_a_layer_that_keeps_nothing_is_one_attribute_for_all_its_uses():
    spec = """
input: 3x32x32
layers:
  - maxpool: 2
  - residual: {body: [{conv: {filters: 3, kernel: 1}}]}
  - maxpool: 2
  - residual: {body: [{conv: {filters: 3, kernel: 1}}]}
"""
    constructor, forward = exported(spec).text.split("def forward")
    assert constructor.count("nn.MaxPool2d(2)") == 1
    assert forward.count("self.pool(") == len(["first", "second"])


def test_a_layer_that_keeps_nothing_is_made_before_a_loop():
    code = exported(text_of_net("examples/unet.yaml")).text
    constructor, forward = code.partition("class Unet(")[2].split("def forward")
    assert "self.pool = nn.MaxPool2d(2)\n        channels = 1\n" in constructor
    assert "            x = self.pool(x)\n" in forward
