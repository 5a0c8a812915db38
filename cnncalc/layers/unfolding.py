"""Windows as columns (im2col), and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import Window, product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.kinds import Integer, PerAxis
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, axis_names
from cnncalc.layers.base.usage import COPY, Usage
from cnncalc.layers.shuffling import planes
from cnncalc.layers.sliding import outputs, slide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)
_WINDOW = (
    Option("dilation", Given("dilation"), 1),
    Option("padding", Given("padding"), 0),
    Option("stride", Given("stride"), 1),
)


class Unfold(Layer, type="unfold", torch="Unfold", also="im2col"):
    """Every window as a column (im2col).

    Output: (channels * kernel elements, number of windows). Parameters: none.
    """

    tells_channels = True
    linear = True
    formulas: ClassVar = {"rows": "in_channels * kernel_elements", "columns": "product(windows)"}

    kernel: Any = arg(PerAxis(POSITIVE), "window size", torch="kernel_size")
    stride: Any = arg(PerAxis(POSITIVE), "step of the window", default=1)
    padding: Any = arg(PerAxis(Integer(0)), "zeros on both sides", default=0)
    dilation: Any = arg(PerAxis(POSITIVE), "distance between window elements", default=1)
    one_per_axis = ("kernel", "stride", "padding", "dilation")
    example = "unfold: 3"

    def windows(self, inputs: Inputs) -> Sequence[Window]:
        _, sizes = planes(self, inputs)
        padding = self.spread(self.padding, 2, "padding")
        return slide(
            sizes,
            self.spread(self.kernel, 2, "kernel"),
            self.spread(self.stride, 2, "stride"),
            self.spread(self.dilation, 2, "dilation"),
            padding,
        )

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, _ = planes(self, inputs)
        kernel = product(self.spread(self.kernel, 2, "kernel"))
        return channels * kernel, product(outputs(self.windows(inputs)))

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:  # noqa: ARG002 - see `quantities`
        return (Size("rows", "rows"), Size("columns", "columns"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        channels, _ = planes(self, inputs)
        return {
            "in_channels": channels,
            "kernel_elements": self.spread(self.kernel, 2, "kernel"),
            "windows": outputs(self.windows(inputs)),
        }

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def torch_code(self, inputs: Inputs) -> Code:
        if self.layout_of(inputs) == "channels_last":
            return Missing("nn.Unfold has the channels first, and its rows in another order")
        return (Call("nn.Unfold", (Given("kernel"),), _WINDOW),)

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.layout_of(inputs) == "channels_last":
            return Missing("the rows are in the order of channels that come first")
        return (Applied("unfold", (Given("kernel"),), _WINDOW),)


class Fold(Layer, type="fold", torch="Fold", also="col2im"):
    """Columns back to a map (col2im), overlaps added; the inverse of `unfold`.

    Output: (rows / kernel elements, *size). Parameters: none.
    """

    linear = True
    counted = False
    formulas: ClassVar = {"channels": "rows / product(kernel)", "spatial axis": "size"}

    size: Any = arg(PerAxis(POSITIVE), "size of the output", torch="output_size")
    kernel: Any = arg(PerAxis(POSITIVE), "window size", torch="kernel_size")
    stride: Any = arg(PerAxis(POSITIVE), "step of the window", default=1)
    padding: Any = arg(PerAxis(Integer(0)), "zeros on both sides", default=0)
    dilation: Any = arg(PerAxis(POSITIVE), "distance between window elements", default=1)
    one_per_axis = ("size", *Unfold.one_per_axis)
    example = "fold: {size: 4, kernel: 2, stride: 2}"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) != 2:  # noqa: PLR2004 - rows and columns
            raise self.wrong_rank(shape, "rows and columns")
        kernel = self.spread(self.kernel, 2, "kernel")
        size = self.spread(self.size, 2, "size")
        elements = product(kernel)
        if shape[0] % elements:
            raise LayerError(
                codes.NOT_DIVISIBLE,
                f"{shape[0]} rows are not a multiple of {elements} kernel elements",
                argument="kernel",
            )
        windows = slide(
            size,
            kernel,
            self.spread(self.stride, 2, "stride"),
            self.spread(self.dilation, 2, "dilation"),
            self.spread(self.padding, 2, "padding"),
        )
        if product(outputs(windows)) != shape[1]:
            raise LayerError(
                codes.ELEMENTS,
                f"{product(outputs(windows))} windows lie on {size[0]}x{size[1]}, "
                f"but there are {shape[1]} columns",
                argument="size",
            )
        return (shape[0] // elements, *size)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:  # noqa: ARG002 - see `quantities`
        spatial = [
            Size(axis, "spatial axis", {"size": size})
            for axis, size in zip(axis_names(2), self.spread(self.size, 2, "size"), strict=True)
        ]
        return (Size("channels", "channels"), *spatial)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        kernel = self.spread(self.kernel, 2, "kernel")
        return {"rows": inputs.shapes[0][0], "kernel": kernel}

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("nn.Fold", (Given("size"), Given("kernel")), _WINDOW),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Applied("fold", (Given("size"), Given("kernel")), _WINDOW),)
