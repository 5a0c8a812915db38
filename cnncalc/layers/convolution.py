"""Convolutions in one to three dimensions: plain, depthwise and separable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import Window, product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.activation_name import (
    ActivationName,
    keras_activation,
    torch_activation,
)
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Formula, Given, Missing, Option, Padded, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import SLIDING, Size, activated, laid, window_size
from cnncalc.layers.base.inert import DEVICE, LORA, tensors
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
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import Usage
from cnncalc.layers.sliding import (
    PADS,
    check_fill,
    check_padding,
    keras_padding,
    outputs,
    pads_as_same,
    reading_channels,
    slide,
    torch_padding,
    torch_sides,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Fill, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.reach import Reach
    from cnncalc.layers.base.usage import Run

POSITIVE = Integer(1)
PADDINGS = ("valid", "same", "full", "causal")

#: What fills a padding in Keras, by `padding_mode`.
_KERAS_FILLS: dict[str, Fill] = {
    "zeros": "zeros", "reflect": "reflect", "replicate": "replicate", "circular": "circular",
}  # fmt: skip


class SlidingKernel(Layer):
    """What all convolutions share: the kernel, how it moves, and its bias."""

    counts_in = "convolution"
    tells_channels = True
    also_takes = (DEVICE, *tensors("bias"))
    linear = True

    one_per_axis = ("kernel",)

    kernel: Any = arg(PerAxis(POSITIVE), "kernel size", torch="kernel_size", keras="kernel_size")
    stride: Any = arg(PerAxis(POSITIVE), "step of the kernel", default=1, keras="strides")
    padding: Any = arg(
        Padding(*PADDINGS, minimum=None),
        "zeros around the input, or what `padding_mode` fills in",
        default="valid",
    )
    dilation: Any = arg(
        PerAxis(POSITIVE), "distance between kernel elements", default=1, keras="dilation_rate"
    )
    bias: bool = arg(Flag(), "one bias per filter", default=True, keras="use_bias")
    padding_mode: str = arg(
        Choice("zeros", "reflect", "replicate", "circular", also={"constant": "zeros"}),
        "what fills the padding",
        default="zeros",
    )
    activation: str | None = arg(
        Nullable(ActivationName()),
        "an activation applied to the output (Keras); no parameters",
        default=None,
    )
    data_format: str | None = arg(
        DataFormat(),
        "where the channels are; else as the spec's layout",
        default=None,
    )

    def validate(self) -> None:
        if self.dialect == "torch" and self.padding == "same" and any_over_one(self.stride):
            raise LayerError(
                codes.REFUSED,
                "PyTorch refuses `padding: same` with a stride above 1",
                argument="padding",
                help=(
                    "`padding: 1` for a kernel of 3 keeps ceil(in / stride)",
                    "our own `conv` accepts it, by TensorFlow's rule",
                ),
            )
        check_padding(self, self.padding, self.named_paddings())

    def named_paddings(self) -> tuple[str, ...]:
        """The names that the layer's framework has for paddings."""
        return ("valid", "same")

    def windows(self, inputs: Inputs) -> Sequence[Window]:
        _, sizes = self.split(inputs)
        rank = len(sizes)
        if self.padding == "causal" and rank != 1:
            raise LayerError(
                codes.PADDING, "causal padding is for one spatial axis", argument="padding"
            )
        return slide(
            sizes,
            self.spread(self.kernel, rank, "kernel"),
            self.spread(self.stride, rank, "stride"),
            self.spread(self.dilation, rank, "dilation"),
            self.padding,
        )

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        return [reading_channels(self, inputs, super().reach(inputs, output)[0])]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        """The input is saved, or its padded copy where the convolution itself cannot pad so."""
        activation = run.bytes(output) if self.activation not in {None, "linear"} else 0
        windows = self.windows(inputs)
        uneven = any(window.before != window.after for window in windows)
        padded = any(window.before or window.after for window in windows)
        if not (uneven or (padded and self.padding_mode != "zeros")):
            return Usage(saves=(0,), saves_output=bool(activation), scratch=activation)
        channels, _ = self.split(inputs)
        if self.padding_mode == "zeros":  # only what is more on one side
            sizes = [window.size + abs(window.after - window.before) for window in windows]
        else:
            sizes = [window.padded for window in windows]
        copy = run.bytes((channels, *sizes))
        return Usage(saves_output=bool(activation), made=copy, scratch=activation)

    def _slid(self, inputs: Inputs, channels: int) -> Shape:
        windows = self.windows(inputs)
        check_fill(self.padding_mode, windows)
        return self.join(inputs, channels, outputs(windows))

    def _kernel_of(self, inputs: Inputs) -> Shape:
        return self.spread(self.kernel, len(inputs.shapes[0]) - 1, "kernel")

    def _positions(self, inputs: Inputs, output: Shape) -> int:
        """The number of places where the kernel is applied."""
        return product(self.split(inputs._replace(shapes=(output,)))[1])

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        spatial = [window_size(window) for window in self.windows(inputs)]
        return laid(Size("channels", "channels"), spatial, self.layout_of(inputs))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {
            "in_channels": self.split(inputs)[0],
            "kernel_elements": self._kernel_of(inputs),
        }

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        return activated(self.equations, self.activation)

    def torch_kernel(self, inputs: Inputs, *sizes: CodeValue, groups: Option | None = None) -> Code:
        """A convolution with this kernel, what pads before it, and its activation."""
        rank = len(inputs.shapes[0]) - 1
        before, padding = self._torch_padding(inputs)
        options = (
            Option("stride", Given("stride"), 1, placed=True),
            Option("padding", padding, "valid"),
            Option("dilation", Given("dilation"), 1),
            groups or Option("groups", 1, 1),
            Option("bias", Given("bias"), default=True),
            Option("padding_mode", Given("padding_mode"), "zeros"),
        )
        call = Call(f"nn.Conv{rank}d", (*sizes, Given("kernel")), options)
        after = torch_activation(self.activation, inputs)
        return (*before, call, *after) if isinstance(after, tuple) else after

    def keras_kernel(
        self, inputs: Inputs, name: str, args: tuple[CodeValue, ...], *more: Option
    ) -> Steps:
        """A convolution with this kernel, what pads before it, and its activation."""
        activation, after = keras_activation(self.activation, inputs)
        windows = self.windows(inputs)
        fill = _KERAS_FILLS[self.padding_mode]
        if not isinstance(after, tuple):
            return after
        if any(min(window.before, window.after) < 0 for window in windows):
            return Missing("the padding of Keras does not crop")
        options = (
            Option("strides", Given("stride"), 1),
            Option("dilation_rate", Given("dilation"), 1),
            *more,
            *(() if activation is None else (activation,)),
            Option("use_bias", Given("bias"), default=True),
        )
        call = Call(f"layers.{name}{len(windows)}D", args, options)
        if self.padding == "valid" or (self.padding in {"same", "causal"} and fill == "zeros"):
            by_name = Option("padding", Given("padding"), "valid")
            return (call._replace(options=(options[0], by_name, *options[1:])), *after)
        padding = keras_padding(self.padding, windows)
        if self.padding == "full" and not isinstance(self.kernel, tuple):
            padding = Formula("dilation * (kernel - 1)")
        same = fill == "zeros" and pads_as_same(windows)
        return (Padded(call, padding, same, fill), *after)

    def _torch_padding(self, inputs: Inputs) -> tuple[tuple[Call, ...], CodeValue]:
        """What pads before a convolution that cannot itself, and what it pads itself."""
        windows = self.windows(inputs)
        if self.padding == "same" and any_over_one(self.stride):
            mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
            each = any(isinstance(one, tuple) for one in (self.kernel, self.stride))
            plain = mode == "constant" and not each and self.dilation == 1
            window = (Given("kernel"), Given("stride"))
            if plain:
                return (Call("SamePad", window, (Option("axes", len(windows), 2),)),), "valid"
            options = (
                Option("dilation", Given("dilation"), 1), Option("mode", mode, "constant"),
            )  # fmt: skip
            return (Call("SamePadding", window, options),), "valid"
        if self.padding in {"valid", "same"}:
            return (), Given("padding")
        one = not isinstance(self.kernel, tuple) and not isinstance(self.dilation, tuple)
        whole: CodeValue = Formula("dilation * (kernel - 1)") if one else None
        padding = torch_padding(self.padding, windows)
        if padding is not None:
            return (), whole if one and self.padding == "full" else padding
        sides = Several((whole, 0)) if one and self.padding == "causal" else torch_sides(windows)
        return (Call(f"nn.{PADS[self.padding_mode]}{len(windows)}d", (sides,)),), "valid"

    def channels(self, inputs: Inputs) -> Extent:
        """The channels that arrive."""
        return Extent(channel_axis(self.layout_of(inputs), len(inputs.shapes[0])))


