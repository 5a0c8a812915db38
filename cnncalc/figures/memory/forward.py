"""Live memory while a net runs forward, in inference and in training.

A storage lives from the operation that makes it to the last use of any value in
it; in training also as long as the backward needs it. Inputs that the caller
keeps, and outputs, live to the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures.memory.program import saved_inputs
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.figures.memory.program import Operation, Program

_FOREVER = 1 << 62


class Course(NamedTuple):
    """Live bytes at each operation, and when each storage is let go (by operation)."""

    live: list[int]
    until: list[int]

    @property
    def peak(self) -> int:
        """The most that lives at once."""
        return max(self.live, default=0)


def inference(program: Program, *, keep_input: bool = True, eager: bool = False) -> Course:
    """Live bytes at each operation without gradients.

    Args:
        program: the operations.
        keep_input: the caller keeps the inputs; else they go after their last use.
        eager: a module holds its arguments until it returns: what enters a block
            lives until the block's last layer.
    """
    until = _last_uses(program)
    if eager:
        for storage, end in _held_by_blocks(program):
            until[storage] = max(until[storage], end)
    if keep_input or eager:
        for read in program.inputs:
            until[program.values[read].storage] = _FOREVER
    extra = [operation.usage.made + operation.usage.scratch for operation in program.operations]
    return _walked(program, until, extra, [0] * len(extra))


def training(program: Program, *, eager: bool = False, segments: Sequence[range] = ()) -> Course:
    """Live bytes at each operation of the forward of a training step.

    Of `segments` only the inputs are kept; their layers run again in the backward.
    """
    until = _last_uses(program)
    if eager:
        for storage, end in _held_by_blocks(program):
            until[storage] = max(until[storage], end)
    values = program.values
    for read in program.inputs:
        until[values[read].storage] = _FOREVER
    extra, stays = [], []
    again = {index for segment in segments for index in segment}
    for segment in segments:
        for storage in inputs_of(segment, program):
            until[storage] = _FOREVER
    for index, operation in enumerate(program.operations):
        usage = operation.usage
        if operation.gradient and index not in again:
            for read in saved_inputs(operation, values):
                until[values[read].storage] = _FOREVER
            if usage.saves_output:
                until[values[operation.output].storage] = _FOREVER
            stays.append(usage.made + usage.kept)
            extra.append(usage.scratch)
        else:
            stays.append(0)
            extra.append(usage.made + usage.scratch)
    return _walked(program, until, extra, stays)


def _last_uses(program: Program) -> list[int]:
    """For each storage the index of the last operation that reads or makes a value in it."""
    values = program.values
    until = [-1] * len(program.storages)
    for index, operation in enumerate(program.operations):
        for read in operation.inputs:
            until[values[read].storage] = index
        until[values[operation.output].storage] = index
    for output in program.outputs:
        until[values[output].storage] = _FOREVER
    return until


def _held_by_blocks(program: Program) -> Iterator[tuple[int, int]]:
    """The storages that enter a block, each with the last operation of that block."""
    ends: dict[str, int] = {}
    for index, operation in enumerate(program.operations):
        for scope in operation.node.scopes:
            ends[scope.name] = index
    values = program.values
    inside: list[frozenset[str]] = []
    for operation in program.operations:
        scopes = frozenset(scope.name for scope in operation.node.scopes)
        inside.append(scopes)
        for read in operation.inputs:
            maker = values[read].operation
            around = inside[maker] if maker >= 0 else frozenset()
            for name in scopes - around:
                yield values[read].storage, ends[name]


def _walked(program: Program, until: list[int], extra: list[int], stays: list[int]) -> Course:
    values, storages = program.values, program.storages
    alive: set[int] = set()
    leaving: dict[int, list[int]] = {}
    live = 0
    for read in program.inputs:
        storage = values[read].storage
        alive.add(storage)
        live += storages[storage]
        leaving.setdefault(until[storage], []).append(storage)
    course = []
    for index, operation in enumerate(program.operations):
        storage = values[operation.output].storage
        if storage not in alive:
            alive.add(storage)
            live += storages[storage]
            leaving.setdefault(until[storage], []).append(storage)
        live += stays[index]
        course.append(live + extra[index])
        for gone in leaving.pop(index, ()):
            alive.discard(gone)
            live -= storages[gone]
    return Course(course, until)


def saved_bytes(program: Program, segments: Sequence[range] = ()) -> list[int]:
    """What each layer keeps for the backward; a storage counts at the first layer that saves it.

    The inputs of `segments`, whose layers run again, count at their first layer.
    """
    storages = program.storages
    again = {index for segment in segments for index in segment}
    entering = {segment[0]: inputs_of(segment, program) for segment in segments}
    seen: set[int] = set()
    found = []
    for index, operation in enumerate(program.operations):
        total = 0
        saved = entering.get(index, set())
        if operation.gradient and index not in again:
            usage = operation.usage
            total = usage.made + usage.kept
            saved = saved_storages(operation, program)
        for storage in saved:
            if storage not in seen:
                seen.add(storage)
                total += storages[storage]
        found.append(total)
    return found


def inputs_of(segment: range, program: Program) -> set[int]:
    """The storages that a segment reads and that were there before it ran."""
    values = program.values
    return {
        values[read].storage
        for index in segment
        for read in program.operations[index].inputs
        if values[read].operation < segment[0]
    }


def saved_storages(operation: Operation, program: Program) -> set[int]:
    """The storages of values that the backward of an operation needs."""
    if not operation.gradient:
        return set()
    values = program.values
    saved = {values[read].storage for read in saved_inputs(operation, values)}
    if operation.usage.saves_output:
        saved.add(values[operation.output].storage)
    return saved
