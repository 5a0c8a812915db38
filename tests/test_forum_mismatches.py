"""Mismatches that people ask about in public: the error answers the question.

Each spec in `data/forum` is our own, written after a kind of question; its
comment quotes the message that brought people there. What is expected is worked
out by hand beside each.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cnncalc.build.reader import read_path

FORUM = Path(__file__).parent / "data" / "forum"

#: file: (code, line, decisive words of the message, of the notes, of the help)
ANSWERS = {
    # 28 halves to 14 and 7, so that 32 channels make 32 * 7 * 7 = 1568; 1050 = 32 * 32.8.
    "linear_in_features": (
        "E202", 12, "`in_features` says 1050, but it is 1568",
        "32 * 7 * 7 = 1568", "it is known from there",
    ),
    # 28 - 4 = 24, 12, 8, 4: 16 * 4 * 4 = 256. 400 = 16 * 5 * 5 comes of 32: 28, 14, 10, 5;
    # or of 12 + 2 - 4 = 10, which halves to 5.
    "lenet_on_mnist": (
        "E202", 12, "says 400, but it is 256", "16 * 4 * 4 = 256",
        "an input of (1, 32, 32) would make 400 right; `padding: 1` on conv_2 (line 8) would",
    ),
    # 350 halves to 175 and 87, which doubles to 174; 348 = 4 * 87, 352 = 4 * 88.
    "unet_odd_size": (
        "E205", 17, "(32, 175, 262) and (32, 174, 262)",
        "maxpool_2 (32, 87, 131)", "height of 348 or 352, a multiple of 4",
    ),
    "negative_dimension": (
        "E203", 6, "does not fit the 1x28 input", "receives (1, 28, 28) from input",
        "read as 28 channels of 1x28: write `input: [28, 28, 1]`, or `layout: channels_first`",
    ),
    "image_channels_last": (
        "E202", 5, "`in_channels` says 3, but it is 640", "receives (640, 640, 3)",
        "read as 640 channels of 640x3: write `input: [3, 640, 640]`",
    ),
    "in_channels": (
        "E202", 7, "`in_channels` says 384, but it is 512", "from relu_1",
        "`out_channels: 384` on conv_1 (line 5)",
    ),
    # 32 - 4 = 28 without padding.
    "keras_concatenate": (
        "E205", 8, "(32, 32, 16) and (28, 28, 16)",
        "the path to right: input (32, 32, 3) -> right (28, 28, 16)",
        "`padding: same` on right (line 7) makes them meet",
    ),
    # floor((56 - 1) / 2) + 1 = 28 by a 1x1 kernel with stride 2.
    "residual_shortcut": (
        "E205", 5, "(64, 56, 56) and (128, 28, 28)", "conv_1 (128, 28, 28)",
        "`conv: {filters: 128, kernel: 1, stride: 2}` after input makes it (128, 28, 28)",
    ),
    "batchnorm_features": (
        "E202", 6, "`num_features` says 32, but it is 64", "from conv_1",
        "leave `num_features` out",
    ),
    # 32: floor((32 + 4 - 11) / 4) + 1 = 7, 3, 3, 1; 63 is what torchvision gives AlexNet as
    # its smallest input.
    "kernel_over_map": (
        "E203", 13, "kernel 3x3 does not fit the 1x1 input", "receives (256, 1, 1)",
        "the smallest input that reaches it is (3, 63, 63)",
    ),
    # (14 - 1) * 2 - 2 + 3 = 27, and one more by the output padding.
    "autoencoder_off_by_one": (
        "E205", 9, "(1, 27, 27) and (1, 28, 28)", "restored (1, 27, 27)",
        "`output_padding: 1` on restored (line 8) makes them meet",
    ),
    # 3 * 32 * 32 = 3072
    "missing_flatten": (
        "E202", 5, "`in_features` says 3072, but it is 32", "receives (3, 32, 32)",
        "a `flatten` before it makes 3072 of (3, 32, 32)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_the_error_answers_the_question(name):
    code, line, message, note, help_ = ANSWERS[name]
    reading = read_path(str(FORUM / f"{name}.yaml"))
    errors = [one for one in reading.diagnostics if one.severity == "error"]
    first = errors[0]
    assert (first.code, first.place.line) == (code, line)
    assert message in first.message
    assert note in "; ".join(first.notes)
    assert help_ in "; ".join(first.help)


def test_every_question_has_an_answer():
    assert {file.stem for file in FORUM.glob("*.yaml")} == set(ANSWERS)


#: What the help says, done: the spec is then accepted.
REPAIRS = {
    "lenet_on_mnist": ("input: 1x28x28", "input: 1x32x32"),
    "unet_odd_size": ("input: 3x350x525", "input: 3x352x524"),
    "negative_dimension": ("input: [1, 28, 28]", "input: [28, 28, 1]"),
    "image_channels_last": ("input: [640, 640, 3]", "input: [3, 640, 640]"),
    "in_channels": ("out_channels: 512", "out_channels: 384"),
    "keras_concatenate": ("kernel_size: 5}", "kernel_size: 5, padding: same}"),
    "batchnorm_features": ("{num_features: 32}", "{}"),
    "kernel_over_map": ("input: 3x32x32", "input: 3x63x63"),
    "autoencoder_off_by_one": (
        "padding: 1}, name: restored", "padding: 1, output_padding: 1}, name: restored"),
    "missing_flatten": ("  - Linear", "  - flatten\n  - Linear"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPAIRS)
def test_what_the_help_says_repairs_it(name, tmp_path):
    text = (FORUM / f"{name}.yaml").read_text()
    old, new = REPAIRS[name]
    assert old in text
    file = tmp_path / "net.yaml"
    file.write_text(text.replace(old, new))
    assert not read_path(str(file)).failed
