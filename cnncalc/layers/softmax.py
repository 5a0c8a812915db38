"""Softmax and its kin: what sums to 1 along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.activation import ActivationFunction
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of, check_axes
from cnncalc.layers.base.kinds import ListOf, Nullable
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import Reach, reading_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.tensors import Inputs, Shape


class Softmax(
    ActivationFunction,
    type="softmax",
    torch="Softmax Softmax2d",
    keras="Softmax",
):
    """exp(x) / sum(exp(x)) along an axis.

    Output: as the input. Parameters: none.

    PyTorch's `Softmax2d` takes channels, height and width.
    """

    elementwise = False
    axis: Any = arg(Nullable(ListOf(Axis())), "the axes that sum to 1", default=None, torch="dim")
    example = "softmax"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if self.rank is not None:
            self.split(inputs)
        check_axes(self, self.axis or (), len(shape))
        return shape

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        rank = len(output)
        batch = {0, -rank - 1} if self.dialect != "own" else set()
        axes = {axis_of(self, axis, rank) for axis in self.axis or () if axis not in batch}
        if self.axis is None:
            last = self.dialect == "keras"
            axes = {rank - 1 if last else channel_axis(inputs.layout, rank)}
        return [reading_whole(axes, rank)]


class Softmin(Softmax, type="softmin", torch="Softmin"):
    """exp(-x) / sum(exp(-x)) along an axis.

    Output: as the input. Parameters: none.
    """

    example = "softmin"


class LogSoftmax(Softmax, type="log_softmax", torch="LogSoftmax"):
    """log(exp(x) / sum(exp(x))) along an axis.

    Output: as the input. Parameters: none.
    """

    example = "log_softmax"
