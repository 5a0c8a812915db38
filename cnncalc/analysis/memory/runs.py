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


class Runs(NamedTuple):
    """Inference and a training step of one net in one setting.

    Attributes:
        setting: with the type of numbers of the net.
        evaluated: the operations of inference.
        trained: those of a training step.
        inference: what is alive at each operation of inference.
        forward: the same of the forward of the training step.
        backward: the moments of its backward.
        tensors: what the moments are about.
        held: bytes of gradients that are there from the part of the batch before.
        segments: the stages that run again.
    """

    setting: Setting
    evaluated: Program
    trained: Program
    inference: Course
    forward: Course
    backward: list[Moment]
    tensors: Tensors
    held: int
    segments: tuple[range, ...]


def runs_of(network: Network, setting: Setting) -> Runs:
    """How a net runs in a setting."""
    setting = setting.of(network)
    width = WIDTHS[setting.dtype]
    micro = -(-setting.batch // setting.accumulate)
    evaluated = program_of(network, Run(setting.batch, width))
    trained = program_of(network, Run(micro, width, training=True))
    segments = segments_of(network, setting)
    accumulates = setting.accumulate > 1
    backward = Backward(trained, accumulates=accumulates, segments=segments)
    return Runs(
        setting,
        evaluated,
        trained,
        inference(evaluated, eager=setting.eager),
        training(trained, eager=setting.eager, segments=segments),
        list(backward.moments()),
        backward.tensors,
        in_bytes(elements(network, setting).trained) if accumulates else 0,
        segments,
    )


def segments_of(network: Network, setting: Setting) -> tuple[range, ...]:
    """The stages that run again: all but the last."""
    if not setting.checkpoint:
        return ()
    from cnncalc.analysis.memory.stages import stages  # noqa: PLC0415 - only for this setting

    return stages(network)[:-1]
