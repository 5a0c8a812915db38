"""The order of the layers that needs the least memory for activations.

What lives after a set of layers has run depends on the set, not on the order within it, so that
the best order is a shortest path over sets (antichains of the graph), measured by the largest
moment on it. A layer after which no more lives than before, and which needs no more than the
path did so far, can run at once: no other order needs less. Source: Liberis and Lane, Neural
networks on microcontrollers: saving memory at inference via operator reordering, 2019.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, Literal

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.figures.memory.program import Program

#: Steps from one set of layers to the next that the search takes before it stops.
MOST_STEPS: Final = 100_000
#: Layers above which there is no search.
MOST_LAYERS: Final = 1_000

#: How far an order is known to be the best: proved, the best that was found, or not searched.
Search = Literal["exact", "bounded", "none"]


class Order(NamedTuple):
    """An order of the layers, as indices of the program, and its peak in bytes."""

    peak: int
    layers: tuple[int, ...]
    search: Search


class _State(NamedTuple):
    """The layers that have run (as bits), the bytes alive, and the layers that can run next."""

    done: int
    live: int
    ready: tuple[int, ...]


class _Graph:
    """What each layer needs done before, and when each storage is let go."""

    def __init__(self, program: Program) -> None:
        operations, values = program.operations, program.values
        self.sizes = program.storages
        self.kept = {values[output].storage for output in program.outputs}
        self.makes: list[int] = []
        self.touches: list[tuple[int, ...]] = []
        self.before = [0] * len(operations)
        self.after: list[list[int]] = [[] for _ in operations]
        self.users: list[int] = [0] * len(program.storages)
        changed: dict[int, int] = {}  # the last layer that changed a storage in place
        made = {values[read].storage for read in program.inputs}
        for index, operation in enumerate(operations):
            storage = values[operation.output].storage
            touched = {*(values[read].storage for read in operation.inputs), storage}
            for read in operation.inputs:
                if (maker := values[read].operation) >= 0:
                    self.before[index] |= 1 << maker
            for one in touched & changed.keys():
                self.before[index] |= 1 << changed[one]
            if operation.usage.in_place:
                self.before[index] |= self.users[storage]
                changed[storage] = index
            for one in touched:
                self.users[one] |= 1 << index
            self.makes.append(0 if storage in made else self.sizes[storage])
            made.add(storage)
            self.touches.append(tuple(touched))
        for index, before in enumerate(self.before):
            for earlier in _bits(before):
                self.after[earlier].append(index)

    def start(self, program: Program) -> _State:
        """Nothing has run; the inputs are there."""
        inputs = {program.values[read].storage for read in program.inputs}
        live = sum(self.sizes[one] for one in inputs)
        ready = tuple(index for index, before in enumerate(self.before) if not before)
        return _State(0, live, ready)

    def live_after(self, state: _State, index: int) -> int:
        """The bytes alive after one more layer."""
        done = state.done | 1 << index
        live = state.live + self.makes[index]
        for storage in self.touches[index]:
            if storage not in self.kept and not self.users[storage] & ~done:
                live -= self.sizes[storage]
        return live

    def run(self, state: _State, index: int, live: int) -> _State:
        """The state after one more layer, which leaves so many bytes alive."""
        done = state.done | 1 << index
        freed = (one for one in self.after[index] if not self.before[one] & ~done)
        return _State(done, live, (*(one for one in state.ready if one != index), *freed))


def own_order(program: Program) -> Order:
    """The order in which the net is written."""
    operations, values, sizes = program.operations, program.values, program.storages
    kept = {values[output].storage for output in program.outputs}
    made = {values[read].storage for read in program.inputs}
    touched = [
        {*(values[read].storage for read in one.inputs), values[one.output].storage}
        for one in operations
    ]
    last = {storage: index for index, storages in enumerate(touched) for storage in storages}
    live = peak = sum(sizes[storage] for storage in made)
    for index, operation in enumerate(operations):
        storage = values[operation.output].storage
        live += 0 if storage in made else sizes[storage]
        made.add(storage)
        peak = max(peak, live)
        gone = (one for one in touched[index] - kept if last[one] == index)
        live -= sum(sizes[one] for one in gone)
    return Order(peak, tuple(range(len(operations))), "none")


def best_order(program: Program, most: int = MOST_STEPS) -> Order:
    """The order with the smallest peak; the best that was found where the search is cut short.

    Args:
        program: the operations of inference.
        most: steps that the search takes.
    """
    own = own_order(program)
    if len(own.layers) > MOST_LAYERS:
        return own
    graph = _Graph(program)
    start = graph.start(program)
    found = _searched(graph, start, len(own.layers), most)
    if found is not None:
        return found
    greedy = _greedy(graph, start)
    peak = _peak(graph, start, greedy)
    if peak < own.peak:
        return Order(peak, greedy, "bounded")
    return own._replace(search="bounded")


def _searched(graph: _Graph, start: _State, count: int, most: int) -> Order | None:
    """The best order, or None where that takes more steps than it may."""
    # The lowest peak first, then the longest path; a state is made where it is gone on from.
    heap = [(start.live, 0, 0, start, -1, start.live)]
    came: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    number = taken = 0
    while heap:
        peak, left, _, before, index, live = heappop(heap)
        state = graph.run(before, index, live) if index >= 0 else start
        if -left == count:
            return Order(peak, _path(came, state.done), "exact")
        if state.done in seen:
            continue
        seen.add(state.done)
        taken += len(state.ready)
        if taken > most:
            return None
        for index, live in _steps(graph, state, peak):
            done = state.done | 1 << index
            if done in seen:
                continue
            needed = max(peak, state.live + graph.makes[index])
            number += 1
            heappush(heap, (needed, left - 1, number, state, index, live))
            best = came.get(done)
            if best is None or needed < best[1]:
                came[done] = index, needed
    return None


def _steps(graph: _Graph, state: _State, peak: int) -> list[tuple[int, int]]:
    """The layers that may run next and what lives after; only one where one costs nothing."""
    steps = [(index, graph.live_after(state, index)) for index in state.ready]
    for index, live in steps:
        if live <= state.live and state.live + graph.makes[index] <= peak:
            return [(index, live)]
    return steps


def _greedy(graph: _Graph, start: _State) -> tuple[int, ...]:
    """At each step the layer after which the least lives."""
    state, layers = start, []
    while state.ready:
        live, _, index = min(
            (live, graph.makes[index], index) for index, live in _steps(graph, state, 0)
        )
        state = graph.run(state, index, live)
        layers.append(index)
    return tuple(layers)


def _path(came: dict[int, tuple[int, int]], done: int) -> tuple[int, ...]:
    layers = []
    while done:
        index = came[done][0]
        layers.append(index)
        done &= ~(1 << index)
    return tuple(reversed(layers))


def _peak(graph: _Graph, state: _State, layers: Iterable[int]) -> int:
    peak = state.live
    for index in layers:
        peak = max(peak, state.live + graph.makes[index])
        state = graph.run(state, index, graph.live_after(state, index))
    return peak


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
