"""Softmax and its kin: what sums to 1 along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.activation import ActivationFunction
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, check_axes, indices_of
from cnncalc.layers.base.code import Applied, Call, Dim, Missing, Option, Several
from cnncalc.layers.base.kinds import ListOf, Nullable
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import Reach, reading_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Order, Shape
    from cnncalc.layers.base.usage import Run, Usage


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

    equations = ("y = exp(x) / sum(exp(x))",)

    elementwise = False
    axis: Any = arg(Nullable(ListOf(Axis())), "the axes that sum to 1", default=None, torch="dim")
    needs = "output"
    example = "softmax"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if self.rank is not None:
            self.split(inputs)
        check_axes(self, self.axis or (), len(shape))
        return shape

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        return [reading_whole({*self.axes(inputs)["axis"]}, len(output))]

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        rank = len(inputs.shapes[0])
        if self.axis is not None:
            return {"axis": indices_of(self, self.axis, rank)}
        last = self.dialect == "keras"
        return {"axis": (rank - 1 if last else channel_axis(inputs.layout, rank),)}

    def torch_code(self, inputs: Inputs) -> Code:
        axes = self.axes(inputs)["axis"]
        if len(axes) != 1:
            return Missing("PyTorch normalizes along one axis")
        name = {"softmax": "Softmax", "softmin": "Softmin"}.get(self.type, "LogSoftmax")
        return (Call(f"nn.{name}", (), (Option("dim", Dim(axes[0])),)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        axes = self.axes(inputs)["axis"]
        if len(axes) == 1:
            axis = Option("axis", Dim(axes[0]), -1)
        elif self.type == "log_softmax":
            return Missing("ops.log_softmax has one axis")
        else:
            axis = Option("axis", Several(tuple(map(Dim, sorted(set(axes))))))
        if self.type == "log_softmax":
            return (Applied("ops.log_softmax", (), (axis,)),)
        negated = (Applied("ops.negative"),) if self.type == "softmin" else ()
        return (*negated, Call("layers.Softmax", (), (axis,)))


class Softmin(Softmax, type="softmin", torch="Softmin"):
    """exp(-x) / sum(exp(-x)) along an axis.

    Output: as the input. Parameters: none.
    """

    equations = ("y = exp(-x) / sum(exp(-x))",)

    example = "softmin"

    def keras_order(self, inputs: Inputs, code: Steps) -> Order:  # noqa: ARG002 - known without
        return "any"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        return super().usage(inputs, output, run)._replace(scratch=run.bytes(output))  # -x


class LogSoftmax(Softmax, type="log_softmax", torch="LogSoftmax"):
    """log(exp(x) / sum(exp(x))) along an axis.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x - log(sum(exp(x)))",)

    example = "log_softmax"
