"""Pooling with a sliding window: maximum, average and power mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Missing, Option, Padded, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import CEILING, SLIDING, Size, laid, undilated, window_size
from cnncalc.layers.base.kinds import DataFormat, Flag, Integer, Nullable, Padding, PerAxis, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.usage import INDEX, Usage
from cnncalc.layers.sliding import (
    check_padding,
    ending,
    keras_padding,
    listed_sides,
    outputs,
    pads_as_same,
    slide,
    torch_padding,
    torch_sides,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic import Window
    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run

POSITIVE = Integer(1)


class Pooling(Layer):
    """What all pooling shares: a window that moves by its own size unless told otherwise."""

    pools = True
    tells_channels = True
    counted = False
    formulas: ClassVar = undilated({**SLIDING, **CEILING})

    kernel: Any = arg(
        PerAxis(POSITIVE), "window size", torch="kernel_size", keras="pool_size", also=("size",)
    )
    stride: Any = arg(
        Nullable(PerAxis(POSITIVE)), "step of the window; else its size", default=None,
        keras="strides",
    )  # fmt: skip
    padding: Any = arg(
        Padding("valid", "same"),
        "padding around the input, which never counts as a maximum",
        default="valid",
    )
    ceil_mode: bool = arg(Flag(), "round the number of windows up (PyTorch)", default=False)
    data_format: str | None = arg(
        DataFormat(),
        "where the channels are; else as the spec's layout",
        default=None,
    )
    main = "kernel"

    def validate(self) -> None:
        names = ("valid", "same") if self.dialect == "keras" else ("valid",)
        check_padding(self, self.padding, names)

    def windows(self, inputs: Inputs) -> Sequence[Window]:
        _, sizes = self.split(inputs)
        rank = len(sizes)
        kernel = self.spread(self.kernel, rank, "kernel")
        stride = kernel if self.stride is None else self.spread(self.stride, rank, "stride")
        dilation = self.spread(getattr(self, "dilation", 1), rank, "dilation")
        return slide(sizes, kernel, stride, dilation, self.padding, ceil_mode=self.ceil_mode)

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, _ = self.split(inputs)
        windows = self.windows(inputs)
        if self.padding != "same":
            _check_half(windows)
        self.check_sizes(windows)
        return self.join(inputs, channels, outputs(windows))

    def check_sizes(self, windows: Sequence[Window]) -> None:
        """Further rules of one type of pooling; raises `LayerError`."""

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        channels = Size("channels", "", {"in": self.split(inputs)[0]})
        spatial = [window_size(window) for window in self.windows(inputs)]
        return laid(channels, spatial, self.layout_of(inputs))

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(saves=(0,))

    #: What fills padding so that it changes no result, where PyTorch's own would not do.
    torch_fill: ClassVar[float] = 0.0

    def torch_window(self, inputs: Inputs, name: str, *others: Option) -> Code:
        """A pooling with this window, and what pads before it."""
        rank = len(inputs.shapes[0]) - 1
        before, padding = self._torch_padding(inputs)
        step = Given("kernel" if self.stride is None else "stride")
        options = (
            Option("stride", step, Given("kernel"), placed=True),
            Option("padding", padding, "valid"),
            *others,
            Option("ceil_mode", Given("ceil_mode"), default=False),
        )
        return (*before, Call(f"nn.{name}{rank}d", (Given("kernel"),), options))

    def keras_window(
        self,
        inputs: Inputs,
        name: str,
        fill: Literal["zeros", "lowest", "nothing"],
    ) -> Steps | None:
        """A pooling with this window, and what pads before it; None if it is no mean of all."""
        windows = self.windows(inputs)
        strides = Option("strides", Given("stride"), Given("kernel"))
        if self.stride is None:
            strides = Option("strides", None, None)
        call = Call(f"layers.{name}Pooling{len(windows)}D", (Given("kernel"),), (strides,))
        if isinstance(self.padding, str) and not self.ceil_mode:
            by_name = Option("padding", Given("padding"), "valid")
            return (call._replace(options=(strides, by_name)),)
        if self.ceil_mode:
            return self._keras_ceiling(call, windows, fill)
        same = pads_as_same(windows)
        if fill == "nothing" and not same and any(w.before or w.after for w in windows):
            return None
        return (Padded(call, keras_padding(self.padding, windows), same, fill),)

    def _keras_ceiling(self, call: Call, windows: Sequence[Window], fill: str) -> Steps | None:
        """A pooling whose last window may reach over the end."""
        same = pads_as_same(windows)
        rests = any((window.padded - window.extent) % window.stride for window in windows)
        bare = not any(window.before or window.after for window in windows)
        inside = all(window.stride <= window.kernel for window in windows)
        whole = not isinstance(self.kernel, tuple) and not isinstance(self.stride, tuple)
        if fill != "lowest" and rests and not same:
            return None  # a mean that leaves out what is not there
        if bare and inside and whole:
            size = (Given("kernel"), Given("kernel" if self.stride is None else "stride"))
            return (Padded(call, Several(size), same, "ceiling"),)
        return (Padded(call, keras_padding("valid", windows), same, "lowest"),)

    def keras_partial(
        self, inputs: Inputs, function: str, *args: CodeValue, counted: bool = False
    ) -> Steps:
        """A function of the elements that each window has: a window may reach over the end."""
        windows = self.windows(inputs)
        beyond = [(0, ending(window) - window.after) for window in windows]
        options = (
            Option("padding", listed_sides([(one.before, one.after) for one in windows]), 0),
            Option("beyond", listed_sides(beyond), 0),
            Option("counted", counted, default=False),
        )
        return (Applied(function, (*args, *self.torch_step()), options),)

    def _torch_padding(self, inputs: Inputs) -> tuple[tuple[Call, ...], CodeValue]:
        """What pads before a pooling that cannot itself, and what it pads itself."""
        windows = self.windows(inputs)
        padding = torch_padding(self.padding, windows)
        if self.padding == "same" and any(
            one.before or one.after or one.stride > 1 for one in windows
        ):
            if padding is not None and all(one.stride == 1 for one in windows):
                return (), padding
            if not any(one.before or one.after for one in windows):
                return (), 0
            return (self._same_pad(len(windows)),), 0
        if padding is not None:
            return (), padding
        if self.torch_fill:
            fill: tuple[CodeValue, ...] = (self.torch_fill,)
        else:
            fill = ()
        name = "ConstantPad" if fill else "ZeroPad"
        return (Call(f"nn.{name}{len(windows)}d", (torch_sides(windows), *fill)),), 0

    def _same_pad(self, rank: int) -> Call:
        """What pads as TensorFlow's `same` does, for whatever size arrives."""
        value = Option("value", self.torch_fill, 0.0)
        each = any(isinstance(one, tuple) for one in (self.kernel, self.stride))
        if not each and getattr(self, "dilation", 1) == 1:
            return Call("SamePad", self.torch_step(), (value, Option("axes", rank, 2)))
        dilation = Option("dilation", self.same_dilation(), 1)
        return Call("SamePadding", self.torch_step(), (dilation, value))

    def same_dilation(self) -> CodeValue:
        """The distance between the elements of the window."""
        return Given("dilation") if "dilation" in self.arguments else 1

    def torch_step(self) -> tuple[CodeValue, CodeValue]:
        """The window and its step."""
        return Given("kernel"), Given("kernel" if self.stride is None else "stride")


