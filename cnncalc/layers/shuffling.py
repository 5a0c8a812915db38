"""Moving elements between channels and space, or among the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Missing
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept, laid
from cnncalc.layers.base.kinds import DataFormat, Integer
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channels_of
from cnncalc.layers.base.reach import Reach
from cnncalc.layers.base.tensors import axis_names
from cnncalc.layers.base.usage import COPY, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run

POSITIVE = Integer(1)
_FORMAT = DataFormat()

_LEADING = Missing("other axes come before the map")


class PixelShuffle(Layer, type="pixel_shuffle", torch="PixelShuffle", also="depth_to_space"):
    """Pixel shuffle (Shi et al., 2016): channels become space.

    Output: (channels / r^2, height * r, width * r). Parameters: none.

    Under PyTorch's name further axes may come before these three.
    """

    tells_channels = True
    linear = True
    formulas: ClassVar = {"channels": "in / factor^2", "spatial axis": "in * factor"}

    factor: int = arg(POSITIVE, "the factor r", torch="upscale_factor")
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "pixel_shuffle: 2"

    def output_shape(self, inputs: Inputs) -> Shape:
        before, inputs = _last_planes(self, inputs)
        channels, (height, width) = planes(self, inputs)
        square = self.factor**2
        if channels % square:
            raise LayerError(
                codes.NOT_DIVISIBLE,
                f"{channels} channels are not a multiple of {self.factor}^2 = {square}",
                argument="factor",
            )
        sizes = (height * self.factor, width * self.factor)
        return before + self.join(inputs, channels // square, sizes)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        factor, axes = self.factor, _plane_axes(self, inputs)
        return [
            [
                Reach(axis, factor, 1, (range(1),) * factor) if axis in axes else Reach(axis)
                for axis in range(len(output))
            ]
        ]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return _moved(self, inputs)

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def torch_code(self, inputs: Inputs) -> Code:
        first = len(inputs.shapes[0]) == 3 or self.layout_of(inputs) == "channels_first"  # noqa: PLR2004 - 2D
        return (Call("nn.PixelShuffle", (Given("factor"),)),) if first else _LEADING

    def keras_code(self, inputs: Inputs) -> Steps:
        spatial = len(inputs.shapes[0]) - 1
        return (Applied("pixel_shuffle", (Given("factor"),)),) if spatial == 2 else _LEADING  # noqa: PLR2004 - 2D


class PixelUnshuffle(Layer, type="pixel_unshuffle", torch="PixelUnshuffle", also="space_to_depth"):
    """Pixel unshuffle: space becomes channels.

    Output: (channels * r^2, height / r, width / r). Parameters: none.

    Under PyTorch's name further axes may come before these three.
    """

    tells_channels = True
    linear = True
    formulas: ClassVar = {"channels": "in * factor^2", "spatial axis": "in / factor"}

    factor: int = arg(POSITIVE, "the factor r", torch="downscale_factor")
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "pixel_unshuffle: 2"

    def output_shape(self, inputs: Inputs) -> Shape:
        before, inputs = _last_planes(self, inputs)
        channels, sizes = planes(self, inputs)
        for size in sizes:
            if size % self.factor:
                raise LayerError(
                    codes.NOT_DIVISIBLE, f"{size} is not a multiple of {self.factor}",
                    argument="factor",
                )  # fmt: skip
        less = [size // self.factor for size in sizes]
        return before + self.join(inputs, channels * self.factor**2, less)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        factor, axes = self.factor, _plane_axes(self, inputs)
        return [
            [
                Reach(axis, 1, factor, (range(factor),)) if axis in axes else Reach(axis)
                for axis in range(len(output))
            ]
        ]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return _moved(self, inputs)

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def torch_code(self, inputs: Inputs) -> Code:
        first = len(inputs.shapes[0]) == 3 or self.layout_of(inputs) == "channels_first"  # noqa: PLR2004 - 2D
        return (Call("nn.PixelUnshuffle", (Given("factor"),)),) if first else _LEADING

    def keras_code(self, inputs: Inputs) -> Steps:
        spatial = len(inputs.shapes[0]) - 1
        return (Applied("pixel_unshuffle", (Given("factor"),)),) if spatial == 2 else _LEADING  # noqa: PLR2004 - 2D


def _last_planes(layer: Layer, inputs: Inputs) -> tuple[Shape, Inputs]:
    """The axes that come before the maps, and the maps alone."""
    shape = inputs.shapes[0]
    count = max(len(shape) - 3, 0) if layer.dialect == "torch" else 0
    return shape[:count], inputs._replace(shapes=(shape[count:],))


def planes(layer: Layer, inputs: Inputs) -> tuple[int, Shape]:
    """Channels, height and width of the only input; raises `LayerError` for other axes."""
    channels, sizes = layer.split(inputs)
    if len(sizes) != 2:  # noqa: PLR2004 - height and width
        raise layer.wrong_rank(inputs.shapes[0], "channels, height and width")
    return channels, sizes


def _plane_axes(layer: Layer, inputs: Inputs) -> tuple[int, int]:
    """The axes of height and width."""
    rank = len(inputs.shapes[0])
    first = layer.layout_of(inputs) == "channels_first"
    return (rank - 2, rank - 1) if first else (rank - 3, rank - 2)


def _moved(layer: Layer, inputs: Inputs) -> tuple[Size, ...]:
    """The sizes where elements move between channels and space."""
    before, inputs = _last_planes(layer, inputs)
    channels, sizes = planes(layer, inputs)
    spatial = [
        Size(axis, "spatial axis", {"in": size})
        for axis, size in zip(axis_names(2), sizes, strict=True)
    ]
    names = [f"axis {index}" for index in range(len(before))]
    maps = laid(Size("channels", "channels", {"in": channels}), spatial, layer.layout_of(inputs))
    return (*kept(before, names), *maps)


class ChannelShuffle(Layer, type="channel_shuffle", torch="ChannelShuffle"):
    """Channel shuffle (Zhang et al., ShuffleNet, 2017): mixes groups of channels.

    Output: as the input; the groups must divide the channels. Parameters: none.
    """

    tells_channels = True
    linear = True

    groups: int = arg(POSITIVE, "groups of channels")
    example = "channel_shuffle: 2"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) == 1:
            raise self.wrong_rank(shape, "channels and spatial axes")
        channels = channels_of(shape, inputs.layout)
        if channels % self.groups:
            raise LayerError(
                codes.NOT_DIVISIBLE, f"{self.groups} groups do not divide {channels} channels",
                argument="groups",
            )  # fmt: skip
        return inputs.shapes[0]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("nn.ChannelShuffle", (Given("groups"),)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        several = len(inputs.shapes[0]) > 1
        if not several:
            return Missing("there is no axis beside the channels")
        return (Applied("channel_shuffle", (Given("groups"),)),)
