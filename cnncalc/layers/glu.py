"""The gated linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.activation import ActivationFunction
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Applied, Call, Dim, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.reach import Reach, reading_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Size
    from cnncalc.layers.base.tensors import Inputs, Shape


class GLU(ActivationFunction, type="glu", torch="GLU"):
    """Gated linear unit (Dauphin et al., 2016): one half gates the other.

    Output: the axis `dim` is halved; it must be even. Parameters: none.
    """

    function = False
    elementwise = False
    formulas: ClassVar = {"halved axis": "in / 2"}
    equations = ("y = a / (1 + exp(-b)); a and b are the halves of x",)

    dim: int = arg(Axis(), "the halved axis", default=-1, also=("axis",))
    example = "glu: {dim: 0}"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        axis = axis_of(self, self.dim, len(shape), "dim")
        if shape[axis] % 2:
            raise LayerError(
                codes.NOT_DIVISIBLE,
                f"`glu` halves an axis, but its size is {shape[axis]}: it must be even",
                argument="dim",
            )
        return (*shape[:axis], shape[axis] // 2, *shape[axis + 1 :])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        rank = len(inputs.shapes[0])
        return [reading_whole({axis_of(self, self.dim, rank, "dim")}, rank)]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        sizes = list(super().output_sizes(inputs))
        axis = axis_of(self, self.dim, len(sizes), "dim")
        sizes[axis] = sizes[axis]._replace(formula="halved axis")
        return sizes

    def torch_code(self, inputs: Inputs) -> Code:
        axis = axis_of(self, self.dim, len(inputs.shapes[0]), "dim")
        return (Call("nn.GLU", (), (Option("dim", Dim(axis), -1),)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        axis = axis_of(self, self.dim, len(inputs.shapes[0]), "dim")
        return (Applied("ops.glu", (), (Option("axis", Dim(axis), -1),)),)
