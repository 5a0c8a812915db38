"""The rectifier with a learned slope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.activation import ActivationFunction
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Call, Dim, Extent, Given, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.inert import DEVICE, tensors
from cnncalc.layers.base.kinds import Integer, ListOf, Nullable, Real
from cnncalc.layers.base.layout import channel_axis, channels_of
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.tensors import Order
    from cnncalc.layers.base.usage import Run


class PReLU(ActivationFunction, type="prelu", torch="PReLU", keras="PReLU"):
    """max(x, a * x) with learned a (He et al., 2015).

    Output: as the input.

    PyTorch has `num_parameters` slopes: 1 for all, or one per channel. Keras has
    one per element of the input, except along `shared_axes`.

    In a net that is channels_last, `PReLU` means Keras's; else PyTorch's. Under
    `prelu` the argument that is given decides, and without one there is one
    parameter.
    """

    function = False
    also_takes = (DEVICE, *tensors("alpha"))

    formulas: ClassVar = {"params": "alpha_elements"}
    equations = ("y = x if x >= 0 else alpha*x",)

    num_parameters: int = arg(Integer(1), "1, or the channels of the input", default=1)
    shared_axes: Any = arg(
        Nullable(ListOf(Axis())), "axes that share a parameter; otherwise there is one per element",
        default=None,
    )  # fmt: skip
    init: float = arg(Real(), "the first value; no effect", default=0.25)
    example = "prelu"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if self._per_element():
            self._shape(shape)
        elif self.num_parameters > 1:
            channels = channels_of(shape, inputs.layout)
            if channels != self.num_parameters:
                raise LayerError(
                    codes.DECLARED,
                    f"`num_parameters` is {self.num_parameters}, but there are {channels} channels",
                    argument="num_parameters",
                    help=(f"1, or {channels}",),
                )
        return shape

    def _per_element(self) -> bool:
        return self.shared_axes is not None or (
            self.dialect == "keras" and self.num_parameters == 1
        )

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        return {"shared_axes": self._shared(len(inputs.shapes[0]))}

    def _shared(self, rank: int) -> tuple[int, ...]:
        given = self.shared_axes or ()
        if self.dialect == "keras":
            # Keras takes 1 off before it counts from the end: there the batch is the last axis,
            # and -1 the one before it.
            given = [axis if axis > 0 else axis - 1 for axis in given]
        return tuple(sorted({axis_of(self, axis, rank, "shared_axes") for axis in given}))

    def _shape(self, shape: Shape) -> Shape:
        axes = self._shared(len(shape))
        return tuple(1 if index in axes else size for index, size in enumerate(shape))

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        each = self._shape(inputs.shapes[0]) if self._per_element() else (self.num_parameters,)
        return (Weight("alpha", each, "scale"),)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"alpha_elements": self.weights(inputs)[0].shape}

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        # The weight's gradient is made element by element, and summed.
        return Usage(saves=(0,), backward_scratch=run.bytes(output))

    def _per_channel(self, inputs: Inputs) -> bool:
        """Whether all axes but the channels share their parameters."""
        rank = len(inputs.shapes[0])
        channel = channel_axis(inputs.layout, rank)
        return self._shared(rank) == tuple(axis for axis in range(rank) if axis != channel)

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        if self._per_element():
            return "channels_first" if self._per_channel(inputs) else "written"
        return "channels_first" if self.num_parameters > 1 else "any"

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0])
        keras = self._per_element() and self.dialect == "keras"  # which begins with zeros
        first = 0.0 if keras and self.init == PReLU.arguments["init"].default else Given("init")
        init = (Option("init", first, 0.25),)
        if not self._per_element():
            count = () if self.num_parameters == 1 else (Given("num_parameters"),)
            return (Call("nn.PReLU", count, init),)
        if self._per_channel(inputs):
            return (Call("nn.PReLU", (Extent(channel_axis(inputs.layout, rank)),), init),)
        shared = self._shared(rank)
        sizes = tuple(1 if axis in shared else Extent(axis) for axis in range(rank))
        return (Call("ElementwisePReLU", sizes, init),)

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0])
        shared = list(range(rank))
        if self._per_element():
            shared = list(self._shared(rank))
        elif self.num_parameters > 1:
            shared.remove(channel_axis(inputs.layout, rank))
        options = []
        if shared:
            options.append(Option("shared_axes", Several(tuple(map(Dim, shared)))))
        if not self._per_element() or self.dialect != "keras":
            first = Call("keras.initializers.Constant", (Given("init"),))
            options.append(Option("alpha_initializer", first))
        return (Call("layers.PReLU", (), tuple(options)),)
