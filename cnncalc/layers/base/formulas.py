"""How a layer states the formulas of its sizes and counts.

The formulas are declared as text in `Layer.formulas`; the quantities that they
name are the layer's arguments and what `Layer.quantities` and `Size.quantities`
add. Documentation, `explain` and the tests all read these.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

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
