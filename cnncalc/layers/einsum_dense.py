"""Dense layers over any axes, by an equation of Einstein's summation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.activation_name import ActivationName, keras_activation, torch_activation
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size
from cnncalc.layers.base.inert import LORA, QUANTIZATION, tensors
from cnncalc.layers.base.kinds import Integer, ListOf, Nullable, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, plural
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value

_EQUATION = r"(\.\.\.)?([a-zA-Z]*)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]*)(\.\.\.)?"


class _Solved(NamedTuple):
    """The sizes of an equation's letters, the batch aside."""

    sizes: Mapping[str, int]
    output: Shape
    kernel: Shape
    bias: Shape


class EinsumDense(Layer, type="einsum_dense", keras="EinsumDense"):
    """A dense layer over the axes that an equation names (Keras's `EinsumDense`).

    `abc,cd->abd` is a dense layer over the last axis: the first letter is the batch, the
    letters behind the comma are the kernel's. `...` stands for any number of axes.
    `output_shape` gives the sizes of the output without the batch; null keeps an axis.

    Output: the sizes of the letters behind the arrow.
    """

    counts_in = "dense"
    also_takes = (*LORA, QUANTIZATION, *tensors("kernel", "bias"))
    linear = True
    formulas: ClassVar = {
        "size": "size",
        "params": "kernel_elements + bias_elements?",
        "macs": "output_elements * summed_elements",
    }
    equations = ("y = einsum(equation, x, kernel) + bias",)

    equation: str = arg(Text(), "the summation, as `abc,cd->abd`")
    output_size: Any = arg(
        ListOf(Nullable(Integer(1))), "sizes of the output, without the batch",
        keras="output_shape",
    )  # fmt: skip
    bias_axes: str | None = arg(Nullable(Text()), "letters that the bias has", default=None)
    activation: Any = arg(Nullable(ActivationName()), "applied to the output", default=None)
    example = "einsum_dense: {equation: 'abc,cd->abd', output_size: [null, 64], bias_axes: d}"

    def validate(self) -> None:
        self._parts()

    def _parts(self) -> tuple[str, str, str, str]:
        """Letters of input, kernel and output, and where `...` stands: `left`, `right`, or none."""
        match = re.fullmatch(_EQUATION, self.equation.replace(" ", ""))
        before = bool(match and match[1] and match[5])
        after = bool(match and match[3] and match[7])
        dots = match is not None and sum(match[i] is not None for i in (1, 3, 5, 7))
        if match is None or dots not in {0, 2} or (dots == 2 and before == after):  # noqa: PLR2004 - one each
            raise LayerError(
                codes.BAD_VALUE, f"`{self.equation}` is not an equation such as `abc,cd->abd`",
                argument="equation",
            )  # fmt: skip
        if set(self.bias_axes or "") - set(match[6]):
            raise LayerError(
                codes.BAD_VALUE, f"`bias_axes` names letters that `{match[6]}` has not",
                argument="bias_axes",
            )  # fmt: skip
        return match[2], match[4], match[6], "left" if before else "right" if after else ""

    def _solved(self, shape: Shape) -> _Solved:
        given, kernel, leaving, dots = self._parts()
        # Axes under `...` get letters of their own; the batch is the first of all.
        free = len(shape) + 1 - len(given) if dots else 0
        spare = "".join(chr(0x3B1 + index) for index in range(max(free, 0)))
        if dots == "left":
            given, leaving = spare + given, spare + leaving
        else:
            given, leaving = given + spare, leaving + spare
        if len(given) != len(shape) + 1 or given[:1] != leaving[:1]:
            raise self.wrong_rank(shape, plural(len(given) - 1, "axis"))
        sizes = dict(zip(given[1:], shape, strict=True))
        wanted = self.output_size
        if dots == "left":
            wanted = (None,) * (len(leaving) - 1 - len(wanted)) + wanted
        elif dots:
            wanted = wanted + (None,) * (len(leaving) - 1 - len(wanted))
        if len(wanted) != len(leaving) - 1:
            raise LayerError(
                codes.BAD_VALUE,
                f"`output_shape` has {plural(len(wanted), 'size')}, "
                f"the output {plural(len(leaving) - 1, 'axis')}",
                argument="output_size",
            )
        for letter, size in zip(leaving[1:], wanted, strict=True):
            if size is not None and sizes.setdefault(letter, size) != size:
                raise LayerError(
                    codes.DECLARED,
                    f"`output_shape` says {size} for `{letter}`, but the input has {sizes[letter]}",
                    argument="output_size",
                )
        unknown = sorted({*kernel, *leaving[1:]} - {*sizes})
        if unknown:
            raise LayerError(
                codes.MISSING_ARGUMENT, f"the size of `{unknown[0]}` is not known",
                argument="output_size",
            )  # fmt: skip
        first = min(map(leaving.index, self.bias_axes), default=0) if self.bias_axes else None
        bias = () if first is None else tuple(
            sizes[letter] if letter in (self.bias_axes or "") else 1 for letter in leaving[first:]
        )  # fmt: skip
        return _Solved(
            sizes,
            tuple(sizes[letter] for letter in leaving[1:]),
            tuple(sizes[letter] for letter in kernel),
            bias,
        )

    def output_shape(self, inputs: Inputs) -> Shape:
        return self._solved(inputs.shapes[0]).output

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        solved = self._solved(inputs.shapes[0])
        kernel = Weight("kernel", solved.kernel, "kernel")
        return (kernel, Weight("bias", solved.bias, "bias")) if self.bias_axes else (kernel,)

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return product(output) * product(self._summed(inputs.shapes[0]))

    def _summed(self, shape: Shape) -> Shape:
        """The sizes of the letters that the output has not."""
        given, kernel, leaving, _ = self._parts()
        sizes = self._solved(shape).sizes
        gone = dict.fromkeys(given[1:] + kernel)
        return tuple(sizes[letter] for letter in gone if letter not in leaving)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        output = self._solved(inputs.shapes[0]).output
        return [Size(f"axis {index}", "size", {"size": size}) for index, size in enumerate(output)]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        solved = self._solved(inputs.shapes[0])
        return {
            "kernel_elements": solved.kernel,
            "bias_elements": product(solved.bias) if self.bias_axes else 0,
            "summed_elements": self._summed(inputs.shapes[0]),
        }

    def torch_code(self, inputs: Inputs) -> Code:
        solved = self._solved(inputs.shapes[0])
        after = torch_activation(self.activation, inputs)
        if not isinstance(after, tuple):
            return after
        bias = Option("bias_shape", Several(solved.bias) if self.bias_axes else None, None)
        args = (Given("equation"), Several(solved.kernel))
        return (Call("EinsumDense", args, (bias,)), *after)

    def keras_code(self, inputs: Inputs) -> Steps:
        activation, after = keras_activation(self.activation, inputs)
        if not isinstance(after, tuple):
            return after
        options = (
            Option("bias_axes", Given("bias_axes"), None),
            *(() if activation is None else (activation,)),
        )
        # Where the spec leaves a size open, Keras would not know it before it runs.
        known: CodeValue = Several(self.output_shape(inputs))
        args = (Given("equation"), known if None in self.output_size else Given("output_size"))
        return (Call("layers.EinsumDense", args, options), *after)
