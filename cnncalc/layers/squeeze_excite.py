"""Squeeze-and-excite: a learned gate on the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.activation_name import (
    ActivationName,
    keras_function,
    one_module,
    torch_activation,
)
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Formula, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Integer, Nullable
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, channels_of
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)


class SqueezeExcite(
    Layer,
    type="squeeze_excite",
    torch="SqueezeExcitation",
    also="se squeeze_excitation",
):
    """Squeeze-and-excite (Hu et al., 2017): global pooling, two 1x1 convolutions, a gate.

    Output: as the input.
    """

    tells_channels = True
    formulas: ClassVar = {
        "params": "(channels + 1)*squeezed + (squeezed + 1)*channels",
        "macs": "2 * channels * squeezed",
    }
    equations = (
        "z = relu(squeeze_kernel*mean(channel) + squeeze_bias)",
        "y = x * sigmoid(excite_kernel*z + excite_bias)",
    )

    ratio: int = arg(POSITIVE, "channels are divided by it", default=16)
    squeeze_channels: int | None = arg(Nullable(POSITIVE), "S itself", default=None)
    input_channels: int | None = arg(POSITIVE, "declared channels of the input", declared=True)
    activation: Any = arg(
        Nullable(ActivationName()), "between the convolutions; else relu", default=None
    )
    scale_activation: Any = arg(
        Nullable(ActivationName()), "of the gate; else sigmoid", default=None
    )
    example = "squeeze_excite: 2"

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"input_channels": _channels(inputs)}

    def _squeezed(self, inputs: Inputs) -> int:
        squeezed = self.squeeze_channels or _channels(inputs) // self.ratio
        if squeezed < 1:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"{_channels(inputs)} channels // {self.ratio} leaves no squeezed channel",
                argument="ratio",
            )
        return squeezed

    def output_shape(self, inputs: Inputs) -> Shape:
        self._squeezed(inputs)
        return inputs.shapes[0]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, squeezed = _channels(inputs), self._squeezed(inputs)
        return (
            Weight("squeeze_kernel", (squeezed, channels), "kernel"),
            Weight("squeeze_bias", (squeezed,), "bias"),
            Weight("excite_kernel", (channels, squeezed), "kernel"),
            Weight("excite_bias", (channels,), "bias"),
        )

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - known without
        return 2 * _channels(inputs) * self._squeezed(inputs)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"channels": _channels(inputs), "squeezed": self._squeezed(inputs)}

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        """The input and the gate for their product; means and squeezed values for the gate."""
        channels, squeezed = channels_of(output, inputs.layout), self._squeezed(inputs)
        gate = run.bytes((3 * channels + 2 * squeezed,))
        return Usage(saves=(0,), made=gate, backward_scratch=run.bytes(output))

    def torch_code(self, inputs: Inputs) -> Code:
        inner = torch_activation(self.activation, inputs)
        gate = torch_activation(self.scale_activation, inputs)
        if isinstance(inner, Missing):
            return inner
        if isinstance(gate, Missing):
            return gate
        if len(inputs.shapes[0]) != 3:  # noqa: PLR2004 - as torchvision's
            return Missing("SqueezeExcitation takes maps of two axes")
        channels = Extent(channel_axis(inputs.layout, 3))
        functions = [
            Option(name, None if given is None else one_module(found), None)
            for name, given, found in (
                ("activation", self.activation, inner), ("gate", self.scale_activation, gate)
            )
        ]  # fmt: skip
        return (Call("SqueezeExcitation", (channels, self._written(inputs)), tuple(functions)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        inner = keras_function(self.activation or "relu", inputs)
        gate = keras_function(self.scale_activation or "sigmoid", inputs)
        if isinstance(inner, Missing):
            return inner
        if isinstance(gate, Missing):
            return gate
        functions = (Option("activation", inner, "relu"), Option("gate", gate, "sigmoid"))
        return (Call("SqueezeExcite", (self._written(inputs),), functions),)

    def _written(self, inputs: Inputs) -> CodeValue:
        """The squeezed channels, as the spec gives them."""
        if self.squeeze_channels is not None:
            return Given("squeeze_channels")
        channels = Extent(channel_axis(inputs.layout, len(inputs.shapes[0])))
        return Formula("in_channels // ratio", {"in_channels": channels})


def _channels(inputs: Inputs) -> int:
    return channels_of(inputs.shapes[0], inputs.layout)
