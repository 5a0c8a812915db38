"""Pooling to a size of its output: adaptive, and global as its extreme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept, laid
from cnncalc.layers.base.kinds import DataFormat, Flag, Integer, Nullable, PerAxis
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, spatial_of
from cnncalc.layers.base.reach import GLOBAL, Reach, resampled
from cnncalc.layers.base.tensors import axis_names
from cnncalc.layers.base.usage import COPY, INDEX, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run

_FORMAT = DataFormat()


class AdaptivePooling(Layer):
    """What adaptive pooling shares: the output size is given, the windows follow."""

    pools = True
    tells_channels = True
    counted = False
    formulas: ClassVar = {"spatial axis": "size"}

    size: Any = arg(
        PerAxis(Nullable(Integer(1))), "size of the output; null keeps an axis",
        torch="output_size", keras="output_size",
    )  # fmt: skip
    return_indices: bool = arg(Flag(), "also return positions; no effect", default=False)
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    one_per_axis = ("size",)

    def validate(self) -> None:
        if self.size is None and self.dialect != "own":
            raise LayerError(
                codes.BAD_VALUE, f"`{self.called}` needs a size; null is for one axis of several",
                argument="size",
            )  # fmt: skip

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, sizes = self.split(inputs)
        wanted = self.spread(self.size, len(sizes), "size")
        return self.join(
            inputs,
            channels,
            [old if new is None else new for old, new in zip(sizes, wanted, strict=True)],
        )

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        """Position u reads from `floor(u * in / out)` up to `ceil((u + 1) * in / out)`."""
        from fractions import Fraction  # noqa: PLC0415 - start-up

        shape = inputs.shapes[0]
        channels = channel_axis(self.layout_of(inputs), len(shape))
        return [
            [
                Reach(axis) if axis == channels or new == old
                else GLOBAL if new == 1
                else resampled(axis, Fraction(old, new), new, "area")
                for axis, (old, new) in enumerate(zip(shape, output, strict=True))
            ]
        ]  # fmt: skip

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        channels, sizes = self.split(inputs)
        wanted = self.spread(self.size, len(sizes), "size")
        spatial = [
            Size(axis, "" if new is None else "spatial axis", {"in": old, "size": new or old})
            for axis, old, new in zip(axis_names(len(sizes)), sizes, wanted, strict=True)
        ]
        return laid(Size("channels", "", {"in": channels}), spatial, self.layout_of(inputs))

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0]) - 1
        name = "Max" if "max" in self.type else "Avg"
        return (Call(f"nn.Adaptive{name}Pool{self.rank or rank}d", (Given("size"),)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0]) - 1
        name = "Max" if "max" in self.type else "Average"
        if self.rank not in {None, rank} or self.size is None:
            return Missing("the rank of PyTorch's name is not that of the input")
        if self.size in {1, (1,) * rank}:
            keeps = Option("keepdims", value=True)
            return (Call(f"layers.Global{name}Pooling{rank}D", (), (keeps,)),)
        size: CodeValue = Given("size")
        if isinstance(self.size, tuple) and None in self.size:
            size = Several(spatial_of(self.output_shape(inputs), self.layout_of(inputs)))
        return (Call(f"layers.Adaptive{name}Pooling{rank}D", (size,)),)


class AdaptiveAvgPool(
    AdaptivePooling,
    type="adaptive_avgpool",
    torch="AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d",
    keras="AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D",
    also="adaptive_avg_pool",
):
    """Average pooling to a given output size, larger ones included (PyTorch's rule).

    Parameters: none. MACs: 0.

    PyTorch's `AdaptiveAvgPool2d` and `AdaptiveAvgPool3d` pool the last axes to 1,
    however many come before them.
    """

    linear = True
    equations = ("y[i] = mean(x[floor(i*in / size)] to x[ceil((i + 1)*in / size) - 1])",)

    example = "adaptive_avgpool: 7"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        rank = self.rank or 0
        to_one = self.size in {1, (1,) * rank}
        if self.dialect == "torch" and rank > 1 and to_one and len(shape) > rank + 1:
            first = len(shape) - rank - 1
            return shape[:first] + super().output_shape(inputs._replace(shapes=(shape[first:],)))
        return super().output_shape(inputs)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape = inputs.shapes[0]
        first = max(len(shape) - (self.rank or len(shape)) - 1, 0)
        before = kept(shape[:first], [f"axis {index}" for index in range(first)])
        return (*before, *super().output_sizes(inputs._replace(shapes=(shape[first:],))))

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        to_one = product(spatial_of(output, self.layout_of(inputs))) == 1
        return COPY if to_one else Usage(saves=(0,))  # to 1 it is a mean


class AdaptiveMaxPool(
    AdaptivePooling,
    type="adaptive_maxpool",
    torch="AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
    keras="AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D",
    also="adaptive_max_pool",
):
    """Max pooling to a given output size, larger ones included (PyTorch's rule).

    Parameters: none. MACs: 0.
    """

    equations = ("y[i] = max(x[floor(i*in / size)] to x[ceil((i + 1)*in / size) - 1])",)

    example = "adaptive_maxpool: 7"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(saves=(0,), made=INDEX * run.batch * product(output))


class GlobalPooling(Layer):
    """What global pooling shares: every spatial axis becomes one value."""

    pools = True
    tells_channels = True
    counted = False
    formulas: ClassVar = {"spatial axis, keepdims": "1"}

    keepdims: bool = arg(Flag(), "keep the spatial axes, as 1", default=False)
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)

    def output_shape(self, inputs: Inputs) -> Shape:
        if len(inputs.shapes[0]) == 1:
            raise LayerError(
                codes.RANK, f"`{self.called or self.type}` needs spatial axes to pool over",
                help=("the input is flat already",),
            )  # fmt: skip
        channels, sizes = self.split(inputs)
        return self.join(inputs, channels, (1,) * len(sizes)) if self.keepdims else (channels,)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        rank = len(inputs.shapes[0])
        channels = channel_axis(self.layout_of(inputs), rank)
        kept = Reach(channel_axis(self.layout_of(inputs), len(output)))
        return [[kept if axis == channels else GLOBAL for axis in range(rank)]]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        channels, sizes = self.split(inputs)
        ones = [Size(axis, "spatial axis, keepdims") for axis in axis_names(len(sizes))]
        spatial = ones if self.keepdims else []
        return laid(Size("channels", "", {"in": channels}), spatial, self.layout_of(inputs))

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0]) - 1
        name = "Max" if "max" in self.type else "Avg"
        pooled = Call(f"nn.Adaptive{name}Pool{rank}d", (1,))
        return (pooled,) if self.keepdims else (pooled, Call("nn.Flatten"))

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0]) - 1
        name = "Max" if "max" in self.type else "Average"
        keeps = Option("keepdims", Given("keepdims"), default=False)
        return (Call(f"layers.Global{name}Pooling{rank}D", (), (keeps,)),)


class GlobalAvgPool(
    GlobalPooling,
    type="global_avgpool",
    keras="GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D "
    "GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D",
    also="global_avg_pool global_average_pooling gap",
):
    """Global average pooling: the mean of each channel.

    Output: (channels), or with `keepdims` every spatial axis 1.
    Parameters: none. MACs: 0.

    Source: Lin et al., Network in Network (2013): it can replace flatten and
    the dense layers.
    """

    linear = True
    equations = ("y = mean(channel)",)

    example = "global_avgpool"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY


class GlobalMaxPool(
    GlobalPooling,
    type="global_maxpool",
    keras="GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D "
    "GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D",
    also="global_max_pool global_max_pooling",
):
    """Global max pooling: the largest value of each channel.

    Output: (channels), or with `keepdims` every spatial axis 1.
    Parameters: none. MACs: 0.
    """

    equations = ("y = max(channel)",)

    example = "global_maxpool"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(saves=(0,), saves_output=True)
