"""Reductions along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.base.axes import axis_of
from cnncalc.layers.reduction import Max, Mean, Min
from cnncalc.layers.reduction import Sum as SumOfAxes
from cnncalc.numbers.normalizing import together
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Extreme, Sum

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.net.node import Node
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


def _reduced_elements(node: Node) -> int:
    return product(node.input_shapes[0]) // product(node.output_shape)


@computes(Mean, per_output=_reduced_elements)
def mean(work: Work) -> Tensor:
    """The mean along the axes."""
    return _reduced(work, lambda values: work.tape.add(Sum(values, len(values))))


@computes(SumOfAxes, per_output=_reduced_elements)
def total(work: Work) -> Tensor:
    """The sum along the axes."""
    return _reduced(work, lambda values: work.tape.add(Sum(values)))


@computes(Max, per_output=_reduced_elements)
def largest(work: Work) -> Tensor:
    """The largest value along the axes; the gradient is split among equal ones (`torch.amax`)."""
    return _reduced(work, lambda values: work.tape.add(Extreme(values, split=True)))


@computes(Min, per_output=_reduced_elements)
def smallest(work: Work) -> Tensor:
    """The smallest value along the axes; the gradient is split among equal ones."""
    return _reduced(work, lambda values: work.tape.add(Extreme(values, largest=False, split=True)))


def _reduced(work: Work, reduce: Callable[[list[Value]], Value]) -> Tensor:
    shape = work.source.shape
    axes = sorted({axis_of(work.layer, axis, len(shape)) for axis in work.layer.axis})
    return work.result(
        [
            reduce([work.source.values[offset] for offset in offsets])
            for offsets in together(shape, axes)
        ]
    )
