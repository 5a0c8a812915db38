"""Every code is raised at the place of the mistake, with the help that a person needs there."""

from __future__ import annotations

import pytest
from marked_specs import diagnosed, places, unmarked, words

import cnncalc
from cnncalc.diagnostics.codes import TITLES

#: What a spec of layers begins with: two lines, so that the first entry stands in line 3.
NET = "input: 3x8x8\nlayers:\n"

#: code: (spec, what must be said beside the code and the place)
CASES = {
    "E003": ("# to be written\n", ["cnncalc new"]),
    "E004": ("input: [3, 8, 8\nlayers§: [relu]\n", ["`[` in line 1 is not closed"]),
    "E005": (NET + "  - conv: {filters: 8, kernel: 3, §kernel: 5}\n", ["kernel", "line 3"]),
    "E006": (NET + "  - repeat: §300000\n    layers: [relu]\n", ["100,000", "--max-layers"]),
    "E101": ("input: 3x8x8\n§layrs: []\nlayers: [relu]\n", ["layrs", "did you mean `layers`?"]),
    "E102": ("input: 3x8x8\nlayers: §relu\n", ["`layers` must be a list", "`- `"]),
    "E103": ("§name: a\nlayers: [relu]\n", ["`input`", "channels, height, width"]),
    "E104": (NET + "  - §conve: {filters: 8, kernel: 3}\n", ["did you mean `conv`?"]),
    "E105": (NET + "  - maxpool: {kernel: 2, §strid: 2}\n", ["did you mean `stride`?"]),
    "E106": (NET + "  - relu\n  - §conv: {filters: 8}\n", ["`kernel`"]),
    "E107": (NET + "  - conv: {filters: 8, kernel: §0}\n", ["1 or more, not 0"]),
    "E108": (
        "variables: {width: 8}\n" + NET + "  - dense: $width\n  - dense: {units: §2 * $widht}\n",
        ["`$widht`", "did you mean `$width`?", "$in_channels"],
    ),
    "E109": (NET + "  - {relu: , name: a}\n  - {tanh: , name: §a}\n", ["`a`", "line 3", "$i"]),
    "E110": (
        NET + "  - {relu: , name: stem}\n  - {add: , from: [input, §stemm]}\n",
        ["`stemm`", "did you mean `stem`?"],
    ),
    "E111": (
        NET + "  - {add: , from: [input, §later]}\n  - {relu: , name: later}\n",
        ["`later`", "line 4", "above"],
    ),
    "E112": (
        "blocks:\n  unit:\n    layers:\n      - relu\n      - §unit\n" + NET + "  - unit\n",
        ["`unit`", "itself", "line 8"],
    ),
    "E113": (
        NET + "  - conv: {filters: 8, kernel: 3, §out_channels: 8}\n",
        ["`out_channels`", "`filters`"],
    ),
    "E201": (NET + "  - flatten\n  - §conv: {filters: 8, kernel: 3}\n", ["(192)", "line 3"]),
    # 3 * 8 * 8 = 192
    "E202": (NET + "  - flatten\n  - Linear: {in_features: §100, out_features: 10}\n", ["192"]),
    # 8 // 2 = 4 is below 5; 10 // 2 = 5 is not
    "E203": (
        NET + "  - maxpool: 2\n  - conv: {filters: 8, kernel: §5}\n",
        ["4x4 input", "maxpool_1 (line 3)", "`padding: same`", "largest", "(3, 10, 10)"],
    ),
    # of 3 groups, 6 and 9 are the multiples around 8
    "E204": (NET + "  - conv: {filters: 8, kernel: 3, groups: §3}\n", ["3 groups", "6 or 9"]),
    # the body makes 8 channels of 3: a 1x1 convolution on either way evens them
    "E205": (
        NET + "  - §residual:\n      - conv: {filters: 8, kernel: 3, padding: 1}\n",
        ["(3, 8, 8)", "(8, 8, 8)", "kernel: 1}` after"],
    ),
    # a reflection of 8 rows has only 7 to mirror
    "E206": (
        NET + "  - conv: {filters: 8, kernel: 17, padding: §8, padding_mode: reflect}\n",
        ["at most 7"],
    ),
    "E207": (NET + "  - crop: §4\n", ["height of 8"]),
    "E208": (NET + "  - reshape: §[3, 60]\n", ["180", "192", "-1"]),
    "E209": (NET + "  - permute: §[0, 1, 5]\n", ["3 axes"]),
    "E210": (
        NET + "  - {relu: , name: a}\n  - {§dense: 10, from: [a, input]}\n",
        ["1 input, not 2", "`add`"],
    ),
    # 8 kernels over 3 channels there, over 8 here
    "E211": (
        NET + "  - {conv: {filters: 8, kernel: 3}, name: one}\n  - relu\n  - §share: one\n",
        ["(8, 3, 3, 3)", "(8, 8, 3, 3)"],
    ),
    "E212": (
        NET + "  - Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: §same}\n",
        ["PyTorch", "`padding: 1`"],
    ),
    "W301": (NET + "  - §relu\n  - {tanh: , from: input}\n", ["`relu_1`", "`from:`", "`outputs:`"]),
    # 3 * 3 * 3 * 8 + 8 = 224; it is said of the net as a whole
    "W302": (
        NET + "  - {conv: {filters: 8, kernel: 3}, trainable: false}\n",
        ["224", "`trainable: true`"],
    ),
    "W303": (
        NET + "  - §Conv2D: {filters: 4, kernel_size: 3}\n",
        ["channels", "`layout: channels_first`"],
    ),
}

