"""Changes in place that PyTorch's autograd refuses: of what an earlier layer needs again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures.memory.forward import saved_storages
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.figures.memory.program import Program
    from cnncalc.net.node import Node


class Refusal(NamedTuple):
    """A layer that changes in place what another one has saved for its backward."""

    changing: Node
    saving: Node


def refusals(program: Program) -> Iterator[Refusal]:
    """Every layer of a training step whose change in place autograd refuses in the backward."""
    saved: dict[int, Node] = {}
    for operation in program.operations:
        storage = program.values[operation.output].storage
        if operation.usage.in_place and storage in saved:
            yield Refusal(operation.node, saved[storage])
        for one in saved_storages(operation, program):
            saved[one] = operation.node
