"""How a layer states the formulas of its sizes and counts.

The formulas are declared as text in `Layer.formulas`; the quantities that they
name are the layer's arguments and what `Layer.quantities` and `Size.quantities`
add. Documentation, `explain` and the tests all read these.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic import TransposedWindow, Window
    from cnncalc.layers.base.tensors import Layout, Shape

#: A number, or the sizes whose product (in `sum(...)`: whose sum) a name stands for.
Value = int | float | tuple[int, ...]


class Size(NamedTuple):
    """How the size of one output axis comes about.

    Attributes:
        axis: what the axis is called.
        formula: the key of its formula in `Layer.formulas`; "" for an axis that is kept.
        quantities: the values of the names that mean something else along each axis.
    """

    axis: str
    formula: str = ""
    quantities: Mapping[str, Value] = MappingProxyType({})


#: The output along an axis over which a kernel or a pooling window slides.
SLIDING = MappingProxyType(
    {
        "spatial axis": "floor((in - (dilation?*(kernel-1)+1) + 2*pad) / stride + 1)",
        "spatial axis, padded unequally": (
            "floor((in - (dilation?*(kernel-1)+1) + before + after) / stride + 1)"
        ),
    }
)

#: Where rounding up gives a window too many: one that starts in the padding after the input.
LAST_DROPPED = ", ceil_mode, the last window dropped"

#: Further ones of pooling, which rounds up on demand.
CEILING = MappingProxyType(
    {
        "spatial axis, ceil_mode": "ceil((in - (dilation?*(kernel-1)+1) + 2*pad) / stride + 1)",
        "spatial axis, ceil_mode, padded unequally": (
            "ceil((in - (dilation?*(kernel-1)+1) + before + after) / stride + 1)"
        ),
        f"spatial axis{LAST_DROPPED}": "ceil((in + before) / stride)",
    }
)

_EXTENT = "(dilation?*(kernel-1)+1)"


def undilated(formulas: Mapping[str, str]) -> dict[str, str]:
    """The same formulas for windows that have no dilation."""
    return {axis: text.replace(_EXTENT, "kernel") for axis, text in formulas.items()}


#: The output along an axis of a transposed convolution.
TRANSPOSED = MappingProxyType(
    {
        "spatial axis": ("(in - 1)*stride - 2*pad + (dilation?*(kernel-1)+1) + output_padding"),
        "spatial axis, cropped unequally": (
            "(in - 1)*stride - (before + after) + (dilation?*(kernel-1)+1) + output_padding"
        ),
    }
)


def window_size(window: Window | TransposedWindow) -> Size:
    """The formula of a window along its axis, with the window's numbers."""
    quantities = dict(window._asdict())
    axis, size = str(quantities.pop("axis")), quantities.pop("size")
    equal = window.before == window.after
    quantities |= {"in": size, "pad": window.before}
    return Size(axis, f"spatial axis{_case(window, equal=equal)}", quantities)


def _case(window: Window | TransposedWindow, *, equal: bool) -> str:
    from cnncalc.arithmetic import TransposedWindow, ceil_div  # noqa: PLC0415 - for `explain` alone

    if isinstance(window, TransposedWindow):
        return "" if equal else ", cropped unequally"
    unequal = "" if equal else ", padded unequally"
    if not window.ceil_mode:
        return unequal
    if window.output < ceil_div(window.padded - window.extent, window.stride) + 1:
        return LAST_DROPPED
    return f", ceil_mode{unequal}"


def kept(shape: Shape, names: Sequence[str]) -> tuple[Size, ...]:
    """Axes that leave as they came."""
    return tuple(Size(name, "", {"in": size}) for name, size in zip(names, shape, strict=True))


def laid(channels: Size, sizes: Sequence[Size], layout: Layout) -> tuple[Size, ...]:
    """Channels and spatial axes in the order of a layout."""
    return (channels, *sizes) if layout == "channels_first" else (*sizes, channels)


#: What the names in formulas stand for that are not arguments of the layer, or not only that.
MEANINGS = MappingProxyType(
    {
        "after": "padding after the axis",
        "alpha_elements": "elements of the learned slopes",
        "attended": "positions of the key that one position of the query attends to",
        "before": "padding before the axis",
        "beta": "1 with the offset beta, else 0",
        "bias": "1 with a bias, else 0",
        "bias_elements": "elements of the bias",
        "biases": "bias vectors of a gate: 2 in PyTorch, 1 or 2 in Keras, 0 without",
        "channels": "channels of the input",
        "concat": "1 if the scores are those of query plus key, else 0",
        "directions": "2 if bidirectional, else 1",
        "features": "features of the input",
        "distances": "distances between two positions of a window, rows times columns",
        "further_layers": "layers above the first",
        "gamma": "1 with the scale gamma, else 0",
        "gates": "gates of a cell: 4 in an LSTM, 3 in a GRU",
        "in": "size of the input along the axis",
        "in1": "features of the first input",
        "in2": "features of the second input",
        "in_channels": "channels of the input",
        "in_features": "features of the input",
        "inner": "size of the axis that is summed over",
        "input_elements": "elements of the input, without the batch",
        "kept_sizes": "product of the sizes of the axes with statistics of their own",
        "kernel_elements": "product of the kernel's sizes",
        "key_features": "features of the key",
        "key_length": "length of the key and the value",
        "keys": "positions of the key",
        "layer_buffers": "buffers of the layer inside",
        "layer_macs": "MACs of the layer inside",
        "layer_params": "parameters of the layer inside",
        "length": "length of the query",
        "memory_length": "length of the encoder's output",
        "normalized_sizes": "product of the sizes of the normalized axes",
        "other": "largest size along the axis",
        "other_sizes": "the given sizes",
        "out_features": "features of the output",
        "output_elements": "elements of the output, without the batch",
        "pad": "padding on each side of the axis",
        "padded_positions": "positions of the map after padding to whole windows",
        "positions": "product of the output's spatial sizes",
        "projection": "proj_size",
        "queries": "positions of the query",
        "query_features": "features of the query",
        "rows": "rows of the input",
        "size": "the given size",
        "sizes": "sizes of the input that take part",
        "squeezed": "squeeze_channels, or channels // ratio",
        "state": "size of the state passed to the next step: units, or proj_size",
        "statistics": "running statistics: mean and variance, three more with renorm",
        "steps": "steps of the sequence",
        "summed_elements": "product of the sizes of the summed axes",
        "value_features": "features of the value",
        "window_positions": "positions of a window",
        "windows": "windows along each axis",
    }
)


def activated(equations: Sequence[str], activation: str | None) -> tuple[str, ...]:
    """Equations whose last result goes through an activation, if there is one.

    >>> activated(("y = kernel*x + bias?",), "relu")
    ('y = relu(kernel*x + bias?)',)
    """
    if activation in {None, "linear"}:
        return tuple(equations)
    *before, last = equations
    name, _, right = last.partition(" = ")
    return (*before, f"{name} = {activation}({right})")
