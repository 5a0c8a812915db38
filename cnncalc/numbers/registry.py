"""From a layer to the rule that computes it: a walk of the package, no list to edit."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.errors import ComputeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.layers.base.layer import Layer
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    Forward = Callable[[Work], Tensor]

MOST_OPERATIONS = 1_000_000


class Rule(NamedTuple):
    """How a layer type computes its output.

    Attributes:
        forward: the values of the output.
        per_output: the operations per element of the output, MACs aside.
    """

    forward: Forward
    per_output: Callable[[Node], int]


#: What hands on its input in evaluation: nothing is dropped, no noise is added.
_HANDED_ON = Rule(lambda work: work.source, lambda _: 0)
_RULES: dict[type[Layer], Rule] = {}


def computes(
    *types: type[Layer], per_output: int | Callable[[Node], int] = 1
) -> Callable[[Forward], Forward]:
    """Declare what computes these layer types.

    Args:
        types: the layer types.
        per_output: operations per element of the output, MACs aside.
    """
    cost = per_output if callable(per_output) else lambda _: per_output

    def declare(forward: Forward) -> Forward:
        for one in types:
            _RULES[one] = Rule(forward, cost)
        return forward

    return declare


@cache
def _load() -> None:
    folder = os.path.join(os.path.dirname(__file__), "rules")  # noqa: PTH118, PTH120 - start-up
    for file in sorted(os.listdir(folder)):  # noqa: PTH208 - start-up
        if file.endswith(".py") and file != "__init__.py":
            import_module(f"cnncalc.numbers.rules.{file[:-3]}")


def find(layer: Layer) -> Rule | None:
    """The rule of a layer's type; None if it is not computed."""
    if layer.view == "identity":
        return _HANDED_ON
    _load()
    return _RULES.get(type(layer))


def operations(node: Node) -> int:
    """How many operations a layer takes; 0 if it has no rule."""
    rule = find(node.layer)
    if rule is None:
        return 0
    return (node.macs or 0) + product(node.output_shape) * rule.per_output(node)


def hold_operations(net: Network) -> None:
    """Hold that a net is small enough to be computed.

    Raises:
        ComputeError: it takes too many operations.
    """
    count = sum(operations(node) for node in net.layers)
    count += sum(product(shape) for shape in net.inputs.values())
    if count > MOST_OPERATIONS:
        raise ComputeError(
            f"the net takes {count:,} operations; at most {MOST_OPERATIONS:,} are computed",
            code=codes.LIMIT,
        )
