"""Elements that move round: what leaves an axis at its end comes in at its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Applied, Call, Dim, Given, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Integer, ListOf
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import Reach, rolled
from cnncalc.layers.base.tensors import plural
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run


_LARGEST = 2**31  # of a shift that every framework and device takes


class Roll(Layer, type="roll"):
    """A cyclic shift along some axes, as `torch.roll` has it (Liu et al., Swin, 2021).

    Output: as the input. Parameters: none.

    The element at i moves to (i + shift) modulo the size; a shift below 0 moves the other
    way. Each axis has a shift of its own; those of an axis that is named twice add up.
    """

    linear = True
    equations = ("y[(i + shift) mod size] = x[i]",)

    shifts: Any = arg(
        ListOf(Integer()), "how far elements move along each of the axes", also=("shift",)
    )
    axis: Any = arg(ListOf(Axis()), "the axes", also=("dim", "dims", "axes"))
    example = "roll: {shifts: [-3, -3], axis: [1, 2]}"

    def validate(self) -> None:
        if len(self.shifts) != len(self.axis):
            shifts, axes = plural(len(self.shifts), "shift"), plural(len(self.axis), "axis")
            raise LayerError(codes.BAD_VALUE, f"{shifts} for {axes}", argument="shifts")

    def output_shape(self, inputs: Inputs) -> Shape:
        self.moved(len(inputs.shapes[0]))
        return inputs.shapes[0]

    def moved(self, rank: int) -> Mapping[int, int]:
        """The shift along each axis of the input; raises `LayerError`."""
        found: dict[int, int] = {}
        for axis, shift in zip(self.axis, self.shifts, strict=True):
            index = axis_of(self, axis, rank)
            found[index] = found.get(index, 0) + shift
        return found

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        moved = self.moved(len(output))
        return [
            [rolled(axis, moved.get(axis, 0), size) for axis, size in enumerate(inputs.shapes[0])]
        ]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        """PyTorch moves along one axis after the other, and keeps each step until the last."""
        steps = max(len(self.axis) - 1, 0) * run.bytes(output)
        return Usage(scratch=steps, backward_scratch=steps)

    def _axes(self, inputs: Inputs) -> tuple[CodeValue, CodeValue]:
        """The shifts and the axes in code; a shift that they do not take is within the size."""
        shape = inputs.shapes[0]
        axes = [axis_of(self, axis, len(shape)) for axis in self.axis]
        sizes = [shape[axis] for axis in axes]
        shifts: CodeValue = Given("shifts")
        if any(abs(shift) >= _LARGEST for shift in self.shifts):
            found = [shift % size for shift, size in zip(self.shifts, sizes, strict=True)]
            shifts = found[0] if len(found) == 1 else Several(found, in_order=True)
        dims = tuple(map(Dim, axes))
        return shifts, dims[0] if len(dims) == 1 else Several(dims, in_order=True)

    def torch_code(self, inputs: Inputs) -> Code:
        return (Call("Roll", self._axes(inputs)),) if self.axis else ()

    def keras_code(self, inputs: Inputs) -> Steps:
        return (Applied("ops.roll", self._axes(inputs)),) if self.axis else ()
