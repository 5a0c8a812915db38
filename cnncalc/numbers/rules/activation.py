"""Activations: a function of each element, and softmax over an axis."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from cnncalc.layers import rectifier, sigmoid
from cnncalc.layers.absolute import Absolute
from cnncalc.layers.activation import Activation
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


def _keras_or_plain_relu(layer: rectifier.ReLU) -> Function:
    if not layer.negative_slope and not layer.threshold and layer.max_value is None:
        return functions.RELU
    most = None if layer.max_value is None else exact(layer.max_value)
    return functions.bounded_relu(exact(layer.negative_slope), exact(layer.threshold), most)


def _mean_slope(layer: rectifier.RReLU) -> Function:
    """In evaluation RReLU's slope is the mean of its bounds (PyTorch's rule)."""
    return functions.leaky((exact(layer.lower) + exact(layer.upper)) / Fraction(2), "rrelu")


_FUNCTIONS: dict[type[Any], Function | Choose] = {
    Absolute: functions.ABSOLUTE,
    rectifier.ReLU: _keras_or_plain_relu,
    rectifier.ReLU6: functions.RELU6,
    rectifier.LeakyReLU: lambda layer: functions.leaky(exact(layer.slope)),
    rectifier.RReLU: _mean_slope,
    rectifier.ELU: lambda layer: functions.elu(exact(layer.alpha)),
    rectifier.SELU: functions.SELU,
    rectifier.CELU: lambda layer: functions.celu(exact(layer.alpha)),
    rectifier.GELU: lambda layer: (
        functions.GELU_TANH if layer.approximate == "tanh" else functions.GELU
    ),
    rectifier.SiLU: functions.SILU,
    rectifier.Mish: functions.MISH,
    sigmoid.Sigmoid: functions.SIGMOID,
    sigmoid.LogSigmoid: functions.LOG_SIGMOID,
    sigmoid.Hardsigmoid: lambda layer: (
        functions.HARDSIGMOID_TORCH if layer.dialect == "torch" else functions.HARDSIGMOID
    ),
    sigmoid.Hardswish: functions.HARDSWISH,
    sigmoid.Tanh: functions.TANH,
    sigmoid.Hardtanh: lambda layer: functions.clamp(
        exact(layer.min_val), exact(layer.max_val), "hardtanh"
    ),
    sigmoid.Tanhshrink: functions.TANHSHRINK,
    sigmoid.Softplus: lambda layer: functions.softplus_of(
        exact(layer.beta), exact(layer.threshold)
    ),
    sigmoid.Softsign: functions.SOFTSIGN,
    sigmoid.Softshrink: lambda layer: functions.softshrink(exact(layer.lambd)),
    sigmoid.Hardshrink: lambda layer: functions.hardshrink(exact(layer.lambd)),
    rectifier.Threshold: lambda layer: functions.threshold(
        exact(layer.threshold), exact(layer.value)
    ),
    Activation: lambda layer: function_of(layer.activation),
}


@computes(*_FUNCTIONS)
def element_by_element(work: Work) -> Tensor:
    """The layer's function of every element."""
    chosen = _FUNCTIONS[type(work.layer)]
    function = chosen if isinstance(chosen, functions.Function) else chosen(work.layer)
    add = work.tape.add
    return work.result([add(Applied(function, value)) for value in work.source.values])
