"""Upsampling, and moving elements between channels and space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import Window, product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept, laid
from cnncalc.layers.base.kinds import DataFormat, Flag, Integer, Nullable, PerAxis, Real, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, channels_of, spatial_of
from cnncalc.layers.base.reach import GLOBAL, Reach, resampled
from cnncalc.layers.base.tensors import Inputs, Shape, axis_names, plural
from cnncalc.layers.sliding import outputs, slide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.formulas import Value
POSITIVE = Integer(1)
_FORMAT = DataFormat()
#: The modes of upsampling, with the number of spatial axes that each is for (None: any).
_MODES = {
    "nearest": None, "nearest-exact": None, "area": None,
    "linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3,
}  # fmt: skip


class Upsample(
    Layer,
    type="upsample",
    torch="Upsample UpsamplingNearest2d UpsamplingBilinear2d",
    keras="UpSampling1D UpSampling2D UpSampling3D",
    also="upsampling interpolate",
):
    """Upsampling: every spatial axis grows by a factor, or to a size.

    Output per spatial axis: floor(in * scale), or size. Parameters: none. MACs: 0.

    Under Keras's names `size` is the factor. The factor may be a fraction
    (floor, PyTorch's rule); an output of 0 is an error. The mode must fit the
    number of axes: linear for one, bilinear and bicubic for two, trilinear for
    three, nearest, nearest-exact and area for any; only the first four know
    `align_corners`. Keras takes any.
    """

    counted = False
    linear = True
    formulas: ClassVar = {
        "spatial axis": "floor(in * scale)",
        "spatial axis, size": "size",
        "spatial axis, whole scale": "in * scale",
    }

    scale: Any = arg(
        Nullable(PerAxis(Real(0))), "factor of growth", default=None, torch="scale_factor"
    )
    size: Any = arg(
        Nullable(PerAxis(POSITIVE)), "size of the output; factor in Keras", default=None
    )
    mode: str = arg(Text(), "how values are found", default="nearest", keras="interpolation")
    align_corners: bool | None = arg(
        Nullable(Flag()), "for linear modes and bicubic; no effect on the shape", default=None
    )
    recompute_scale_factor: bool | None = arg(
        Nullable(Flag()), "not with `size`; no effect on the shape", default=None
    )
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    one_an_axis = ("scale", "size")
    example = "upsample: 2"

    def validate(self) -> None:
        keras = self.dialect == "keras"
        if self.scale is None and self.size is None and keras:
            return
        if (self.scale is None) == (self.size is None):
            raise LayerError(
                codes.MISSING_ARGUMENT, "`upsample` needs either `scale` or `size`",
                argument="scale", help=("`upsample: 2` doubles every axis",),
            )  # fmt: skip
        if not keras:
            self._check_settings()

    def _check_settings(self) -> None:
        if self.mode not in _MODES:
            raise LayerError(
                codes.BAD_VALUE, f"`upsample` has no mode `{self.mode}`", argument="mode",
                help=(f"it has {', '.join(_MODES)}",),
            )  # fmt: skip
        if self.align_corners is not None and _MODES[self.mode] is None:
            raise LayerError(
                codes.REFUSED, f"mode `{self.mode}` has no corners to align",
                argument="align_corners",
            )  # fmt: skip
        if self.recompute_scale_factor and self.size is not None:
            raise LayerError(
                codes.REFUSED, "with `size` there is no scale factor to recompute",
                argument="recompute_scale_factor",
            )  # fmt: skip

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, sizes = self.split(inputs)
        rank = len(sizes)
        self._check_mode(rank)
        if self.dialect == "keras":
            default = 2 if self.size is None else self.size
            factors = self.spread(default, rank, "size")
            return self.join(inputs, channels, [s * f for s, f in zip(sizes, factors, strict=True)])
        if self.size is not None:
            return self.join(inputs, channels, self.spread(self.size, rank, "size"))
        scales = self.spread(self.scale, rank, "scale")
        grown = [_scaled(size, scale) for size, scale in zip(sizes, scales, strict=True)]
        for size, axis in zip(grown, axis_names(rank), strict=True):
            if size < 1:
                raise LayerError(
                    codes.EMPTY_OUTPUT, f"the {axis} would be {size}", argument="scale"
                )
        return self.join(inputs, channels, grown)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        from fractions import Fraction  # noqa: PLC0415 - start-up

        layout = self.layout_of(inputs)
        sizes, grown = spatial_of(inputs.shapes[0], layout), spatial_of(output, layout)
        channels = channel_axis(layout, len(output))
        reached = [Reach(channels)] * len(output)
        mode = "cubic" if self.mode == "bicubic" else self.mode
        scales: tuple[Any, ...] = (None,) * len(sizes)
        if self.scale is not None and not self.recompute_scale_factor:
            scales = self.spread(self.scale, len(sizes), "scale")
        for i, (old, new, scale) in enumerate(zip(sizes, grown, scales, strict=True)):
            axis = i + (channels == 0)
            ratio = Fraction(old, new)
            if scale is not None and new != old * scale:
                ratio = 1 / Fraction(scale).limit_denominator(10**6)
            if self.align_corners:
                ratio = Fraction(old - 1, max(new - 1, 1))
                mode = "corners-cubic" if mode.endswith("cubic") else "corners"
            reached[axis] = resampled(axis, ratio, new, mode) if ratio else GLOBAL
        return [reached]

    def _check_mode(self, rank: int) -> None:
        wanted = _MODES.get(self.mode)
        if self.dialect != "keras" and wanted not in {None, rank}:
            raise LayerError(
                codes.BAD_VALUE,
                f"mode `{self.mode}` is for {plural(wanted, 'spatial axis')}, but there are {rank}",
                argument="mode",
            )

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        channels, sizes = self.split(inputs)
        spatial = [
            Size(axis, key, {"in": size, "scale": number, "size": number})
            for axis, size, (key, number) in zip(
                axis_names(len(sizes)), sizes, self._growth(len(sizes)), strict=True
            )
        ]
        return laid(Size("channels", "", {"in": channels}), spatial, self.layout_of(inputs))

    def _growth(self, rank: int) -> list[tuple[str, int | float]]:
        """The formula along each axis, and its factor or size."""
        if self.dialect == "keras":
            factors = self.spread(2 if self.size is None else self.size, rank, "size")
            return [("spatial axis, whole scale", factor) for factor in factors]
        if self.size is not None:
            return [("spatial axis, size", size) for size in self.spread(self.size, rank, "size")]
        scales = self.spread(self.scale, rank, "scale")
        return [
            ("spatial axis, whole scale", int(scale))
            if float(scale).is_integer()
            else ("spatial axis", scale)
            for scale in scales
        ]


def _scaled(size: int, scale: float) -> int:
    """floor(size * scale); a fraction is multiplied in double precision, as in PyTorch."""
    if float(scale).is_integer():
        return size * int(scale)
    try:
        return int(size * scale)
    except OverflowError:
        raise LayerError(
            codes.LIMIT, "the output of `upsample` has over 300 digits", argument="scale"
        ) from None


class PixelShuffle(Layer, type="pixel_shuffle", torch="PixelShuffle", also="depth_to_space"):
    """Pixel shuffle (Shi et al., 2016): channels become space.

    Output: (channels / r^2, height * r, width * r). Parameters: none.

    Under PyTorch's name further axes may stand before these three.
    """

    linear = True
    formulas: ClassVar = {"channels": "in / factor^2", "spatial axis": "in * factor"}

    factor: int = arg(POSITIVE, "the factor r", torch="upscale_factor")
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "pixel_shuffle: 2"

    def output_shape(self, inputs: Inputs) -> Shape:
        before, inputs = _last_planes(self, inputs)
        channels, (height, width) = _planes(self, inputs)
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


class PixelUnshuffle(Layer, type="pixel_unshuffle", torch="PixelUnshuffle", also="space_to_depth"):
    """Pixel unshuffle: space becomes channels.

    Output: (channels * r^2, height / r, width / r). Parameters: none.

    Under PyTorch's name further axes may stand before these three.
    """

    linear = True
    formulas: ClassVar = {"channels": "in * factor^2", "spatial axis": "in / factor"}

    factor: int = arg(POSITIVE, "the factor r", torch="downscale_factor")
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "pixel_unshuffle: 2"

    def output_shape(self, inputs: Inputs) -> Shape:
        before, inputs = _last_planes(self, inputs)
        channels, sizes = _planes(self, inputs)
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


def _plane_axes(layer: Layer, inputs: Inputs) -> tuple[int, int]:
    """The axes of height and width."""
    rank = len(inputs.shapes[0])
    first = layer.layout_of(inputs) == "channels_first"
    return (rank - 2, rank - 1) if first else (rank - 3, rank - 2)


def _last_planes(layer: Layer, inputs: Inputs) -> tuple[Shape, Inputs]:
    """The axes that stand before the maps, and the maps alone."""
    shape = inputs.shapes[0]
    count = max(len(shape) - 3, 0) if layer.dialect == "torch" else 0
    return shape[:count], inputs._replace(shapes=(shape[count:],))


def _moved(layer: Layer, inputs: Inputs) -> tuple[Size, ...]:
    """The sizes where elements move between channels and space."""
    before, inputs = _last_planes(layer, inputs)
    channels, sizes = _planes(layer, inputs)
    spatial = [
        Size(axis, "spatial axis", {"in": size})
        for axis, size in zip(axis_names(2), sizes, strict=True)
    ]
    names = [f"axis {index}" for index in range(len(before))]
    maps = laid(Size("channels", "channels", {"in": channels}), spatial, layer.layout_of(inputs))
    return (*kept(before, names), *maps)


def _planes(layer: Layer, inputs: Inputs) -> tuple[int, Shape]:
    channels, sizes = layer.split(inputs)
    if len(sizes) != 2:  # noqa: PLR2004 - height and width
        raise layer.wrong_rank(inputs.shapes[0], "channels, height and width")
    return channels, sizes


class ChannelShuffle(Layer, type="channel_shuffle", torch="ChannelShuffle"):
    """Channel shuffle (Zhang et al., ShuffleNet, 2017): mixes groups of channels.

    Output: as the input; the groups must divide the channels. Parameters: none.
    """

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


class Unfold(Layer, type="unfold", torch="Unfold", also="im2col"):
    """Every window as a column (im2col).

    Output: (channels * kernel elements, number of windows). Parameters: none.
    """

    linear = True
    formulas: ClassVar = {"rows": "in_channels * kernel_elements", "columns": "product(windows)"}

    kernel: Any = arg(PerAxis(POSITIVE), "window size", torch="kernel_size")
    stride: Any = arg(PerAxis(POSITIVE), "step of the window", default=1)
    padding: Any = arg(PerAxis(Integer(0)), "zeros on both sides", default=0)
    dilation: Any = arg(PerAxis(POSITIVE), "distance between window elements", default=1)
    one_an_axis = ("kernel", "stride", "padding", "dilation")
    example = "unfold: 3"

    def windows(self, inputs: Inputs) -> Sequence[Window]:
        _, sizes = _planes(self, inputs)
        padding = self.spread(self.padding, 2, "padding")
        return slide(
            sizes,
            self.spread(self.kernel, 2, "kernel"),
            self.spread(self.stride, 2, "stride"),
            self.spread(self.dilation, 2, "dilation"),
            padding,
        )

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, _ = _planes(self, inputs)
        kernel = product(self.spread(self.kernel, 2, "kernel"))
        return channels * kernel, product(outputs(self.windows(inputs)))

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
        return [[GLOBAL] * len(inputs.shapes[0])]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:  # noqa: ARG002 - see `quantities`
        return (Size("rows", "rows"), Size("columns", "columns"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        channels, _ = _planes(self, inputs)
        return {
            "in_channels": channels,
            "kernel_elements": self.spread(self.kernel, 2, "kernel"),
            "windows": outputs(self.windows(inputs)),
        }


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
    one_an_axis = ("size", *Unfold.one_an_axis)
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

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
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
