"""Noise that is added in training, nothing otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given
from cnncalc.layers.base.inert import SEED
from cnncalc.layers.base.kinds import Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.usage import VIEW, Usage

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run

_RATE = Real(0, 1)


class GaussianNoise(Layer, type="gaussian_noise", keras="GaussianNoise"):
    """Adds noise in training, nothing otherwise.

    Output: as the input. Parameters: none.
    """

    equations = (
        "y = x + noise; in training, noise has mean 0 and deviation stddev",
        "y = x; in inference",
    )

    also_takes = (SEED,)
    linear = True
    elementwise = True
    view = "identity"

    stddev: float = arg(_RATE, "standard deviation of the noise")
    example = "gaussian_noise: 0.1"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(scratch=run.bytes(output), gradient="same") if run.training else VIEW

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("GaussianNoise", (Given("stddev"),)),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("layers.GaussianNoise", (Given("stddev"),)),)
