"""Products of two inputs, neither of which is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Applied, Call, Given, Joined, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.kinds import Flag, ListOf
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, show_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value


class MatMul(Layer, type="matmul", also="bmm matrix_multiply"):
    """The matrix product of two inputs, along their last two axes (`torch.matmul`).

    Output: (..., rows, columns) of (..., rows, inner) and (..., inner, columns);
        the axes before them must agree, an axis of size 1 stretches.
    Parameters: none.

    `transpose_a` and `transpose_b` exchange the last two axes of an input first.
    """

    arity = (2, 2)
    least_axes = 2
    formulas: ClassVar = {"size": "size", "macs": "output_elements * inner"}
    equations = ("y = a * b",)

    transpose_a: bool = arg(Flag(), "transpose the first input", default=False)
    transpose_b: bool = arg(Flag(), "transpose the second input", default=False)
    example = "matmul: {transpose_b: true}"

    def _matrices(self, inputs: Inputs) -> tuple[Shape, Shape]:
        """Both shapes, transposed as asked for."""
        first, second = inputs.shapes
        if self.transpose_a:
            first = (*first[:-2], first[-1], first[-2])
        if self.transpose_b:
            second = (*second[:-2], second[-1], second[-2])
        return first, second

    def output_shape(self, inputs: Inputs) -> Shape:
        first, second = self._matrices(inputs)
        if first[-1] != second[-2]:
            raise LayerError(
                codes.MERGE,
                f"`{self.type}` cannot multiply {show_shape(first)} by {show_shape(second)}: "
                f"{first[-1]} columns meet {second[-2]} rows",
                help=("`transpose_b: true` exchanges the last two axes of the second",)
                if first[-1] == second[-1]
                else (),
            )
        rank = max(len(first), len(second))
        before = [(1,) * (rank - len(shape)) + shape[:-2] for shape in (first, second)]
        for one, other in zip(*before, strict=True):
            if one != other and 1 not in {one, other}:
                raise LayerError(
                    codes.MERGE,
                    f"`{self.type}` cannot multiply {show_shape(first)} by {show_shape(second)}: "
                    "the axes before the last two must agree",
                )
        batch = (other if one == 1 else one for one, other in zip(*before, strict=True))
        return (*batch, first[-2], second[-1])

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return product(output) * self._matrices(inputs)[0][-1]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(shape) for shape in inputs.shapes]

    def origins(self, inputs: Inputs, output: Shape) -> Sequence[tuple[int, int, int]]:
        first, second = map(len, inputs.shapes)
        rank = len(output)
        return [
            *((axis + rank - first, 0, axis) for axis in range(first - 2)),
            *((axis + rank - second, 1, axis) for axis in range(second - 2)),
            (rank - 2, 0, first - 1 if self.transpose_a else first - 2),
            (rank - 1, 1, second - 2 if self.transpose_b else second - 1),
        ]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return _given(self.output_shape(inputs))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"inner": self._matrices(inputs)[0][-1]}

    def torch_code(self, inputs: Inputs) -> Code:
        if len(inputs.shapes[0]) != len(inputs.shapes[1]):
            return Missing("the inputs have different numbers of axes")
        return Joined(operator="@", transposed=(self.transpose_a, self.transpose_b))

    def keras_code(self, inputs: Inputs) -> Steps:
        if len(inputs.shapes[0]) != len(inputs.shapes[1]):
            return Missing("the inputs have different numbers of axes")
        transposed = (
            Option("transpose_a", Given("transpose_a"), default=False),
            Option("transpose_b", Given("transpose_b"), default=False),
        )
        name = "matmul" if self.transpose_a or self.transpose_b else "ops.matmul"
        return (Applied(name, (), transposed),)


class Dot(Layer, type="dot", keras="Dot"):
    """The products of two inputs, summed along an axis of each (Keras's `Dot`).

    Output: the first input's axes without its summed one, then the second's; 1 if
        none is left.
    Parameters: none.

    Under `Dot` the axes count the batch as 0, as in Keras.
    """

    arity = (2, 2)
    formulas: ClassVar = {"size": "size", "macs": "output_elements * inner"}
    equations = ("y = sum(a*b)",)

    axes: Any = arg(ListOf(Axis()), "the summed axis of both inputs, or of each")
    normalize: bool = arg(Flag(), "scale both to length 1 first (Keras)", default=False)
    example = "dot: {axes: -1}"

    def _summed(self, inputs: Inputs) -> tuple[int, int]:
        wanted = self.axes * 2 if len(self.axes) == 1 else self.axes
        if len(wanted) != len(inputs.shapes):
            raise LayerError(codes.BAD_VALUE, "`axes` is one axis, or a pair", argument="axes")
        first, second = (
            axis_of(self, axis, len(shape), "axes")
            for axis, shape in zip(wanted, inputs.shapes, strict=True)
        )
        return first, second

    def output_shape(self, inputs: Inputs) -> Shape:
        summed = self._summed(inputs)
        sizes = [shape[axis] for shape, axis in zip(inputs.shapes, summed, strict=True)]
        if sizes[0] != sizes[1]:
            raise LayerError(
                codes.MERGE,
                f"`{self.called or self.type}` sums over axes of different sizes: "
                f"{sizes[0]} and {sizes[1]}",
                argument="axes",
            )
        pairs = zip(inputs.shapes, summed, strict=True)
        return tuple(
            size for shape, axis in pairs for at, size in enumerate(shape) if at != axis
        ) or (1,)

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return product(output) * inputs.shapes[0][self._summed(inputs)[0]]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(shape) for shape in inputs.shapes]

    def origins(self, inputs: Inputs, output: Shape) -> Sequence[tuple[int, int, int]]:  # noqa: ARG002 - known without
        summed = self._summed(inputs)
        left = [
            (at, axis)
            for at, shape in enumerate(inputs.shapes)
            for axis in range(len(shape))
            if axis != summed[at]
        ]
        return [(axis, *origin) for axis, origin in enumerate(left)]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return _given(self.output_shape(inputs))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"inner": inputs.shapes[0][self._summed(inputs)[0]]}

    def torch_code(self, inputs: Inputs) -> Code:
        first, second = self._summed(inputs)
        letters = iter("abcdefghijklm")
        terms = [[next(letters) for _ in shape] for shape in inputs.shapes]
        terms[0][first] = terms[1][second] = "z"
        left = "".join(one for term in terms for one in term if one != "z")
        equation = f"n{''.join(terms[0])},n{''.join(terms[1])}->n{left}"
        normalized = Several((first + 1, second + 1)) if self.normalize else None
        return (Call("Dot", (equation,), (Option("normalized", normalized, None),)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        first, second = (axis + 1 for axis in self._summed(inputs))
        axes = first if first == second else Several((first, second))
        normalize = Option("normalize", Given("normalize"), default=False)
        return (Call("layers.Dot", (axes,), (normalize,), listed=True),)


def _given(shape: Shape) -> tuple[Size, ...]:
    return tuple(Size(f"axis {index}", "size", {"size": size}) for index, size in enumerate(shape))
