"""What sliding windows leave of an axis, as an expression of its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import Window
from cnncalc.export.symbols import constant, is_constant, shortened
from cnncalc.layers.base.code import Given
from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.export.pytorch.layers import LayerWriter
    from cnncalc.export.symbols import Symbol


def slid(writer: LayerWriter, axis: int, size: Symbol) -> Iterator[Symbol]:
    """Expressions for the windows along an axis: of the arguments that are written, of numbers.

    Args:
        writer: of the layer, in all its places.
        axis: of the first input.
        size: of the axis before.
    """
    if is_constant(size):
        return
    inputs = writer.nodes[0].facts.inputs
    channels = channel_axis(writer.layer.layout_of(inputs), len(inputs.shapes[0]))
    if axis == channels:
        return
    at = axis - (axis > channels)
    found = [_window(node.layer.windows(node.facts.inputs), at) for node in writer.distinct]
    windows = [one for one in found if one is not None]
    if len(windows) < len(found):
        return
    if not any(one.ceil_mode for one in windows):
        yield from _as_written(writer, at, size, windows)
    first = windows[0]
    offset = first.before + first.after - first.extent + first.stride
    if first.ceil_mode:
        offset += first.stride - 1
    yield divided(size, offset, first.stride)


def _window(windows: Sequence[Any], at: int) -> Window | None:
    one = windows[at] if windows else None
    return one if isinstance(one, Window) else None


def _as_written(
    writer: LayerWriter, at: int, size: Symbol, windows: Sequence[Window]
) -> Iterator[Symbol]:
    """The windows by the arguments, where an argument is an expression."""
    kernel, stride, dilation = (
        _along(writer, field, at, {getattr(one, field) for one in windows})
        for field in ("kernel", "stride", "dilation")
    )
    padding = _along(writer, "padding", at, {one.before for one in windows})
    if kernel is None or stride is None or dilation is None or padding is None:
        return
    if all(map(is_constant, (kernel, stride, dilation, padding))):
        return
    if kernel == stride and dilation == constant(1) and padding == constant(0):  # side by side
        yield shortened(("//", size, stride))
        return
    room = shortened(("-", shortened(("+", size, _doubled(padding))), _spanned(kernel, dilation)))
    if dilation != constant(1):
        room = shortened(("-", room, constant(1)))
    if is_constant(stride):
        yield divided(room, stride[1], stride[1])
    else:
        yield ("+", ("//", room, stride), constant(1))


def _along(writer: LayerWriter, field: str, at: int, values: set[int]) -> Symbol | None:
    """An argument along an axis: an expression as it is written, or its only value."""
    symbol = writer.quietly(Given(field)) if field in writer.layer.arguments else None
    if symbol is not None and symbol[0] == "list":
        symbol = symbol[at + 1] if len(symbol) > at + 1 else None
    if symbol is not None and not is_constant(symbol):
        return symbol
    return constant(values.pop()) if len(values) == 1 else None


def _doubled(padding: Symbol) -> Symbol:
    return shortened(("*", constant(2), padding))


def _spanned(kernel: Symbol, dilation: Symbol) -> Symbol:
    """The elements that one window spans; without the last where they are not neighbours."""
    if dilation == constant(1):
        return kernel
    return shortened(("*", dilation, shortened(("-", kernel, constant(1)))))


def divided(size: Symbol, offset: int, divisor: int) -> Symbol:
    """`(size + offset) // divisor`, one division for several in a row."""
    if size[0] == "//" and is_constant(size[2]):
        inner, by = size[1], size[2][1]
        return divided(inner, offset * by, divisor * by)
    if size[0] in {"+", "-"} and is_constant(size[2]):
        before = size[2][1] if size[0] == "+" else -size[2][1]
        return divided(size[1], offset + before, divisor)
    shifted: Symbol = size
    if offset:
        shifted = ("+" if offset > 0 else "-", size, constant(abs(offset)))
    return shifted if divisor == 1 else ("//", shifted, constant(divisor))
