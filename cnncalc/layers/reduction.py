"""Reductions: one value in place of all along some axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Applied, Call, Dim, Given, Name, Option, Several
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.kinds import Flag, ListOf
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import names_of_axes
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.usage import COPY, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.layers.base.usage import Run


class Reduction(Layer):
    """What reductions share: the axes that go, or stay as 1."""

    counted = False
    formulas: ClassVar = {"reduced axis": "1"}

    axis: Any = arg(ListOf(Axis()), "the axes that are reduced", also=("dim", "axes"))
    keepdims: bool = arg(Flag(), "keep the axes, as 1", default=False, also=("keepdim",))

    def _reduced(self, rank: int) -> set[int]:
        return {axis_of(self, axis, rank) for axis in self.axis}

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        reduced = self._reduced(len(shape))
        if self.keepdims:
            return tuple(1 if axis in reduced else size for axis, size in enumerate(shape))
        return tuple(size for axis, size in enumerate(shape) if axis not in reduced) or (1,)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        rank = len(inputs.shapes[0])
        reduced = self._reduced(rank)
        kept_axes = [axis for axis in range(rank) if self.keepdims or axis not in reduced]
        return [
            [GLOBAL if axis in reduced else Reach(kept_axes.index(axis)) for axis in range(rank)]
        ]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape = inputs.shapes[0]
        reduced = self._reduced(len(shape))
        names = names_of_axes(len(shape), inputs.layout)
        sizes = [
            Size(one.axis, "reduced axis") if axis in reduced else one
            for axis, one in enumerate(kept(shape, names))
        ]
        if self.keepdims:
            return sizes
        left = [one for axis, one in enumerate(sizes) if axis not in reduced]
        return left or [Size("features", "reduced axis")]

    #: The function of PyTorch.
    torch_function: ClassVar[str]

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0])
        reduced = sorted(self._reduced(rank))
        dims: CodeValue = Several(tuple(map(Dim, reduced)))
        if len(reduced) == 1:
            dims = Dim(reduced[0])
        whole = len(reduced) == rank and not self.keepdims  # one element is left
        keep = Option("keepdim", True if whole else Given("keepdims"), default=False)
        call = Call("Reduce", (Name(self.torch_function), dims), (keep,))
        return (call, Call("nn.Flatten")) if whole and rank > 1 else (call,)

    keras_function: ClassVar[str] = ""

    def keras_code(self, inputs: Inputs) -> Steps:
        rank = len(inputs.shapes[0])
        reduced = sorted(self._reduced(rank))
        dims: CodeValue = Several(tuple(map(Dim, reduced)))
        if len(reduced) == 1:
            dims = Dim(reduced[0])
        whole = len(reduced) == rank and not self.keepdims  # one element is left
        keep = Option("keepdims", True if whole else Given("keepdims"), default=False)
        call = Applied(self.keras_function, (), (Option("axis", dims), keep))
        return (call, Call("layers.Flatten")) if whole and rank > 1 else (call,)


class Mean(Reduction, type="mean", also="reduce_mean"):
    """The mean along some axes.

    Output: without these axes, or with `keepdims` with each as 1. Parameters: none. MACs: 0.
    """

    linear = True
    torch_function = "torch.mean"
    keras_function = "ops.mean"
    equations = ("y = mean(x along the axes)",)
    main = "axis"
    example = "mean: 0"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY


class Sum(Reduction, type="reduce_sum"):
    """The sum along some axes; `sum` alone adds several inputs.

    Output: without these axes, or with `keepdims` with each as 1. Parameters: none. MACs: 0.
    """

    linear = True
    torch_function = "torch.sum"
    keras_function = "ops.sum"
    equations = ("y = sum(x along the axes)",)
    main = "axis"
    example = "reduce_sum: 0"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return COPY


class Max(Reduction, type="max", also="reduce_max amax"):
    """The largest value along some axes; `maximum` compares several inputs.

    Output: without these axes, or with `keepdims` with each as 1. Parameters: none. MACs: 0.
    """

    torch_function = "torch.amax"
    keras_function = "ops.max"
    equations = ("y = max(x along the axes)",)
    main = "axis"
    example = "max: 0"


class Min(Reduction, type="min", also="reduce_min amin"):
    """The smallest value along some axes; `minimum` compares several inputs.

    Output: without these axes, or with `keepdims` with each as 1. Parameters: none. MACs: 0.
    """

    torch_function = "torch.amin"
    keras_function = "ops.min"
    equations = ("y = min(x along the axes)",)
    main = "axis"
    example = "min: 0"
