"""Taking a part of a tensor: split, chunk and slice. One output each, chosen by its index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import ceil_div
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Applied, Call, Dim, Given, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.kinds import Integer, ListOf, Nullable
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import Reach, shifted
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run


class Part(Layer):
    """What splitting shares: the axis, the channels unless told otherwise."""

    tells_channels = True
    view = "strided"
    linear = True

    axis: int | None = arg(Axis(), "the axis; else the channels", default=None, also=("dim",))

    def axis_index(self, inputs: Inputs) -> int:
        """The index of the axis in the input's shape; raises `LayerError`."""
        rank = len(inputs.shapes[0])
        if self.axis is not None:
            return axis_of(self, self.axis, rank)
        return channel_axis(inputs.layout, rank)

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        return {"axis": (self.axis_index(inputs),)}

    def with_size(self, inputs: Inputs, size: int) -> Shape:
        """The input's shape with another size along the axis."""
        shape, at = inputs.shapes[0], self.axis_index(inputs)
        return (*shape[:at], size, *shape[at + 1 :])

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        settings = self.settings()
        settings.pop("index", None)
        return Usage(shares=0, gradient="part", parts=(self.type, *settings.items()))

    def first(self, inputs: Inputs) -> int:
        """The first element along the axis that is taken."""
        raise NotImplementedError

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        at = self.axis_index(inputs)
        reached = list(map(Reach, range(len(output))))
        reached[at] = shifted(at, self.first(inputs))
        return [reached]

    def changed(self, inputs: Inputs, size: Size) -> Sequence[Size]:
        """The kept axes, and how the size along the axis comes about."""
        sizes, at = list(super().output_sizes(inputs)), self.axis_index(inputs)
        sizes[at] = size._replace(axis=sizes[at].axis)
        return sizes


