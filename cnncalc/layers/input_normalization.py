"""Normalising and rescaling the input of a net by fixed numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Call, Dim, Extent, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Flag, ListOf, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.tensors import Inputs, Shape, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value


class InputNormalization(
    Layer, type="normalization", keras="Normalization", also="input_normalization"
):
    """Normalises inputs by the mean and variance of the data (Keras's `Normalization`).

    Output: as the input. Parameters: none.

    With `mean` and `variance` given nothing is kept, as in Keras.
    """

    tells_channels = True
    counted = False
    elementwise = True
    linear = True
    formulas: ClassVar = {"buffers": "2 * kept_sizes + 1"}
    equations = ("y = (x - mean) / sqrt(variance)",)

    axis: Any = arg(
        Nullable(ListOf(Axis())), "the axes with means of their own; null: one for all",
        default=(-1,),
    )  # fmt: skip
    mean: Any = arg(Nullable(ListOf(Real())), "a given mean", default=None)
    variance: Any = arg(Nullable(ListOf(Real())), "a given variance", default=None)
    invert: bool = arg(Flag(), "undo the normalisation; no effect", default=False)
    example = "normalization"

    def validate(self) -> None:
        if (self.mean is None) != (self.variance is None):
            raise LayerError(
                codes.MISSING_ARGUMENT, "`mean` and `variance` are given together or not at all",
                argument="variance" if self.mean is None else "mean",
            )  # fmt: skip

    def output_shape(self, inputs: Inputs) -> Shape:
        self._kept(inputs.shapes[0])
        return inputs.shapes[0]

    def _kept(self, shape: Shape) -> Shape:
        axes = {axis_of(self, axis, len(shape)) for axis in self.axis or ()}
        return tuple(shape[axis] for axis in sorted(axes))

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        if self.mean is not None:
            return ()
        sizes = self._kept(inputs.shapes[0])
        return (
            Weight("mean", sizes, buffer=True),
            Weight("variance", sizes, buffer=True),
            Weight("count", (), buffer=True),
        )

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"kept_sizes": self._kept(inputs.shapes[0])}

    def torch_code(self, inputs: Inputs) -> Code:
        shape = inputs.shapes[0]
        axes = sorted({axis_of(self, axis, len(shape)) for axis in self.axis or ()})
        if len(axes) > 1:
            return Missing("the statistics are of several axes")
        dim = tuple(Option("dim", Dim(axis), 1) for axis in axes)
        if self.mean is None:
            name = "Denormalization" if self.invert else "Normalization"
            return (Call(name, tuple(map(Extent, axes)), dim),)
        invert = Option("invert", Given("invert"), default=False)
        given = (Given("mean"), Given("variance"))
        return (Call("GivenNormalization", given, (*dim, invert)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0])
        dims = [Dim(axis) for axis in sorted({axis_of(self, one, rank) for one in self.axis or ()})]
        axis: CodeValue = dims[0] if len(dims) == 1 else Several(dims) if dims else None
        options = (
            Option("axis", axis, -1),
            Option("mean", Given("mean"), None),
            Option("variance", Given("variance"), None),
            Option("invert", Given("invert"), default=False),
        )
        return (Call("layers.Normalization", (), options),)


class Rescaling(Layer, type="rescaling", keras="Rescaling"):
    """x * scale + offset with fixed numbers.

    Output: as the input. Parameters: none.
    """

    equations = ("y = scale*x + offset",)

    counted = False
    elementwise = True
    linear = True

    scale: Any = arg(ListOf(Real()), "the factor", default=1)
    offset: Any = arg(ListOf(Real()), "the offset", default=0)
    example = "rescaling: {scale: 2}"

    def torch_code(self, inputs: Inputs) -> Code:
        listed = any(isinstance(one, tuple) and len(one) > 1 for one in (self.scale, self.offset))
        dim = (Option("dim", Dim(len(inputs.shapes[0]) - 1), 1),) if listed else ()
        options = (Option("scale", Given("scale"), 1), Option("offset", Given("offset"), 0), *dim)
        return (Call("AxisRescaling" if listed else "Rescaling", (), options),)

    def keras_code(self, inputs: Inputs) -> Steps:
        listed = any(isinstance(one, tuple) and len(one) > 1 for one in (self.scale, self.offset))
        if listed and len(inputs.shapes[0]) > 1 and inputs.layout == "channels_first":
            return Missing("Keras has one number for each channel, and no other axis")
        offset = Option("offset", Given("offset"), 0)
        return (Call("layers.Rescaling", (Given("scale"),), (offset,)),)
