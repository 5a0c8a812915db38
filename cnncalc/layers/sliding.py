"""What convolution and pooling share: laying padding over axes, and sliding windows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnncalc.arithmetic import Window, ceil_div, kernel_extent, same_padding
from cnncalc.diagnostics import codes
from cnncalc.layers.base.code import Given, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import GLOBAL
from cnncalc.layers.base.tensors import axis_names, plural, show_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic import TransposedWindow
    from cnncalc.layers.base.code import CodeValue
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.reach import Reach
    from cnncalc.layers.base.tensors import Inputs

#: PyTorch's padding layers, by what fills the padding.
PADS = {
    "zeros": "ZeroPad", "constant": "ConstantPad", "reflect": "ReflectionPad",
    "replicate": "ReplicationPad", "circular": "CircularPad",
}  # fmt: skip
Pairs = tuple[tuple[int, int], ...]
Padding = str | tuple[int | tuple[int, int], ...]


def sides(
    padding: tuple[int | tuple[int, int], ...], rank: int, argument: str = "padding"
) -> Pairs:
    """Padding before and after each axis, from a number, one per axis, pairs, or one per side.

    Raises:
        LayerError: the count of values fits neither the axes nor the sides.
    """
    pairs = tuple(item if isinstance(item, tuple) else (item, item) for item in padding)
    if len(pairs) == 1:
        return pairs * rank
    if len(pairs) == rank:
        return pairs
    numbers = [item for item in padding if isinstance(item, int)]
    if len(numbers) == len(padding) == 2 * rank:
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    spare, kept = pairs[: len(pairs) - rank], pairs[len(pairs) - rank :]
    named = len(pairs) == 3 and not numbers  # noqa: PLR2004 - depth, height, width
    if named and rank < len(pairs) and not any(map(any, spare)):
        return kept
    raise LayerError(
        codes.BAD_VALUE,
        f"`{argument}` has {plural(len(padding), 'value')}, "
        f"but the input has {plural(rank, 'spatial axis')}",
        argument=argument,
        help=("one number, one per axis, or two per axis (before, after)",),
    )


def named_padding(name: str, size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """The padding (before, after) on one axis that a name stands for.

    `same` gives `ceil(size / stride)` outputs, the odd pixel at the end;
    `full` pads `dilation * (kernel - 1)` on each side; `causal` all of it
    before.
    """
    reach = dilation * (kernel - 1)
    if name == "same":
        return same_padding(size, kernel, stride, dilation)
    if name == "full":
        return reach, reach
    if name == "causal":
        return reach, 0
    return 0, 0


def slide(  # noqa: PLR0913 - the six numbers of the formula, per axis
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    padding: Padding,
    *,
    ceil_mode: bool = False,
) -> tuple[Window, ...]:
    """One window per axis; the output of each is its number of positions."""
    return _slid(
        tuple(sizes), tuple(kernel), tuple(stride), tuple(dilation), padding, ceil_mode=ceil_mode
    )


@lru_cache(1000)  # the windows of a long net are few
def _slid(  # noqa: PLR0913 - as above
    sizes: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: Padding,
    *,
    ceil_mode: bool,
) -> tuple[Window, ...]:
    rank = len(sizes)
    fixed = None if isinstance(padding, str) else sides(padding, rank)
    windows = []
    for i, axis in enumerate(axis_names(rank)):
        if fixed is None:
            before, after = named_padding(str(padding), sizes[i], kernel[i], stride[i], dilation[i])
        else:
            before, after = fixed[i]
        windows.append(
            Window(axis, sizes[i], kernel[i], stride[i], dilation[i], before, after, ceil_mode)
        )
    return tuple(windows)


def outputs(windows: Sequence[Window]) -> tuple[int, ...]:
    """The output sizes; raises `LayerError` where a kernel does not fit."""
    return _outputs(tuple(windows))


@lru_cache(1000)  # as above
def _outputs(windows: tuple[Window, ...]) -> tuple[int, ...]:
    if any(window.output < 1 or window.extent > window.padded for window in windows):
        misfits = [w for w in windows if w.output < 1 or w.extent > w.padded]
        if not all(window.output >= 1 for window in misfits) or not misfits[0].ceil_mode:
            raise _too_large(windows, misfits)
    return tuple(window.output for window in windows)


def _too_large(windows: Sequence[Window], misfits: Sequence[Window]) -> LayerError:
    kernel = "x".join(str(window.kernel) for window in windows)
    size = "x".join(str(window.size) for window in windows)
    padded = "x".join(str(window.padded) for window in windows)
    dilated = any(window.dilation > 1 for window in windows)
    extents = "x".join(str(window.extent) for window in windows)
    spans = f" (which spans {extents} with its dilation)" if dilated else ""
    after = f", {padded} after padding" if padded != size else ""
    need = ", ".join(f"{window.extent} along the {window.axis}" for window in misfits)
    fitting = "x".join(
        str(max(1, (window.padded - 1) // window.dilation + 1)) for window in windows
    )
    ways = []
    same = [ceil_div(window.size, window.stride) for window in windows]
    if all(kernel_extent(w.kernel, w.dilation) > 1 for w in misfits):
        ways.append(f"`padding: same` gives {'x'.join(map(str, same))}")
    if all(window.padded >= 1 for window in windows):
        largest = min(((window.padded - 1) // window.dilation + 1, window) for window in misfits)[0]
        ways.append(f"the largest kernel that fits is {fitting if len(misfits) > 1 else largest}")
    return LayerError(
        codes.KERNEL_TOO_LARGE,
        f"kernel {kernel}{spans} does not fit the {size} input{after}",
        argument="kernel",
        label=f"needs at least {need} after padding",
        help=tuple(ways),
    )


def reading_channels(layer: Layer, inputs: Inputs, reached: Sequence[Reach]) -> list[Reach]:
    """The reach of a layer in which every output reads all channels of its group."""
    channels = channel_axis(layer.layout_of(inputs), len(reached))
    return [GLOBAL if axis == channels else one for axis, one in enumerate(reached)]


def keras_padding(padding: Padding, windows: Sequence[Window]) -> CodeValue:
    """What is padded, as Keras's `ZeroPadding` takes it: a number, one an axis, or pairs."""
    numbers = isinstance(padding, tuple) and all(isinstance(item, int) for item in padding)
    if numbers and (len(padding) == 1 or len(padding) == len(windows) > 1):
        return Given("padding")
    pairs = [(window.before, ending(window)) for window in windows]
    if len({number for pair in pairs for number in pair}) == 1:
        return pairs[0][0]
    each = [Several(pair) for pair in pairs]
    return each[0] if len(each) == 1 else Several(each)


