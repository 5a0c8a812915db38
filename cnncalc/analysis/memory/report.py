"""The memory of a net in inference and in training, and the largest batch that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.analysis.memory.runs import evaluated_at, runs_of, trained_at
from cnncalc.analysis.memory.weights import STATE_WIDTH, elements, in_bytes, state_shapes
from cnncalc.figures.memory.forward import inference, saved_bytes
from cnncalc.layers.base.dtype import DEFAULT
from cnncalc.layers.base.tensors import plural
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.memory.runs import Runs
    from cnncalc.figures.memory.backward import Moment, Tensors
    from cnncalc.figures.memory.forward import Course
    from cnncalc.figures.memory.program import Program
    from cnncalc.net.network import Network


#: Layers above which `helps` computes nothing.
MOST_FOR_HELP: Final = 10_000


class Setting(NamedTuple):
    """How a net is run.

    Attributes:
        batch: samples at once.
        dtype: of activations, gradients and weights, layers aside that say another; empty: as the
            net says.
        optimizer: one of `OPTIMIZERS`, with variants as `adam+amsgrad`.
        eager: a module holds its arguments until it returns, as PyTorch's models run.
        master: float32 weights are kept beside those of `dtype`, and the optimizer works on them
            (Micikevicius et al., Mixed precision training, 2018).
        accumulate: the batch runs in so many parts; gradients stay and add up between them.
        checkpoint: only the inputs of each stage are kept, and its layers run again in the
            backward; the last stage is not recomputed.
        weights: of the weights, where that is another dtype.
        fits: bytes that there are; None where nobody asks.
    """

    batch: int = 1
    dtype: str = ""
    optimizer: str = "none"
    eager: bool = False
    master: bool = False
    accumulate: int = 1
    checkpoint: bool = False
    weights: str = ""
    fits: int | None = None

    def of(self, network: Network) -> Setting:
        """The setting with the type of numbers that it leaves to the net."""
        return self._replace(dtype=self.dtype or network.dtype or DEFAULT)


class Alive(NamedTuple):
    """A tensor at the peak: its bytes, the layer that made it, and the one that needs it last."""

    layer: str
    bytes: int
    what: str = "output"
    until: str = ""


class Phase(NamedTuple):
    """A peak of activations: where it is, and what is alive there, the largest first."""

    peak: int
    at: str
    alive: tuple[Alive, ...]


class LayerMemory(NamedTuple):
    """The bytes of one layer: its output, what it saves, what lives while it runs in inference."""

    name: str
    output: int
    saved: int
    live: int


class Recomputed(NamedTuple):
    """Layers that run again in the backward: the first, the last, and their MACs for the batch."""

    first: str
    last: str
    macs: int


class Memory(NamedTuple):
    """All that `memory` tells of a net; sizes in bytes."""

    name: str
    setting: Setting
    parameters: int
    buffers: int
    gradients: int
    optimizer: int
    inference: Phase
    peak_released: int
    training: Phase
    saved: int
    peak_forward: int
    peak_backward: int
    gradients_at_peak: int
    layers: tuple[LayerMemory, ...]
    largest_inference: int | None
    largest_training: int | None
    recomputed: tuple[Recomputed, ...] = ()

    @property
    def constant(self) -> int:
        """Parameters and buffers."""
        return self.parameters + self.buffers

    @property
    def total_inference(self) -> int:
        """All that inference needs."""
        return self.constant + self.inference.peak

    @property
    def total_training(self) -> int:
        """All that a training step needs; the peak holds the gradients that exist by then."""
        return self.constant + self.optimizer + self.training.peak


def memory(network: Network, setting: Setting, runs: Runs | None = None) -> Memory:
    """The memory of a net; raises `ValueError` for an unknown optimizer.

    `runs` is how the net runs in this setting, where that is known.
    """
    setting = setting.of(network)
    state = _state(network, setting)
    parameters, buffers, gradients = map(in_bytes, elements(network, setting))
    evaluated, trained = runs_of(network, setting) if runs is None else runs
    operations, values = evaluated.program.operations, evaluated.program.values
    released = inference(evaluated.program, keep_input=False, eager=False).peak
    peak_backward = max((one.live for one in trained.backward), default=0)
    peak_forward = trained.course.peak + trained.held
    saved = saved_bytes(trained.program, trained.segments)
    layers = tuple(
        LayerMemory(operation.node.name, values[operation.output].bytes, kept, live)
        for operation, kept, live in zip(operations, saved, evaluated.course.live, strict=True)
    )
    if peak_forward > peak_backward:
        during = _phase(trained.program, trained.course)._replace(peak=peak_forward)
        at_peak = trained.held
    else:
        during, at_peak = _backward_phase(trained.program, trained.backward, trained.tensors)
    fits = _largest(network, setting, parameters + buffers, state) if setting.fits else (None, None)
    return Memory(
        network.name, setting, parameters, buffers, gradients, state,
        _phase(*evaluated), released, during, sum(saved), peak_forward, peak_backward,
        at_peak, layers, fits[0], fits[1],
        recomputed=tuple(_recomputed(network, one, setting.batch) for one in trained.segments),
    )  # fmt: skip


def _state(network: Network, setting: Setting) -> int:
    """The bytes of what the optimizer keeps, master weights included."""
    master = STATE_WIDTH * network.totals.trainable_params if setting.master else 0
    if setting.optimizer == "none":
        return master
    from cnncalc.analysis.memory.optimizers import state_bytes  # noqa: PLC0415 - start-up

    shapes = state_shapes(network, setting).items()
    return master + sum(state_bytes(setting.optimizer, some, width) for width, some in shapes)


def _recomputed(network: Network, segment: range, batch: int) -> Recomputed:
    nodes = network.layers[segment.start : segment.stop]
    return Recomputed(nodes[0].name, nodes[-1].name, batch * sum(node.macs for node in nodes))


class Help(NamedTuple):
    """Another setting, all that a training step needs with it, and the MACs that run again."""

    what: str
    total: int
    macs: int = 0


def helps(network: Network, found: Memory) -> tuple[Help, ...] | None:
    """What would make a training step smaller, computed; the most effective first.

    Each way is a whole analysis more, so that for nets of over `MOST_FOR_HELP` layers nothing is
    computed: None.
    """
    from cnncalc.analysis.memory.in_place import in_place  # noqa: PLC0415 - start-up

    if len(network.layers) > MOST_FOR_HELP:
        return None
    setting = found.setting._replace(fits=None)
    ways = []
    if setting.dtype == "float32":
        ways.append(("--dtype bfloat16", setting._replace(dtype="bfloat16")))
        mixed = setting._replace(dtype="bfloat16", master=True)
        ways.append(("--dtype bfloat16 --master", mixed))
    if not setting.checkpoint:
        ways.append(("--checkpoint", setting._replace(checkpoint=True)))
    if setting.batch > 1:
        ways.append((f"--batch {setting.batch // 2}", setting._replace(batch=setting.batch // 2)))
        if setting.accumulate == 1:
            ways.append(("--accumulate 2", setting._replace(accumulate=2)))
    told = [_help(what, memory(network, other), found) for what, other in ways]
    changed, count = in_place(network)
    if count:
        what = f"inplace: true on {plural(count, 'activation')}"
        told.append(_help(what, memory(changed, setting), found))
    return tuple(sorted((one for one in told if one.total < found.total_training),
                        key=lambda one: one.total))  # fmt: skip


def _help(what: str, other: Memory, found: Memory) -> Help:
    macs = [sum(one.macs for one in memory.recomputed) for memory in (other, found)]
    return Help(what, other.total_training, max(0, macs[0] - macs[1]))


def _phase(program: Program, course: Course) -> Phase:
    """Where the forward has its peak, and what is alive there."""
    if not course.live:
        return Phase(0, "", ())
    index = course.live.index(course.peak)
    return Phase(course.peak, program.operations[index].node.name, _alive(program, course, index))


def _alive(program: Program, course: Course, at: int) -> tuple[Alive, ...]:
    values, operations = program.values, program.operations
    makers: dict[int, str] = {}
    since: dict[int, int] = {}
    for value in values:
        makers.setdefault(value.storage, value.name)
        since.setdefault(value.storage, value.operation)
    found = [
        Alive(
            makers[storage],
            program.storages[storage],
            until=operations[until].node.name if until < len(operations) else "",
        )
        for storage, until in enumerate(course.until)
        if since[storage] <= at <= until
    ]
    usage = operations[at].usage
    more = course.live[at] - sum(one.bytes for one in found)
    if more:
        what = "indices, statistics or copies" if usage.made else "while it runs"
        found.append(Alive(operations[at].node.name, more, what))
    return tuple(sorted(found, key=lambda one: -one.bytes))


def _backward_phase(
    program: Program, moments: Sequence[Moment], tensors: Tensors
) -> tuple[Phase, int]:
    """The largest moment of the backward, and the gradients of weights that exist by then."""
    if not moments:
        return Phase(0, "", ()), 0
    peak = max(moments, key=lambda one: one.live)
    found = [
        Alive(tensors.labels[one][1], tensors.sizes[one], tensors.labels[one][0])
        for one in tensors.alive_after(peak.changes)
    ]
    scratch = peak.live - sum(one.bytes for one in found)
    name = program.operations[peak.operation].node.name if program.operations else ""
    if scratch:
        found.append(Alive(name, scratch, "while its backward runs"))
    gradients = sum(one.bytes for one in found if one.what == "gradients of the weights")
    alive = tuple(sorted(found, key=lambda one: -one.bytes))
    return Phase(peak.live, f"the backward of {name}", alive), gradients


def _largest(network: Network, setting: Setting, constant: int, state: int) -> tuple[int, int]:
    """The largest batches for inference and training.

    From two samples on every moment is linear in the batch, so that each sets a bound by
    division; a batch of 1, whose gradients may be added in place where those of larger ones may
    not, is looked at by itself.
    """
    room = (setting.fits or 0) - constant
    evaluated = [evaluated_at(network, setting, batch).course.live for batch in (1, 2, 3)]
    steps = (trained_at(network, setting, micro) for micro in (1, 2, 3))
    trained = [[*step.forward, *(one.live for one in step.backward)] for step in steps]
    return _bound(evaluated, room), _bound(trained, room - state) * setting.accumulate


def _bound(moments: list[list[int]], room: int) -> int:
    """The largest batch, from the moments of one, two and three samples."""
    one, two, three = moments
    largest = None
    for low, high in zip(two, three, strict=True):
        slope = high - low
        if slope > 0:
            fitting = 2 + (room - low) // slope
            largest = fitting if largest is None else min(largest, fitting)
    if largest is not None and largest >= 2:  # noqa: PLR2004 - the first of the linear part
        return largest
    return int(max(one, default=0) <= room)
