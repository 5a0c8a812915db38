"""A net as it runs, in inference and in a training step: what its memory is counted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.memory.weights import elements, in_bytes
from cnncalc.figures.memory.backward import Backward
from cnncalc.figures.memory.forward import inference, training
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.layers.base.usage import Run
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.analysis.memory.report import Setting
    from cnncalc.figures.memory.backward import Moment, Tensors
    from cnncalc.figures.memory.forward import Course
    from cnncalc.figures.memory.program import Program
    from cnncalc.net.network import Network


class Evaluated(NamedTuple):
    """Inference: its operations, and what is alive at each of them."""

    program: Program
    course: Course


class Trained(NamedTuple):
    """A training step.

    Attributes:
        program: its operations.
        course: what is alive at each operation of its forward.
        backward: the moments of its backward.
        tensors: what the moments are about.
        held: bytes of gradients that are there from the part of the batch before.
        segments: the stages that run again.
    """

    program: Program
    course: Course
    backward: list[Moment]
    tensors: Tensors
    held: int
    segments: tuple[range, ...]

    @property
    def forward(self) -> list[int]:
        """The bytes that are alive at each operation of its forward."""
        return [live + self.held for live in self.course.live]


class Runs(NamedTuple):
    """Inference and a training step of one net in one setting."""

    evaluated: Evaluated
    trained: Trained


def runs_of(network: Network, setting: Setting) -> Runs:
    """How a net runs in a setting."""
    setting = setting.of(network)
    micro = -(-setting.batch // setting.accumulate)
    return Runs(evaluated_at(network, setting, setting.batch), trained_at(network, setting, micro))


def evaluated_at(network: Network, setting: Setting, batch: int) -> Evaluated:
    """Inference of a number of samples, in a setting with the type of numbers of the net."""
    program = program_of(network, Run(batch, WIDTHS[setting.dtype]))
    return Evaluated(program, inference(program, eager=setting.eager))


def trained_at(network: Network, setting: Setting, micro: int) -> Trained:
    """A training step of a number of samples, a part of the batch where it accumulates."""
    program = program_of(network, Run(micro, WIDTHS[setting.dtype], training=True))
    segments = _segments(network, setting)
    accumulates = setting.accumulate > 1
    backward = Backward(program, accumulates=accumulates, segments=segments)
    return Trained(
        program,
        training(program, eager=setting.eager, segments=segments),
        list(backward.moments()),
        backward.tensors,
        in_bytes(elements(network, setting).trained) if accumulates else 0,
        segments,
    )


def _segments(network: Network, setting: Setting) -> tuple[range, ...]:
    """The stages that run again: all but the last."""
    if not setting.checkpoint:
        return ()
    from cnncalc.analysis.memory.stages import stages  # noqa: PLC0415 - only for this setting

    return stages(network)[:-1]
