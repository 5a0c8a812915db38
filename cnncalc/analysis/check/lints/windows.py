"""Lints about kernels, strides and padding: what a window sees, and what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check import rules
from cnncalc.analysis.check.lints.model import CONVOLUTIONS, PADDINGS, Hit, View
from cnncalc.arithmetic import TransposedWindow, Window, ceil_div

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.net.node import Node

_NOTABLE = 20  # one in so many elements of an axis, or more, is worth a word
_LINES = {"height": "rows", "width": "columns", "length": "steps", "depth": "planes"}


def rows_unseen(view: View) -> Iterator[Hit]:
    """Input that no window reaches, since the stride does not divide what is left.

    Silent where only padding is left over, that of a `pad` before it too; where
    the windows do not even touch (that is the business of `stride_gaps`); and
    below a twentieth of the axis: SqueezeNet's stem leaves out 1 row of 224, and
    nobody misses it.
    """
    for node, window in _windows(view):
        unseen = 0 if _padded_before(view, node) else unseen_at_the_end(window)
        notable = unseen > 0 and unseen * _NOTABLE >= window.size
        if notable and window.extent >= window.stride:
            lines = _LINES[window.axis] if unseen > 1 else _LINES[window.axis][:-1]
            yield Hit(
                f"{node.name} never sees the last {unseen} {lines} of its {_size(node)} input",
                node,
                f"stride {window.stride} does not divide "
                f"{window.size} + {window.before} + {window.after} - {window.extent}",
                help=(
                    f"an input of {window.size - unseen} along the {window.axis} gives the same",
                    f"{_missing(window)} more of padding at its end sees it all",
                ),
            )


def _missing(window: Window) -> int:
    """The padding that one more window needs."""
    return window.output * window.stride + window.extent - window.padded


def _padded_before(view: View, node: Node) -> bool:
    above = view.before(node)
    return above is not None and above.type in PADDINGS


def unseen_at_the_end(window: Window) -> int:
    """The input elements after the last window.

    >>> unseen_at_the_end(Window("height", size=3, kernel=2, stride=2))
    1
    """
    end = (window.output - 1) * window.stride + window.extent - window.before
    return window.size - end


def large_kernel(view: View) -> Iterator[Hit]:
    """A kernel larger than its map whose outer weights never see anything but padding.

    Silent while every weight meets the input at one position at least, as with
    the wide dilations of DeepLab on maps of the size that they were made for.
    """
    for node, window in _windows(view):
        ends = (0, window.kernel - 1)
        if window.extent > window.size and not all(meets(window, end) for end in ends):
            fitting = max(1, (window.size - 1) // window.dilation + 1)
            yield Hit(
                f"{node.name}: the kernel spans {window.extent} along the {window.axis}, "
                f"the map has {window.size}",
                node,
                "its outer weights only ever see padding",
                help=(f"a kernel of {fitting} sees it all",),
            )


def meets(window: Window, element: int) -> bool:
    """Whether this element of the kernel lies on the input at any position.

    >>> meets(Window("height", size=1, kernel=3, before=1, after=1), 0)
    False
    >>> meets(Window("height", size=2, kernel=3, before=1, after=1), 0)
    True
    """
    offset = element * window.dilation - window.before
    first = max(0, ceil_div(-offset, window.stride))
    return first < window.output and first * window.stride + offset < window.size


def only_padding(view: View) -> Iterator[Hit]:
    """A window at either end none of whose elements lies on the input."""
    for node, window in _windows(view):
        starts = {-window.before, (window.output - 1) * window.stride - window.before}
        if any(not touches(window, start) for start in starts):
            yield Hit(
                f"{node.name}: along the {window.axis} a window lies wholly in the padding",
                node,
                f"padding {window.before} before and {window.after} after, "
                f"for a kernel that spans {window.extent}",
                help=(f"a padding of {window.extent - 1} at most reaches the input",),
            )


def touches(window: Window, start: int) -> bool:
    """Whether an element of the window that starts here lies on the input.

    >>> touches(Window("height", size=4, kernel=1, before=1), -1)
    False
    """
    first = max(0, ceil_div(-start, window.dilation))
    return first < window.kernel and start + first * window.dilation < window.size


def even_same(view: View) -> Iterator[Hit]:
    """An even kernel that keeps the size: its centre lies between two elements.

    Silent with a stride above 1, and for pooling, where nothing is centred.
    """
    for node, window in _windows(view):
        same = getattr(node.layer, "padding", None) == "same"
        if same and node.type in CONVOLUTIONS and window.stride == 1 and window.extent % 2 == 0:
            yield Hit(
                f"{node.name}: an even kernel with same padding shifts the map "
                f"half an element along the {window.axis}",
                node,
                f"pads {window.before} before and {window.after} after",
                help=(f"a kernel of {window.kernel - 1} or {window.kernel + 1} is centred",),
            )


def stride_gaps(view: View) -> Iterator[Hit]:
    """A stride that steps over input elements.

    Silent for a kernel of 1: subsampling is what such a layer is for (the
    projections on ResNet's shortcuts).
    """
    for node, window in _windows(view):
        if window.stride > window.extent > 1 and window.output > 1:
            skipped = window.stride - window.extent
            yield Hit(
                f"{node.name}: stride {window.stride} is larger than the kernel, "
                f"which spans {window.extent}",
                node,
                f"{skipped} of every {window.stride} {_LINES[window.axis]} are never seen",
                help=(f"a stride of at most {window.extent}",),
            )


def checkerboard(view: View) -> Iterator[Hit]:
    """A transposed kernel whose windows overlap unevenly.

    Silent at stride 1, where every overlap is alike.
    """
    for node in view.network.layers:
        for window in node.layer.windows(node.facts.inputs):
            if isinstance(window, TransposedWindow) and window.kernel % window.stride:
                above = ceil_div(window.kernel, window.stride) * window.stride
                yield Hit(
                    f"{node.name}: stride {window.stride} does not divide "
                    f"the transposed kernel of {window.kernel}",
                    node,
                    "its windows overlap unevenly: a checkerboard in the output",
                    help=(f"a kernel of {above}, or upsampling and a convolution",),
                )
                break


def _windows(view: View) -> Iterator[tuple[Node, Window]]:
    for node in view.network.layers:
        for window in node.layer.windows(node.facts.inputs):
            if isinstance(window, Window):
                yield node, window


def _size(node: Node) -> str:
    return "x".join(map(str, node.input_shapes[0]))


LINTS: dict[str, Callable[[View], Iterator[Hit]]] = {
    rules.ROWS_UNSEEN: rows_unseen,
    rules.LARGE_KERNEL: large_kernel,
    rules.ONLY_PADDING: only_padding,
    rules.EVEN_SAME: even_same,
    rules.STRIDE_GAPS: stride_gaps,
    rules.CHECKERBOARD: checkerboard,
}
