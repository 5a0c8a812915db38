"""Attention inside windows of a feature map (Liu et al., Swin transformer, 2021)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import ceil_div, product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import DataFormat, Flag, Integer, PerAxis, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.tensors import Order
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)
_FORMAT = DataFormat()
_AXES = 2  # height and width


class WindowAttention(Layer, type="window_attention", also="shifted_window_attention"):
    """Multi-head attention inside windows, with a learned bias for each distance.

    Output: as the input, a map of height and width. Parameters: query, key and value in one
    kernel, the output's kernel, their biases, and for each head a table of the distances
    between two positions of a window. Buffers: the place in the table for each pair of them.

    As in torchvision's `ShiftedWindowAttention`: zeros after the end fill the last windows, and
    what they hold is attended to. With a `shift` the map is rolled by it before and back
    after; parts that were not neighbours before do not attend to each other. An axis that one
    window covers is not shifted.
    """

    counts_in = "attention"
    tells_channels = True
    formulas: ClassVar = {
        "params": (
            "3*features*features + qkv_bias?*3*features + features*features"
            " + proj_bias?*features + distances*num_heads"
        ),
        "buffers": "window_positions^2",
        "macs": (
            "padded_positions*4*features*features + 2*padded_positions*window_positions*features"
        ),
    }
    equations = (
        "q, k, v = qkv_kernel*x + qkv_bias",
        "head = softmax(q*transpose(k) / sqrt(head_features) + relative_position_bias) * v",
        "y = proj_kernel*concat(heads) + proj_bias",
    )

    num_heads: int = arg(POSITIVE, "heads", also=("heads",))
    window: Any = arg(PerAxis(POSITIVE), "height and width of a window", also=("window_size",))
    shift: Any = arg(
        PerAxis(Integer(0)), "how far windows are shifted", default=0, also=("shift_size",)
    )
    qkv_bias: bool = arg(Flag(), "biases of query, key and value", default=True)
    proj_bias: bool = arg(Flag(), "a bias of the output", default=True)
    attention_dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    data_format: str | None = arg(_FORMAT, "where the channels are", default=None)
    example = "window_attention: {num_heads: 2, window: 4, shift: 2}"

    def validate(self) -> None:
        pairs = zip(self.sizes, self._pair("shift"), strict=True)
        for window, shift in pairs:
            if shift >= window:
                raise LayerError(
                    codes.BAD_VALUE,
                    f"`shift: {shift}` must be below the window's {window}",
                    argument="shift",
                )

    def _pair(self, argument: str) -> tuple[int, int]:
        """An argument for height and width; raises `LayerError`."""
        height, width = self.spread(getattr(self, argument), _AXES, argument)
        return height, width

    @property
    def sizes(self) -> tuple[int, int]:
        """Height and width of a window."""
        return self._pair("window")

    def output_shape(self, inputs: Inputs) -> Shape:
        if len(inputs.shapes[0]) != _AXES + 1:
            raise self.wrong_rank(inputs.shapes[0], "channels, height and width")
        channels, _ = self.split(inputs)
        if channels % self.num_heads:
            raise LayerError(
                codes.NOT_DIVISIBLE, f"{self.num_heads} heads do not divide {channels} channels",
                argument="num_heads", help=self._other_axis(inputs),
            )  # fmt: skip
        return inputs.shapes[0]

    def _other_axis(self, inputs: Inputs) -> tuple[str, ...]:
        """The other layout, if the heads divide what it takes for the channels."""
        shape = inputs.shapes[0]
        if self.layout_of(inputs) == "channels_first":
            layout, place, channels = "channels_last", "last", shape[-1]
        else:
            layout, place, channels = "channels_first", "first", shape[0]
        if channels % self.num_heads:
            return ()
        return (f"`data_format: {layout}` takes the {place} axis, of {channels}, for the channels",)

    def padded(self, inputs: Inputs) -> Shape:
        """Height and width in whole windows."""
        sizes = self.split(inputs)[1]
        windows = zip(sizes, self.sizes, strict=True)
        return tuple(ceil_div(size, window) * window for size, window in windows)

    def shifts(self, inputs: Inputs) -> Shape:
        """How far the windows are shifted along each axis: not where one covers all of it."""
        axes = zip(self._pair("shift"), self.sizes, self.padded(inputs), strict=True)
        return tuple(shift if window < size else 0 for shift, window, size in axes)

    @property
    def places(self) -> int:
        """The positions of a window."""
        return product(self.sizes)

    @property
    def distances(self) -> int:
        """The distances between two positions of a window, rows and columns."""
        return product(2 * size - 1 for size in self.sizes)

    def relative_positions(self) -> list[int]:
        """For each pair of a window's positions the row of the table that holds its distance."""
        rows, columns = self.sizes
        places = [(row, column) for row in range(rows) for column in range(columns)]
        return [
            (row - other_row + rows - 1) * (2 * columns - 1) + column - other_column + columns - 1
            for row, column in places
            for other_row, other_column in places
        ]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, _ = self.split(inputs)
        weights = [
            Weight("relative_position_bias_table", (self.distances, self.num_heads)),
            Weight("relative_position_index", (self.places**2,), buffer=True),
            Weight("qkv_kernel", (3 * channels, channels), "kernel"),
        ]
        if self.qkv_bias:
            weights.append(Weight("qkv_bias", (3 * channels,), "bias"))
        weights.append(Weight("proj_kernel", (channels, channels), "kernel"))
        if self.proj_bias:
            weights.append(Weight("proj_bias", (channels,), "bias"))
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - of the padded map
        channels, _ = self.split(inputs)
        positions = product(self.padded(inputs))
        return positions * channels * (4 * channels + 2 * self.places)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {
            "features": self.split(inputs)[0],
            "padded_positions": self.padded(inputs),
            "window_positions": self.sizes,
            "distances": tuple(2 * size - 1 for size in self.sizes),
        }

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        found = [GLOBAL] * len(output)
        first = int(self.layout_of(inputs) == "channels_first")
        axes = zip(self.sizes, self.shifts(inputs), strict=True)
        for axis, (window, shift) in enumerate(axes, start=first):
            before, after = range(shift - window, shift), range(shift, shift + window)
            taps = (before,) * shift + (after,) * (window - shift)
            found[axis] = Reach(axis, window, window, taps)
        return [found]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        return _Steps(self, inputs, output, run).usage()

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        return "written"

    def torch_code(self, inputs: Inputs) -> Code:
        first = self.layout_of(inputs) == "channels_first"
        call = Call("WindowAttention", *self._made(inputs))
        if not first:
            return (call,)
        return (Call("Permute", (2, 3, 1)), call, Call("Permute", (3, 1, 2)))

    def _made(self, inputs: Inputs) -> tuple[tuple[Extent, Given, Given], tuple[Option, ...]]:
        """What both frameworks make it of."""
        channels = channel_axis(self.layout_of(inputs), len(inputs.shapes[0]))
        options = (
            Option("shift", Given("shift"), 0),
            Option("qkv_bias", Given("qkv_bias"), default=True),
            Option("proj_bias", Given("proj_bias"), default=True),
            Option("attention_dropout", Given("attention_dropout"), 0),
            Option("dropout", Given("dropout"), 0),
        )
        return (Extent(channels), Given("num_heads"), Given("window")), options

    def keras_code(self, inputs: Inputs) -> Steps:
        (_, *args), options = self._made(inputs)
        return (Call("WindowAttention", tuple(args), options),)


