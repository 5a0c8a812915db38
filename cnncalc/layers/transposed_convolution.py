"""Transposed convolution: the convolution that goes from small to large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import TransposedWindow, product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.activation_name import (
    ActivationName,
    keras_activation,
    torch_activation,
)
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import TRANSPOSED, Size, activated, laid, window_size
from cnncalc.layers.base.inert import DEVICE, tensors
from cnncalc.layers.base.kinds import (
    Choice,
    DataFormat,
    Flag,
    Integer,
    Nullable,
    Padding,
    PerAxis,
)
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, axis_names
from cnncalc.layers.base.usage import Usage
from cnncalc.layers.convolution import any_over_one, not_divisible
from cnncalc.layers.sliding import (
    alike,
    check_padding,
    reading_channels,
    sides,
    torch_padding,
    torch_sides,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.reach import Reach
    from cnncalc.layers.base.usage import Run

POSITIVE = Integer(1)


class ConvTranspose(
    Layer,
    type="conv_transpose",
    torch="ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    keras="Conv1DTranspose Conv2DTranspose Conv3DTranspose "
    "Convolution1DTranspose Convolution2DTranspose Convolution3DTranspose",
    also="transposed_conv deconv upconv",
):
    """Transposed convolution: each input element spreads a kernel over the output.

    `valid`, the default of Keras's names, gives in * stride + max(extent - stride, 0)
    with extent = dilation * (kernel - 1) + 1, and `same` in * stride. Numbers, the
    default of PyTorch's names and of our own, are what is cropped on each side.
    With `output_padding` Keras's `same` gives
    (in - 1) * stride + extent - 2 * (extent // 2) + output_padding. The
    output padding must be smaller than the stride (Keras), or than stride or
    dilation (PyTorch).
    """

    counts_in = "convolution"
    tells_channels = True
    also_takes = (DEVICE, *tensors("kernel", "bias"))
    linear = True
    formulas: ClassVar = {
        **TRANSPOSED,
        "channels": "filters",
        "params": "kernel_elements*in_channels*filters/groups? + bias?*filters",
        "macs": "input_elements * kernel_elements*filters/groups?",
    }
    equations = ("y = sum(kernel*x over the inputs that reach it) + bias?",)

    filters: int = arg(POSITIVE, "channels of the output", torch="out_channels")
    kernel: Any = arg(PerAxis(POSITIVE), "kernel size", torch="kernel_size", keras="kernel_size")
    stride: Any = arg(PerAxis(POSITIVE), "step in the output", default=1, keras="strides")
    padding: Any = arg(
        Padding("valid", "same"), "valid, same, or how much each side is cropped", default=None
    )
    output_padding: Any = arg(
        Nullable(PerAxis(Integer(0))), "elements added at the end of each axis", default=None
    )
    dilation: Any = arg(
        PerAxis(POSITIVE), "distance between kernel elements", default=1, keras="dilation_rate"
    )
    groups: int = arg(POSITIVE, "separate groups of channels", default=1)
    bias: bool = arg(Flag(), "one bias per filter", default=True, keras="use_bias")
    in_channels: int | None = arg(POSITIVE, "declared channels of the input", declared=True)
    padding_mode: str = arg(
        Choice("zeros", "reflect", "replicate", "circular"), "only zeros is possible",
        default="zeros",
    )  # fmt: skip
    activation: str | None = arg(Nullable(ActivationName()), "an activation (Keras)", default=None)
    data_format: str | None = arg(DataFormat(), "where the channels are", default=None)
    one_per_axis = ("kernel",)
    example = "conv_transpose: {filters: 64, kernel: 2, stride: 2}"

    def validate(self) -> None:
        if self.filters % self.groups:
            raise not_divisible("filters", self.filters, self.groups)
        if self.padding_mode != "zeros":
            raise LayerError(
                codes.REFUSED, "a transposed convolution has no other padding mode than zeros",
                argument="padding_mode",
            )  # fmt: skip
        if self.dialect == "keras" and any_over_one(self.stride) and any_over_one(self.dilation):
            raise LayerError(
                codes.REFUSED, "Keras refuses a stride above 1 together with a dilation above 1",
                argument="dilation",
            )  # fmt: skip
        if self.padding is not None:
            names = ("valid", "same") if self.dialect == "keras" else ()
            check_padding(self, self.padding, names)

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"in_channels": self.split(inputs)[0]}

    def windows(self, inputs: Inputs) -> Sequence[TransposedWindow]:
        _, sizes = self.split(inputs)
        rank = len(sizes)
        kernel = self.spread(self.kernel, rank, "kernel")
        stride = self.spread(self.stride, rank, "stride")
        dilation = self.spread(self.dilation, rank, "dilation")
        extra = self.spread(self.output_padding, rank, "output_padding")
        bare = [
            TransposedWindow(axis, sizes[i], kernel[i], stride[i], dilation[i])
            for i, axis in enumerate(axis_names(rank))
        ]
        padding = self.padding or ("valid" if self.dialect == "keras" else (0,))
        if isinstance(padding, str):
            return [_named(one, padding, more) for one, more in zip(bare, extra, strict=True)]
        return [
            one._replace(before=before, after=after, output_padding=more or 0)
            for one, (before, after), more in zip(bare, sides(padding, rank), extra, strict=True)
        ]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        return [reading_channels(self, inputs, super().reach(inputs, output)[0])]

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, _ = self.split(inputs)
        if channels % self.groups:
            raise not_divisible("input channels", channels, self.groups)
        windows = self.windows(inputs)
        self._check_output_padding(windows)
        for window in windows:
            # Keras gives an empty tensor where PyTorch refuses.
            if window.output < (self.dialect != "keras"):
                raise LayerError(
                    codes.EMPTY_OUTPUT,
                    f"the {window.axis} would be {window.output}: padding "
                    f"{window.before} + {window.after} removes all of it",
                    argument="padding",
                )
        return self.join(inputs, self.filters, [window.output for window in windows])

    def _check_output_padding(self, windows: Sequence[TransposedWindow]) -> None:
        if self.output_padding is None:
            return
        given = self.spread(self.output_padding, len(windows), "output_padding")
        for window, extra in zip(windows, given, strict=True):
            keras = self.dialect == "keras"
            limit = window.stride if keras else max(window.stride, window.dilation)
            if extra >= limit:
                bound = "the stride" if keras else "the stride or the dilation"
                raise LayerError(
                    codes.PADDING,
                    f"`output_padding` {extra} along the {window.axis} must be smaller than "
                    f"{bound}, {limit}",
                    argument="output_padding",
                )

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        activation = run.bytes(output) if self.activation not in {None, "linear"} else 0
        return Usage(saves=(0,), saves_output=bool(activation), scratch=activation)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, sizes = self.split(inputs)
        shape = (channels, self.filters // self.groups)
        kernel = Weight(
            "kernel", (*shape, *self.spread(self.kernel, len(sizes), "kernel")), "kernel"
        )
        return (kernel, Weight("bias", (self.filters,), "bias")) if self.bias else (kernel,)

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - counted over the input
        rank = len(inputs.shapes[0]) - 1
        kernel = product(self.spread(self.kernel, rank, "kernel"))
        return product(inputs.shapes[0]) * (self.filters // self.groups) * kernel

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        spatial = [window_size(window) for window in self.windows(inputs)]
        return laid(Size("channels", "channels"), spatial, self.layout_of(inputs))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        channels, sizes = self.split(inputs)
        kernel = self.spread(self.kernel, len(sizes), "kernel")
        return {"in_channels": channels, "kernel_elements": kernel}

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        return activated(self.equations, self.activation)

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0]) - 1
        after = torch_activation(self.activation, inputs)
        if not isinstance(after, tuple):
            return after
        windows = self.windows(inputs)
        padding = torch_padding(self.padding or (0,), windows)
        crops: tuple[Call, ...] = ()
        if padding is None:
            crops, padding = (Call(f"nn.ZeroPad{rank}d", (torch_sides(windows, -1),)),), 0
        options = (
            Option("stride", Given("stride"), 1, placed=True),
            Option("padding", 0 if self.padding is None else padding, 0),
            Option(
                "output_padding",
                alike([window.output_padding for window in windows])
                if isinstance(self.padding, str) or self.output_padding is None
                else Given("output_padding"),
                0,
            ),
            Option("groups", Given("groups"), 1),
            Option("bias", Given("bias"), default=True),
            Option("dilation", Given("dilation"), 1),
        )
        arriving = Extent(channel_axis(self.layout_of(inputs), rank + 1))
        sizes = (arriving, Given("filters"), Given("kernel"))
        return (Call(f"nn.ConvTranspose{rank}d", sizes, options), *crops, *after)

    def _keras_lacks(self) -> str:
        """What Keras has not, whatever arrives."""
        if self.groups > 1:
            return "a transposed convolution of Keras has no groups"
        if any_over_one(self.stride) and any_over_one(self.dilation):
            return "Keras refuses a stride above 1 together with a dilation above 1"
        return ""

    def keras_code(self, inputs: Inputs) -> Steps:
        """Keras's own padding, or all that the kernels reach, cropped."""
        activation, after = keras_activation(self.activation, inputs)
        lacks = self._keras_lacks()
        if lacks or not isinstance(after, tuple):
            return Missing(lacks) if lacks else after
        windows = self.windows(inputs)
        rank = len(windows)
        named = isinstance(self.padding, str) or (self.padding is None and self.dialect == "keras")
        options = (
            Option("strides", Given("stride"), 1),
            *((Option("padding", Given("padding"), "valid"),) if self.padding == "same" else ()),
            *((Option("output_padding", Given("output_padding"), None),) if named else ()),
            Option("dilation_rate", Given("dilation"), 1),
            *(() if activation is None else (activation,)),
            Option("use_bias", Given("bias"), default=True),
        )
        args = (Given("filters"), Given("kernel"))
        call = Call(f"layers.Conv{rank}DTranspose", args, options)
        if named:
            return (call, *after)
        cropped = [
            (window.before, window.after - (window.output_padding or 0)) for window in windows
        ]
        if any(min(pair) < 0 for pair in cropped) or any(w.extent < w.stride for w in windows):
            return Missing("Keras leaves out elements that no kernel reaches")
        if not any(map(any, cropped)):
            return (call, *after)
        pairs = [Several(pair) for pair in cropped]
        padding: CodeValue = Several(pairs) if rank > 1 else pairs[0]
        if len({number for pair in cropped for number in pair}) == 1:
            padding = Given("padding") if self.padding == cropped[0][:1] else cropped[0][0]
        # What is cropped comes before the activation.
        bare = call._replace(options=tuple(one for one in options if one is not activation))
        acts = () if activation is None else (Call("layers.Activation", (activation.value,)),)
        return (bare, Call(f"layers.Cropping{rank}D", (padding,)), *acts, *after)


def _named(window: TransposedWindow, padding: str, extra: int | None) -> TransposedWindow:
    """Keras's `valid` and `same`: what they crop or add, so that its output sizes come out."""
    extent, stride = window.extent, window.stride
    if padding == "valid":
        return window._replace(output_padding=max(stride - extent, 0) if extra is None else extra)
    if extra is not None:
        half = extent // 2
        return window._replace(before=half, after=half, output_padding=extra)
    surplus = extent - stride
    if surplus < 0:
        return window._replace(output_padding=-surplus)
    return window._replace(before=surplus // 2, after=surplus - surplus // 2)
