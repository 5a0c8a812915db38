"""Design lints: for each code nets that set it off, and nets that must not."""

from __future__ import annotations

import json

import pytest

from cnncalc import api, zoo
from cnncalc.analysis.check.linting import lints, run_lints
from cnncalc.analysis.check.selection import Selection, selection_of

CODES = tuple(lint.code for lint in lints())
SPEC = "input: [{shape}]\nlayers:\n{layers}\n"


def found(shape, *layers, selection=Selection(("ALL",), CODES)):  # noqa: B008 - frozen
    text = SPEC.format(shape=shape, layers="\n".join(f"  - {layer}" for layer in layers))
    return {one.code for one in run_lints(api.parse(text), selection)}


def only(code):
    return Selection(("ALL",), (code,))


LOUD = [
    ("L401", "1, 3, 3", ["maxpool: 2"]),
    ("L401", "3, 8, 8", ["conv: {filters: 4, kernel: 3, stride: 2}"]),
    ("L402", "3, 2, 2", ["conv: {filters: 4, kernel: 5, padding: 2}"]),
    ("L402", "3, 1, 1", ["conv: {filters: 4, kernel: 3, padding: 1}"]),
    # every position but the middle one lies outside
    ("L402", "3, 6, 6", ["conv: {filters: 4, kernel: 3, dilation: 6, padding: 6}"]),
    ("L403", "3, 8, 8", ["conv: {filters: 4, kernel: 1, padding: 1}"]),
    ("L403", "3, 8, 8", ["conv: {filters: 4, kernel: 3, padding: 3}"]),
    ("L404", "3, 8, 8", ["conv: {filters: 4, kernel: 2, padding: same}"]),
    ("L405", "3, 11, 11", ["conv: {filters: 4, kernel: 2, stride: 3}"]),
    ("L406", "3, 8, 8", ["conv_transpose: {filters: 4, kernel: 3, stride: 2}"]),
    ("L411", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "batchnorm"]),
    ("L412", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "conv: {filters: 4, kernel: 3}"]),
    ("L412", "10", ["dense: 20", "dropout: 0.5", "dense: 5"]),
    ("L413", "10", ["dense: 20", "relu", "relu"]),
    ("L413", "10", ["Dense: {units: 20, activation: relu}", "relu"]),
    ("L413", "10", ["Activation: relu", "Activation: relu"]),
    ("L414", "10", ["dense: 20", "softmax", "dense: 5"]),
    ("L414", "10", ["dense: 20", "Activation: softmax", "dense: 5"]),
    ("L415", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "batchnorm", "relu", "dense: 10"]),
    ("L415", "3, 8, 8", ["maxpool: 2", "dense: 10"]),
    ("L415", "3, 8, 8", ["dense: 10"]),
    ("L416", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "relu", "dropout: {inplace: true}"]),
    ("L416", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "tanh", "ReLU: {inplace: true}"]),
    ("L424", "3, 32, 32", ["conv: {filters: 4, kernel: 3}", "global_avgpool"]),
    ("L421", "3, 32, 32", ["conv: {filters: 4, kernel: 3}", "relu", "flatten", "dense: 10"]),
    ("L422", "32, 32, 3", ["relu"]),
    ("L422", "28, 28, 1", ["conv: {filters: 4, kernel: 3, padding: 1}"]),
    ("L422", "480, 640, 3", ["conv: {filters: 4, kernel: 3}"]),
    ("L422", "64, 48, 4", ["maxpool: 2"]),
    ("L425", "1, 3, 32, 32", ["conv: {filters: 4, kernel: 3}"]),
    ("L425", "1, 1, 28, 28", ["flatten"]),
    ("L425", "64, 3, 480, 640", ["conv: {filters: 4, kernel: 3}"]),
    ("W302", "3, 8, 8", ["conv: {filters: 4, kernel: 3}\n    trainable: false"]),
    ("L423", "3, 8, 8", ["relu: {}\n    regularizer: {l2: 0.1}"]),
]
QUIET = [
    # what autograd accepts
    ("L416", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "batchnorm", "relu: {inplace: true}"]),
    # a gate sees the whole map; and a net that ends in a map classifies its positions
    ("L424", "4, 32, 32", ["squeeze_excite: 2", "global_avgpool"]),
    ("L424", "3, 32, 32", ["conv: {filters: 4, kernel: 3}"]),
    ("L413", "10", ["Activation: relu", "Activation: sigmoid"]),
    ("L413", "8", ["glu", "glu"]),
    ("L415", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "flatten", "dense: 10"]),
    # the blocks of ConvNeXt
    ("L415", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "permute: [1, 2, 0]", "dense: 10"]),
    # a sequence of words
    ("L415", "20, 64", ["dense: 10"]),
    # what is left over is padding: the stem of ResNet
    ("L401", "3, 224, 224", ["conv: {filters: 4, kernel: 7, stride: 2, padding: 3}"]),
    # the stem of SqueezeNet
    ("L401", "3, 224, 224", ["conv: {filters: 4, kernel: 7, stride: 2}"]),
    # ceil mode looks at what is left
    ("L401", "1, 3, 3", ["maxpool: {kernel: 2, ceil_mode: true}"]),
    # the projection of ResNet's shortcuts
    ("L401", "3, 56, 56", ["conv: {filters: 4, kernel: 1, stride: 2}"]),
    ("L405", "3, 56, 56", ["conv: {filters: 4, kernel: 1, stride: 2}"]),
    ("L405", "3, 9, 9", ["conv: {filters: 4, kernel: 3, stride: 3}"]),
    ("L402", "3, 7, 7", ["conv: {filters: 4, kernel: 7, padding: 3}"]),
    ("L402", "3, 2, 2", ["conv: {filters: 4, kernel: 3, padding: full}"]),
    ("L402", "3, 2, 2", ["conv: {filters: 4, kernel: 3, padding: 1}"]),
    ("L402", "3, 28, 28", ["conv: {filters: 4, kernel: 3, dilation: 24, padding: 24}"]),
    ("L403", "3, 8, 8", ["conv: {filters: 4, kernel: 3, padding: full}"]),
    ("L404", "3, 8, 8", ["conv: {filters: 4, kernel: 3, padding: same}"]),
    ("L404", "3, 8, 8", ["conv: {filters: 4, kernel: 4, stride: 2, padding: same}"]),
    ("L404", "3, 8, 8", ["maxpool: {kernel: 2, stride: 1, padding: same}"]),
    ("L406", "3, 8, 8", ["conv_transpose: {filters: 4, kernel: 4, stride: 2}"]),
    ("L406", "3, 8, 8", ["conv_transpose: {filters: 4, kernel: 3, stride: 1}"]),
    ("L411", "3, 8, 8", ["conv: {filters: 4, kernel: 3, bias: false}", "batchnorm"]),
    ("L411", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "relu", "batchnorm"]),
    ("L411", "3, 8, 8", ["Conv2D: {filters: 4, kernel_size: 3, activation: relu}", "batchnorm"]),
    ("L412", "3, 8, 8", ["conv: {filters: 4, kernel: 3}", "relu", "conv: {filters: 4, kernel: 3}"]),
    # factorisations: separable, bottleneck, asymmetric, low rank
    ("L412", "3, 8, 8", ["depthwise_conv: 3", "conv: {filters: 4, kernel: 1}"]),
    ("L412", "8, 8, 8", ["conv: {filters: 2, kernel: 1}", "conv: {filters: 8, kernel: 3}"]),
    ("L412", "3, 8, 8", ["conv: {filters: 4, kernel: 1x3}", "conv: {filters: 4, kernel: 3x1}"]),
    ("L412", "100", ["dense: 5", "dense: 100"]),
    ("L413", "10", ["relu", "sigmoid"]),
    ("L413", "10", ["relu", "dense: 3", "relu"]),
    ("L414", "10", ["dense: 20", "softmax"]),
    ("L421", "3, 32, 32", ["conv: {filters: 4, kernel: 3}", "global_avgpool", "dense: 10"]),
    ("L422", "3, 32, 32", ["relu"]),
    ("L422", "1, 32, 3", ["relu"]),
    # a map of 512 channels, electrodes over time, joints of a body over time
    ("L422", "512, 4, 4", ["conv: {filters: 4, kernel: 3}"]),
    ("L422", "64, 500, 1", ["conv: {filters: 4, kernel: 5x1}"]),
    ("L422", "64, 25, 3", ["dense: 4"]),
    ("L422", "3, 480, 640", ["conv: {filters: 4, kernel: 3}"]),
    # a film in colour and one in grey, a scan, a map of few layers, and one after pooling
    ("L425", "3, 16, 112, 112", ["conv: {filters: 4, kernel: 3}"]),
    ("L425", "1, 16, 112, 112", ["conv: {filters: 4, kernel: 3}"]),
    ("L425", "1, 155, 240, 240", ["conv: {filters: 4, kernel: 3}"]),
    ("L425", "3, 3, 32, 32", ["conv: {filters: 4, kernel: 3}"]),
    ("L425", "512, 1, 4, 4", ["flatten"]),
    ("L425", "3, 32, 32", ["conv: {filters: 4, kernel: 3}"]),
    ("W302", "3, 8, 8", ["relu"]),
    ("W302", "8", ["dense: 4\n    trainable: false", "relu", "dense: 2"]),
    ("L423", "3, 8, 8", ["conv: {filters: 4, kernel: 3, regularizer: {l2: 0.1}}"]),
]


