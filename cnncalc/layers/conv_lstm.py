"""Convolutional recurrent layers over (steps, one frame's axes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.layers.base.activation_name import ActivationName, keras_function
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Missing, Option, Several
from cnncalc.layers.base.formulas import SLIDING, Size, kept
from cnncalc.layers.base.inert import DEVICE, SEED, tensors
from cnncalc.layers.base.kinds import (
    DataFormat,
    Flag,
    Integer,
    Nullable,
    Padding,
    PerAxis,
    Real,
)
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channels_of
from cnncalc.layers.base.name import Name
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.convolution import Conv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.tensors import Order

POSITIVE = Integer(1)
_GATES = 4
_LEAST_AXES = 3


class ConvLSTM(Layer, type="conv_lstm", keras="ConvLSTM1D ConvLSTM2D ConvLSTM3D", also="convlstm"):
    """Convolutional LSTM (Shi et al., 2015): an LSTM whose products are convolutions.

    Takes (steps, one frame), the frame in the layout of the net.

    Output: the last frame, or with `return_sequences` all of them; per spatial axis
        as `conv`, and `filters` channels.

    The recurrent convolution keeps the size of its frame (`same`, stride 1).
    """

    tells_channels = True
    counts_in = "recurrent"
    least_axes = _LEAST_AXES
    also_takes = (DEVICE, SEED, *tensors("kernel", "recurrent", "bias"))
    formulas: ClassVar = {
        **SLIDING,
        "channels": "filters",
        "params": "4*filters*(kernel_elements*(in_channels + filters) + bias?)",
        "macs": "steps*positions * kernel_elements*(in_channels + filters) * 4*filters",
    }
    equations = (
        "i, f, o = sigmoid(kernel*x + recurrent_kernel*h + bias)",
        "g = tanh(kernel*x + recurrent_kernel*h + bias)",
        "c = f*c + i*g",
        "h = o * tanh(c)",
    )

    filters: int = arg(POSITIVE, "channels of the output")
    kernel: Any = arg(PerAxis(POSITIVE), "kernel size", keras="kernel_size")
    stride: Any = arg(PerAxis(POSITIVE), "step of the kernel", default=1, keras="strides")
    padding: Any = arg(Padding("valid", "same"), "zeros around a frame", default="valid")
    dilation: Any = arg(
        PerAxis(POSITIVE), "distance between kernel elements", default=1, keras="dilation_rate"
    )
    bias: bool = arg(Flag(), "one bias per filter and gate", default=True, keras="use_bias")
    return_sequences: bool = arg(Flag(), "every frame, or the last", default=False)
    return_state: bool = arg(Flag(), "also the state; the first output counts", default=False)
    activation: Any = arg(Nullable(ActivationName()), "of the state; else tanh", default=None)
    recurrent_activation: Any = arg(
        Nullable(ActivationName()), "of the gates; else sigmoid", default=None
    )
    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    recurrent_dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    go_backwards: bool = arg(Flag(), "steps in reverse", default=False, inert=True)
    stateful: bool = arg(Flag(), "the state goes on to the next batch", default=False, inert=True)
    unroll: bool = arg(Flag(), "how Keras computes it", default=False, inert=True, aside=True)
    unit_forget_bias: bool = arg(
        Flag(), "the forget gate's bias begins at 1", default=True, inert=True, aside=True
    )
    data_format: str | None = arg(DataFormat(), "where the channels are", default=None)
    example = "conv_lstm: {filters: 16, kernel: 3, padding: same}"

    def validate(self) -> None:
        self._convolution()

    def _convolution(self) -> Layer:
        """The convolution of one frame; raises `LayerError` for what it refuses."""
        shared = ("filters", "kernel", "stride", "padding", "dilation", "bias", "data_format")
        given = {name: getattr(self, name) for name in shared}
        return Name(self.called, Conv, self.dialect, self.rank, {}).make(given)

    def _frame(self, inputs: Inputs) -> Inputs:
        return inputs._replace(shapes=(inputs.shapes[0][1:],))

    def _sizes(self, inputs: Inputs) -> tuple[int, Shape, Shape]:
        """The channels that arrive, the sizes of the kernel, and the frame that leaves."""
        convolution, frame = self._convolution(), self._frame(inputs)
        channels, sizes = convolution.split(frame)
        kernel = self.spread(self.kernel, len(sizes), "kernel")
        return channels, kernel, convolution.output_shape(frame)

    def output_shape(self, inputs: Inputs) -> Shape:
        frame = self._sizes(inputs)[2]
        return (inputs.shapes[0][0], *frame) if self.return_sequences else frame

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, kernel, _ = self._sizes(inputs)
        rows = _GATES * self.filters
        weights = (
            Weight("kernel", (rows, channels, *kernel), "kernel"),
            Weight("recurrent_kernel", (rows, self.filters, *kernel), "kernel"),
        )
        return (*weights, Weight("bias", (rows,), "bias")) if self.bias else weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - counted over the steps
        kernels = sum(weight.size for weight in self.weights(inputs) if weight.role == "kernel")
        return inputs.shapes[0][0] * product(self._positions(inputs)) * kernels

    def _positions(self, inputs: Inputs) -> Shape:
        frame = self._sizes(inputs)[2]
        return self._convolution().split(inputs._replace(shapes=(frame,)))[1]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        frame = self._convolution().output_sizes(self._frame(inputs))
        if not self.return_sequences:
            return frame
        return (*kept(inputs.shapes[0][:1], ("steps",)), *frame)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        _, kernel, _ = self._sizes(inputs)
        frame = self._frame(inputs)
        return {
            "steps": inputs.shapes[0][0],
            "positions": self._positions(inputs),
            "kernel_elements": kernel,
            "in_channels": channels_of(frame.shapes[0], self.layout_of(frame)),
        }

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return Missing("PyTorch has no convolutional cell")

    def keras_order(self, inputs: Inputs, code: Steps) -> Order:  # noqa: ARG002 - it moves them
        return "written"

    def keras_code(self, inputs: Inputs) -> Steps:
        """The layer of Keras, whose frames have the channels last."""
        if self.stateful:
            return Missing("a stateful layer of Keras fixes the batch")
        functions = []
        for name, given, usual in (
            ("activation", self.activation, "tanh"),
            ("recurrent_activation", self.recurrent_activation, "sigmoid"),
        ):
            function = keras_function(given or usual, inputs)
            if isinstance(function, Missing):
                return function
            functions.append(Option(name, function, usual))
        rank = len(inputs.shapes[0]) - 2
        options = (
            Option("strides", Given("stride"), 1),
            Option("padding", Given("padding"), "valid"),
            Option("dilation_rate", Given("dilation"), 1),
            *functions,
            Option("use_bias", Given("bias"), default=True),
            Option("dropout", Given("dropout"), 0),
            Option("recurrent_dropout", Given("recurrent_dropout"), 0),
            Option("return_sequences", Given("return_sequences"), default=False),
            Option("go_backwards", Given("go_backwards"), default=False),
        )
        call = Call(f"layers.ConvLSTM{rank}D", (Given("filters"), Given("kernel")), options)
        if self.layout_of(self._frame(inputs)) == "channels_last":
            return (call,)
        spatial = tuple(range(3, rank + 3))
        back = tuple(range(1, rank + 1))
        if self.return_sequences:
            leaving = (1, rank + 2, *(axis + 1 for axis in back))
        else:
            leaving = (rank + 1, *back)
        before = Call("layers.Permute", (Several((1, *spatial, 2)),))
        return (before, call, Call("layers.Permute", (Several(leaving),)))
