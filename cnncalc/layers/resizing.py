"""Resizing: images to a given height and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Missing, Option, Several
from cnncalc.layers.base.formulas import Size, laid
from cnncalc.layers.base.kinds import Choice, DataFormat, Flag, Integer, Real, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import GLOBAL, Reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape

_PLANE = 2


class Resizing(Layer, type="resizing", keras="Resizing", also="resize"):
    """Resizes images to a height and a width (Keras's `Resizing`).

    Output: channels as they come, height, width. Parameters: none. MACs: 0.
    """

    tells_channels = True
    counted = False
    formulas: ClassVar = {"height": "height", "width": "width"}

    height: int = arg(Integer(1), "of the output")
    width: int = arg(Integer(1), "of the output")
    interpolation: str = arg(
        Choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area"),
        "how values are found", default="bilinear", also=("mode",),
    )  # fmt: skip
    crop_to_aspect_ratio: bool = arg(Flag(), "crop instead of distorting", default=False)
    pad_to_aspect_ratio: bool = arg(Flag(), "pad instead of distorting", default=False)
    fill_mode: str = arg(Text(), "what fills the padding", default="constant", inert=True)
    fill_value: float = arg(Real(), "the constant that fills it", default=0.0, inert=True)
    antialias: bool = arg(Flag(), "smooth where it gets smaller", default=False, inert=True)
    data_format: str | None = arg(DataFormat(), "where the channels are", default=None)
    example = "resizing: {height: 224, width: 224}"

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, sizes = self.split(inputs)
        if len(sizes) != _PLANE:
            raise self.wrong_rank(inputs.shapes[0], "channels, height and width")
        return self.join(inputs, channels, (self.height, self.width))

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        channels = channel_axis(self.layout_of(inputs), len(output))
        return [[Reach(axis) if axis == channels else GLOBAL for axis in range(len(output))]]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        channels, _ = self.split(inputs)
        sizes = (Size("height", "height"), Size("width", "width"))
        return laid(Size("channels", "", {"in": channels}), sizes, self.layout_of(inputs))

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        # Keras reads at the middles of pixels; its other modes are computed in another way.
        mode = {"bilinear": "bilinear", "nearest": "nearest-exact"}.get(self.interpolation)
        if mode is None:
            return Missing(f"Keras computes `{self.interpolation}` in another way")
        if self.crop_to_aspect_ratio or self.pad_to_aspect_ratio:
            return Missing("nn.Upsample keeps no aspect ratio")
        if self.antialias:
            return Missing("nn.Upsample has no antialiasing")
        size = Several((Given("height"), Given("width")))
        return (Call("nn.Upsample", (), (Option("size", size), Option("mode", mode))),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        options = (
            Option("interpolation", Given("interpolation"), "bilinear"),
            Option("crop_to_aspect_ratio", Given("crop_to_aspect_ratio"), default=False),
            Option("pad_to_aspect_ratio", Given("pad_to_aspect_ratio"), default=False),
            Option("fill_mode", Given("fill_mode"), "constant"),
            Option("fill_value", Given("fill_value"), 0.0),
            Option("antialias", Given("antialias"), default=False),
        )
        return (Call("layers.Resizing", (Given("height"), Given("width")), options),)
