"""Activations: element by element, the shape unchanged; only PReLU learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of, check_axes
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Choice, Integer, ListOf, Nullable, Real, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, channels_of
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.formulas import Size, Value
_NO_EFFECT = "no effect on the shape"


class ElementwiseActivation(Layer):
    """What activations share: they work element by element, and none of it is a MAC."""

    elementwise = True
    counted = False


class ReLU(ElementwiseActivation, type="relu", torch="ReLU", keras="ReLU"):
    """max(x, 0): the rectified linear unit.

    Output: as the input. Parameters: none.
    """

    max_value: Any = arg(Nullable(Real(0)), "an upper bound (Keras)", default=None)
    negative_slope: float = arg(Real(0), "the slope below the threshold (Keras)", default=0)
    threshold: float = arg(Real(0), "where it begins (Keras)", default=0)
    example = "relu"


class ReLU6(ElementwiseActivation, type="relu6", torch="ReLU6"):
    """min(max(x, 0), 6) (Howard et al., 2017).

    Output: as the input. Parameters: none.
    """

    example = "relu6"


class LeakyReLU(ElementwiseActivation, type="leaky_relu", torch="LeakyReLU", keras="LeakyReLU"):
    """max(x, slope * x) (Maas et al., 2013).

    Output: as the input. Parameters: none.

    Keras refuses a slope below 0.
    """

    negative_slope: float = arg(Real(), _NO_EFFECT, default=0.01, keras="alpha")
    example = "leaky_relu: 0.1"

    def validate(self) -> None:
        if self.dialect == "keras" and self.negative_slope < 0:
            raise LayerError(
                codes.REFUSED, f"Keras refuses a slope below 0: {self.negative_slope:g}",
                argument="negative_slope",
            )  # fmt: skip


class RReLU(ElementwiseActivation, type="rrelu", torch="RReLU"):
    """max(x, slope * x), the slope drawn at random in training (Xu et al., 2015).

    Output: as the input. Parameters: none.
    """

    lower: float = arg(Real(), "the smallest slope", default=0.125)
    upper: float = arg(Real(), "the largest slope", default=1 / 3)
    example = "rrelu"

    def validate(self) -> None:
        if self.lower > self.upper:
            raise LayerError(
                codes.BAD_VALUE, f"`lower` {self.lower:g} is above `upper` {self.upper:g}",
                argument="lower",
            )  # fmt: skip


class ELU(ElementwiseActivation, type="elu", torch="ELU", keras="ELU"):
    """x if x > 0, else alpha * (exp(x) - 1).

    Output: as the input. Parameters: none.
    """

    alpha: float = arg(Real(), _NO_EFFECT, default=1.0)
    example = "elu"


class SELU(ElementwiseActivation, type="selu", torch="SELU"):
    """A scaled ELU (Klambauer et al., 2017).

    Output: as the input. Parameters: none.
    """

    example = "selu"


class CELU(ElementwiseActivation, type="celu", torch="CELU"):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)).

    Output: as the input. Parameters: none.
    """

    alpha: float = arg(Real(), "not 0; no effect on the shape", default=1.0)
    example = "celu"

    def validate(self) -> None:
        if self.alpha == 0:
            raise LayerError(
                codes.BAD_VALUE, "`celu` divides by `alpha`, which must not be 0", argument="alpha"
            )


class GELU(ElementwiseActivation, type="gelu", torch="GELU"):
    """x * P(X <= x), X normal (Hendrycks, 2016).

    Output: as the input. Parameters: none.
    """

    approximate: str = arg(Choice("none", "tanh"), _NO_EFFECT, default="none")
    example = "gelu"


class SiLU(ElementwiseActivation, type="silu", torch="SiLU", also="swish"):
    """x * sigmoid(x), also called swish.

    Output: as the input. Parameters: none.
    """

    example = "silu"


class Mish(ElementwiseActivation, type="mish", torch="Mish"):
    """x * tanh(softplus(x)) (Misra, 2019).

    Output: as the input. Parameters: none.
    """

    example = "mish"


