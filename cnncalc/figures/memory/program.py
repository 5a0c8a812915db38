"""A net as operations on storages, in the order in which they run.

Several values may lie in one storage: views, and what was changed in place. A
value that was changed in place is, for later layers, the changed one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.layers.base.usage import Run, Usage
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


class Value(NamedTuple):
    """What an operation gives, or an input of the net."""

    name: str
    storage: int
    bytes: int
    operation: int  # the index of the one that gives it; -1 for an input
    needs_gradient: bool


class Operation(NamedTuple):
    """A layer at work.

    Attributes:
        node: the layer.
        usage: what it needs.
        inputs: the values that it reads, as indices.
        output: the value that it gives, as an index.
        gradient: whether there is a backward of it.
        width: the bytes of an element of its weights and its output.
    """

    node: Node
    usage: Usage
    inputs: tuple[int, ...]
    output: int
    gradient: bool
    width: int


class Program(NamedTuple):
    """All operations of a net; storages are the bytes of each, by index."""

    operations: tuple[Operation, ...]
    values: tuple[Value, ...]
    storages: tuple[int, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    run: Run


class _Seen:
    """What a name stands for now: its value, or the one that this was changed into."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.changed: dict[int, int] = {}

    def now(self, name: str) -> int:
        value = self.values[name]
        passed = []
        while value in self.changed:
            passed.append(value)
            value = self.changed[value]
        self.changed.update(dict.fromkeys(passed, value))  # the way is short the next time
        return value


@lru_cache(maxsize=1)
def program_of(network: Network, run: Run) -> Program:
    """The operations of a net in one run; a layer's own `dtype` sets the width of its numbers."""
    values: list[Value] = []
    storages: list[int] = []
    seen = _Seen()
    for name, shape in network.inputs.items():
        seen.values[name] = len(values)
        values.append(Value(name, len(storages), run.bytes(shape), -1, needs_gradient=False))
        storages.append(run.bytes(shape))
    inputs = tuple(range(len(values)))
    widths: list[int] = [run.width] * len(values)
    known: dict[tuple[int, int, str], tuple[Usage, int, int]] = {}
    operations: list[Operation] = []
    for node in network.layers:
        facts, traits = node.facts, node.traits
        key = id(node.layer), id(facts), traits.dtype
        found = known.get(key)
        if found is None:
            own = run._replace(width=WIDTHS[traits.dtype]) if traits.dtype else run
            usage = node.layer.usage(facts.inputs, facts.output_shape, own)
            found = known[key] = usage, own.bytes(facts.output_shape), own.width
        usage, size, width = found
        reads = tuple([seen.now(name) for name in node.inputs])
        learns = traits.trainable and bool(facts.params)
        gradient = learns or any(values[read].needs_gradient for read in reads)
        out = len(values)
        if usage.shares is not None and widths[reads[usage.shares]] != width:
            usage = usage._replace(shares=None, in_place=False)  # a cast makes a tensor
        if usage.shares is None:
            storage = len(storages)
            storages.append(size)
        else:
            changed = reads[usage.shares]
            storage = values[changed].storage
            if usage.in_place:
                seen.changed[changed] = out
        values.append(Value(node.name, storage, size, len(operations), gradient))
        widths.append(width)
        operations.append(Operation(node, usage, reads, out, gradient, width))
        seen.values[node.name] = out
    outputs = tuple(map(seen.now, network.outputs))
    return Program(tuple(operations), tuple(values), tuple(storages), inputs, outputs, run)


def saved_inputs(operation: Operation, values: tuple[Value, ...]) -> list[int]:
    """The inputs that the backward of an operation needs."""
    usage, reads = operation.usage, operation.inputs
    if not usage.saves_for_others:
        return [reads[index] for index in usage.saves]
    needing = [values[read].needs_gradient for read in reads]
    return [
        reads[index]
        for index in usage.saves
        if any(needs for other, needs in enumerate(needing) if other != index)
    ]
