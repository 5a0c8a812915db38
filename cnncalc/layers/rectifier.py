"""Rectifiers: activations that let large values pass, sharp (ReLU) or smooth (GELU)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.layers.activation import ActivationFunction
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.inert import INPLACE
from cnncalc.layers.base.kinds import Choice, Nullable, Real

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run, Usage

_NO_EFFECT = "no effect on the shape"


class ReLU(ActivationFunction, type="relu", torch="ReLU", keras="ReLU"):
    """max(x, 0): the rectified linear unit.

    Output: as the input. Parameters: none.
    """

    equations = ("y = max(x, 0)",)

    also_takes = (INPLACE,)

    max_value: Any = arg(Nullable(Real(0)), "an upper bound (Keras)", default=None)
    negative_slope: float = arg(Real(0), "the slope below the threshold (Keras)", default=0)
    threshold: float = arg(Real(0), "where it begins (Keras)", default=0)
    needs = "output"
    keras_name = "relu"
    never_negative = True
    example = "relu"

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        if not self.negative_slope and not self.threshold:
            bounded = "min(max(x, 0), max_value)"
            return self.equations if self.max_value is None else (f"y = {bounded}",)
        above = "x" if self.max_value is None else "min(x, max_value)"
        return (f"y = {above} if x >= threshold else negative_slope * (x - threshold)",)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        inplace = Option("inplace", Given("inplace"), default=False)
        bounded = self.max_value is not None
        if not (self.negative_slope or self.threshold or bounded):
            return (Call("nn.ReLU", (), (inplace,)),)
        if self.max_value and not (self.negative_slope or self.threshold):
            return (Call("nn.Hardtanh", (0.0, Given("max_value")), (inplace,)),)
        if self.negative_slope and not (self.threshold or bounded):
            return (Call("nn.LeakyReLU", (Given("negative_slope"),), (inplace,)),)
        options = (
            Option("max_value", Given("max_value"), None),
            Option("negative_slope", Given("negative_slope"), 0),
            Option("threshold", Given("threshold"), 0),
        )
        return (Call("BoundedReLU", (), options),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        options = (
            Option("max_value", Given("max_value"), None),
            Option("negative_slope", Given("negative_slope"), 0),
            Option("threshold", Given("threshold"), 0),
        )
        return (Call("layers.ReLU", (), options),)


class ReLU6(ActivationFunction, type="relu6", torch="ReLU6"):
    """min(max(x, 0), 6) (Howard et al., 2017).

    Output: as the input. Parameters: none.
    """

    equations = ("y = min(max(x, 0), 6)",)

    also_takes = (INPLACE,)
    keras_name = "relu6"
    never_negative = True
    example = "relu6"

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("layers.ReLU", (6,)),)


class LeakyReLU(ActivationFunction, type="leaky_relu", torch="LeakyReLU", keras="LeakyReLU"):
    """max(x, slope * x) (Maas et al., 2013).

    Output: as the input. Parameters: none.

    Keras refuses a slope below 0.
    """

    equations = ("y = x if x >= 0 else negative_slope*x",)

    also_takes = (INPLACE,)

    negative_slope: float | None = arg(
        Nullable(Real()), "no effect on the shape; else 0.01, in Keras 0.3", default=None,
        torch="negative_slope", keras="negative_slope alpha",
    )  # fmt: skip
    invertible = True
    example = "leaky_relu: 0.1"

    def validate(self) -> None:
        if self.dialect == "keras" and self.slope < 0:
            raise LayerError(
                codes.REFUSED, f"Keras refuses a slope below 0: {self.slope:g}",
                argument="negative_slope",
            )  # fmt: skip

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        given = self.slope if self.negative_slope is None else Given("negative_slope")
        slope = Option("negative_slope", given, 0.3)
        return (Call("layers.LeakyReLU", (), (slope,)),)

    @property
    def slope(self) -> float:
        """The slope below 0."""
        if self.negative_slope is None:
            return 0.3 if self.dialect == "keras" else 0.01
        return self.negative_slope

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        slope = self.slope if self.negative_slope is None else Given("negative_slope")
        inplace = Option("inplace", Given("inplace"), default=False)
        return (Call("nn.LeakyReLU", () if slope == 0.01 else (slope,), (inplace,)),)  # noqa: PLR2004 - PyTorch's default


class RReLU(ActivationFunction, type="rrelu", torch="RReLU"):
    """max(x, slope * x), the slope drawn at random in training (Xu et al., 2015).

    Output: as the input. Parameters: none.
    """

    equations = (
        "y = x if x >= 0 else (lower + upper)/2 * x; in training a slope drawn between them",
    )

    also_takes = (INPLACE,)

    lower: float = arg(Real(), "the smallest slope", default=0.125)
    upper: float = arg(Real(), "the largest slope", default=1 / 3)
    invertible = True
    example = "rrelu"

    def validate(self) -> None:
        if self.lower > self.upper:
            raise LayerError(
                codes.BAD_VALUE, f"`lower` {self.lower:g} is above `upper` {self.upper:g}",
                argument="lower",
            )  # fmt: skip

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        # The slopes of all elements are made in evaluation, too.
        return super().usage(inputs, output, run)._replace(made=run.bytes(output))

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        lower = Option("lower", Given("lower"), 0.125)
        return (Call("RReLU", (), (lower, Option("upper", Given("upper"), 1 / 3))),)


class ELU(ActivationFunction, type="elu", torch="ELU", keras="ELU"):
    """x if x > 0, else alpha * (exp(x) - 1).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x if x > 0 else alpha * (exp(x) - 1)",)

    also_takes = (INPLACE,)

    alpha: float = arg(Real(), _NO_EFFECT, default=1.0)
    invertible = True
    keras_name = "elu"
    example = "elu"

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.alpha == 1:
            return super().keras_code(inputs)
        return (Call("layers.ELU", (), (Option("alpha", Given("alpha"), 1.0),)),)