class Sigmoid(ElementwiseActivation, type="sigmoid", torch="Sigmoid"):
    """1 / (1 + exp(-x)).

    Output: as the input. Parameters: none.
    """

    example = "sigmoid"


class LogSigmoid(ElementwiseActivation, type="log_sigmoid", torch="LogSigmoid"):
    """log(1 / (1 + exp(-x))).

    Output: as the input. Parameters: none.
    """

    example = "log_sigmoid"


class Hardsigmoid(
    ElementwiseActivation, type="hardsigmoid", torch="Hardsigmoid", also="hard_sigmoid"
):
    """min(max(x + 3, 0), 6) / 6.

    Output: as the input. Parameters: none.
    """

    example = "hardsigmoid"


class Hardswish(ElementwiseActivation, type="hardswish", torch="Hardswish", also="hard_swish"):
    """x * min(max(x + 3, 0), 6) / 6 (MobileNetV3).

    Output: as the input. Parameters: none.
    """

    example = "hardswish"


class Tanh(ElementwiseActivation, type="tanh", torch="Tanh"):
    """The hyperbolic tangent.

    Output: as the input. Parameters: none.
    """

    example = "tanh"


class Hardtanh(ElementwiseActivation, type="hardtanh", torch="Hardtanh"):
    """x between two bounds, the lower below the upper.

    Output: as the input. Parameters: none.
    """

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


class Tanhshrink(ElementwiseActivation, type="tanhshrink", torch="Tanhshrink"):
    """x - tanh(x).

    Output: as the input. Parameters: none.
    """

    example = "tanhshrink"


class Softplus(ElementwiseActivation, type="softplus", torch="Softplus"):
    """log(1 + exp(beta * x)) / beta.

    Output: as the input. Parameters: none.
    """

    beta: float = arg(Real(), _NO_EFFECT, default=1.0)
    threshold: float = arg(Real(), _NO_EFFECT, default=20.0)
    example = "softplus"


class Softsign(ElementwiseActivation, type="softsign", torch="Softsign"):
    """x / (1 + |x|).

    Output: as the input. Parameters: none.
    """

    example = "softsign"


class Softshrink(ElementwiseActivation, type="softshrink", torch="Softshrink"):
    """x moved towards 0 by lambda.

    Output: as the input. Parameters: none.
    """

    lambd: float = arg(Real(0), _NO_EFFECT, default=0.5)
    example = "softshrink"


class Hardshrink(ElementwiseActivation, type="hardshrink", torch="Hardshrink"):
    """x, or 0 within lambda of it.

    Output: as the input. Parameters: none.
    """

    lambd: float = arg(Real(), _NO_EFFECT, default=0.5)
    example = "hardshrink"


class Threshold(ElementwiseActivation, type="threshold", torch="Threshold"):
    """x if x > threshold, else value.

    Output: as the input. Parameters: none.
    """

    threshold: float = arg(Real(), "where x begins to pass")
    value: float = arg(Real(), "what stands below it", default=0)
    example = "threshold: {threshold: 0.1, value: 0}"


class Softmax(
    ElementwiseActivation,
    type="softmax",
    torch="Softmax Softmax2d Softmin LogSoftmax",
    keras="Softmax",
):
    """exp(x) / sum(exp(x)) along an axis.

    Output: as the input. Parameters: none.

    PyTorch's `Softmax2d` takes channels, height and width.
    """

    elementwise = False
    axis: Any = arg(Nullable(ListOf(Axis())), "the axes that sum to 1", default=None, torch="dim")
    example = "softmax"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if self.rank is not None:
            self.split(inputs)
        check_axes(self, self.axis or (), len(shape))
        return shape

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        rank = len(output)
        batch = {0, -rank - 1} if self.dialect != "own" else set()
        axes = {axis_of(self, axis, rank) for axis in self.axis or () if axis not in batch}
        if self.axis is None:
            last = self.dialect == "keras"
            axes = {rank - 1 if last else channel_axis(inputs.layout, rank)}
        return [_reading_whole(axes, rank)]


