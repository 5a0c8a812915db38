"""`cnncalc compute` as a user runs it: the tutorial's sums, steps, gradients and errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from forks import cnncalc

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "numbers"


def run(*arguments, text=None):
    return cnncalc(*arguments, stdin=text)


def computed(*arguments, text=None):
    done = run("compute", *arguments, "--format", "json", text=text)
    assert done.returncode == 0, done.stderr
    return {layer["name"]: layer for layer in json.loads(done.stdout)["layers"]}


#: facts.md, numeric examples.
FACTS = [
    ("convolution", "conv_1", [[["29", "-192"], ["-35", "-22"]]]),
    ("channels", "conv_1", [[["69", "87"], ["123", "141"]]]),
    ("bias", "conv_1", [[["-40"] * 3, ["-40"] * 3, ["-38"] * 3]]),
    ("equivariance", "plain", [[["-5"] * 3] * 3]),
    (
        "equivariance",
        "after_the_shift",
        [[["-5", "-5", "-5"], ["-9", "-5", "-5"], ["-13", "-5", "-5"]]],
    ),
]


@pytest.mark.parametrize(("spec", "layer", "values"), FACTS)
def test_the_tutorials_sums(spec, layer, values):
    assert computed(EXAMPLES / f"{spec}.yaml")[layer]["values"] == values


def test_the_gradient_with_and_without_residual_connections():
    plain = computed(EXAMPLES / "gradient_plain.yaml", "--backward")
    assert plain["second"]["gradient"] == ["19/20", "3/4"]
    assert plain["first"]["gradient"] == ["87/100", "49/200"]
    residual = computed(EXAMPLES / "gradient_residual.yaml", "--backward")
    assert residual["second_sum"]["gradient"] == ["39/20", "5/4"]
    assert residual["first_sum"]["gradient"] == ["181/50", "339/200"]


@pytest.mark.parametrize(
    "name",
    ["convolution", "channels", "bias", "equivariance", "gradient_plain", "gradient_residual"],
)
def test_the_right_figures_hold(name):
    done = run("check", EXAMPLES / f"{name}.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_exactly_the_wrong_figures_of_the_tutorial_are_found():
    done = run("check", EXAMPLES / "tutorial_figures.yaml", "--format", "json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    findings = report["findings"] if isinstance(report, dict) else report[0]["findings"]
    by_layer = {one["message"].split(":")[0]: one for one in findings}
    assert set(by_layer) == {"on_red", "sum", "sums_of_four", "pooled", "first", "sum_first"}
    said = {name: "\n".join([one["message"], *one["notes"]]) for name, one in by_layer.items()}
    assert "2*0 + 3*1 + 5*2 + 6*3 = 31, not 21" in said["on_red"]
    assert "follows from `values` of on_red" in said["sum"]
    assert "ceil_mode: true" in said["pooled"]
    assert "0.87, but 0.885 is expected" in said["first"]
    assert "3.62, but 3.56 is expected" in said["sum_first"]


def test_steps_show_every_product():
    done = run("compute", EXAMPLES / "convolution.yaml", "conv_1", "--steps")
    assert "[0, 0, 0] = 0*-1 + 50*0 + 0*1 + 0*-2 + 80*0 + 31*2 + 33*-1 + 90*0 + 0*1 = 29" in (
        done.stdout
    )


def test_the_penalty_belongs_to_its_own_layer():
    spec = """
input: [2]
values: [1, 2]
layers:
  - dense: {units: 2, bias: false}
    weights: {kernel: [[0.5, -0.3], [0.2, 0.4]]}
    regularizer: {l1: 0.1, l2: 0.01}
  - dense: {units: 1, bias: false}
    weights: {kernel: [[1, -2]]}
