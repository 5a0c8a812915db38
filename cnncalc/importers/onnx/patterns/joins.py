"""Concatenations in concatenations, which the older exporter makes one of."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.importers.onnx.steps import Step, Steps

_PAIR = 2


def rejoin(steps: Steps) -> None:
    """Let branches that one tensor forks into be joined by themselves, before they join others.

    Between the fork and the concatenation stand only layers in a row, and nothing else takes
    the forked tensor.
    """
    if any(_runs(step, steps) for step in steps):
        steps.rebuild(part for step in steps for part in _joined(step, steps))


def _joined(step: Step, steps: Steps) -> Iterator[Step]:
    inputs: list[str] = []
    place = 0
    for start, stop in _runs(step, steps):
        inputs += step.inputs[place:start]
        taken = step.inputs[start:stop]
        name = f"{step.output}:{start}"
        yield step._replace(inputs=taken, output=name, shape=_shape(step, taken, steps))
        inputs.append(name)
        place = stop
    yield step._replace(inputs=(*inputs, *step.inputs[place:]))


def _runs(step: Step, steps: Steps) -> list[tuple[int, int]]:
    """Where the inputs of a concatenation lie that fork from one tensor of their own."""
    if step.type != "concat" or len(step.inputs) <= _PAIR:
        return []
    if any(steps.get(name) is None for name in step.inputs):
        return []  # an input of the model itself
    forks = [(place, _fork(name, steps)) for place, name in enumerate(step.inputs)]
    found = []
    for fork, members in groupby(forks, key=lambda one: one[1]):
        places = [place for place, _ in members]
        if len(places) >= _PAIR and steps.uses.get(fork) == len(places) < len(step.inputs):
            found.append((places[0], places[-1] + 1))
    return found


def _fork(name: str, steps: Steps) -> str:
    """The tensor that a row of layers begins with."""
    step = steps.only(name)
    while step is not None and len(step.inputs) == 1:
        name = step.inputs[0]
        step = steps.only(name)
    return name


def _shape(step: Step, taken: tuple[str, ...], steps: Steps) -> tuple[int, ...]:
    axis = step.arguments.get("axis", 0)
    parts = [found.shape for name in taken if (found := steps.get(name)) is not None]
    return (*step.shape[:axis], sum(shape[axis] for shape in parts), *step.shape[axis + 1 :])
