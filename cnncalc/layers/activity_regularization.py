"""A penalty on the values that pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Option
from cnncalc.layers.base.kinds import ListOf, Nullable, Real
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs


class ActivityRegularization(Layer, type="activity_regularization", keras="ActivityRegularization"):
    """A penalty on activations in training.

    Output: as the input. Parameters: none.
    """

    linear = True
    elementwise = True
    view = "identity"

    l1: Any = arg(Nullable(Real(0)), "factor of the absolute values", default=None, aside=True)
    l2: Any = arg(Nullable(ListOf(Real(0))), "factor of the squares", default=None, aside=True)
    example = "activity_regularization: {l1: 0.01}"

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("nn.Identity"),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        options = (Option("l1", Given("l1"), None), Option("l2", Given("l2"), None))
        return (Call("layers.ActivityRegularization", (), options),)
