"""Scaling to length 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, check_axes, indices_of
from cnncalc.layers.base.code import Call, Dim, Option, Several
from cnncalc.layers.base.kinds import ListOf, Nullable
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape


class UnitNormalization(
    Layer, type="unit_norm", keras="UnitNormalization", also="unit_normalization"
):
    """Scales each sample to length 1 along an axis.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x / sqrt(sum(x^2))",)

    counted = False

    axis: Any = arg(Nullable(ListOf(Axis())), "the normalised axes", default=None)
    example = "unit_norm"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        check_axes(self, self.axis or (), len(shape))
        return shape

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        axes = self.axes(inputs)["axis"]
        return [[GLOBAL if axis in axes else Reach(axis) for axis in range(len(output))]]

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        given = (-1,) if self.axis is None else self.axis
        return {"axis": indices_of(self, given, len(inputs.shapes[0]))}

    def torch_code(self, inputs: Inputs) -> Code:
        return (Call("UnitNorm", tuple(map(Dim, sorted(set(self.axes(inputs)["axis"]))))),)

    def keras_code(self, inputs: Inputs) -> Steps:
        dims = [Dim(axis) for axis in sorted(set(self.axes(inputs)["axis"]))]
        axis: CodeValue = dims[0] if len(dims) == 1 else Several(dims)
        return (Call("layers.UnitNormalization", (), (Option("axis", axis, -1),)),)
