"""The memory of activations over time, in inference and in a training step."""

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
    from collections.abc import Iterable, Iterator

    from cnncalc.analysis.memory.report import Setting
    from cnncalc.figures.memory.program import Program
    from cnncalc.net.network import Network

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


def courses(network: Network, setting: Setting) -> Courses:
    """What is alive at every moment, as `memory` counts it; checkpoints are not looked at."""
    if not network.layers:
        return Courses((), (), ())
    setting = setting.of(network)
    width = WIDTHS[setting.dtype]
    micro = -(-setting.batch // setting.accumulate)
    evaluated = program_of(network, Run(setting.batch, width))
    trained = program_of(network, Run(micro, width, training=True))
    accumulates = setting.accumulate > 1
    held = in_bytes(elements(network, setting).trained) if accumulates else 0
    forward = training(trained, eager=setting.eager).live
    backward = Backward(trained, accumulates=accumulates).moments()
    return Courses(
        _thinned(_named(evaluated, enumerate(inference(evaluated, eager=setting.eager).live))),
        _thinned(_named(trained, ((at, live + held) for at, live in enumerate(forward)))),
        _thinned(_named(trained, ((one.operation, one.live) for one in backward))),
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
