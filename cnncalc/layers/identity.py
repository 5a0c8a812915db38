"""The identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.code import Call
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs


class Identity(
    Layer, type="identity", torch="Identity", keras="Identity", also="linear_activation"
):
    """Passes its input on.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x",)

    linear = True
    elementwise = True
    view = "identity"
    example = "identity"

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("nn.Identity"),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return ()
