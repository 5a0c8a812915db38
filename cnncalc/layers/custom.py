"""A layer that is missing here, as the spec states it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Missing
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.kinds import Integer, ListOf, Nullable, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import names_of_axes
from cnncalc.layers.base.tensors import Inputs, Shape, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
POSITIVE = Integer(1)

_UNKNOWN = Missing("what it computes is not known")


class Custom(Layer, type="custom"):
    """A layer that is missing here, with its figures as the spec states them.

    Output: `shape`, without the batch; else as the input.

    The parameters are not divided into named weights. Without `macs` the layer is
    named as not counted.
    """

    formulas: ClassVar = {
        "given axis": "size",
        "params": "params",
        "buffers": "buffers",
        "macs": "macs",
    }

    arity = (1, None)
    shape: Any = arg(Nullable(ListOf(POSITIVE)), "shape of the output", default=None)
    params: int = arg(Integer(0), "learned weights", default=0)
    buffers: int = arg(Integer(0), "elements kept but not learned", default=0)
    macs_: int | None = arg(
        Nullable(Integer(0)), "multiply-accumulates for one sample; else not counted", default=None,
        also=("macs",),
    )  # fmt: skip
    label: str = arg(Text(), "what it is", default="")
    example = "custom: {shape: [64], params: 4160, macs: 4096}"

    def validate(self) -> None:
        self.__dict__["counted"] = self.macs_ is not None

    def output_shape(self, inputs: Inputs) -> Shape:
        shape: Shape | None = self.shape
        return inputs.shapes[0] if shape is None else shape

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - known without
        weights = []
        if self.params:
            weights.append(Weight("params", (self.params,)))
        if self.buffers:
            weights.append(Weight("buffers", (self.buffers,), buffer=True))
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - stated by the spec
        return self.macs_ or 0

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        if self.shape is None:
            return super().output_sizes(inputs)
        names = names_of_axes(len(self.shape), inputs.layout)
        return [
            Size(name, "given axis", {"size": size})
            for name, size in zip(names, self.shape, strict=True)
        ]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:  # noqa: ARG002 - known without
        return {"macs": self.macs_ or 0}

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return _UNKNOWN

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return _UNKNOWN
