"""Merges: several inputs become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import enumerated
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Dim, Joined, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.kinds import Flag
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, names_of_axes
from cnncalc.layers.base.reach import Reach, mixed, same_axes
from cnncalc.layers.base.tensors import Inputs, Shape, show_shape
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.usage import Run


#: PyTorch stretches a tensor of fewer axes from its last axis, Keras from its first.
_RANKS = Missing("the inputs have different numbers of axes, which frameworks align differently")


class Merge(Layer):
    """What element-wise merges share: shapes must agree, an axis of 1 stretches."""

    elementwise = True
    counted = False
    formulas: ClassVar = {"stretched axis": "max(in, other)"}

    arity: ClassVar[tuple[int, int | None]] = (2, None)

    def output_shape(self, inputs: Inputs) -> Shape:
        return broadcast(self, inputs)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        rank = len(output)
        known: dict[Shape, list[Reach]] = {}
        for shape in dict.fromkeys(inputs.shapes):
            before = rank - len(shape)
            known[shape] = [
                one if one.axis is None else Reach(before + one.axis)
                for one in same_axes(shape, output[before:])
            ]
        return [known[shape] for shape in inputs.shapes]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        first, leaving = inputs.shapes[0], broadcast(self, inputs)
        first = (1,) * (len(leaving) - len(first)) + first
        names = names_of_axes(len(leaving), inputs.layout)
        return [
            Size(name, "" if size == old else "stretched axis", {"in": old, "other": size})
            for name, old, size in zip(names, first, leaving, strict=True)
        ]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        return Usage(
            saves=tuple(range(len(inputs.shapes))), scratch=partial_results(inputs, output, run)
        )

    #: How two inputs are joined in Python: an operator, or a function of both.
    python: ClassVar[str] = ""

    def torch_code(self, inputs: Inputs) -> Code:
        if len(set(map(len, inputs.shapes))) > 1:
            return _RANKS
        if self.python in {"+", "*", "-"}:
            return Joined(operator=self.python)
        return Joined(function=self.python)

    def keras_code(self, inputs: Inputs) -> Steps:
        if len(set(map(len, inputs.shapes))) > 1:
            return _RANKS
        return Joined(function=f"layers.{self.type}")


class Add(
    Merge,
    type="add",
    torch="iadd",
    keras="Add",
    also="sum",
    presets={"iadd": {"inplace": True}},
):
    """The sum of all inputs, element by element (He et al., ResNet, 2015).

    Output: the shape of the inputs, which must agree; an axis of size 1 stretches.
    Parameters: none. MACs: 0.

    With `inplace` the first input becomes the sum, as `a += b` does; `iadd` is short for it.
    """

    any_order = True
    linear = True
    keeps_sign = True
    python = "+"
    equations = ("y = x1 + x2 + ...",)

    inplace: bool = arg(
        Flag(), "add to the first input (PyTorch)", default=False, inert=True, aside=True
    )
    example = "add"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        if self.inplace and inputs.shapes[0] == output:
            return Usage(shares=0, in_place=True, gradient="same")
        return Usage(scratch=partial_results(inputs, output, run), gradient="same")


class Subtract(Merge, type="subtract", keras="Subtract"):
    """The difference of two inputs, element by element.

    Output and parameters: as `add`.
    """

    linear = True
    python = "-"
    equations = ("y = x1 - x2",)

    arity = (2, 2)
    example = "subtract"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(gradient="same for the first")


class Multiply(Merge, type="multiply", keras="Multiply", also="mul gate"):
    """The product of all inputs, element by element: a gate, as in squeeze-and-excite.

    Output: the shape of the inputs, which must agree; an axis of size 1 stretches.
    Parameters: none. MACs: 0.
    """

    any_order = True
    keeps_sign = True
    python = "*"
    equations = ("y = x1 * x2 * ...",)

    example = "multiply"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        # The gradient of a stretched input is a product of full size, and then its sum.
        stretched = sum(shape != output for shape in inputs.shapes)
        scratch = stretched * run.bytes(output)
        found = super().usage(inputs, output, run)
        return found._replace(saves_for_others=True, backward_scratch=scratch)


class Average(Merge, type="average", keras="Average"):
    """The mean of all inputs, element by element.

    Output and parameters: as `add`.
    """

    any_order = True
    linear = True
    python = "+"
    equations = ("y = (x1 + x2 + ...) / n",)

    example = "average"

    def torch_code(self, inputs: Inputs) -> Code:
        code = super().torch_code(inputs)
        return code if isinstance(code, Missing) else Joined(mean=True)

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        return Usage(scratch=partial_results(inputs, output, run) + run.bytes(output))


class Extremum(Merge):
    """What maximum and minimum share: the gradient goes to the input that was taken."""

    any_order = True

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        # Half of the gradient, for inputs that are equal, and two masks of a byte an element.
        halves = run.bytes(output) + 2 * run.batch * product(output)
        return super().usage(inputs, output, run)._replace(backward_scratch=halves)


class Maximum(Extremum, type="maximum", keras="Maximum"):
    """The largest of all inputs, element by element.

    Output and parameters: as `add`.
    """

    python = "torch.maximum"
    equations = ("y = max(x1, x2, ...)",)

    example = "maximum"


class Minimum(Extremum, type="minimum", keras="Minimum"):
    """The smallest of all inputs, element by element.

    Output and parameters: as `add`.
    """

    python = "torch.minimum"
    equations = ("y = min(x1, x2, ...)",)

    example = "minimum"


class Concat(Layer, type="concat", torch="cat", keras="Concatenate", also="concatenate"):
    """Joins inputs along an axis, by default the channels (Huang et al., DenseNet, 2016).

    Output: the sizes along the axis add up; all other sizes must agree.
    Parameters: none. MACs: 0.

    Without an axis Keras's `Concatenate` joins along the last, in any layout.
    """

    tells_channels = True
    linear = True
    keeps_sign = True
    formulas: ClassVar = {"joined axis": "sum(sizes)"}

    arity = (1, None)
    axis: int | None = arg(Axis(), "the axis; else the channels", default=None, torch="dim")
    example = "concat"

    def axis_index(self, inputs: Inputs) -> int:
        """The index of the axis in the inputs' shapes; raises `LayerError`."""
        rank = len(inputs.shapes[0])
        if self.axis is None:
            return rank - 1 if self.dialect == "keras" else channel_axis(inputs.layout, rank)
        return axis_of(self, self.axis, rank)

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        return {"axis": (self.axis_index(inputs),)}

    def output_shape(self, inputs: Inputs) -> Shape:
        first = inputs.shapes[0]
        axis = self.axis_index(inputs)
        others = [index for index in range(len(first)) if index != axis]
        if len(set(map(len, inputs.shapes))) > 1 or _differing(inputs.shapes, others):
            raise _do_not_meet(self, inputs, others)
        return (*first[:axis], sum(shape[axis] for shape in inputs.shapes), *first[axis + 1 :])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        joined = self.axis_index(inputs)
        axes = [mixed(axis) if axis == joined else Reach(axis) for axis in range(len(output))]
        return [axes] * len(inputs.shapes)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        axis = self.axis_index(inputs)
        sizes = list(super().output_sizes(inputs))
        joined = tuple(shape[axis] for shape in inputs.shapes)
        sizes[axis] = Size(sizes[axis].axis, "joined axis", {"sizes": joined})
        return sizes

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        # Only slices along the outermost axis are dense; with several samples that is the batch.
        before = output[: self.axis_index(inputs)]
        dense = run.batch * product(before) == 1
        return Usage(gradient="dense slices" if dense else "slices")

    def torch_code(self, inputs: Inputs) -> Code:
        dim = Dim(self.axis_index(inputs))
        return Joined(function="torch.cat", options=(Option("dim", dim, 0),))

    def keras_code(self, inputs: Inputs) -> Steps:
        axis = Option("axis", Dim(self.axis_index(inputs)), -1)
        return Joined(function="layers.concatenate", options=(axis,))


