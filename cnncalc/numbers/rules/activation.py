"""Activations: a function of each element, and softmax over an axis."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from cnncalc.layers import activation as layers
from cnncalc.layers.absolute import Absolute
from cnncalc.numbers import functions
from cnncalc.numbers.activations import function_of
from cnncalc.numbers.exact import exact
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cnncalc.numbers.functions import Function
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    Choose = Callable[[Any], Function]


def _keras_or_plain_relu(layer: layers.ReLU) -> Function:
    if not layer.negative_slope and not layer.threshold and layer.max_value is None:
        return functions.RELU
    most = None if layer.max_value is None else exact(layer.max_value)
    return functions.bounded_relu(exact(layer.negative_slope), exact(layer.threshold), most)


def _mean_slope(layer: layers.RReLU) -> Function:
    """In evaluation RReLU's slope is the mean of its bounds (PyTorch's rule)."""
    return functions.leaky((exact(layer.lower) + exact(layer.upper)) / Fraction(2), "rrelu")


_FUNCTIONS: dict[type[Any], Function | Choose] = {
    Absolute: functions.ABSOLUTE,
    layers.ReLU: _keras_or_plain_relu,
    layers.ReLU6: functions.RELU6,
    layers.LeakyReLU: lambda layer: functions.leaky(exact(layer.negative_slope)),
    layers.RReLU: _mean_slope,
    layers.ELU: lambda layer: functions.elu(exact(layer.alpha)),
    layers.SELU: functions.SELU,
    layers.CELU: lambda layer: functions.celu(exact(layer.alpha)),
    layers.GELU: lambda layer: (
        functions.GELU_TANH if layer.approximate == "tanh" else functions.GELU
    ),
    layers.SiLU: functions.SILU,
    layers.Mish: functions.MISH,
    layers.Sigmoid: functions.SIGMOID,
    layers.LogSigmoid: functions.LOG_SIGMOID,
    layers.Hardsigmoid: lambda layer: (
        functions.HARDSIGMOID_TORCH if layer.dialect == "torch" else functions.HARDSIGMOID
    ),
    layers.Hardswish: functions.HARDSWISH,
    layers.Tanh: functions.TANH,
    layers.Hardtanh: lambda layer: functions.clamp(
        exact(layer.min_val), exact(layer.max_val), "hardtanh"
    ),
    layers.Tanhshrink: functions.TANHSHRINK,
    layers.Softplus: lambda layer: functions.softplus_of(exact(layer.beta), exact(layer.threshold)),
    layers.Softsign: functions.SOFTSIGN,
    layers.Softshrink: lambda layer: functions.softshrink(exact(layer.lambd)),
    layers.Hardshrink: lambda layer: functions.hardshrink(exact(layer.lambd)),
    layers.Threshold: lambda layer: functions.threshold(exact(layer.threshold), exact(layer.value)),
    layers.Activation: lambda layer: function_of(layer.activation),
}


@computes(*_FUNCTIONS)
def element_by_element(work: Work) -> Tensor:
    """The layer's function of every element."""
    chosen = _FUNCTIONS[type(work.layer)]
    function = chosen if isinstance(chosen, functions.Function) else chosen(work.layer)
    add = work.tape.add
    return work.result([add(Applied(function, value)) for value in work.source.values])
