"""Padding and cropping as layers of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, laid
from cnncalc.layers.base.kinds import Choice, DataFormat, Nullable, Real
from cnncalc.layers.base.kinds import Padding as Sides
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import Reach, shifted
from cnncalc.layers.base.tensors import Inputs, Shape, axis_names, plural
from cnncalc.layers.base.usage import COPY, Usage
from cnncalc.layers.sliding import PADS, Pairs, alike, sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.usage import Run

_FORMAT = DataFormat()
_TORCH = {mode: " ".join(f"{name}{rank}d" for rank in "123") for mode, name in PADS.items()}


class Pad(
    Layer,
    type="pad",
    torch=" ".join(_TORCH.values()),
    keras="ZeroPadding1D ZeroPadding2D ZeroPadding3D",
    also="padding zero_pad",
    presets={name: {"mode": mode} for mode, names in _TORCH.items() for name in names.split()},
):
    """Padding: adds elements around the spatial axes; negative numbers crop.

    Output per spatial axis: before + in + after. Parameters: none.

    Under `pad` and Keras's names the numbers are one for all, one per axis, or
    pairs per axis; under PyTorch's names a list runs from the last axis:
    [left, right, top, bottom, front, back]. Reflection must be smaller than
    the axis, circular padding at most as large. Where negative numbers leave
    nothing, `pad` refuses; PyTorch and Keras give an empty tensor, but PyTorch's
    `ReflectionPad` and `ReplicationPad` not where every axis is empty.

    PyTorch's `ZeroPad` and `ConstantPad` pad as many of the last axes as the
    list has pairs, whatever stands before them; a single number those of the name.
    """

    tells_channels = True
    linear = True
    pads = True
    formulas: ClassVar = {"padded axis": "before + in + after"}

    padding: Any = arg(Sides(minimum=None), "how much, on which side", default=(1,))
    mode: str = arg(
        Choice("zeros", "constant", "reflect", "replicate", "circular"), "what fills it",
        default="zeros", also=("padding_mode",),
    )  # fmt: skip
    value: float | None = arg(Nullable(Real()), "the constant", default=None, inert=True)
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "pad: {left: 1, right: 1}"

    def output_shape(self, inputs: Inputs) -> Shape:
        if self._at_any_rank and self.layout_of(inputs) == "channels_first":
            return self._last_axes(inputs.shapes[0])
        channels, sizes = self.split(inputs)
        return self.join(inputs, channels, self._all_grown(sizes))

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        axes = self._padded_axes(inputs)
        pairs = spread_sides(self, self.padding, len(axes), "padding")
        reached = list(map(Reach, range(len(output))))
        for axis, (before, _) in zip(axes, pairs, strict=True):
            reached[axis] = shifted(axis, -before)
        return [reached]

    @property
    def _at_any_rank(self) -> bool:
        return self.dialect == "torch" and self.mode in {"zeros", "constant"}

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        if self.mode == "circular":  # PyTorch has no operator of its own: slices are copied
            return Usage(backward_scratch=run.bytes(output))
        return Usage(saves=(0,)) if self.mode in {"reflect", "replicate"} else COPY

    def _count(self) -> int:
        """How many of the last axes PyTorch's names pad."""
        numbers = all(isinstance(item, int) for item in self.padding)
        pairs = len(self.padding) // 2 if numbers else 0
        return pairs if 1 <= pairs <= 3 else self.rank or 1  # noqa: PLR2004 - up to 3D

    def _padded_axes(self, inputs: Inputs) -> range:
        """The axes that are padded."""
        rank = len(inputs.shapes[0])
        if self.layout_of(inputs) == "channels_last":
            return range(rank - 1)
        return range(rank - self._count() if self._at_any_rank else 1, rank)

    def _last_axes(self, shape: Shape) -> Shape:
        count = self._count()
        if count > len(shape):
            raise self.wrong_rank(shape, f"at least {plural(count, 'axis')}")
        first = len(shape) - count
        return (*shape[:first], *self._all_grown(shape[first:]))

    def _all_grown(self, sizes: Shape) -> list[int]:
        pairs = spread_sides(self, self.padding, len(sizes), "padding")
        named = zip(pairs, sizes, axis_names(len(sizes)), strict=True)
        grown = [self._grown(*one) for one in named]
        inner = self.dialect == "torch" and self.mode in {"reflect", "replicate"}
        if inner and not any(grown):
            raise LayerError(
                codes.EMPTY_OUTPUT, "the padding leaves every axis empty", argument="padding"
            )
        return grown

    def _grown(self, pair: tuple[int, int], size: int, axis: str) -> int:
        before, after = pair
        limit = {"reflect": size - 1, "circular": size}.get(self.mode)
        if limit is not None and max(pair) > limit:
            raise LayerError(
                codes.PADDING,
                f"{self.mode} padding {max(pair)} along the {axis} of size {size} "
                f"must be at most {limit}",
                argument="padding",
            )
        # PyTorch crops before it fills in a constant.
        left = size + (min(before, 0) + min(after, 0) if self._at_any_rank else before + after)
        if left < (self.dialect == "own"):
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"padding {before} and {after} leaves the {axis} of {size} empty",
                argument="padding",
            )
        return before + size + after

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        sizes = list(super().output_sizes(inputs))
        axes = self._padded_axes(inputs)
        pairs = spread_sides(self, self.padding, len(axes), "padding")
        for axis, (before, after) in zip(axes, pairs, strict=True):
            arriving = inputs.shapes[0][axis]
            sides = {"before": before, "in": arriving, "after": after}
            sizes[axis] = Size(sizes[axis].axis, "padded axis", sides)
        return sizes

    def torch_code(self, inputs: Inputs) -> Code:
        axes = self._padded_axes(inputs)
        rank = len(axes)
        pairs = spread_sides(self, self.padding, rank, "padding")
        if len(inputs.shapes[0]) != rank + 1 and self.layout_of(inputs) == "channels_last":
            return Missing("the padded axes are not the last ones")
        size: CodeValue = alike([number for pair in reversed(pairs) for number in pair])
        if _is_one_number(self.padding):
            size = Given("padding")
        value = 0.0 if self.value is None else Given("value")
        args = (size, value) if self.mode == "constant" else (size,)
        return (Call(f"nn.{PADS[self.mode]}{rank}d", args),)

    def keras_code(self, inputs: Inputs) -> Steps:
        axes = self._padded_axes(inputs)
        rank = len(axes)
        pairs = spread_sides(self, self.padding, rank, "padding")
        if any(min(pair) < 0 for pair in pairs):
            return Missing("the padding of Keras does not crop")
        if len(inputs.shapes[0]) != rank + 1:
            return Missing("Keras pads all axes but the channels")
        sides = Given("padding") if _is_one_number(self.padding) else _as_keras(pairs)
        if self.mode == "zeros" or (self.mode == "constant" and not self.value):
            return (Call(f"layers.ZeroPadding{rank}D", (sides,)),)
        if rank == 1 and isinstance(sides, Several):
            sides = Several((sides,))
        if self.mode in {"replicate", "circular"}:
            circular = Option("circular", self.mode == "circular", default=False)
            return (Applied("padded_by_elements", (sides,), (circular,)),)
        options = (Option("mode", value="reflect"),)
        if self.mode == "constant":
            options = (Option("value", Given("value")),)
        return (Applied("padded", (sides,), options),)


