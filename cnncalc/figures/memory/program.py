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
    from collections.abc import Sequence

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

    def now(self, names: Sequence[str]) -> tuple[int, ...]:
        """The values of names."""
        found = tuple([self.values[name] for name in names])
        if self.changed and not self.changed.keys().isdisjoint(found):
            return tuple(map(self._last, found))
        return found

    def _last(self, value: int) -> int:
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
    needing: set[int] = set()  # the values that need a gradient
    known: dict[tuple[int, int, str, bool], tuple[Usage, int, int, bool]] = {}
    operations: list[Operation] = []
    new = tuple.__new__  # half the time of what a named tuple does
    for out, node in enumerate(network.layers, len(values)):
        name, layer, taken, facts, _, traits, _ = node
        key = id(layer), id(facts), traits.dtype, traits.trainable
        found = known.get(key)
        if found is None:
            found = known[key] = _of_layer(node, run)
        usage, size, width, learns = found
        reads = seen.now(taken)
        gradient = learns or not needing.isdisjoint(reads)
        if gradient:
            needing.add(out)
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
        values.append(new(Value, (name, storage, size, len(operations), gradient)))
        widths.append(width)
        operations.append(new(Operation, (node, usage, reads, out, gradient, width)))
        seen.values[name] = out
    outputs = seen.now(network.outputs)
    return Program(tuple(operations), tuple(values), tuple(storages), inputs, outputs, run)


def _of_layer(node: Node, run: Run) -> tuple[Usage, int, int, bool]:
    """What a layer needs, the bytes of its output, its width, and whether it learns."""
    facts, dtype = node.facts, node.traits.dtype
    own = run._replace(width=WIDTHS[dtype]) if dtype else run
    usage = node.layer.usage(facts.inputs, facts.output_shape, own)
    learns = node.traits.trainable and bool(facts.params)
    return usage, own.bytes(facts.output_shape), own.width, learns


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
