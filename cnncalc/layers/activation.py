"""What activations share, and an activation by its name; none has weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from cnncalc.layers.base.activation_name import (
    ActivationName,
    keras_activation,
    torch_activation,
)
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Missing
from cnncalc.layers.base.formulas import activated
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run


class ActivationFunction(Layer):
    """What activations share: none of it is a MAC, and most work element by element."""

    activation_function = True
    elementwise = True
    counted = False
    #: Whether the name alone says what it does, so that other layers take it as `activation`.
    function: ClassVar[bool] = True
    #: What the backward is computed from; in place a copy of the input must serve ...
    needs: ClassVar[Literal["input", "output"]] = "input"
    #: ... unless the input follows from the output.
    invertible: ClassVar[bool] = False
    #: Its name in keras.activations, where that does the same without further arguments.
    keras_name: ClassVar[str] = ""

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        from_output = self.needs == "output"
        if not getattr(self, "inplace", False):
            return Usage(saves_output=True) if from_output else Usage(saves=(0,))
        if self.invertible or from_output:
            return Usage(shares=0, in_place=True, saves_output=True)
        return Usage(shares=0, in_place=True, kept=run.bytes(output))

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        if not self.keras_name or self.settings():
            return Missing(f"Keras has no activation `{self.type}` with these arguments")
        return (Call("layers.Activation", (self.keras_name,)),)


class Activation(ActivationFunction, type="activation", keras="Activation"):
    """An activation by its name.

    Output: as the input. Parameters: none.
    """

    function = False
    activation: str = arg(ActivationName(), "its name: relu, sigmoid, ...")
    example = "activation: relu"

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        return activated(("y = x",), self.activation)

    def torch_code(self, inputs: Inputs) -> Code:
        return torch_activation(self.activation, inputs)

    def keras_code(self, inputs: Inputs) -> Steps:
        option, after = keras_activation(self.activation, inputs)
        return (Call("layers.Activation", (option.value,)),) if option is not None else after
