"""The memory of activations over time, in inference and in a training step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.analysis.memory.runs import Runs
    from cnncalc.figures.memory.program import Program

#: Moments of each part that are kept; of more, the largest of each stretch.
MOST_MOMENTS = 400


class Moment(NamedTuple):
    """The bytes that are alive at one moment, and the layer at work."""

    layer: str
    live: int


class Courses(NamedTuple):
    """The course of inference, and of the forward and the backward of a training step."""

    inference: tuple[Moment, ...]
    forward: tuple[Moment, ...]
    backward: tuple[Moment, ...]


def courses(runs: Runs) -> Courses:
    """What is alive at every moment of a net's runs."""
    evaluated, trained = runs
    if not trained.program.operations:
        return Courses((), (), ())
    backward = ((one.operation, one.live) for one in trained.backward)
    return Courses(
        _thinned(_named(evaluated.program, enumerate(evaluated.course.live))),
        _thinned(_named(trained.program, enumerate(trained.forward))),
        _thinned(_named(trained.program, backward)),
    )


def _named(program: Program, moments: Iterable[tuple[int, int]]) -> Iterator[Moment]:
    names = [operation.node.name for operation in program.operations]
    for operation, live in moments:
        yield Moment(names[operation] if names else "", live)  # a net may have no layers


def _thinned(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    every = tuple(moments)
    step = -(-len(every) // MOST_MOMENTS)
    stretches = (every[at : at + step] for at in range(0, len(every), step or 1))
    return tuple(max(stretch, key=lambda one: one.live) for stretch in stretches)