def _reading_whole(axes: set[int], rank: int) -> tuple[Reach, ...]:
    return tuple(GLOBAL if axis in axes else Reach(axis) for axis in range(rank))


class GLU(ElementwiseActivation, type="glu", torch="GLU"):
    """Gated linear unit (Dauphin et al., 2016): one half gates the other.

    Output: the axis `dim` is halved; it must be even. Parameters: none.
    """

    elementwise = False
    formulas: ClassVar = {"halved axis": "in / 2"}
    equations = ("y = a * sigmoid(b), where x is a, then b, along the axis",)

    dim: int = arg(Axis(), "the halved axis", default=-1, also=("axis",))
    example = "glu: {dim: 0}"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        axis = axis_of(self, self.dim, len(shape), "dim")
        if shape[axis] % 2:
            raise LayerError(
                codes.NOT_DIVISIBLE,
                f"`glu` halves an axis, but its size is {shape[axis]}: it must be even",
                argument="dim",
            )
        return (*shape[:axis], shape[axis] // 2, *shape[axis + 1 :])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
        rank = len(inputs.shapes[0])
        return [_reading_whole({axis_of(self, self.dim, rank, "dim")}, rank)]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        sizes = list(super().output_sizes(inputs))
        axis = axis_of(self, self.dim, len(sizes), "dim")
        sizes[axis] = sizes[axis]._replace(formula="halved axis")
        return sizes


class PReLU(ElementwiseActivation, type="prelu", torch="PReLU", keras="PReLU"):
    """max(x, a * x) with learned a (He et al., 2015).

    Output: as the input.

    Parameters:
        num_parameters: 1 for all, or one a channel (PyTorch);
        one an element of the input, except along `shared_axes` (Keras)

    In a net that is channels_last, `PReLU` means Keras's; else PyTorch's. Under
    `prelu` the argument that is given decides, and without one there is one
    parameter.
    """

    formulas: ClassVar = {"params": "alpha_elements"}
    equations = ("y = x if x >= 0 else alpha*x",)

    num_parameters: int = arg(Integer(1), "1, or the channels of the input", default=1)
    shared_axes: Any = arg(
        Nullable(ListOf(Axis())), "axes that share a parameter; makes one an element else",
        default=None,
    )  # fmt: skip
    init: float = arg(Real(), "the first value; no effect", default=0.25)
    example = "prelu"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if self._per_element():
            self._shape(shape)
        elif self.num_parameters > 1:
            channels = channels_of(shape, inputs.layout)
            if channels != self.num_parameters:
                raise LayerError(
                    codes.CLAIM,
                    f"`num_parameters` is {self.num_parameters}, but there are {channels} channels",
                    argument="num_parameters",
                    help=(f"1, or {channels}",),
                )
        return shape

    def _per_element(self) -> bool:
        return self.shared_axes is not None or (
            self.dialect == "keras" and self.num_parameters == 1
        )

    def _shape(self, shape: Shape) -> Shape:
        rank = len(shape)
        given = self.shared_axes or ()
        if self.dialect == "keras":
            # Keras takes 1 off before it counts from the end: there the batch is the last axis,
            # and -1 the one before it.
            given = [axis if axis > 0 else axis - 1 for axis in given]
        axes = {axis_of(self, axis, rank, "shared_axes") for axis in given}
        return tuple(1 if index in axes else size for index, size in enumerate(shape))

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        each = self._shape(inputs.shapes[0]) if self._per_element() else (self.num_parameters,)
        return (Weight("alpha", each, "scale"),)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"alpha_elements": self.weights(inputs)[0].shape}


class Activation(ElementwiseActivation, type="activation", keras="Activation"):
    """An activation by its name.

    Output: as the input. Parameters: none.
    """

    activation: str = arg(Text(), "its name: relu, sigmoid, ...")
    example = "activation: relu"
