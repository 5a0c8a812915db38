"""Bilinear layers: every output is a weighted sum of the products of two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.inert import DEVICE
from cnncalc.layers.base.kinds import Flag, Integer
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, show_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value


class Bilinear(Layer, type="bilinear", torch="Bilinear"):
    """Bilinear layer: y = x1^T A x2 + b, with a matrix A for each output.

    Output: the last axis becomes `units`; the other axes of both inputs must agree.
    """

    counts_in = "dense"
    arity = (2, 2)
    also_takes = (DEVICE,)
    formulas: ClassVar = {
        "features": "units",
        "params": "(in1*in2 + bias?) * units",
        "macs": "output_elements * (in1 + 1)*in2",
    }
    equations = ("y = sum(x1*kernel*x2) + bias",)

    units: int = arg(Integer(1), "outputs of the layer", torch="out_features")
    in1_features: int | None = arg(Integer(1), "declared features of the first", declared=True)
    in2_features: int | None = arg(Integer(1), "declared features of the second", declared=True)
    bias: bool = arg(Flag(), "one bias per output", default=True)
    example = "bilinear: 10"

    def declared(self, inputs: Inputs) -> dict[str, int]:
        first, second = inputs.shapes
        return {"in1_features": first[-1], "in2_features": second[-1]}

    def output_shape(self, inputs: Inputs) -> Shape:
        first, second = inputs.shapes
        if first[:-1] != second[:-1]:
            raise LayerError(
                codes.MERGE,
                f"`{self.type}` cannot join {show_shape(first)} and {show_shape(second)}: "
                "all axes but the last must agree",
            )
        return (*first[:-1], self.units)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        first, second = inputs.shapes
        kernel = Weight("kernel", (self.units, first[-1], second[-1]), "kernel")
        return (kernel, Weight("bias", (self.units,), "bias")) if self.bias else (kernel,)

    def macs(self, inputs: Inputs, output: Shape) -> int:
        first, second = inputs.shapes
        return product(output) * (first[-1] + 1) * second[-1]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        before = [*map(Reach, range(len(output) - 1)), GLOBAL]
        return [before for _ in inputs.shapes]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return (*super().output_sizes(inputs)[:-1], Size("features", "features"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        first, second = inputs.shapes
        return {"in1": first[-1], "in2": second[-1]}

    def torch_code(self, inputs: Inputs) -> Code:
        last = len(inputs.shapes[0]) - 1
        sizes = (Extent(last), Extent(last, 1), Given("units"))
        return (Call("nn.Bilinear", sizes, (Option("bias", Given("bias"), default=True),)),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        bias = Option("use_bias", Given("bias"), default=True)
        return (Call("Bilinear", (Given("units"),), (bias,)),)