@pytest.mark.parametrize(("code", "shape", "layers"), LOUD)
def test_found(code, shape, layers):
    assert found(shape, *layers, selection=only(code)) == {code}


@pytest.mark.parametrize(("code", "shape", "layers"), QUIET)
def test_silent(code, shape, layers):
    assert found(shape, *layers, selection=only(code)) == set()


def test_every_lint_has_both_cases():
    assert {code for code, *_ in LOUD} == set(CODES)
    assert {code for code, *_ in QUIET} == set(CODES)


def test_every_code_is_declared_once():
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("shape", ["3, 32, 32", "3, 480, 640"])
def test_channels_that_look_first_in_a_channels_last_net(shape):
    conv = "{conv: {filters: 4, kernel: 3, padding: 1}}"
    net = api.parse(f"input: [{shape}]\nlayout: channels_last\nlayers: [{conv}]")
    assert {one.code for one in run_lints(net, only("L422"))} == {"L422"}


@pytest.mark.parametrize(("shape", "codes"), [("1, 32, 32, 3", {"L425"}), ("16, 32, 32, 3", set())])
def test_batch_axis_in_a_channels_last_net(shape, codes):
    conv = "{conv: {filters: 4, kernel: 1}}"
    net = api.parse(f"input: [{shape}]\nlayout: channels_last\nlayers: [{conv}]")
    assert {one.code for one in run_lints(net, only("L425"))} == codes