#: Codes of files that are no text; test_spec_errors_files has them.
OF_FILES = {"E001", "E002"}


#: What `check` and `compute` find in the values; the page of the code has its examples.
OF_VALUES = {"E213"}
#: What is said of models of other tools; the page of the code has its examples.
OF_IMPORTS = {"W304"}
#: A lint that speaks of the whole net.
OF_LINTS = {"W302"}


def test_the_table_has_every_code():
    assert set(CASES) | OF_FILES | OF_VALUES | OF_IMPORTS == set(TITLES) | OF_LINTS


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_mistake_is_reported_once_with_its_code(code):
    text, _ = unmarked(CASES[code][0])
    assert [one.code for one in diagnosed(text)] == [code]


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_place_is_that_of_the_mistake(code):
    text, marked = unmarked(CASES[code][0])
    assert places(diagnosed(text)) == (marked or [None])


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_way_out_is_named(code):
    marked, wanted = CASES[code]
    text, _ = unmarked(marked)
    (one,) = diagnosed(text)
    missing = [word for word in wanted if word not in words(one)]
    assert not missing, words(one)


@pytest.mark.parametrize("code", sorted(code for code in CASES if code.startswith("E")))
def test_the_api_raises_an_error_with_the_code(code):
    text, marked = unmarked(CASES[code][0])
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(text)
    (one,) = caught.value.diagnostics
    assert (one.code, one.severity) == (code, "error")
    assert f"error[{code}]: {one.message}" in str(caught.value)
    if marked:
        assert f"--> <text>:{marked[0][0]}:{marked[0][1]}\n" in str(caught.value)


