"""Live memory while gradients are computed, as PyTorch's engine frees and adds.

Layers run in reverse order. A step makes the gradients of its inputs, as far as
they are needed, and of its weights, which stay; then it drops what it saved and
the gradient of its output. A second gradient of a value is added in place
if the first is dense and nothing else holds its storage; else the sum is a new tensor, and
for a moment three are alive. Source: `InputBuffer::accumulate` and
`Engine::evaluate_function` of PyTorch 2.13.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from cnncalc.figures.memory.forward import inputs_of, saved_storages
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.figures.memory.program import Operation, Program


class Gradient(NamedTuple):
    """A gradient as a tensor: where it lies, and whether it fills its storage without gaps."""

    storage: int
    dense: bool


class Moment(NamedTuple):
    """Live bytes at one moment of the backward, the operation at work, and the changes so far."""

    operation: int
    live: int
    changes: int


class Tensors:
    """The storages that are alive, each with the number of its holders.

    `changes` has twice the storage for a holder more, and one more than that for a holder fewer:
    what was alive at a moment is found again without another pass.
    """

    def __init__(self) -> None:
        self.changes = array("q")
        self.holders: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.labels: dict[int, tuple[str, str]] = {}  # what it is, and of which layer
        self.live = 0
        self._next = 0

    def make(self, size: int, what: str, layer: str) -> int:
        """A new storage with one holder."""
        self._next -= 1
        self.take(self._next, size, what, layer)
        return self._next

    def take(self, storage: int, size: int, what: str, layer: str) -> None:
        """A storage with one holder more."""
        self.changes.append(2 * storage)
        if storage in self.holders:
            self.holders[storage] += 1
        else:
            self.holders[storage] = 1
            self.sizes[storage] = size
            self.labels[storage] = what, layer
            self.live += size

    def hold(self, storage: int) -> None:
        """One holder more of a storage that is alive."""
        self.changes.append(2 * storage)
        self.holders[storage] += 1

    def drop(self, storage: int) -> None:
        """One holder fewer; the last one frees it."""
        self.changes.append(2 * storage + 1)
        self.holders[storage] -= 1
        if not self.holders[storage]:
            del self.holders[storage]
            self.live -= self.sizes[storage]

    def alive_after(self, changes: int) -> list[int]:
        """The storages that were alive after so many changes."""
        holders: dict[int, int] = {}
        for change in self.changes[:changes]:
            storage = change >> 1
            holders[storage] = count = holders.get(storage, 0) + (-1 if change & 1 else 1)
            if not count:
                del holders[storage]
        return list(holders)


class Backward:
    """One pass from the outputs back; `moments` tells what lives at each step.

    Args:
        program: the operations of a training step.
        accumulates: the gradients of the weights are there from the step before, and new ones
            are added to them.
        segments: those whose layers run again in the backward; only their inputs were kept.
    """

    def __init__(
        self, program: Program, *, accumulates: bool = False, segments: Sequence[range] = ()
    ) -> None:
        self.program = program
        self.segments = {segment[-1]: segment for segment in segments}
        self.entering = {segment[0]: inputs_of(segment, program) for segment in segments}
        self.tensors = Tensors()
        self.pending: dict[int, Gradient] = {}
        self.own: dict[int, int] = {}  # what an operation made for its backward
        self.saved: dict[int, set[int]] = {}
        self.weights: set[str] = set()
        if accumulates:
            for operation in program.operations:
                if not operation.node.traits.shared_with:
                    self._weight_gradients(operation)
        self._hold_forward()

    def _hold_forward(self) -> None:
        """What is alive before: all that was saved, and what the caller keeps."""
        program, tensors = self.program, self.tensors
        values, storages = program.values, program.storages
        for read in program.inputs:
            value = values[read]
            tensors.take(value.storage, storages[value.storage], "input", value.name)
        again = {index for segment in self.segments.values() for index in segment}
        for index, operation in enumerate(program.operations):
            for storage in self.entering.get(index, ()):
                tensors.take(storage, storages[storage], "kept to recompute", operation.node.name)
            if operation.gradient and index not in again:
                self._save(index, dict.fromkeys(saved_storages(operation, program)))
        for output in program.outputs:
            value = values[output]
            tensors.take(value.storage, storages[value.storage], "output", value.name)
            storage = tensors.make(value.bytes, "gradient of the output", value.name)
            if value.needs_gradient:
                tensors.hold(storage)
                self.pending[output] = Gradient(storage, dense=True)

    def _save(self, index: int, storages: Mapping[int, int | None]) -> None:
        """What an operation saves, the storages under the numbers that they have by now."""
        operation, sizes = self.program.operations[index], self.program.storages
        self.saved[index] = set()
        for storage, recomputed in storages.items():
            number = storage if recomputed is None else recomputed
            self.saved[index].add(number)
            self.tensors.take(number, sizes[storage], "saved", operation.node.name)
        if size := operation.usage.made + operation.usage.kept:
            self.own[index] = self.tensors.make(size, "made", operation.node.name)

    def _recompute(self, segment: range) -> Iterator[Moment]:
        """The forward of a segment once more, until all is there that its backward needs."""
        from cnncalc.figures.memory.checkpoint import needed_until  # noqa: PLC0415 - few settings

        program, tensors = self.program, self.tensors
        last, until = needed_until(segment, program)
        made: dict[int, int] = {}
        for index in range(segment[0], last + 1):
            operation = program.operations[index]
            storage = program.values[operation.output].storage
            if storage not in made and storage not in self.entering[segment[0]]:
                size = program.storages[storage]
                made[storage] = tensors.make(size, "recomputed", operation.node.name)
            if operation.gradient:
                saved = saved_storages(operation, program)
                self._save(index, {one: made.get(one) for one in saved})
            scratch = operation.usage.scratch + (0 if operation.gradient else operation.usage.made)
            yield self._moment(index, scratch)
            for gone in [one for one in made if until.get(one) == index]:
                tensors.drop(made.pop(gone))
        for number in made.values():
            tensors.drop(number)

    def moments(self) -> Iterator[Moment]:
        """The live bytes at each moment where they may be largest."""
        operations = self.program.operations
        yield self._moment(len(operations) - 1)
        groups = _splits(operations)
        for index in range(len(operations) - 1, -1, -1):
            operation = operations[index]
            if index in self.segments:
                yield from self._recompute(self.segments[index])
            members = groups.get(index)
            # The first part of a split runs for all.
            if members is not None or operation.usage.gradient != "part":
                outputs = [operations[member].output for member in members or (index,)]
                arrived = {one: self.pending.pop(one) for one in outputs if one in self.pending}
                if operation.gradient and arrived:
                    yield from self._step(index, operation, arrived)
            for storage in self.entering.get(index, ()):
                self.tensors.drop(storage)

    def _moment(self, index: int, scratch: int = 0) -> Moment:
        return Moment(index, self.tensors.live + scratch, len(self.tensors.changes))

    def _step(
        self, index: int, operation: Operation, arrived: dict[int, Gradient]
    ) -> Iterator[Moment]:
        tensors = self.tensors
        made = list(self._gradients(operation, arrived))
        again = self._weight_gradients(operation)
        yield self._moment(index, self._scratch(operation, arrived))
        dropped = [*again, *self.saved.pop(index, ()), *(one.storage for one in arrived.values())]
        if index in self.own:
            dropped.append(self.own.pop(index))
        for storage in dropped:
            tensors.drop(storage)
        for value, gradient in made:
            yield from self._arrive(index, value, gradient)

    def _scratch(self, operation: Operation, arrived: dict[int, Gradient]) -> int:
        """The bytes that a step needs while it runs."""
        usage, values = operation.usage, self.program.values
        size = values[operation.output].bytes
        scratch = usage.backward_scratch
        if usage.in_place and self._is_view(operation.inputs[0]):
            # The change goes into the tensor behind the view: two copies of its gradient.
            scratch += 2 * size
        if usage.dense_gradient and not all(one.dense for one in arrived.values()):
            scratch += size
        if usage.gradient == "part":  # parts that nothing used have gradients of zeros
            parts = sum(values[part].bytes for part in arrived)
            scratch += max(0, values[operation.inputs[0]].bytes - parts)
        return scratch

    def _arrive(self, index: int, value: int, gradient: Gradient) -> Iterator[Moment]:
        """A gradient of a value, added to the one that is there."""
        tensors, before = self.tensors, self.pending.get(value)
        if before is None:
            self.pending[value] = gradient
        elif before.dense and tensors.holders[before.storage] == 1:
            tensors.drop(gradient.storage)
        else:
            maker = self.program.operations[index].node.name
            total = tensors.make(self.program.values[value].bytes, "gradient", maker)
            yield self._moment(index)
            tensors.drop(before.storage)
            tensors.drop(gradient.storage)
            self.pending[value] = Gradient(total, dense=True)

    def _is_view(self, value: int) -> bool:
        """Whether a value is another's storage under another shape."""
        maker = self.program.values[value].operation
        if maker < 0:
            return False
        operation = self.program.operations[maker]
        viewed = operation.usage.shares is not None and not operation.usage.in_place
        return viewed and operation.node.input_shapes[0] != operation.node.output_shape

    def _gradients(
        self, operation: Operation, arrived: dict[int, Gradient]
    ) -> Iterator[tuple[int, Gradient]]:
        """The gradients that a step makes, each with one holder."""
        values, tensors = self.program.values, self.tensors
        size, own_gradient = values[operation.output].bytes, next(iter(arrived.values()))
        for place, read in enumerate(operation.inputs):
            if not values[read].needs_gradient:
                continue
            kind, own = operation.usage.gradient, values[read].bytes
            if kind == "same for the first":
                kind = "fresh" if place else "same"
            if kind in ("slices", "dense slices") or (kind == "same" and own == size):
                tensors.hold(own_gradient.storage)
                dense = kind != "slices" and own_gradient.dense
                yield read, Gradient(own_gradient.storage, dense)
            else:
                yield read, Gradient(tensors.make(own, "gradient", operation.node.name), dense=True)

    def _weight_gradients(self, operation: Operation) -> list[int]:
        """Make the gradients of the weights; those of weights that have one are added and go."""
        node, tensors = operation.node, self.tensors
        keeper = node.traits.shared_with or node.name
        if not (node.traits.trainable and node.facts.params):
            return []
        size = node.facts.params * operation.width
        storage = tensors.make(size, "gradients of the weights", keeper)
        if keeper in self.weights:
            return [storage]
        self.weights.add(keeper)
        return []


def _splits(operations: tuple[Operation, ...]) -> dict[int, list[int]]:
    """The parts of each split by the index of the first."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, operation in enumerate(operations):
        if operation.usage.gradient == "part":
            key = operation.inputs[0], *operation.usage.parts
            groups.setdefault(key, []).append(index)
    return {members[0]: members for members in groups.values()}
