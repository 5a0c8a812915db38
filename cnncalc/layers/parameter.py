"""A bare learned tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given
from cnncalc.layers.base.kinds import Integer, ListOf
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.tensors import Inputs, Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps

POSITIVE = Integer(1)


class Parameter(Layer, type="parameter"):
    """A learned tensor that the data does not pass through, such as an auxiliary head's weights.

    Output: as the input.
    """

    view = "identity"
    linear = True
    elementwise = True
    formulas: ClassVar = {"params": "product(shape)"}

    shape: Any = arg(ListOf(POSITIVE), "its shape")
    example = "parameter: [1, 64]"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - known without
        return (Weight("parameter", self.shape),)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("UnusedParameter", (Given("shape"),)),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("UnusedParameter", (Given("shape"),)),)