def ending(window: Window) -> int:
    """What is padded at the end of an axis, so that the last window of `ceil_mode` fits."""
    missing = (window.output - 1) * window.stride + window.extent - window.size - window.before
    return max(window.after, missing) if window.ceil_mode else window.after


def listed_sides(pairs: Sequence[tuple[int, int]]) -> CodeValue:
    """What is padded: one number for all, or a pair for each axis."""
    if len({number for pair in pairs for number in pair}) == 1:
        return pairs[0][0]
    return Several([Several(pair) for pair in pairs])


def pads_as_same(windows: Sequence[Window]) -> bool:
    """Whether these windows are those of `same`, for any size where they move by single steps."""
    return all(
        (window.ceil_mode or window.stride == 1)
        and window.output == ceil_div(window.size, window.stride)
        and same_padding(window.size, window.kernel, window.stride, window.dilation)
        == (window.before, ending(window))
        for window in windows
    )


def check_padding(layer: Layer, padding: Padding, names: tuple[str, ...]) -> None:
    """Refuse paddings that the layer's framework has not; raises `LayerError`.

    Keras's sliding layers know names only; PyTorch's pad both sides of an axis alike.
    """
    if layer.dialect == "own" or padding in names:
        return
    framework = {"torch": "PyTorch", "keras": "Keras"}[layer.dialect]
    if isinstance(padding, str):
        what, help_ = f"has no padding `{padding}`", f"it has {', '.join(names) or 'numbers'}"
    elif layer.dialect == "keras":
        what, help_ = "takes a name as padding", f"it has {', '.join(names)}"
    elif len(padding) in {1, layer.rank} and all(isinstance(item, int) for item in padding):
        return
    else:
        what, help_ = "pads both sides of an axis alike", "one number, or one per axis"
    raise LayerError(
        codes.REFUSED,
        f"{framework}'s `{layer.called}` {what}",
        argument="padding",
        help=(help_, f"our own `{layer.type}` takes it"),
    )


def check_fill(mode: str, windows: Sequence[Window]) -> None:
    """Refuse paddings that cannot be filled from inside the input; raises `LayerError`.

    Reflection needs more input than padding, circular padding may wrap around
    once (the rules of `torch.nn.functional.pad`). Zeros cannot be taken away
    by a convolution, so that zero padding below 0 is refused.
    """
    for window in windows:
        widest = max(window.before, window.after)
        if mode == "reflect" and widest >= window.size:
            limit = f"below the size of the axis, at most {window.size - 1}"
        elif mode == "circular" and widest > window.size:
            limit = f"at most the size of the axis, {window.size}"
        elif mode == "zeros" and min(window.before, window.after) < 0:
            limit = "0 or more"
        else:
            continue
        raise LayerError(
            codes.PADDING,
            f"{mode} padding along the {window.axis} must be {limit}, "
            f"but is {show_shape((window.before, window.after))}",
            argument="padding",
        )


def torch_padding(
    padding: Padding, windows: Sequence[Window | TransposedWindow]
) -> CodeValue | None:
    """Numbers of padding as PyTorch's arguments take them; None where the sides differ."""
    if any(window.before != window.after for window in windows):
        return None
    numbers = isinstance(padding, tuple) and all(isinstance(one, int) for one in padding)
    if numbers and len(padding) in {1, len(windows)}:
        return Given("padding")
    return alike([window.before for window in windows])


def torch_sides(windows: Sequence[Window | TransposedWindow], sign: int = 1) -> CodeValue:
    """Both sides of every axis, from the last on, as PyTorch's padding layers take them."""
    numbers = [sign * side for one in reversed(windows) for side in (one.before, one.after)]
    return alike(numbers)


def alike(numbers: Sequence[int]) -> CodeValue:
    """Numbers as one where they are equal."""
    return numbers[0] if len(set(numbers)) == 1 else Several(tuple(numbers))