@pytest.mark.parametrize(
    ("shape", "lines", "same"),
    [
        ("13, 13", "1 row and 1 column", "12 along the height and 12 along the width"),
        ("13, 12", "1 row", "12 along the height"),
        ("12, 13", "1 column", "12 along the width"),
    ],
)
def test_what_is_never_seen_is_told_of_all_axes(shape, lines, same):
    (found,) = run_lints(api.parse(f"input: [4, {shape}]\nlayers: [maxpool: 2]"), only("L401"))
    assert f"never sees the last {lines} of its" in found.message
    assert found.help[0] == f"an input of {same} gives the same"


def test_silent_where_the_result_is_used_twice():
    text = """
input: [4, 8, 8]
layers:
  - conv: {filters: 4, kernel: 3}
    name: stem
  - batchnorm
  - add:
    from: [stem, batchnorm_1]
"""
    assert run_lints(api.parse(text), only("L411")) == ()


def test_a_gate_may_end_in_softmax():
    text = """
input: [4, 8, 8]
layers:
  - softmax: 1
    name: gate
  - multiply:
    from: [gate, input]
  - conv: {filters: 4, kernel: 3}
"""
    assert run_lints(api.parse(text), only("L414")) == ()


def test_a_repeated_block_says_it_once():
    text = """
input: [3, 32, 32]
layers:
  - repeat: 3
    layers:
      - conv: {filters: 4, kernel: 3}
      - batchnorm
      - relu
"""
    assert len(run_lints(api.parse(text), only("L411"))) == 1


#: keras.applications has biases before its batch normalisations; DeepLab's widest dilation is
#: made for larger images (Chen et al., 2017, section 3.3, say what becomes of it on small maps).
_KNOWN = {"keras_resnet": {"L411"}, "deeplabv3": {"L402"}}


@pytest.mark.parametrize("name", zoo.names())
def test_good_nets_give_no_warning(name):
    found = run_lints(api.load(f"zoo:{name}"), Selection())
    assert {one.code for one in found} == _KNOWN.get(name, set())


@pytest.mark.parametrize("depth", [18, 34, 101, 152])
def test_no_resnet_gives_a_warning(depth):
    assert run_lints(api.load("zoo:resnet", variables={"depth": depth}), Selection()) == ()


# -- switching --------------------------------------------------------------------------------


def test_opinions_are_off_until_selected():
    assert not Selection().shows("L421")
    assert Selection(select=("L421",)).shows("L421")
    assert Selection(select=("L4",)).shows("L421")


def test_the_longer_name_wins():
    assert Selection(ignore=("ALL",), select=("L401",)).shows("L401")
    assert not Selection(ignore=("L401",), select=("L4",)).shows("L401")
    assert not Selection(ignore=("W301",)).shows("W301")


def test_the_command_line_decides_over_the_spec():
    net = api.parse("input: [3, 3, 3]\nlint: {ignore: [L401]}\nlayers: [{maxpool: 2}]")
    assert not selection_of(net, "")[0].shows("L401")
    assert selection_of(net, "", select=["L401"])[0].shows("L401")


BIASED = "input: [3, 8, 8]\nlayers: [{conv: {filters: 4, kernel: 3}}, batchnorm]\n"


def test_lint_key_and_options_of_the_command(cnncalc):
    assert cnncalc("check", "-", stdin=BIASED).returncode == 1
    assert cnncalc("check", "-", "--ignore", "L411", stdin=BIASED).returncode == 0
    assert cnncalc("check", "-", stdin=BIASED + "lint: {ignore: [L411]}\n").returncode == 0
    bad = cnncalc("check", "-", stdin=BIASED + "lint: L411\n")
    assert (bad.returncode, "must be a mapping" in bad.stderr) == (2, True)
    wrong = cnncalc("check", "-", stdin=BIASED + "lint: {ignore: [L4111]}\n")
    assert wrong.returncode == 2
    assert "did you mean L411?" in wrong.stderr
    assert cnncalc("check", "-", "--ignore", "X1", stdin=BIASED).returncode == 2


def test_an_unused_result_is_a_finding(cnncalc):
    net = "input: [3]\nlayers:\n  - relu\n  - tanh:\n    from: input\n"
    done = cnncalc("check", "-", "--format", "json", stdin=net)
    assert done.returncode == 1
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["W301"]
    assert cnncalc("check", "-", "--ignore", "W301", stdin=net).returncode == 0
