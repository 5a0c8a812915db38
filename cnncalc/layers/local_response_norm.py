"""Local response normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Option
from cnncalc.layers.base.kinds import Integer, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)


class LocalResponseNorm(Layer, type="local_response_norm", torch="LocalResponseNorm", also="lrn"):
    """Local response normalisation over neighbouring channels (Krizhevsky et al., AlexNet, 2012).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x / (k + alpha*sum(x^2)/size)^beta; over size neighbouring channels",)

    counted = False
    tells_channels = True

    size: int = arg(POSITIVE, "neighbouring channels")
    alpha: float = arg(Real(), "factor; no effect on the shape", default=0.0001)
    beta: float = arg(Real(), "exponent; no effect on the shape", default=0.75)
    k: float = arg(Real(), "offset; no effect on the shape", default=1.0)
    example = "local_response_norm: 5"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) == 1:
            raise self.wrong_rank(shape, "channels and spatial axes")
        return shape

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        # PyTorch has no operator of its own: padded squares, their mean + k, its power, a quotient.
        channels, *sizes = output
        padded, size = run.bytes((channels + self.size - 1, *sizes)), run.bytes(output)
        if not run.training:
            return Usage(scratch=max(2 * size, padded))
        return Usage(saves=(0,), made=padded + 2 * size, backward_scratch=3 * size)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        options = (
            Option("alpha", Given("alpha"), 0.0001),
            Option("beta", Given("beta"), 0.75),
            Option("k", Given("k"), 1.0),
        )
        return (Call("nn.LocalResponseNorm", (Given("size"),), options),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        options = (
            Option("alpha", Given("alpha"), 0.0001),
            Option("beta", Given("beta"), 0.75),
            Option("k", Given("k"), 1.0),
        )
        return (Applied("local_response_norm", (Given("size"),), options),)
