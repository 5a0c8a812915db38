"""Activations of the sigmoid and tanh family, and those that shrink values towards 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.layers.activation import ActivationFunction
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Given, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.inert import INPLACE
from cnncalc.layers.base.kinds import Real
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run

_NO_EFFECT = "no effect on the shape"


class Sigmoid(ActivationFunction, type="sigmoid", torch="Sigmoid"):
    """1 / (1 + exp(-x)).

    Output: as the input. Parameters: none.
    """

    equations = ("y = 1 / (1 + exp(-x))",)

    needs = "output"
    keras_name = "sigmoid"
    never_negative = True
    example = "sigmoid"


class LogSigmoid(ActivationFunction, type="log_sigmoid", torch="LogSigmoid"):
    """log(1 / (1 + exp(-x))).

    Output: as the input. Parameters: none.
    """

    equations = ("y = log(1 / (1 + exp(-x)))",)

    keras_name = "log_sigmoid"
    example = "log_sigmoid"


class Hardsigmoid(ActivationFunction, type="hardsigmoid", torch="Hardsigmoid", also="hard_sigmoid"):
    """min(max(x + 3, 0), 6) / 6.

    Output: as the input. Parameters: none.
    """

    equations = ("y = min(max(x + 3, 0), 6) / 6",)

    also_takes = (INPLACE,)
    keras_name = "hard_sigmoid"
    never_negative = True
    example = "hardsigmoid"


class Hardswish(
    ActivationFunction, type="hardswish", torch="Hardswish", also="hard_swish hard_silu"
):
    """x * min(max(x + 3, 0), 6) / 6 (MobileNetV3).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x * min(max(x + 3, 0), 6) / 6",)

    also_takes = (INPLACE,)
    keras_name = "hard_swish"
    example = "hardswish"


class Tanh(ActivationFunction, type="tanh", torch="Tanh"):
    """The hyperbolic tangent.

    Output: as the input. Parameters: none.
    """

    equations = ("y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))",)

    needs = "output"
    keras_name = "tanh"
    example = "tanh"


class Hardtanh(ActivationFunction, type="hardtanh", torch="Hardtanh"):
    """x between two bounds, the lower below the upper.

    Output: as the input. Parameters: none.
    """

    equations = ("y = min(max(x, min_val), max_val)",)

    also_takes = (INPLACE,)

    min_val: float = arg(Real(), "the lower bound", default=-1.0, also=("min_value",))
    max_val: float = arg(Real(), "the upper bound", default=1.0, also=("max_value",))
    keras_name = "hard_tanh"
    example = "hardtanh"

    def validate(self) -> None:
        if self.min_val >= self.max_val:
            raise LayerError(
                codes.BAD_VALUE,
                f"`min_val` {self.min_val:g} must be below `max_val` {self.max_val:g}",
                argument="min_val",
            )

    def keras_code(self, inputs: Inputs) -> Steps:
        if not self.settings():
            return super().keras_code(inputs)
        return (Applied("ops.clip", (Given("min_val"), Given("max_val"))),)


class Tanhshrink(ActivationFunction, type="tanhshrink", torch="Tanhshrink"):
    """x - tanh(x).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x - tanh(x)",)

    keras_name = "tanh_shrink"
    example = "tanhshrink"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(made=run.bytes(output), backward_scratch=run.bytes(output))  # tanh(x)


class Softplus(ActivationFunction, type="softplus", torch="Softplus"):
    """log(1 + exp(beta * x)) / beta.

    Output: as the input. Parameters: none.
    """

    equations = ("y = log(1 + exp(beta*x)) / beta",)

    beta: float = arg(Real(), _NO_EFFECT, default=1.0)
    threshold: float = arg(Real(), _NO_EFFECT, default=20.0)
    keras_name = "softplus"
    example = "softplus"

    def keras_code(self, inputs: Inputs) -> Steps:
        if not self.settings():
            return super().keras_code(inputs)
        options = (
            Option("beta", Given("beta"), 1.0), Option("threshold", Given("threshold"), 20.0),
        )  # fmt: skip
        return (Applied("softplus", (), options),)


class Softsign(ActivationFunction, type="softsign", torch="Softsign"):
    """x / (1 + |x|).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x / (1 + abs(x))",)

    keras_name = "softsign"
    example = "softsign"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        # PyTorch has no operator of its own: |x|, 1 + |x| and the quotient are tensors.
        size = run.bytes(output)
        return Usage(saves=(0,), made=size, backward_scratch=3 * size)


class Softshrink(ActivationFunction, type="softshrink", torch="Softshrink"):
    """x moved towards 0 by lambda.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x - lambd if x > lambd else (x + lambd if x < -lambd else 0)",)

    lambd: float = arg(Real(0), _NO_EFFECT, default=0.5)
    keras_name = "soft_shrink"
    example = "softshrink"

    def keras_code(self, inputs: Inputs) -> Steps:
        if not self.settings():
            return super().keras_code(inputs)
        return (Applied("ops.soft_shrink", (), (Option("threshold", Given("lambd"), 0.5),)),)


class Hardshrink(ActivationFunction, type="hardshrink", torch="Hardshrink"):
    """x, or 0 within lambda of it.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x if abs(x) > lambd else 0",)

    lambd: float = arg(Real(), _NO_EFFECT, default=0.5)
    keras_name = "hard_shrink"
    example = "hardshrink"

    def keras_code(self, inputs: Inputs) -> Steps:
        if not self.settings():
            return super().keras_code(inputs)
        return (Applied("ops.hard_shrink", (), (Option("threshold", Given("lambd"), 0.5),)),)
