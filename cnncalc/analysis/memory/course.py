"""The memory of activations over time, in inference and in a training step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.memory.runs import Runs

#: Moments of each part that are kept; of more, the largest of each stretch.
MOST_MOMENTS = 400


class Courses(NamedTuple):
    """The bytes alive over inference, and over the forward and the backward of a training step."""

    inference: tuple[int, ...]
    forward: tuple[int, ...]
    backward: tuple[int, ...]


def courses(runs: Runs) -> Courses:
    """What is alive at every moment of a net's runs."""
    evaluated, trained = runs
    if not trained.program.operations:
        return Courses((), (), ())
    return Courses(
        _thinned(evaluated.course.live),
        _thinned(trained.forward),
        _thinned([one.live for one in trained.backward]),
    )


def _thinned(moments: Sequence[int]) -> tuple[int, ...]:
    step = -(-len(moments) // MOST_MOMENTS) or 1
    return tuple(max(moments[at : at + step]) for at in range(0, len(moments), step))