#: Mistakes in arguments: the code, an entry, what must be said.
ARGUMENTS = [
    ("E107", "- conv: {filters: §-4, kernel: 3}", "1 or more, not -4"),
    ("E107", "- conv: {filters: §4.5, kernel: 3}", "whole number"),
    ("E107", "- conv: {filters: §many, kernel: 3}", "whole number"),
    ("E107", "- conv: {filters: §true, kernel: 3}", "whole number"),
    ("E107", "- conv: {filters: §[4, 4], kernel: 3}", "whole number"),
    ("E107", '- conv: {filters: §"4", kernel: 3}', "without quotes"),
    ("E107", "- conv: {filters: 4, kernel: §[3, 3, 3]}", "3 values"),
    ("E107", "- conv: {filters: 4, kernel: §[]}", "empty"),
    ("E107", "- conv: {filters: 4, kernel: 3, stride: §0}", "1 or more, not 0"),
    ("E107", "- conv: {filters: 4, kernel: 3, dilation: §0}", "1 or more, not 0"),
    ("E107", "- conv: {filters: 4, kernel: 3, groups: §0}", "1 or more, not 0"),
    ("E107", "- conv: {filters: 4, kernel: 3, padding: §smae}", "same"),
    ("E206", "- conv: {filters: 4, kernel: 3, padding: §-1}", "0 or more"),
    ("E107", "- maxpool: §0", "1 or more, not 0"),
    ("E107", "- maxpool: {kernel: 2, stride: §-2}", "1 or more, not -2"),
    ("E107", "- dense: §0", "1 or more, not 0"),
    ("E107", "- dropout: §2", "1 or less"),
    ("E107", "- dropout: §-0.5", "0 or more"),
    ("E107", "- dropout: §.nan", "from 0 to 1"),
    ("E107", "- dropout: §1e300", "must be 1 or less"),
    ("E105", "- flatten\n- dense: {units: 4, §unist: 4}", "did you mean `units`?"),
    ("E102", "- relu: {§[3]: 4}", "a key must be a word"),
    ("E204", "- conv: {filters: 9, kernel: 3, groups: §2}", "2 groups"),
    ("E204", "- conv: {filters: 8, kernel: 3, groups: §4}", "3 input channels"),
    ("E203", "- conv: {filters: 8, kernel: §9}", "9x9 does not fit the 8x8 input"),
    ("E203", "- conv: {filters: 8, kernel: §9x1}", "8x8"),
    ("E203", "- conv: {filters: 8, kernel: §3, dilation: 4}", "9"),
    ("E203", "- maxpool: §9", "8x8"),
    ("E107", "- repeat: §-1\n  layers: [relu]", "0 or more, not -1"),
    ("E107", "- repeat: §1.5\n  layers: [relu]", "whole number"),
    ("E107", "- repeat: §[2]\n  layers: [relu]", "whole number"),
    ("E102", "- for: [a, b]\n  in: [[1, 2], §[3]]\n  layers: [relu]", "row 2"),
    ("E103", "- for: §[a, b]\n  layers: [relu]", "`in:`"),
    ("E102", "- for: a\n  in: §3\n  layers: [relu]", "list"),
    ("E102", "- for: §{a: [1], b: [1, 2]}\n  layers: [relu]", "one length"),
    ("E108", "- when: §maybe\n  layers: [relu]", "$maybe"),
    ("E108", "- when: §$in_channels\n  layers: [relu]", "true or false"),
    ("E107", "- {dense: 4, trainable: §perhaps}", "true or false"),
    ("E102", "- {relu: , name: §[a]}", "word"),
    ("E102", "- {relu: , from: [§[a]]}", "word"),
    ("E110", "- {dense: 4, share: §first}", "`first`"),
    ("E101", "- relu:\n  §maxpool: 2", "a line of its own"),
    ("E101", "- conv:\n  §filters: 8\n  kernel: 3", "`- conv: {filters: 8, kernel: 3}`"),
    ("E101", "- §conv: {filters: 3, kernel: 3}\n  layers: [relu]", "group"),
    ("E103", "- §name: a", "no layer type"),
    ("E102", "- §[relu]", "`layers`"),
    ("E104", "- §3", "`3`"),
    ("E103", "- §residual:", "`body`"),
    ("E101", "- residual: {§bodi: [relu]}", "did you mean `body`?"),
    ("E104", "- residual: {body: [relu], merge: §addd}", "did you mean"),
    ("E103", "- §parallel: []", "branches"),
    ("E102", "- parallel: [§relu, [tanh]]", "list"),
    ("E205", "- {maxpool: 2, name: a}\n- {§add: , from: [input, a]}", "(3, 4, 4)"),
    ("E205", "- {maxpool: 2, name: a}\n- {§concat: , from: [input, a]}", "(3, 4, 4)"),
    ("E108", "- dense: §4 / $zero", "division by zero"),
    ("E108", "- dense: §$zero +", "too early"),
    ("E108", "- dense: §sqrt($zero)", "sqrt"),
    ("E108", "- dense: §$zero.real", ".real"),
    ("E107", "- dense: §7 / ($zero + 2)", "7/2"),
    ("E107", "- dense: §$zero", "1 or more, not 0"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "entries", "said"), ARGUMENTS)
