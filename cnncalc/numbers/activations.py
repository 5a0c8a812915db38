"""The activation that Keras's layers apply to their own output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.numbers import functions
from cnncalc.numbers.errors import NotComputedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.numbers.functions import Function
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


def activated(work: Work, values: Sequence[Value]) -> Tensor:
    """A layer's sums with its own `activation` applied, if it has one.

    Raises:
        NotComputedError: the activation has no rule here.
    """
    if work.layer.activation is None:
        return work.result(values)
    function = function_of(work.layer.activation)
    return work.result([work.applied(function, value) for value in values])


def function_of(name: str) -> Function:
    """The function that a name of an activation stands for; raises `NotComputedError`."""
    function = functions.BY_NAME.get(name)
    if function is None:
        raise NotComputedError(f"`activation: {name}` has no rule")
    return function
