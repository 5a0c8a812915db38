"""Dense (fully connected) layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic import product
from cnncalc.layers.base.activation_name import ActivationName, keras_activation, torch_activation
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Option
from cnncalc.layers.base.formulas import Size, activated
from cnncalc.layers.base.inert import DEVICE, LORA, QUANTIZATION, tensors
from cnncalc.layers.base.kinds import Flag, Integer, Nullable
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run


class Dense(Layer, type="dense", torch="Linear", keras="Dense", also="linear fc fully_connected"):
    """Dense layer: every output is a weighted sum of all inputs, along the last axis.

    Output: the last axis becomes `units`; the other axes stay.

    Acts on the last axis, as `torch.nn.Linear` and `keras.layers.Dense` do: put a
    `flatten` before it to use a whole feature map.
    """

    counts_in = "dense"
    also_takes = (DEVICE, *LORA, QUANTIZATION, *tensors("kernel", "bias"))
    linear = True
    fully_connected = True
    formulas: ClassVar = {
        "features": "units",
        "params": "(in_features + bias?) * units",
        "macs": "output_elements * in_features",
    }
    equations = ("y = sum(kernel*x) + bias?",)

    units: int = arg(Integer(1), "outputs of the layer", torch="out_features")
    bias: bool = arg(Flag(), "one bias per output", default=True, keras="use_bias")
    in_features: int | None = arg(Integer(1), "declared size of the last axis", declared=True)
    activation: str | None = arg(
        Nullable(ActivationName()),
        "an activation applied to the output (Keras); no parameters",
        default=None,
    )

    example = "dense: 100"

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"in_features": inputs.shapes[0][-1]}

    def output_shape(self, inputs: Inputs) -> Shape:
        return (*inputs.shapes[0][:-1], self.units)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[*map(Reach, range(len(output) - 1)), GLOBAL]]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        activation = run.bytes(output) if self.activation not in {None, "linear"} else 0
        return Usage(saves=(0,), saves_output=bool(activation), scratch=activation)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        kernel = Weight("kernel", (self.units, inputs.shapes[0][-1]), "kernel")
        return (kernel, Weight("bias", (self.units,), "bias")) if self.bias else (kernel,)

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return product(output) * inputs.shapes[0][-1]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return (*super().output_sizes(inputs)[:-1], Size("features", "features"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"in_features": inputs.shapes[0][-1]}

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        return activated(self.equations, self.activation)

    def torch_code(self, inputs: Inputs) -> Code:
        after = torch_activation(self.activation, inputs)
        if not isinstance(after, tuple):
            return after
        sizes = (Extent(len(inputs.shapes[0]) - 1), Given("units"))
        return (Call("nn.Linear", sizes, (Option("bias", Given("bias"), default=True),)), *after)

    def keras_code(self, inputs: Inputs) -> Steps:
        activation, after = keras_activation(self.activation, inputs)
        if not isinstance(after, tuple):
            return after
        options = (
            *(() if activation is None else (activation,)),
            Option("use_bias", Given("bias"), default=True),
        )
        return (Call("layers.Dense", (Given("units"),), options), *after)
