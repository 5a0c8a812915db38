"""The output-size formulas turned round, in integers only.

Where [`arithmetic`][cnncalc.arithmetic] says which size a kernel gives, this
says which strides, inputs and paddings give a wanted size. Everything follows
from `output = floor(room / stride) + 1`, with
`room = size + before + after - dilation * (kernel - 1) - 1`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import ceil_div

if TYPE_CHECKING:
    from cnncalc.arithmetic import TransposedWindow, Window


def strides_giving(room: int, output: int) -> range:
    """The strides with `floor(room / stride) + 1 == output`; for one output only the least.

    Any larger stride gives one output as well.

    >>> list(strides_giving(223, 112)), list(strides_giving(6, 1))
    ([2], [7])
    """
    if room < 0 or output < 1:
        return range(0)
    if output == 1:
        return range(room + 1, room + 2)
    return range(room // output + 1, room // (output - 1) + 1)


def strides_in_ceil_mode(room: int, inside: int, output: int) -> range:
    """The strides among which those are that give this output where pooling rounds up.

    The last window starts within the first `inside` elements, and one window
    more would not fit: each stride in the range is to be tried.

    >>> list(strides_in_ceil_mode(5, 7, 3)), list(strides_in_ceil_mode(1, 3, 2))
    ([2, 3], [1, 2])
    """
    if room < 0 or output < 1:
        return range(0)
    if output == 1:
        return range(1, max(room + 1, inside) + 1)
    return range(max(ceil_div(room, output), 1), (inside - 1) // (output - 1) + 1)


def least_input(window: Window, output: int) -> int:
    """The smallest size of the axis that gives at least this output; may be 0 or less.

    The padding stays as it is in the window.

    >>> from cnncalc.arithmetic import Window
    >>> least_input(Window("height", size=0, kernel=7, stride=2, before=3, after=3), 112)
    223
    """
    lacking = window.extent - window.before - window.after
    step = window.stride
    if not window.ceil_mode:
        return (output - 1) * step + lacking
    # Rounding up reaches the output one step early, if the last window starts inside.
    inside = (output - 1) * step - window.before + 1
    early = (output - 2) * step + 1 + lacking
    return min(max(inside, early), (output - 1) * step + 1 + lacking)


def inputs_giving(window: Window, output: int) -> range:
    """The sizes of the axis that give exactly this output.

    >>> from cnncalc.arithmetic import Window
    >>> list(inputs_giving(Window("height", size=0, kernel=3, stride=2), 5))
    [11, 12]
    """
    return range(max(least_input(window, output), 1), least_input(window, output + 1))


def transposed_input_giving(window: TransposedWindow, output: int) -> int | None:
    """The size of the axis that gives this output, if one does.

    >>> from cnncalc.arithmetic import TransposedWindow
    >>> transposed_input_giving(TransposedWindow("height", size=0, kernel=2, stride=2), 14)
    7
    """
    reached = output - window.output_padding + window.before + window.after - window.extent
    steps, rest = divmod(reached, window.stride)
    return steps + 1 if not rest and steps >= 0 else None


def paddings_giving(window: Window, output: int) -> range:
    """The total paddings of the axis, both sides together, that give this output.

    >>> from cnncalc.arithmetic import Window
    >>> list(paddings_giving(Window("height", size=5, kernel=3), 5))
    [2]
    """
    bare = window._replace(before=0, after=0, ceil_mode=False)
    room = bare.padded - bare.extent
    least = (output - 1) * window.stride - room
    return range(max(least, 0), max(least + window.stride, 0))
