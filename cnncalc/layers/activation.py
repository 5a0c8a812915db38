"""Activations that work element by element, the shape unchanged, without weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cnncalc.diagnostics import codes
from cnncalc.layers.base.activation_name import ActivationName, torch_activation
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import activated
from cnncalc.layers.base.inert import INPLACE
from cnncalc.layers.base.kinds import Choice, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run

_NO_EFFECT = "no effect on the shape"


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

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002
        from_output = self.needs == "output"
        if not getattr(self, "inplace", False):
            return Usage(saves_output=True) if from_output else Usage(saves=(0,))
        if self.invertible or from_output:
            return Usage(shares=0, in_place=True, saves_output=True)
        return Usage(shares=0, in_place=True, kept=run.bytes(output))


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
    example = "relu"

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        if not self.negative_slope and not self.threshold:
            bounded = "min(max(x, 0), max_value)"
            return self.equations if self.max_value is None else (f"y = {bounded}",)
        above = "x" if self.max_value is None else "min(x, max_value)"
        return (f"y = {above} if x >= threshold else negative_slope * (x - threshold)",)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        if self.negative_slope or self.threshold:
            return None
        if self.max_value is not None:
            return (Call("nn.Hardtanh", (0.0, Given("max_value"))),)
        return (Call("nn.ReLU", (), (Option("inplace", Given("inplace"), False),)),)  # noqa: FBT003


class ReLU6(ActivationFunction, type="relu6", torch="ReLU6"):
    """min(max(x, 0), 6) (Howard et al., 2017).

    Output: as the input. Parameters: none.
    """

    equations = ("y = min(max(x, 0), 6)",)

    also_takes = (INPLACE,)
    example = "relu6"


class LeakyReLU(ActivationFunction, type="leaky_relu", torch="LeakyReLU", keras="LeakyReLU"):
    """max(x, slope * x) (Maas et al., 2013).

    Output: as the input. Parameters: none.

    Keras refuses a slope below 0.
    """

    equations = ("y = x if x >= 0 else negative_slope*x",)

    also_takes = (INPLACE,)

    negative_slope: float = arg(
        Real(), _NO_EFFECT, default=0.01, torch="negative_slope", keras="negative_slope alpha"
    )
    invertible = True
    example = "leaky_relu: 0.1"

    def validate(self) -> None:
        if self.dialect == "keras" and self.negative_slope < 0:
            raise LayerError(
                codes.REFUSED, f"Keras refuses a slope below 0: {self.negative_slope:g}",
                argument="negative_slope",
            )  # fmt: skip


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


class ELU(ActivationFunction, type="elu", torch="ELU", keras="ELU"):
    """x if x > 0, else alpha * (exp(x) - 1).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x if x > 0 else alpha * (exp(x) - 1)",)

    also_takes = (INPLACE,)

    alpha: float = arg(Real(), _NO_EFFECT, default=1.0)
    invertible = True
    example = "elu"


class SELU(ActivationFunction, type="selu", torch="SELU"):
    """A scaled ELU (Klambauer et al., 2017).

    Output: as the input. Parameters: none.
    """

    equations = ("y = 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (exp(x) - 1))",)

    also_takes = (INPLACE,)
    invertible = True
    example = "selu"


class CELU(ActivationFunction, type="celu", torch="CELU"):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)).

    Output: as the input. Parameters: none.
    """

    equations = ("y = max(x, 0) + min(0, alpha * (exp(x/alpha) - 1))",)

    also_takes = (INPLACE,)

    alpha: float = arg(Real(), "not 0; no effect on the shape", default=1.0)
    invertible = True
    example = "celu"

    def validate(self) -> None:
        if self.alpha == 0:
            raise LayerError(
                codes.BAD_VALUE, "`celu` divides by `alpha`, which must not be 0", argument="alpha"
            )


class GELU(ActivationFunction, type="gelu", torch="GELU"):
    """x * P(X <= x), X normal (Hendrycks, 2016).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x * (1 + erf(x / sqrt(2))) / 2",)

    approximate: str = arg(Choice("none", "tanh"), _NO_EFFECT, default="none")
    example = "gelu"

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        if self.approximate == "none":
            return self.equations
        return ("y = x * (1 + tanh(sqrt(2/pi) * (x + 0.044715*x^3))) / 2",)


class SiLU(ActivationFunction, type="silu", torch="SiLU", also="swish"):
    """x * sigmoid(x), also called swish.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x / (1 + exp(-x))",)

    also_takes = (INPLACE,)
    example = "silu"


class Mish(ActivationFunction, type="mish", torch="Mish"):
    """x * tanh(softplus(x)) (Misra, 2019).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x * tanh(log(1 + exp(x)))",)

    also_takes = (INPLACE,)
    example = "mish"