class Crop(
    Layer,
    type="crop",
    keras="Cropping1D Cropping2D Cropping3D",
    also="cropping",
    presets={"Cropping2D": {"cropping": 0}},
):
    """Cropping: takes elements away at the ends of the spatial axes.

    Output per spatial axis: in - before - after, 1 or more. Parameters: none.

    Without arguments one element at each end; none under `Cropping2D`, as in Keras.
    """

    tells_channels = True
    linear = True
    view = "strided"
    formulas: ClassVar = {"cropped axis": "in - before - after"}

    cropping: Any = arg(Sides(), "how much, on which side", default=(1,), also=("crop", "padding"))
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "crop: {top: 2, bottom: 2}"

    def output_shape(self, inputs: Inputs) -> Shape:
        channels, sizes = self.split(inputs)
        pairs = spread_sides(self, self.cropping, len(sizes), "cropping")
        left = [size - before - after for size, (before, after) in zip(sizes, pairs, strict=True)]
        for size, rest, axis in zip(sizes, left, axis_names(len(sizes)), strict=True):
            if rest < 1:
                raise LayerError(
                    codes.EMPTY_OUTPUT,
                    f"cropping {size - rest} leaves the {axis} of {size} empty",
                    argument="cropping",
                )  # fmt: skip
        return self.join(inputs, channels, left)

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(shares=0)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        rank = len(output)
        pairs = spread_sides(self, self.cropping, rank - 1, "cropping")
        first = int(self.layout_of(inputs) == "channels_first")
        reached = list(map(Reach, range(rank)))
        for axis, (before, _) in enumerate(pairs, start=first):
            reached[axis] = shifted(axis, before)
        return [reached]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        channels, sizes = self.split(inputs)
        pairs = spread_sides(self, self.cropping, len(sizes), "cropping")
        spatial = [
            Size(axis, "cropped axis", {"before": before, "in": size, "after": after})
            for axis, size, (before, after) in zip(
                axis_names(len(sizes)), sizes, pairs, strict=True
            )
        ]
        return laid(Size("channels", "", {"in": channels}), spatial, self.layout_of(inputs))

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0]) - 1
        pairs = spread_sides(self, self.cropping, rank, "cropping")
        size = alike([-number for pair in reversed(pairs) for number in pair])
        return (Call(f"nn.ZeroPad{rank}d", (size,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0]) - 1
        pairs = spread_sides(self, self.cropping, rank, "cropping")
        return (Call(f"layers.Cropping{rank}D", (_as_keras(pairs),)),)


def _as_keras(pairs: Pairs) -> CodeValue:
    """The sides of each axis as Keras takes them: one number for all, or pairs."""
    if len({number for pair in pairs for number in pair}) == 1:
        return pairs[0][0]
    each = [Several(pair) for pair in pairs]
    return each[0] if len(each) == 1 else Several(each)


def _is_one_number(padding: object) -> bool:
    """Whether one number is padded on both sides of every axis."""
    return isinstance(padding, tuple) and len(padding) == 1 and isinstance(padding[0], int)


def spread_sides(layer: Layer, value: Any, rank: int, argument: str) -> Pairs:  # noqa: ANN401 - any plain value
    """Numbers on both sides of each axis, in the order of the layer's framework.

    Raises:
        LayerError: the count of numbers fits neither axes nor sides.
    """
    numbers = all(isinstance(item, int) for item in value)
    if layer.dialect == "torch" and len(value) > 1 and numbers:
        if len(value) != 2 * rank:
            raise _count(layer, value, rank, argument, f"{2 * rank}, from the last axis on")
        pairs = tuple(zip(value[::2], value[1::2], strict=True))
        return pairs[::-1]
    if layer.dialect == "keras" and len(value) > 1:
        if rank == 1 and len(value) == 2 and numbers:  # noqa: PLR2004 - a pair
            return ((value[0], value[1]),)
        if len(value) != rank:
            raise _count(layer, value, rank, argument, f"{rank}, one or a pair per axis")
    return sides(value, rank, argument)


def _count(layer: Layer, value: Any, rank: int, argument: str, wanted: str) -> LayerError:  # noqa: ANN401 - any plain value
    return LayerError(
        codes.BAD_VALUE,
        f"`{argument}` of `{layer.called}` has {plural(len(value), 'value')} for "
        f"{plural(rank, 'axis')}; it takes {wanted}",
        argument=argument,
    )
