"""The gradient of the loss by every value on a tape: the chain rule, in reverse order."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.errors import ComputeError
from cnncalc.numbers.exact import dot, shown, simplified, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.tape import Tape, Value


class Gradients(NamedTuple):
    """The loss's gradient by each value of a tape, by its index.

    Attributes:
        numbers: the gradients; None where the loss does not depend on the value.
        parts: what each gradient is the sum of: the gradient of a result times the
            derivative of that result by the value.
    """

    numbers: Sequence[Number | None]
    parts: Sequence[Sequence[tuple[Number, Number]]]

    def of(self, value: Value) -> Number | None:
        """The loss's gradient by a value; None where it does not depend on it."""
        return self.numbers[value.index]

    def step(self, value: Value) -> str:
        """How the gradient by a value was made: `0.5*2 + 1*-1`."""
        parts = self.parts[value.index]
        words = [shown(a) if b == 1 else f"{shown(a)}*{shown(b)}" for a, b in parts]
        return " + ".join(words) or "0"


def backward(
    tape: Tape,
    seeds: Iterable[tuple[Value, Number]],
    believed: Mapping[int, Number] = MappingProxyType({}),
) -> Gradients:
    """The gradient by every value.

    Args:
        tape: the values.
        seeds: results of the net, each with the loss's gradient by it.
        believed: gradients by the index of a value, taken for true in place of its own.

    Raises:
        ComputeError: a gradient is not finite, or has very many digits.
    """
    parts: list[list[tuple[Number, Number]]] = [[] for _ in tape.values]
    numbers: list[Number | None] = [None] * len(tape.values)
    for value, gradient in seeds:
        parts[value.index].append((simplified(gradient), 1))
    for value in reversed(tape.values):
        made_of = parts[value.index]
        if not made_of:
            continue
        gradient = believed[value.index] if value.index in believed else _sum(made_of)
        numbers[value.index] = gradient
        for parent, derivative in value.parents():
            parts[parent.index].append((gradient, derivative))
    return Gradients(numbers, parts)


def _sum(parts: Sequence[tuple[Number, Number]]) -> Number:
    try:
        gradient = dot(parts)
    except OverflowError as error:
        raise ComputeError(f"a gradient is not finite: {error}") from None
    if too_long(gradient):
        raise ComputeError("a gradient has over 1,000 digits", code=codes.LIMIT)
    return gradient