class Conv(
    SlidingKernel,
    type="conv",
    torch="Conv1d Conv2d Conv3d",
    keras="Conv1D Conv2D Conv3D Convolution1D Convolution2D Convolution3D",
    also="convolution conv1d conv2d conv3d",
):
    """Convolution: `filters` kernels slide over the input; each gives a feature map.

    `same` padding gives ceil(in / stride), the odd pixel at the end (TensorFlow's
    rule); PyTorch's `Conv2d` refuses it with a stride, `conv` accepts it. Keras's
    `Conv2D` refuses a stride together with a dilation.
    """

    also_takes = (*LORA, *tensors("kernel"))
    formulas: ClassVar = {
        **SLIDING,
        "channels": "filters",
        "params": "(kernel_elements*in_channels/groups? + bias?) * filters",
        "macs": "output_elements * kernel_elements*in_channels/groups?",
    }
    equations = ("y = sum(kernel*window) + bias?",)

    filters: int = arg(
        POSITIVE, "number of kernels: the channels of the output", torch="out_channels"
    )
    groups: int = arg(
        POSITIVE, "input and output channels fall into this many separate groups", default=1
    )
    in_channels: int | None = arg(POSITIVE, "declared channels of the input", declared=True)

    example = "conv: {filters: 64, kernel: 3, stride: 2, padding: 1}"

    def named_paddings(self) -> tuple[str, ...]:
        causal = self.dialect == "keras" and self.rank == 1
        return ("valid", "same", "causal") if causal else ("valid", "same")

    def validate(self) -> None:
        super().validate()
        strided = any_over_one(self.stride) and any_over_one(self.dilation)
        if strided and self.dialect == "keras":  # its depthwise and separable ones take both
            raise LayerError(
                codes.REFUSED,
                "Keras refuses a stride above 1 together with a dilation above 1",
                argument="dilation",
            )
        if self.filters % self.groups:
            raise not_divisible("filters", self.filters, self.groups)

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"in_channels": self.split(inputs)[0]}

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, _ = self.split(inputs)
        if channels % self.groups:
            raise not_divisible("input channels", channels, self.groups)
        return self._slid(inputs, self.filters)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, _ = self.split(inputs)
        shape = (self.filters, channels // self.groups, *self._kernel_of(inputs))
        kernel = Weight("kernel", shape, "kernel")
        return (kernel, Weight("bias", (self.filters,), "bias")) if self.bias else (kernel,)

    def macs(self, inputs: Inputs, output: Shape) -> int:
        channels, _ = self.split(inputs)
        return product(output) * (channels // self.groups) * product(self._kernel_of(inputs))

    def torch_code(self, inputs: Inputs) -> Code:
        groups = Option("groups", Given("groups"), 1)
        return self.torch_kernel(inputs, self.channels(inputs), Given("filters"), groups=groups)

    def keras_code(self, inputs: Inputs) -> Steps:
        if any_over_one(self.stride) and any_over_one(self.dilation):
            return Missing("Keras refuses a stride above 1 together with a dilation above 1")
        groups = Option("groups", Given("groups"), 1)
        return self.keras_kernel(inputs, "Conv", (Given("filters"), Given("kernel")), groups)


class DepthwiseConv(
    SlidingKernel,
    type="depthwise_conv",
    keras="DepthwiseConv1D DepthwiseConv2D",
    also="depthwise dwconv",
):
    """Depthwise convolution: every channel has kernels of its own.

    The same as `conv` with groups = in_channels.
    """

    also_takes = tensors("depthwise")
    formulas: ClassVar = {
        **SLIDING,
        "channels": "in_channels * depth_multiplier?",
        "params": "(kernel_elements + bias?) * in_channels * depth_multiplier?",
        "macs": "output_elements * kernel_elements",
    }
    equations = ("y = sum(kernel*window) + bias?",)

    depth_multiplier: int = arg(POSITIVE, "kernels per channel", default=1)

    main = "kernel"
    example = "depthwise_conv: {kernel: 3, padding: same}"

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, _ = self.split(inputs)
        return self._slid(inputs, channels * self.depth_multiplier)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, _ = self.split(inputs)
        filters = channels * self.depth_multiplier
        kernel = Weight("kernel", (filters, 1, *self._kernel_of(inputs)), "kernel")
        return (kernel, Weight("bias", (filters,), "bias")) if self.bias else (kernel,)

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return product(output) * product(self._kernel_of(inputs))

    def torch_code(self, inputs: Inputs) -> Code:
        arriving = self.channels(inputs)
        made = Formula("depth_multiplier * in_channels", {"in_channels": arriving})
        groups = Option("groups", arriving, 1)
        return self.torch_kernel(inputs, arriving, made, groups=groups)

    def keras_code(self, inputs: Inputs) -> Steps:
        if len(inputs.shapes[0]) > 3:  # noqa: PLR2004 - channels and two axes
            return Missing("Keras has none over three spatial axes")
        depth = Option("depth_multiplier", Given("depth_multiplier"), 1)
        return self.keras_kernel(inputs, "DepthwiseConv", (Given("kernel"),), depth)


class SeparableConv(
    SlidingKernel,
    type="separable_conv",
    keras="SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D",
    also="separable sepconv",
):
    """Depthwise separable convolution: a depthwise convolution, then a 1x1 convolution.

    Source: Chollet, Xception (2017); Keras's `SeparableConv2D` has one bias, at the end.
    """

    also_takes = tensors("depthwise", "pointwise")
    formulas: ClassVar = {
        **SLIDING,
        "channels": "filters",
        "params": (
            "kernel_elements*in_channels*depth_multiplier?"
            " + in_channels*depth_multiplier?*filters + bias?*filters"
        ),
        "macs": "positions * in_channels*depth_multiplier? * (kernel_elements + filters)",
    }
    equations = ("z = sum(depthwise_kernel*window)", "y = sum(pointwise_kernel*z) + bias?")

    filters: int = arg(POSITIVE, "channels of the output", torch="out_channels")
    depth_multiplier: int = arg(POSITIVE, "depthwise kernels per channel", default=1)

    example = "separable_conv: {filters: 128, kernel: 3, padding: same}"

    def output_shape(self, inputs: Inputs) -> Shape:
        return self._slid(inputs, self.filters)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, _ = self.split(inputs)
        middle = channels * self.depth_multiplier
        ones = (1,) * (len(inputs.shapes[0]) - 1)
        kernels = (
            Weight("depthwise_kernel", (middle, 1, *self._kernel_of(inputs)), "kernel"),
            Weight("pointwise_kernel", (self.filters, middle, *ones), "kernel"),
        )
        return (*kernels, Weight("bias", (self.filters,), "bias")) if self.bias else kernels

    def macs(self, inputs: Inputs, output: Shape) -> int:
        channels, _ = self.split(inputs)
        middle = channels * self.depth_multiplier
        work = product(self._kernel_of(inputs)) + self.filters
        return self._positions(inputs, output) * middle * work

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        positions = tuple(window.output for window in self.windows(inputs))
        return {**super().quantities(inputs), "positions": positions}

    def torch_code(self, inputs: Inputs) -> Code:
        arriving = self.channels(inputs)
        middle = Formula("depth_multiplier * in_channels", {"in_channels": arriving})
        code = self.torch_kernel(inputs, arriving, middle, groups=Option("groups", arriving, 1))
        if not isinstance(code, tuple):
            return code
        at = next(index for index, call in enumerate(code) if call.name.startswith("nn.Conv"))
        kept = tuple(one for one in code[at].options if one.name != "bias")
        deep = code[at]._replace(options=(*kept, Option("bias", value=False)))
        bias = Option("bias", Given("bias"), default=True)
        pointwise = Call(deep.name, (middle, Given("filters"), 1), (bias,))
        return (*code[:at], deep, pointwise, *code[at + 1 :])

    def keras_code(self, inputs: Inputs) -> Steps:
        if len(inputs.shapes[0]) > 3:  # noqa: PLR2004 - channels and two axes
            return Missing("Keras has none over three spatial axes")
        depth = Option("depth_multiplier", Given("depth_multiplier"), 1)
        args = (Given("filters"), Given("kernel"))
        return self.keras_kernel(inputs, "SeparableConv", args, depth)


def not_divisible(what: str, number: int, groups: int) -> LayerError:
    """The error for channels that groups do not divide, with the nearest that they do."""
    below = number // groups * groups
    near = [str(count) for count in (below, below + groups) if count]
    return LayerError(
        codes.NOT_DIVISIBLE,
        f"{groups} groups do not divide {number} {what}",
        argument="groups",
        help=(f"{' or '.join(near)} {what} would be divisible",),
    )


def any_over_one(value: int | tuple[int, ...]) -> bool:
    """Whether a stride or dilation is above 1 along any axis."""
    return max(value) > 1 if isinstance(value, tuple) else value > 1
