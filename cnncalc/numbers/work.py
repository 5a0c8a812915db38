"""What a rule works with: a layer's inputs and weights as values, and the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers import functions
from cnncalc.numbers.exact import exact
from cnncalc.numbers.tape import Applied, Tape
from cnncalc.numbers.tensor import Grid, Tensor, grid_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.tensors import Inputs, Shape
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.functions import Function
    from cnncalc.numbers.tape import Value


class Note(NamedTuple):
    """A value on the way to a result that has a name of its own: `mean of channel 1`."""

    name: str
    value: Value


class Work:
    """One layer at work.

    Attributes:
        tape: where values are recorded.
        layer: the layer.
        inputs: the shapes that arrive, and their layout.
        tensors: the values that arrive.
        weights: the layer's weights by name.
        output: the shape that leaves.
        notes: named values on the way, for the steps.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a layer and all that it works with
        self,
        tape: Tape,
        layer: Any,  # noqa: ANN401 - the rule knows the layer type it is for
        inputs: Inputs,
        tensors: Sequence[Tensor],
        weights: dict[str, Tensor],
        output: Shape,
    ) -> None:
        self.tape = tape
        self.layer = layer
        self.inputs = inputs
        self.tensors = tensors
        self.weights = weights
        self.output = output
        self.notes: list[Note] = []
        self._constants: dict[Number, Value] = {}

    @property
    def source(self) -> Tensor:
        """The first input."""
        return self.tensors[0]

    @property
    def grid(self) -> Grid:
        """The first input as channels and spatial axes."""
        return grid_of(self.source.shape, self.layer.layout_of(self.inputs))

    @property
    def output_grid(self) -> Grid:
        """The output as channels and spatial axes."""
        return grid_of(self.output, self.layer.layout_of(self.inputs))

    def constant(self, number: Number) -> Value:
        """A number of the formula; the same value for the same number."""
        wanted = exact(number)
        found = self._constants.get(wanted)
        if found is None:
            found = self._constants[wanted] = self.tape.leaf(wanted)
        return found

    def note(self, name: str, value: Value) -> Value:
        """Keep a value on the way under a name, for the steps."""
        self.notes.append(Note(name, value))
        return value

    def weight(self, name: str, index: int) -> Value:
        """An element of a weight with one axis."""
        return self.weights[name].values[index]

    def applied(self, function: Function, value: Value) -> Value:
        """A function of a value that is a part of a longer step until here."""
        if function is functions.IDENTITY:
            return value
        value.inline = True
        return self.tape.add(Applied(function, value))

    def result(self, values: Sequence[Value]) -> Tensor:
        """Values in the shape of the output."""
        return Tensor(self.output, values)