def _check_half(windows: Sequence[Window]) -> None:
    for window in windows:
        if max(window.before, window.after) > window.kernel // 2:
            raise LayerError(
                codes.PADDING,
                f"padding {max(window.before, window.after)} is over half the kernel "
                f"{window.kernel}: a window could lie wholly in the padding",
                argument="padding",
                help=(f"at most {window.kernel // 2}",),
            )


def _check_bare(layer: Layer, windows: Sequence[Window]) -> None:
    if layer.dialect != "torch" or layer.rank != 3:  # noqa: PLR2004 - AvgPool3d, LPPool3d
        return
    for window in windows:
        if window.size < window.kernel:
            raise LayerError(
                codes.KERNEL_TOO_LARGE,
                f"PyTorch's {layer.called} refuses an input of {window.size} along the "
                f"{window.axis}, smaller than its kernel {window.kernel} before padding",
                argument="kernel",
            )


class MaxPool(
    Pooling,
    type="maxpool",
    torch="MaxPool1d MaxPool2d MaxPool3d",
    keras="MaxPooling1D MaxPooling2D MaxPooling3D MaxPool1D MaxPool2D MaxPool3D",
    also="max_pool max_pooling",
    presets={
        name: {"kernel": 2} for rank in "123" for name in (f"MaxPooling{rank}D", f"MaxPool{rank}D")
    },
):
    """Max pooling: the largest value in each window, channel by channel.

    Parameters: none. MACs: 0.

    `ceil_mode` rounds up and drops the last window unless it starts inside the
    input or its left padding. The padding is at most half the kernel (both are
    PyTorch's rules); `same` is TensorFlow's, ceil(in / stride). Keras's names have
    a window of 2 unless told otherwise.
    """

    formulas: ClassVar = {**SLIDING, **CEILING}
    equations = ("y = max(window)",)

    torch_fill = float("-inf")
    dilation: Any = arg(PerAxis(POSITIVE), "distance between window elements", default=1)
    return_indices: bool = arg(Flag(), "also return positions (PyTorch); no effect", default=False)
    main = "kernel"
    example = "maxpool: 2"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        # The indices are made even when nobody asks for them.
        return Usage(saves=(0,), made=INDEX * run.batch * product(output))

    def torch_code(self, inputs: Inputs) -> Code:
        return self.torch_window(inputs, "MaxPool", Option("dilation", Given("dilation"), 1))

    def keras_code(self, inputs: Inputs) -> Steps:
        if any(window.dilation > 1 for window in self.windows(inputs)):
            return Missing("no pooling of Keras has a dilation")
        return self.keras_window(inputs, "Max", "lowest") or ()


