"""What layers state that they compute: activations by their definitions, the rest by their text."""

from __future__ import annotations

import math

import pytest

from cnncalc import api
from cnncalc.analysis.explain import explain
from cnncalc.analysis.formula.tree import parse
from cnncalc.analysis.formula.values import evaluated
from cnncalc.layers import registry

POINTS = (-7.0, -3.0, -1.5, -0.6, -0.5, -0.25, 0.0, 0.05, 0.5, 0.75, 2.0, 6.5)


def equations(entry, shape="[8, 4, 4]"):
    (layer,) = explain(api.parse(f"input: {shape}\nlayers:\n  - {entry}\n")).layers
    return [f"{one.name} = {one.values or one.formula}" for one in layer.equations]


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def normal_distribution(x):
    return math.erfc(-x / math.sqrt(2)) / 2


#: Each activation by its definition in PyTorch's documentation (Keras's for its own arguments).
DEFINITIONS = {
    "relu": lambda x: max(0, x),
    "relu: {max_value: 6}": lambda x: min(6, x) if x > 0 else 0,
    "relu: {negative_slope: 0.1, threshold: 0.5}": lambda x: x if x >= 0.5 else 0.1 * (x - 0.5),
    "relu: {max_value: 1, threshold: 0.5}": lambda x: 0 if x < 0.5 else min(x, 1),
    "relu6": lambda x: 6 if x > 6 else (max(0, x)),
    "leaky_relu: 0.2": lambda x: max(0, x) + 0.2 * min(0, x),
    "leaky_relu: 2": lambda x: max(0, x) + 2 * min(0, x),
    "rrelu: {lower: 0.1, upper: 0.3}": lambda x: max(0, x) + 0.2 * min(0, x),
    "elu: 0.5": lambda x: x if x > 0 else 0.5 * math.expm1(x),
    "selu": lambda x: (
        1.0507009873554804934193349852946
        * (max(0, x) + min(0, 1.6732632423543772848170429916717 * math.expm1(x)))
    ),
    "celu: 2": lambda x: max(0, x) + min(0, 2 * math.expm1(x / 2)),
    "gelu": lambda x: x * normal_distribution(x),
    "gelu: tanh": lambda x: (
        0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    ),
    "silu": lambda x: x * sigmoid(x),
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "sigmoid": sigmoid,
    "log_sigmoid": lambda x: -math.log1p(math.exp(-x)),
    "hardsigmoid": lambda x: 0 if x <= -3 else (1 if x >= 3 else x / 6 + 0.5),
    "hardswish": lambda x: 0 if x <= -3 else (x if x >= 3 else x * (x + 3) / 6),
    "tanh": math.tanh,
    "hardtanh: {min_val: -2, max_val: 0.5}": lambda x: -2 if x < -2 else min(x, 0.5),
    "tanhshrink": lambda x: x - math.tanh(x),
    "softplus: 2": lambda x: math.log1p(math.exp(2 * x)) / 2,
    "softsign": lambda x: x / (1 + abs(x)),
    "softshrink: 0.5": lambda x: math.copysign(max(abs(x) - 0.5, 0), x),
    "hardshrink: 0.5": lambda x: x if x > 0.5 or x < -0.5 else 0,
    "threshold: {threshold: 0.1, value: -3}": lambda x: x if x > 0.1 else -3,
}


@pytest.mark.parametrize("entry", DEFINITIONS)
def test_an_activation_states_its_definition(entry):
    (equation,) = equations(entry)
    name, _, right = equation.partition(" = ")
    assert name == "y"
    for x in POINTS:
        value = evaluated(parse(right), {"x": x, "pi": math.pi})
        assert float(value) == pytest.approx(DEFINITIONS[entry](x), rel=1e-9, abs=1e-12)


def test_every_activation_is_defined_above():
    functions = {layer.type for layer in registry.types() if getattr(layer, "function", False)}
    several = {"softmax", "softmin", "log_softmax", "glu", "prelu", "activation"}
    assert {entry.split(":")[0] for entry in DEFINITIONS} == functions - several


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("softmax: 0", ["y = exp(x) / sum(exp(x))"]),
        ("activation: relu", ["y = relu(x)", "relu(x) = max(x, 0)"]),
        ("conv: {filters: 4, kernel: 3, bias: false}", ["y = sum(kernel*window)"]),
        (
            "conv: {filters: 4, kernel: 3, activation: silu}",
            ["y = silu(sum(kernel*window) + bias)", "silu(x) = x / (1 + exp(-x))"],
        ),
        (
            "batchnorm: {eps: 0.001, center: false}",
            ["mean = sum(x) / n", "variance = sum((x - mean)^2) / n",
             "y = gamma * (x - mean) / sqrt(variance + 0.001)"],
        ),
        (
            "rmsnorm: {eps: 0.5}",
            ["variance = sum(x^2) / n", "y = gamma * x / sqrt(variance + 0.5)"],
        ),
        ("dropout: 0.25", ["y = mask*x / (1 - 0.25)", "y = x"]),
        ("maxpool: 2", ["y = max(window)"]),
        (
            "adaptive_avgpool: 2",
            ["y[i] = mean(x[floor(i*in / size)] to x[ceil((i + 1)*in / size) - 1])"],
        ),
    ],
)  # fmt: skip
def test_what_layers_compute(entry, expected):
    assert equations(entry) == expected


def test_a_recurrent_layer_names_its_activations():
    assert equations("rnn: {units: 4, nonlinearity: relu, bias: false}", "[10, 8]") == [
        "h = relu(kernel*x + recurrent_kernel*h)",
        "relu(x) = max(x, 0)",
    ]


def test_a_penalty_states_its_gradient(cnncalc):
    net = "input: [4]\nlayers:\n  - dense: 2\n    regularizer: {l1: 0.5, l2: 0.01}\n"
    shown = cnncalc("explain", "-", stdin=net).stdout
    assert "penalty: 0.5 * sum(abs(w)) over 8 weights; its gradient: 0.5*sign(w) for each" in shown
    assert "penalty: 0.01 * sum(w^2) over 8 weights; its gradient: 2*0.01*w for each" in shown