class SELU(ActivationFunction, type="selu", torch="SELU"):
    """A scaled ELU (Klambauer et al., 2017).

    Output: as the input. Parameters: none.
    """

    equations = ("y = 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (exp(x) - 1))",)

    also_takes = (INPLACE,)
    invertible = True
    keras_name = "selu"
    example = "selu"


class CELU(ActivationFunction, type="celu", torch="CELU"):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)).

    Output: as the input. Parameters: none.
    """

    equations = ("y = max(x, 0) + min(0, alpha * (exp(x/alpha) - 1))",)

    also_takes = (INPLACE,)

    alpha: float = arg(Real(), "not 0; no effect on the shape", default=1.0)
    invertible = True
    keras_name = "celu"
    example = "celu"

    def validate(self) -> None:
        if self.alpha == 0:
            raise LayerError(
                codes.BAD_VALUE, "`celu` divides by `alpha`, which must not be 0", argument="alpha"
            )

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.alpha == 1:
            return super().keras_code(inputs)
        return (Applied("ops.celu", (), (Option("alpha", Given("alpha"), 1.0),)),)


class GELU(ActivationFunction, type="gelu", torch="GELU"):
    """x * P(X <= x), X normal (Hendrycks, 2016).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x * (1 + erf(x / sqrt(2))) / 2",)

    approximate: str = arg(Choice("none", "tanh"), _NO_EFFECT, default="none")
    keras_name = "gelu"
    example = "gelu"

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        if self.approximate == "none":
            return self.equations
        return ("y = x * (1 + tanh(sqrt(2/pi) * (x + 0.044715*x^3))) / 2",)

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.approximate == "none":
            return super().keras_code(inputs)
        return (Applied("ops.gelu"),)  # which approximates by the tangent unless told otherwise


class SiLU(ActivationFunction, type="silu", torch="SiLU", also="swish"):
    """x * sigmoid(x), also called swish.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x / (1 + exp(-x))",)

    also_takes = (INPLACE,)
    keras_name = "silu"
    example = "silu"


class Mish(ActivationFunction, type="mish", torch="Mish"):
    """x * tanh(softplus(x)) (Misra, 2019).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x * tanh(log(1 + exp(x)))",)

    also_takes = (INPLACE,)
    keras_name = "mish"
    example = "mish"


class Threshold(ActivationFunction, type="threshold", torch="Threshold"):
    """x if x > threshold, else value.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x if x > threshold else value",)

    also_takes = (INPLACE,)

    threshold: float = arg(Real(), "where x begins to pass")
    value: float = arg(Real(), "the value below it", default=0)
    example = "threshold: {threshold: 0.1, value: 0}"

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Applied("ops.threshold", (Given("threshold"), Given("value"))),)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        inplace = Option("inplace", Given("inplace"), default=False)
        return (Call("nn.Threshold", (Given("threshold"), Given("value")), (inplace,)),)
