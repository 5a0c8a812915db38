"""Upsampling: every spatial axis grows by a factor, or to a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, laid
from cnncalc.layers.base.kinds import DataFormat, Flag, Integer, Nullable, PerAxis, Real, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, spatial_of
from cnncalc.layers.base.reach import GLOBAL, Reach, resampled
from cnncalc.layers.base.tensors import Inputs, Shape, axis_names, plural
from cnncalc.layers.base.usage import COPY, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.usage import Run

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
    presets={"UpsamplingBilinear2d": {"mode": "bilinear", "align_corners": True}},
):
    """Upsampling: every spatial axis grows by a factor, or to a size.

    Parameters: none. MACs: 0.

    Under Keras's names `size` is the factor. The factor may be a fraction
    (floor, PyTorch's rule); an output of 0 is an error. The mode must fit the
    number of axes: linear for one, bilinear and bicubic for two, trilinear for
    three, nearest, nearest-exact and area for any; only the first four know
    `align_corners`. Keras takes any.
    """

    tells_channels = True
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
    one_per_axis = ("scale", "size")
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

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        if self.dialect == "keras":
            if self.mode not in {"nearest", "bilinear"} or self.align_corners:
                return Missing(f"Keras computes `{self.mode}` in another way")
            given = 2 if self.size is None else Given("size")
            factor = Option("scale_factor", given, None)
            return (Call("nn.Upsample", (), (factor, Option("mode", Given("mode"), "nearest"))),)
        options = (
            Option("size", Given("size"), None),
            Option("scale_factor", Given("scale"), None),
            Option("mode", Given("mode"), "nearest"),
            Option("align_corners", Given("align_corners"), None),
            Option("recompute_scale_factor", Given("recompute_scale_factor"), None),
        )
        return (Call("nn.Upsample", (), options),)

    def keras_code(self, inputs: Inputs) -> Steps:
        """Whole factors; `bilinear` to any size as well, which is the same in both frameworks."""
        rank = len(inputs.shapes[0]) - 1
        if self.align_corners and self.mode in {"linear", "bilinear", "trilinear"}:
            return self._keras_places("linear_resized", inputs)
        if self.mode == "nearest-exact" or (self.mode == "nearest" and self._is_to_size()):
            exact = Option("exact", self.mode == "nearest-exact", default=False)
            return self._keras_places("nearest_resized", inputs, exact)
        if self.align_corners or self.mode not in {"nearest", "bilinear"}:
            return Missing(f"Keras has no `{self.mode}` that is computed as in PyTorch")
        if not self._is_to_size():
            return self._keras_factors(inputs)
        if rank != 2:  # noqa: PLR2004 - an image
            return Missing("Resizing is of images only")
        sizes: tuple[CodeValue, ...] = (Given("size"), Given("size"))
        return (Call("layers.Resizing", self.size if isinstance(self.size, tuple) else sizes),)

    def _keras_factors(self, inputs: Inputs) -> Steps:
        """Whole factors along each axis."""
        rank = len(inputs.shapes[0]) - 1
        mode = (Option("interpolation", Given("mode"), "nearest"),) if rank == 2 else ()  # noqa: PLR2004 - images
        sizes_before = spatial_of(inputs.shapes[0], self.layout_of(inputs))
        sizes_after = spatial_of(self.output_shape(inputs), self.layout_of(inputs))
        factors = [new // old for old, new in zip(sizes_before, sizes_after, strict=True)]
        if [old * by for old, by in zip(sizes_before, factors, strict=True)] != list(sizes_after):
            return Missing("UpSampling has whole factors only")
        whole: CodeValue = factors[0] if len(set(factors)) == 1 else Several(factors)
        field = "size" if self.size is not None else "scale"
        given = getattr(self, field)
        factor = Given(field) if isinstance(given, int) else whole
        return (Call(f"layers.UpSampling{rank}D", (factor,), mode),)

    def _is_to_size(self) -> bool:
        """Whether it is the size that is given, and not a factor."""
        return self.size is not None and self.dialect != "keras"

    def _keras_places(self, function: str, inputs: Inputs, *more: Option) -> Steps:
        """A function that finds the places of the new elements among the old."""
        spatial = spatial_of(self.output_shape(inputs), self.layout_of(inputs))
        arriving = spatial_of(inputs.shapes[0], self.layout_of(inputs))
        if self._is_to_size():
            size = Given("size") if isinstance(self.size, int) else Several(spatial)
            return (Applied(function, (), (Option("size", size), *more)),)
        if isinstance(self.scale, int):
            return (Applied(function, (), (Option("scale", Given("scale")), *more)),)
        whole = all(new % old == 0 for old, new in zip(arriving, spatial, strict=True))
        if not (whole or self.align_corners or self.recompute_scale_factor):
            return Missing("Keras rounds a factor that is no whole number in another way")
        return (Applied(function, (), (Option("size", Several(spatial)), *more)),)


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
