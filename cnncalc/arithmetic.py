"""The output-size formulas, in integers only.

Every spatial axis is computed on its own. A sliding kernel is described by a
[`Window`][cnncalc.arithmetic.Window], a transposed one by a
[`TransposedWindow`][cnncalc.arithmetic.TransposedWindow]; both know their
output size and can be asked for the values that went into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


def product(sizes: Iterable[int]) -> int:
    """The number of elements of a tensor of these sizes; 1 for none.

    >>> product((3, 32, 32))
    3072
    """
    total = 1
    for size in sizes:
        total *= size
    return total


def ceil_div(dividend: int, divisor: int) -> int:
    """Division rounded up, exact for integers of any size.

    >>> ceil_div(7, 2)
    4
    """
    return -(-dividend // divisor)


def kernel_extent(kernel: int, dilation: int) -> int:
    """The input elements that a dilated kernel spans: `dilation * (kernel - 1) + 1`.

    >>> kernel_extent(3, 2)
    5
    """
    return dilation * (kernel - 1) + 1


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Zeros before and after the axis that give `ceil(size / stride)` outputs.

    The odd pixel comes at the end (TensorFlow's documented rule for `SAME`);
    at stride 1 PyTorch's `padding="same"` pads alike.

    >>> same_padding(224, 7, 2)
    (2, 3)
    """
    outputs = ceil_div(size, stride)
    total = max((outputs - 1) * stride + kernel_extent(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


class Window(NamedTuple):
    """A kernel that slides along one axis; sizes in elements.

    The output is `floor((size + before + after - extent) / stride) + 1`. With
    `ceil_mode` it rounds up, and the last window is dropped unless it starts
    inside the input or its left padding (the rule of PyTorch's pooling).

    >>> Window("height", size=32, kernel=3).output
    30
    >>> Window("height", size=3, kernel=2, stride=2, ceil_mode=True).output
    2
    """

    axis: str
    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    ceil_mode: bool = False

    @property
    def extent(self) -> int:
        """The input elements that one window spans."""
        return kernel_extent(self.kernel, self.dilation)

    @property
    def padded(self) -> int:
        """The size of the axis with its padding."""
        return self.size + self.before + self.after

    @property
    def output(self) -> int:
        """The number of windows; zero or less where the kernel does not fit."""
        room = self.padded - self.extent
        if not self.ceil_mode:
            return room // self.stride + 1
        count = ceil_div(room, self.stride) + 1
        if (count - 1) * self.stride >= self.size + self.before:
            count -= 1
        return count


class TransposedWindow(NamedTuple):
    """A transposed convolution along one axis; sizes in elements.

    The output is
    `(size - 1) * stride - before - after + extent + output_padding`.

    >>> TransposedWindow("height", size=7, kernel=2, stride=2).output
    14
    """

    axis: str
    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    output_padding: int = 0

    @property
    def extent(self) -> int:
        """The output elements that one input element reaches."""
        return kernel_extent(self.kernel, self.dilation)

    @property
    def output(self) -> int:
        """The size of the output; zero or less where the padding removes all of it."""
        full = (self.size - 1) * self.stride + self.extent
        return full - self.before - self.after + self.output_padding