class Sigmoid(ActivationFunction, type="sigmoid", torch="Sigmoid"):
    """1 / (1 + exp(-x)).

    Output: as the input. Parameters: none.
    """

    equations = ("y = 1 / (1 + exp(-x))",)

    needs = "output"
    example = "sigmoid"


class LogSigmoid(ActivationFunction, type="log_sigmoid", torch="LogSigmoid"):
    """log(1 / (1 + exp(-x))).

    Output: as the input. Parameters: none.
    """

    equations = ("y = log(1 / (1 + exp(-x)))",)

    example = "log_sigmoid"


class Hardsigmoid(ActivationFunction, type="hardsigmoid", torch="Hardsigmoid", also="hard_sigmoid"):
    """min(max(x + 3, 0), 6) / 6.

    Output: as the input. Parameters: none.
    """

    equations = ("y = min(max(x + 3, 0), 6) / 6",)

    also_takes = (INPLACE,)
    example = "hardsigmoid"


class Hardswish(
    ActivationFunction, type="hardswish", torch="Hardswish", also="hard_swish hard_silu"
):
    """x * min(max(x + 3, 0), 6) / 6 (MobileNetV3).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x * min(max(x + 3, 0), 6) / 6",)

    also_takes = (INPLACE,)
    example = "hardswish"


class Tanh(ActivationFunction, type="tanh", torch="Tanh"):
    """The hyperbolic tangent.

    Output: as the input. Parameters: none.
    """

    equations = ("y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))",)

    needs = "output"
    example = "tanh"


class Hardtanh(ActivationFunction, type="hardtanh", torch="Hardtanh"):
    """x between two bounds, the lower below the upper.

    Output: as the input. Parameters: none.
    """

    equations = ("y = min(max(x, min_val), max_val)",)

    also_takes = (INPLACE,)

    min_val: float = arg(Real(), "the lower bound", default=-1.0, also=("min_value",))
    max_val: float = arg(Real(), "the upper bound", default=1.0, also=("max_value",))
    example = "hardtanh"

    def validate(self) -> None:
        if self.min_val >= self.max_val:
            raise LayerError(
                codes.BAD_VALUE,
                f"`min_val` {self.min_val:g} must be below `max_val` {self.max_val:g}",
                argument="min_val",
            )


class Tanhshrink(ActivationFunction, type="tanhshrink", torch="Tanhshrink"):
    """x - tanh(x).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x - tanh(x)",)

    example = "tanhshrink"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002
        return Usage(made=run.bytes(output), backward_scratch=run.bytes(output))  # tanh(x)


class Softplus(ActivationFunction, type="softplus", torch="Softplus"):
    """log(1 + exp(beta * x)) / beta.

    Output: as the input. Parameters: none.
    """

    equations = ("y = log(1 + exp(beta*x)) / beta",)

    beta: float = arg(Real(), _NO_EFFECT, default=1.0)
    threshold: float = arg(Real(), _NO_EFFECT, default=20.0)
    example = "softplus"


class Softsign(ActivationFunction, type="softsign", torch="Softsign"):
    """x / (1 + |x|).

    Output: as the input. Parameters: none.
    """

    equations = ("y = x / (1 + abs(x))",)

    example = "softsign"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002
        # PyTorch has no operator of its own: |x|, 1 + |x| and the quotient are tensors.
        size = run.bytes(output)
        return Usage(saves=(0,), made=size, backward_scratch=3 * size)


class Softshrink(ActivationFunction, type="softshrink", torch="Softshrink"):
    """x moved towards 0 by lambda.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x - lambd if x > lambd else (x + lambd if x < -lambd else 0)",)

    lambd: float = arg(Real(0), _NO_EFFECT, default=0.5)
    example = "softshrink"


class Hardshrink(ActivationFunction, type="hardshrink", torch="Hardshrink"):
    """x, or 0 within lambda of it.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x if abs(x) > lambd else 0",)

    lambd: float = arg(Real(), _NO_EFFECT, default=0.5)
    example = "hardshrink"


class Threshold(ActivationFunction, type="threshold", torch="Threshold"):
    """x if x > threshold, else value.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x if x > threshold else value",)

    also_takes = (INPLACE,)

    threshold: float = arg(Real(), "where x begins to pass")
    value: float = arg(Real(), "the value below it", default=0)
    example = "threshold: {threshold: 0.1, value: 0}"


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
