"""Absolute values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.code import Applied, Call
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs


class Absolute(Layer, type="abs", also="absolute"):
    """The absolute value of every element.

    Output: as the input. Parameters: none.
    """

    elementwise = True
    counted = False
    equations = ("y = abs(x)",)
    example = "abs"

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("Absolute"),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Applied("ops.abs"),)
