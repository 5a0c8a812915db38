"""Layers that only rearrange elements: flatten, reshape, permute and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Call, Extent, Given, Option, Several, Unpacked
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.kinds import DataFormat, Integer, ListOf
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import names_of_axes
from cnncalc.layers.base.reach import Reach, Reshaped, regrouped
from cnncalc.layers.base.tensors import LARGEST_COUNT, MOST_AXES, Inputs, Order, Shape, show_shape
from cnncalc.layers.base.usage import COPY, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.usage import Run

_FORMAT = DataFormat()


class Flatten(Layer, type="flatten", torch="Flatten", keras="Flatten"):
    """Flatten: all elements in one axis, or those from `start_dim` to `end_dim`.

    Output: the product of the sizes. Parameters: none.

    Axes count without the batch under `flatten`; under PyTorch's `Flatten` the
    batch is 0, and `start_dim: 0`, which merges it in, leaves one sample's
    elements in one axis here, where the batch is never written.
    """

    linear = True
    view = "reshape"
    formulas: ClassVar = {"features": "product(sizes)"}

    start_dim: int | None = arg(Axis(), "the first axis that is merged", default=None)
    end_dim: int = arg(Axis(), "the last axis that is merged", default=-1)
    data_format: str | None = arg(_FORMAT, "order of elements (Keras); no effect", default=None)
    least_axes = 0
    example = "flatten"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if not shape:
            return (1,)
        start, end = self._merged(shape)
        if end < start:
            return shape
        return (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])

    def _merged(self, shape: Shape) -> tuple[int, int]:
        """The first and the last axis that are merged, none if they are in the wrong order."""
        batch = int(self.dialect != "own")
        rank = len(shape) + batch
        start = (
            batch if self.start_dim is None else self._absolute(self.start_dim, rank, "start_dim")
        )
        end = self._absolute(self.end_dim, rank, "end_dim")
        if start > end:
            raise LayerError(
                codes.AXIS, f"`start_dim` {self.start_dim} comes after `end_dim` {self.end_dim}",
                argument="start_dim",
            )  # fmt: skip
        return max(start - batch, 0), end - batch

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        rank = len(inputs.shapes[0])
        start, end = self._merged(inputs.shapes[0]) if rank else (0, -1)
        merged = range(start, end + 1)
        return {"start_dim": () if len(merged) == rank else tuple(merged), "end_dim": ()}

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        return [regrouped(inputs.shapes[0], output)]

    def _absolute(self, axis: int, rank: int, argument: str) -> int:
        if not -rank <= axis < rank:
            raise LayerError(
                codes.AXIS,
                f"`{argument}: {axis}` is out of range: the axes are {-rank} to {rank - 1}",
                argument=argument,
            )
        return axis % rank

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape = inputs.shapes[0]
        if not shape:
            return (Size("features", "features", {"sizes": ()}),)
        start, end = self._merged(shape)
        sizes = list(super().output_sizes(inputs))
        if end >= start:
            merged = {"sizes": shape[start : end + 1]}
            sizes[start : end + 1] = [Size("features", "features", merged)]
        return sizes

    def torch_code(self, inputs: Inputs) -> Code:
        start, end = self._merged(inputs.shapes[0])
        if end < start:
            return ()
        options = (
            Option("start_dim", start + 1, 1),
            Option("end_dim", end + 1 if end + 1 < len(inputs.shapes[0]) else -1, -1),
        )
        return (Call("nn.Flatten", (), options),)

    def keras_code(self, inputs: Inputs) -> Steps:
        output = self.output_shape(inputs)
        if len(output) == len(inputs.shapes[0]):
            return ()
        if len(output) == 1:
            return (Call("layers.Flatten"),)
        start, end = self._merged(inputs.shapes[0])
        before, after = range(start), range(end + 1, len(inputs.shapes[0]))
        sizes: list[CodeValue] = [*map(Extent, before), -1, *map(Extent, after)]
        return (Call("layers.Reshape", (Several(sizes),)),)

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        return self._order(inputs)

    def _order(self, inputs: Inputs) -> Order:
        return "any" if len(self.output_shape(inputs)) == 1 else "written"

    def keras_order(self, inputs: Inputs, code: Steps) -> Order:  # noqa: ARG002 - known without
        return self._order(inputs)


class Reshape(Layer, type="reshape", keras="Reshape"):
    """Reshape: the same elements in another shape; one size may be -1, and is computed.

    Output: the target shape, without the batch. Parameters: none.
    """

    linear = True
    view = "reshape"
    formulas: ClassVar = {
        "given axis": "size",
        "axis of size -1": "product(sizes) / product(other_sizes)",
    }

    shape: Any = arg(
        ListOf(Integer(-1)), "the target shape, without the batch", keras="target_shape"
    )
    least_axes = 0
    example = "reshape: [16, 5, 5]"

    def validate(self) -> None:
        _one_unknown(self.shape, "shape")

    def output_shape(self, inputs: Inputs) -> Shape:
        elements = product(inputs.shapes[0])
        return fill_size(self.shape, elements, "shape")

    def reshaped(self, rank: int) -> Reshaped:
        return Reshaped("shape", range(rank))

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        return [regrouped(inputs.shapes[0], output)]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        leaving = self.output_shape(inputs) or (1,)
        names = names_of_axes(len(leaving), inputs.layout)
        return _filled(self.shape or (1,), leaving, inputs.shapes[0], names)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("Reshape", (_listed("shape", self.shape),)),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("layers.Reshape", (_listed("shape", self.shape),)),)


def _listed(field: str, sizes: Shape) -> CodeValue:
    """Sizes as an argument that takes a list, which one size alone is, too."""
    return Given(field) if len(sizes) > 1 else Several([Unpacked(Given(field))])


def _one_unknown(sizes: Shape, argument: str) -> None:
    if sizes.count(-1) > 1:
        raise LayerError(
            codes.BAD_VALUE, f"only one size may be -1 in {show_shape(sizes)}", argument=argument
        )


def _filled(
    wanted: Shape, leaving: Shape, elements: Shape, names: Sequence[str]
) -> tuple[Size, ...]:
    """How each size of a target shape comes about: given, or -1 and computed."""
    others = tuple(size for size in wanted if size != -1)
    return tuple(
        Size(name, "axis of size -1", {"sizes": elements, "other_sizes": others})
        if given == -1
        else Size(name, "given axis", {"size": size})
        for name, given, size in zip(names, wanted, leaving, strict=True)
    )


def fill_size(wanted: Shape, elements: int, argument: str) -> Shape:
    """A shape with its -1 computed, of exactly so many elements; raises `LayerError`."""
    if len(wanted) > MOST_AXES:
        raise LayerError(
            codes.LIMIT, f"{len(wanted):,} axes; the limit is {MOST_AXES}", argument=argument
        )
    known = product(size for size in wanted if size != -1)
    if known > LARGEST_COUNT:
        raise LayerError(
            codes.LIMIT, "the elements of this shape have over 1,000 digits", argument=argument
        )
    if -1 in wanted:
        if not known or elements % known:
            raise LayerError(
                codes.ELEMENTS,
                f"{elements} elements do not fit {show_shape(wanted)}: "
                f"{known} does not divide them",
                argument=argument,
            )
        return tuple(elements // known if size == -1 else size for size in wanted)
    if known != elements:
        raise LayerError(
            codes.ELEMENTS,
            f"{show_shape(wanted)} has {known} elements, but {elements} arrive",
            argument=argument,
            help=("a size of -1 is computed",),
        )
    return wanted


class Unflatten(Layer, type="unflatten", torch="Unflatten"):
    """Unflatten: one axis becomes several.

    Output: the axis is replaced. Parameters: none.
    """

    linear = True
    view = "reshape"
    formulas: ClassVar = {
        "given axis": "size",
        "axis of size -1": "product(sizes) / product(other_sizes)",
    }

    dim: int = arg(Axis(), "the axis", also=("axis",))
    unflattened_size: Any = arg(
        ListOf(Integer(-1)), "its new sizes; one may be -1", also=("sizes",)
    )
    main = "unflattened_size"
    example = "unflatten: {dim: 0, unflattened_size: [4, -1]}"

    def validate(self) -> None:
        _one_unknown(self.unflattened_size, "unflattened_size")

    def axis(self, rank: int) -> int:
        """The axis of the input that becomes several."""
        return axis_of(self, self.dim, rank, "dim")

    def reshaped(self, rank: int) -> Reshaped:
        axis = self.axis(rank)
        return Reshaped("unflattened_size", range(axis, axis + 1))

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        axis = self.axis(len(shape))
        sizes = fill_size(self.unflattened_size, shape[axis], "unflattened_size")
        return (*shape[:axis], *sizes, *shape[axis + 1 :])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        return [regrouped(inputs.shapes[0], output)]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape, leaving = inputs.shapes[0], self.output_shape(inputs)
        axis = self.axis(len(shape))
        names = names_of_axes(len(leaving), inputs.layout)
        last = axis + len(self.unflattened_size)
        parts = _filled(self.unflattened_size, leaving[axis:last], (shape[axis],), names[axis:last])
        before, after = kept(shape[:axis], names[:axis]), kept(shape[axis + 1 :], names[last:])
        return (*before, *parts, *after)

    def torch_code(self, inputs: Inputs) -> Code:
        axis = self.axis(len(inputs.shapes[0]))
        sizes = _listed("unflattened_size", self.unflattened_size)
        return (Call("nn.Unflatten", (axis + 1, sizes)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0])
        axis = self.axis(rank)
        before, after = map(Extent, range(axis)), map(Extent, range(axis + 1, rank))
        sizes: list[CodeValue] = [*before, Unpacked(Given("unflattened_size")), *after]
        return (Call("layers.Reshape", (Several(sizes),)),)


class Permute(Layer, type="permute", keras="Permute", torch="Permute", also="transpose"):
    """Permute: the axes in another order.

    Parameters: none.

    Output: axis i is the input's axis dims[i]. Axes count from 0 under
    `permute`; from 1 under `Permute`, as in Keras, where the batch is 0; a 0 for
    the batch may stand first, as in torchvision.
    """

    linear = True
    view = "strided"
    formulas: ClassVar = {"moved axis": "size"}

    dims: Any = arg(ListOf(Integer(0), single=False), "the axes in their new order")
    example = "permute: [1, 2, 0]"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        dims = self.order(len(shape))
        if sorted(dims) != list(range(len(shape))):
            raise LayerError(
                codes.AXIS,
                f"{show_shape(self.dims)} does not name each of {len(shape)} axes once",
                argument="dims",
                help=(self._counting(len(shape)),),
            )
        return tuple(shape[axis] for axis in dims)

    def _counting(self, rank: int) -> str:
        first = 0 if self.dialect == "own" else 1
        return f"its axes count from {first}: {first} to {rank - 1 + first}, the batch aside"

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        return {"dims": self.order(len(inputs.shapes[0]))}

    def order(self, rank: int) -> tuple[int, ...]:
        """The input's axes in their new order, the batch aside."""
        dims: tuple[int, ...] = self.dims
        if self.dialect == "own":
            return dims
        if dims and dims[0] == 0 and len(dims) == rank + 1:
            dims = dims[1:]
        return tuple(axis - 1 for axis in dims)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        order = self.order(len(output))
        return [[Reach(order.index(axis)) for axis in range(len(output))]]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape = inputs.shapes[0]
        names = names_of_axes(len(shape), inputs.layout)
        return [
            Size(name, "" if at == index else "moved axis", {"in": shape[at], "size": shape[at]})
            for index, (name, at) in enumerate(zip(names, self.order(len(shape)), strict=True))
        ]

    def torch_code(self, inputs: Inputs) -> Code:
        order = self.order(len(inputs.shapes[0]))
        return (Call("Permute", tuple(axis + 1 for axis in order)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        order = self.order(len(inputs.shapes[0]))
        return (Call("layers.Permute", (Several(tuple(axis + 1 for axis in order)),)),)


class RepeatVector(Layer, type="repeat_vector", keras="RepeatVector"):
    """Repeats a vector: (features) becomes (n, features).

    Parameters: none.
    """

    linear = True
    formulas: ClassVar = {"length": "n"}

    n: int = arg(Integer(1), "how many times")
    example = "repeat_vector: 3"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) != 1:
            raise self.wrong_rank(shape, "a vector")
        return (self.n, *shape)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[Reach(1)]]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return (Size("length", "length"), *super().output_sizes(inputs))

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("layers.RepeatVector", (Given("n"),)),)

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("RepeatVector", (Given("n"),)),)