def partial_results(inputs: Inputs, output: Shape, run: Run) -> int:
    """Bytes of the result so far, where more than two inputs are joined one after another."""
    return run.bytes(output) if len(inputs.shapes) > 2 else 0  # noqa: PLR2004 - operands


def broadcast(layer: Layer, inputs: Inputs) -> Shape:
    """The common shape of inputs whose sizes agree or are 1; raises `LayerError`.

    Under Keras's names axes of 1 come before a shape that has fewer.
    """
    shapes = inputs.shapes
    if layer.dialect == "keras":
        most = max(map(len, shapes))
        shapes = tuple((1,) * (most - len(shape)) + shape for shape in shapes)
    axes = range(max(map(len, shapes)))
    if _differing(shapes, axes, stretch=True):
        raise _do_not_meet(layer, inputs._replace(shapes=shapes), axes, stretch=True)
    by_axis = zip(*shapes, strict=True)
    return tuple(next((size for size in sizes if size != 1), 1) for sizes in by_axis)


def _differing(shapes: Sequence[Shape], axes: Sequence[int], *, stretch: bool = False) -> list[int]:
    """Those of the axes along which sizes differ; all, if the numbers of axes do."""
    if len(set(map(len, shapes))) > 1:
        return list(axes)
    free = {1} if stretch else set()
    return [axis for axis in axes if len({shape[axis] for shape in shapes} - free) > 1]


def _do_not_meet(
    layer: Layer, inputs: Inputs, axes: Sequence[int], *, stretch: bool = False
) -> LayerError:
    shapes = inputs.shapes
    shown = " and ".join(map(show_shape, shapes))
    if len(set(map(len, shapes))) > 1:
        why = "they have different numbers of axes"
    else:
        differing = _differing(shapes, axes, stretch=stretch)
        why = f"they differ in {_named(differing, len(shapes[0]), inputs)}"
    return LayerError(codes.MERGE, f"`{layer.type}` cannot join {shown}: {why}")


def _named(axes: Sequence[int], rank: int, inputs: Inputs) -> str:
    """Axes of maps by their names; of a sequence, which may be either way round, by order."""
    names = ("the first axis", "the last axis") if rank == 2 else names_of_axes(rank, inputs.layout)  # noqa: PLR2004 - a sequence
    return enumerated([names[axis] for axis in axes])