class AvgPool(
    Pooling,
    type="avgpool",
    torch="AvgPool1d AvgPool2d AvgPool3d",
    keras="AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D",
    also="avg_pool average_pool average_pooling",
):
    """Average pooling: the mean of each window, channel by channel.

    Parameters: none. MACs: 0.

    `ceil_mode` as in `maxpool`. PyTorch's `AvgPool3d` refuses an input smaller
    than its kernel before padding.
    """

    linear = True
    equations = ("y = mean(window)",)

    count_include_pad: bool = arg(Flag(), "count padding in the mean; no effect", default=True)
    divisor_override: int | None = arg(
        Nullable(Integer()), "another divisor; no effect on the shape", default=None
    )
    main = "kernel"
    example = "avgpool: {kernel: 3, stride: 2}"

    def check_sizes(self, windows: Sequence[Window]) -> None:
        if self.divisor_override == 0:
            raise LayerError(
                codes.BAD_VALUE, "`divisor_override` must not be 0", argument="divisor_override"
            )
        _check_bare(self, windows)

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0]) - 1
        windows = self.windows(inputs)
        padded = any(window.before or window.after for window in windows)
        uneven = any(window.before != window.after for window in windows)
        inside = not self.count_include_pad or self.dialect == "keras" or self.padding == "same"
        if self.divisor_override is not None:
            if rank == 1:
                return Missing("AvgPool1d has no other divisor")
            divisor = Option("divisor_override", Given("divisor_override"), None)
            return self.torch_window(inputs, "AvgPool", divisor)
        strided = self.padding == "same" and any(window.stride > 1 for window in windows)
        if inside and padded and (uneven or strided):
            if self.padding != "same":
                return Missing("a mean that leaves out its padding has as much on both sides")
            window, step = self.torch_step()
            stride = Option("stride", step, window, placed=True)
            pool = Call(f"nn.AvgPool{rank}d", (window,), (stride,))
            return (Call("SameAvgPool", (self._same_pad(rank), pool)),)
        counted: CodeValue = (
            not padded if inside and self.count_include_pad else Given("count_include_pad")
        )
        return self.torch_window(
            inputs, "AvgPool", Option("count_include_pad", counted, default=True)
        )

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.divisor_override is not None:
            return self._keras_sum(inputs)
        # Keras's own `same` leaves what is padded out of the mean.
        counted = self.count_include_pad and self.dialect != "keras"
        code = self.keras_window(inputs, "Average", "zeros" if counted else "nothing")
        if isinstance(code, tuple) and isinstance(code[0], Padded) and counted:
            padded = any(window.before or window.after for window in self.windows(inputs))
            return (code[0]._replace(same=code[0].same and not padded),)
        return self.keras_partial(inputs, "average_pool", counted=counted) if code is None else code

    def _keras_sum(self, inputs: Inputs) -> Steps:
        """The mean of a window with all that is padded, scaled to another divisor."""
        windows = self.windows(inputs)
        strides = Option("strides", Given("stride"), Given("kernel"))
        if self.stride is None:
            strides = Option("strides", None, None)
        call = Call(f"layers.AveragePooling{len(windows)}D", (Given("kernel"),), (strides,))
        scale = product(window.kernel for window in windows) / (self.divisor_override or 1)
        padded = Padded(call, keras_padding("valid", windows), same=False)
        return (padded, Call("layers.Rescaling", (scale,)))


class LPPool(Pooling, type="lppool", torch="LPPool1d LPPool2d LPPool3d", also="lp_pool"):
    """Power-mean pooling: the p-norm of each window, channel by channel.

    Parameters: none. MACs: 0.

    There is no padding. `LPPool3d` refuses what `AvgPool3d` refuses.
    """

    equations = ("y = sum(window^norm_type)^(1/norm_type)",)

    norm_type: float = arg(Real(), "the p of the norm")
    main = "kernel"
    one_per_axis = ("kernel",)
    example = "lppool: {norm_type: 2, kernel: 2}"

    def check_sizes(self, windows: Sequence[Window]) -> None:
        _check_bare(self, windows)

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        # Powers, their mean, its sign and absolute value, and their product are all tensors.
        powers, means = run.bytes(inputs.shapes[0]), run.bytes(output)
        if not run.training:
            return Usage(scratch=max(powers, 3 * means))
        return Usage(
            saves=(0,),
            made=powers + 4 * means,
            backward_scratch=max(means, 2 * powers - 5 * means),
        )

    def torch_code(self, inputs: Inputs) -> Code:
        code = self.torch_window(inputs, "LPPool")
        if not isinstance(code, tuple):
            return code
        *before, last = code
        padding = next(one.value for one in last.options if one.name == "padding")
        if self.padding not in {"valid", (0,)} and padding != 0:  # it has no padding of its own
            sides = torch_sides(self.windows(inputs))
            before = [Call(f"nn.ZeroPad{len(inputs.shapes[0]) - 1}d", (sides,))]
        kept = tuple(one for one in last.options if one.name != "padding")
        return (*before, last._replace(args=(Given("norm_type"), *last.args), options=kept))

    def keras_code(self, inputs: Inputs) -> Steps:
        return self.keras_partial(inputs, "lp_pool", Given("norm_type"))