gradient: 1
"""
    done = run("compute", "-", "--backward", "--format", "json", text=spec)
    data = json.loads(done.stdout)
    first, second = (layer["weights"]["kernel"] for layer in data["layers"][1:])
    # The sum of l1's 0.1 * (0.5 + 0.3 + 0.2 + 0.4) and l2's 0.01 * (0.25 + 0.09 + 0.04 + 0.16).
    assert data["penalty"] == "727/5000"
    # The derivative of each penalty: 0.1 times the sign, and twice 0.01 times the weight.
    assert first["from_penalty"] == [["11/100", "-53/500"], ["13/125", "27/250"]]
    assert first["from_loss"] == [["1", "2"], ["-2", "-4"]]
    assert first["gradient"] == [["111/100", "947/500"], ["-237/125", "-973/250"]]
    assert second["from_penalty"] is None
    assert second["gradient"] == second["from_loss"]


BAD = {
    "no values": ("input: [1, 2]\nlayers: [relu]\n", "has no `values`"),
    "another shape": ("input: [1, 2, 2]\nvalues: [[1, 2, 3]]\nlayers: [relu]\n", "(1, 3)"),
    "ragged": ("input: [2, 2]\nvalues: [[1, 2], [3]]\nlayers: [relu]\n", "ragged"),
    "a word": ("input: [2]\nvalues: [1, one]\nlayers: [relu]\n", "not a number"),
    "no kernel": ("input: [2]\nvalues: 1\nlayers: [dense: 1]\n", "kernel"),
    "unknown weight": (
        "input: [2]\nvalues: 1\nlayers:\n  - dense: 1\n    weights: {kernal: 1}\n",
        "kernal",
    ),
    "too much": (
        (
            "input: [3, 512, 512]\nvalues: 1\n"
            "layers:\n  - conv: {filters: 64, kernel: 3}\n    weights: {kernel: 1}\n"
        ),
        "operations",
    ),
    "a plane too large to fill": (
        "input: [1, 300000, 300000]\nvalues: 1\nlayers: [relu]\n",
        "operations",
    ),
    "a number too long": ("input: [1]\nvalues: 1e100000\nlayers: [relu]\n", "the limit is 400"),
    "a fraction too long": ("input: [1]\nvalues: 1e-100000\nlayers: [relu]\n", "the limit is 400"),
    "squares of squares": (
        (
            "input: [1]\nvalues: 3\nlayers:\n  - relu:\n    name: m0\n  - for: {i: 1..60}\n"
            "    layers:\n      - multiply:\n        from: ['m${i-1}', 'm${i-1}']\n"
            "        name: m$i\n"
        ),
        "m12: `multiply` gives a number of over 1,000 digits",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_one_error(case):
    text, words = BAD[case]
    done = run("compute", "-", text=text)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("error[") == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


LARGE_GRADIENTS = {
    # The gradient by the input is 10**1050.
    "over 1,000 digits": """
input: [1]
values: 0
layers:
  - for: {i: 1..3}
    layers:
      - dense: {units: 1, bias: false}
        weights: {kernel: 1e350}
""",
    # The derivative of the sigmoid is a float, which 1e350 is too large for.
    "not finite": """
input: [1]
values: 1e-350
layers:
  - dense: {units: 1, bias: false}
    weights: {kernel: 1e350}
  - sigmoid
""",
}


@pytest.mark.parametrize("words", LARGE_GRADIENTS)
def test_a_gradient_out_of_range_is_one_error(words):
    done = run("compute", "-", "--backward", text=LARGE_GRADIENTS[words])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("error[") == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_layer_without_a_rule_is_named_and_the_rest_computed():
    spec = "input: [3, 4]\nvalues: 1\nlayers: [relu, {custom: {shape: [4]}}, relu]\n"
    done = run("compute", "-", "--format", "json", text=spec)
    data = json.loads(done.stdout)
    assert data["not_computed"]["custom_1"] == "custom has no rule"
    assert data["not_computed"]["relu_2"] == "needs custom_1"
    assert data["layers"][1]["values"] == [["1"] * 4] * 3


def test_an_unknown_layer_gets_a_suggestion():
    done = run("compute", EXAMPLES / "convolution.yaml", "conv1")
    assert done.returncode == 2
    assert "conv_1" in done.stderr


def test_absolute_values_and_their_gradient():
    """|-3| is 3, and falls as the value rises; at 0 the gradient is 0, as PyTorch has it."""
    spec = "input: [3]\nvalues: [-3, 0, 2]\nlayers: [abs]\n"
    layers = computed("-", "--backward", text=spec)
    assert layers["abs_1"]["values"] == ["3", "0", "2"]
    assert layers["input"]["gradient"] == ["-1", "0", "1"]
