"""Squeeze-and-excite: a learned gate on the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.squeeze_excite import SqueezeExcite
from cnncalc.numbers import functions
from cnncalc.numbers.activations import function_of
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Dot, Product, Sum
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.functions import Function
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(SqueezeExcite, per_output=2)
def squeeze_excite(work: Work) -> Tensor:
    """Each channel times the gate that two small dense layers make of all channels' means."""
    shape, layer = work.source.shape, work.layer
    axis = channel_axis(work.inputs.layout, len(shape))
    channels: list[list[Value]] = [[] for _ in range(shape[axis])]
    for index, value in zip(indices(shape), work.source.values, strict=True):
        channels[index[axis]].append(value)
    means = [
        work.note(f"mean of channel {number}", work.tape.add(Sum(values, len(values))))
        for number, values in enumerate(channels)
    ]
    inner = function_of(layer.activation) if layer.activation else functions.RELU
    outer = function_of(layer.scale_activation) if layer.scale_activation else functions.SIGMOID
    gates = _dense(work, _dense(work, means, "squeeze", inner), "excite", outer)
    for number, gate in enumerate(gates):
        work.note(f"gate of channel {number}", gate)
    pairs = zip(indices(shape), work.source.values, strict=True)
    return work.result(
        [work.tape.add(Product(value, gates[index[axis]])) for index, value in pairs]
    )


def _dense(work: Work, values: list[Value], name: str, function: Function) -> list[Value]:
    kernel, results = work.weights[f"{name}_kernel"].values, []
    for unit, bias in enumerate(work.weights[f"{name}_bias"].values):
        row = kernel[unit * len(values) : (unit + 1) * len(values)]
        total = work.tape.add(Dot(list(zip(values, row, strict=True)), bias), inline=True)
        results.append(work.tape.add(Applied(function, total)))
    return results