def test_a_bad_argument_is_one_error_at_its_place(code, entries, said):
    text, marked = unmarked(f"variables: {{zero: 0}}\ninput: 3x8x8\nlayers:\n{entries}\n")
    (one,) = diagnosed(text)
    assert (one.code, places((one,))) == (code, marked)
    assert said in words(one)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("rleu", "relu"),
        ("dnse", "dense"),
        ("addd", "add"),
        ("Conv2dd", "Conv2d"),  # of torch.nn
        ("Conv2DD", "Conv2D"),  # of keras.layers, with other rules
        ("MaxPool2dd", "MaxPool2d"),
    ],
)
def test_a_suggested_type_has_the_rules_of_the_written_one(written, meant):
    (one,) = diagnosed(f"{NET}  - {written}\n")
    assert one.label == f"did you mean `{meant}`?"


@pytest.mark.parametrize("key", ["frm", "nmae", "whne", "trainabel"])
def test_a_misspelt_key_beside_a_type_is_told_the_nearest(key):
    meant = {"frm": "from", "nmae": "name", "whne": "when", "trainabel": "trainable"}[key]
    (one,) = diagnosed(f"{NET}  - {{relu: , {key}: input}}\n")
    assert one.code == "E101"
    assert f"did you mean `{meant}`?" in words(one)


def test_an_empty_list_of_inputs_is_named_as_such():
    (one,) = diagnosed(f"{NET}  - {{relu: , from: []}}\n")
    assert "several" not in words(one)  # the net has one input


#: Mistakes at the top of a spec: the code, the text, what must be said.
TOP = [
    ("E103", "§input: 3x8x8\n", "`layers`"),
    ("E102", "§- relu\n", "mapping"),
    ("E107", "input: [§0, 8, 8]\nlayers: [relu]\n", "1 or more, not 0"),
    ("E107", "input: [3, §-8, 8]\nlayers: [relu]\n", "1 or more, not -8"),
    ("E107", "input: [3, §8.5, 8]\nlayers: [relu]\n", "8.5"),
    ("E107", "input: [§null, 3, 8, 8]\nlayers: [relu]\n", "batch"),
    ("E107", "input: §{chanels: 3, height: 8}\nlayers: [relu]\n", "channels"),
    ("E107", "input: §wide\nlayers: [relu]\n", "3x32x32"),
    ("E107", "input: 3x8x8\nlayout: §NHWC\nlayers: [relu]\n", "channels_last"),
    ("E102", "input: 3x8x8\nname: §[a]\nlayers: [relu]\n", "word"),
    ("E005", "input: 3x8x8\n§inputs: {a: 3}\nlayers: [relu]\n", "either"),
    ("E103", "inputs: §{}\nlayers: [relu]\n", "no input"),
    ("E102", "inputs: §[a, b]\nlayers: [relu]\n", "mapping"),
    ("E102", "input: 3x8x8\nvariables: §3\nlayers: [relu]\n", "mapping"),
    ("E102", "input: 3x8x8\nblocks: {a: §3}\nlayers: [a]\n", "`a`"),
    ("E101", "input: 3x8x8\nblocks: {a: {§arg: [x], layers: [relu]}}\nlayers: [a]\n", "`args`"),
    ("E103", "input: 3x8x8\nblocks: {a: §{args: [x]}}\nlayers: [a]\n", "`layers`"),
    ("E106", "input: 3\nblocks: {a: {args: [w], layers: [dense: $w]}}\nlayers: [§a]\n", "`w`"),
    ("E105", "input: 3\nblocks: {a: {args: [w], layers: [relu]}}\nlayers: [a: {§v: 1}]\n", "are w"),
    ("E105", "input: 3\nblocks: {a: [relu]}\nlayers: [a: §3]\n", "no argument"),
    ("E110", "input: 3\nlayers: [{relu: , name: top}]\noutputs: [§topp]\n", "mean `top`?"),
    ("E112", "input: 3\nvariables: {a: §$a}\nlayers: [dense: $a]\n", "`$a`"),
    ("E112", "input: 3\nlayers: &all [relu, §*all]\n", "itself"),
    ("E112",
     "input: 3\nblocks:\n  a: [b]\n  b: [relu, §a]\nlayers: [a]\n", "itself"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "marked", "said"), TOP)
def test_a_mistake_at_the_top_is_one_error_at_its_place(code, marked, said):
    text, at = unmarked(marked)
    (one,) = diagnosed(text)
    assert (one.code, places((one,))) == (code, at)
    assert said in words(one)