class _Steps:
    """Window attention step by step, as torchvision 0.29 runs it: bytes of what it makes.

    Saved for the backward are the windows, query, key and value head by head, the map of
    attention and what the last projection reads. Local variables live until the function
    returns: query, key and value together, the scaled query, the bias and the mask.
    """

    def __init__(self, layer: WindowAttention, inputs: Inputs, output: Shape, run: Run) -> None:
        channels, padded, window = layer.split(inputs)[0], layer.padded(inputs), layer.sizes
        windows = product(padded) // layer.places
        self.layer, self.run = layer, run
        self.output = run.bytes(output)
        self.one = run.bytes((*padded, channels))
        copied = layer.num_heads > 1 and run.batch * windows > 1  # to lie head by head
        self.heads = self.one if copied else 0
        self.weighted = run.bytes((windows, layer.num_heads, layer.places**2))
        self.bias = layer.num_heads * layer.places**2 * run.width
        self.rolls = 2 * self.one if any(layer.shifts(inputs)) else 0
        self.masked = windows * layer.places**2 if self.rolls else 0
        self.cut = self.output if self.one != self.output else 0
        self.turned = 0 if window[0] == 1 or window[1] == padded[1] else self.one
        weights = {one.name: one.size * run.width for one in layer.weights(inputs)
                   if not one.buffer}  # fmt: skip
        self.learned = sum(weights.values())
        self.table = weights["relative_position_bias_table"]
        self.projection = weights["proj_kernel"] + weights.get("proj_bias", 0)

    def usage(self) -> Usage:
        """What the run needs beside input and output."""
        if not self.run.training:
            return Usage(scratch=self._forward(kept=0) - self.output)
        dropped, left_out = self._dropped
        saved = 2 * self.one + (3 * self.heads or 4 * self.one) + self.weighted
        return Usage(
            made=saved + dropped + left_out,
            scratch=self._forward(kept=self.heads) - saved - self.output,
            backward_scratch=self._backward() - self.learned - self.output,
        )

    @property
    def _dropped(self) -> tuple[int, int]:
        """The map of attention once more with a mask, and a mask of the result."""
        again = self.weighted + self.weighted // self.run.width
        mask = self.one // self.run.width
        return again * bool(self.layer.attention_dropout), mask * bool(self.layer.dropout)

    def _forward(self, kept: int) -> int:
        """The largest moment, where `kept` is the size of a query that the backward needs."""
        one, weighted, mask = self.one, self.weighted, self.masked * self.run.width
        scores = 5 * one + 2 * kept + weighted  # windows, projections, scaled query; copies
        last = 4 * one + (2 * one + 3 * kept if self.run.training else 0) + weighted + mask
        return self.bias + max(
            one + self.rolls,
            5 * one + 2 * self.heads + weighted,
            scores + max(weighted, 3 * mask + self.masked),
            scores + weighted + mask,
            6 * one + (4 * kept or self.heads) + weighted + mask,
            last + one + max(one * (not self.run.training), self.turned, self.rolls, self.cut),
        )

    def _backward(self) -> int:
        """The largest moment, less what was saved and made and the gradient of the output."""
        one, weighted, bias, first = self.one, self.weighted, self.bias, self.projection
        wider = one - self.output
        return wider + max(
            self.rolls,
            first + one,
            first + weighted,
            first + 2 * (weighted - one),
            first + bias,
            first + bias + 3 * one - weighted,
            self.learned - self.table + bias - one - weighted,
        )