class Split(Part, type="split"):
    """One of several parts along an axis, by their sizes; `index` chooses which.

    Output: the axis has the chosen size. Parameters: none.
    The sizes must add up to the axis; a single number is the size of every part
    (`torch.split`). Two entries with `from:` take two parts.
    """

    formulas: ClassVar = {"split axis": "size", "split axis, the last part": "in - size*index"}

    sizes: Any = arg(ListOf(Integer(1)), "sizes of the parts, or the size of each")
    index: int = arg(Integer(0), "which part, from 0", default=0)
    example = "split: {sizes: [1, 2], index: 1}"

    def output_shape(self, inputs: Inputs) -> Shape:
        size = inputs.shapes[0][self.axis_index(inputs)]
        sizes = self.sizes
        if len(sizes) == 1:
            count, rest = divmod(size, sizes[0])
            if self.index > count - (not rest):
                raise _no_part(self.index, count + bool(rest))
            return self.with_size(inputs, sizes[0] if self.index < count else rest)
        if sum(sizes) != size:
            raise LayerError(
                codes.ELEMENTS,
                f"the parts {' + '.join(map(str, sizes))} make {sum(sizes)}, "
                f"but the axis has {size}",
                argument="sizes",
            )
        if self.index >= len(sizes):
            raise _no_part(self.index, len(sizes))
        return self.with_size(inputs, sizes[self.index])

    def first(self, inputs: Inputs) -> int:  # noqa: ARG002 - the sizes tell
        sizes: Shape = self.sizes
        return self.index * sizes[0] if len(sizes) == 1 else sum(sizes[: self.index])

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        arriving = inputs.shapes[0][self.axis_index(inputs)]
        size = self.sizes[0 if len(self.sizes) == 1 else self.index]
        rest = len(self.sizes) == 1 and (self.index + 1) * size > arriving
        key = "split axis, the last part" if rest else "split axis"
        return self.changed(inputs, Size("", key, {"in": arriving, "size": size}))

    def torch_code(self, inputs: Inputs) -> Code:
        dim = Option("dim", Dim(self.axis_index(inputs)), 1)
        return (Call("Split", (Given("sizes"), Given("index")), (dim,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        axis = self.axis_index(inputs)
        first = self.first(inputs)
        after = first + self.output_shape(inputs)[axis]
        at = Option("axis", Dim(axis), -1)
        return (Applied("part", (first, after), (at,)),)


class Chunk(Part, type="chunk"):
    """One of a number of nearly equal parts along an axis (`torch.chunk`).

    Output: the axis has ceil(size / chunks), the last part what is left.
    Parameters: none.
    """

    formulas: ClassVar = {
        "split axis": "ceil(in / chunks)",
        "split axis, the last part": "in - ceil(in / chunks)*index",
    }

    chunks: int = arg(Integer(1), "number of parts")
    index: int = arg(Integer(0), "which part, from 0", default=0)
    example = "chunk: 3"

    def output_shape(self, inputs: Inputs) -> Shape:
        size = inputs.shapes[0][self.axis_index(inputs)]
        part = ceil_div(size, self.chunks)
        count = ceil_div(size, part)
        if self.index >= count:
            raise _no_part(self.index, count)
        return self.with_size(inputs, min(part, size - self.index * part))

    def first(self, inputs: Inputs) -> int:
        return self.index * ceil_div(inputs.shapes[0][self.axis_index(inputs)], self.chunks)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        size = inputs.shapes[0][self.axis_index(inputs)]
        rest = (self.index + 1) * ceil_div(size, self.chunks) > size
        key = "split axis, the last part" if rest else "split axis"
        return self.changed(inputs, Size("", key, {"in": size}))

    def torch_code(self, inputs: Inputs) -> Code:
        dim = Option("dim", Dim(self.axis_index(inputs)), 1)
        return (Call("Chunk", (Given("chunks"), Given("index")), (dim,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        axis = self.axis_index(inputs)
        at = Option("axis", Dim(axis), -1)
        if inputs.shapes[0][axis] % self.chunks:
            first = self.first(inputs)
            return (Applied("part", (first, first + self.output_shape(inputs)[axis]), (at,)),)
        return (Applied("chunk", (Given("chunks"), Given("index")), (at,)),)


class Slice(Part, type="slice"):
    """The elements from `start` up to `stop` along an axis; negative ones from the end.

    Output: the axis has stop - start. Parameters: none.
    """

    formulas: ClassVar = {"sliced axis": "stop - start"}

    start: int = arg(Integer(), "the first element", default=0)
    stop: int | None = arg(Nullable(Integer()), "the element after the last", default=None)
    example = "slice: {start: 0, stop: 2}"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(shares=0)

    def output_shape(self, inputs: Inputs) -> Shape:
        size = inputs.shapes[0][self.axis_index(inputs)]
        first, last, _ = slice(self.start, self.stop).indices(size)
        if last <= first:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"an axis of {size} has no elements from {self.start} to {self.stop}",
                argument="stop",
            )  # fmt: skip
        return self.with_size(inputs, last - first)

    def first(self, inputs: Inputs) -> int:
        size = inputs.shapes[0][self.axis_index(inputs)]
        return slice(self.start, self.stop).indices(size)[0]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        size = inputs.shapes[0][self.axis_index(inputs)]
        first, last, _ = slice(self.start, self.stop).indices(size)
        return self.changed(inputs, Size("", "sliced axis", {"start": first, "stop": last}))

    def torch_code(self, inputs: Inputs) -> Code:
        dim = Option("dim", Dim(self.axis_index(inputs)), 1)
        return (Call("Slice", (Given("start"), Given("stop")), (dim,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        at = Option("axis", Dim(self.axis_index(inputs)), -1)
        return (Applied("part", (Given("start"), Given("stop")), (at,)),)


def _no_part(index: int, count: int) -> LayerError:
    return LayerError(
        codes.AXIS, f"there is no part {index}: there are {count}, from 0", argument="index"
    )
