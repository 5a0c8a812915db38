"""The sums behind the memory of a net: of every tensor its elements and their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.analysis.memory.optimizers import state_formula
from cnncalc.analysis.memory.report import memory
from cnncalc.analysis.memory.weights import STATE_WIDTH, elements, state_shapes
from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.memory.report import Alive, Memory, Phase, Setting
    from cnncalc.net.network import Network

#: What is alive in the width of the setting, so that its bytes are elements of that width.
_WHOLE: Final = frozenset({
    "input", "output", "saved", "gradient", "gradient of the output",
    "gradients of the weights", "recomputed", "kept to recompute",
})  # fmt: skip


class Term(NamedTuple):
    """One tensor of a sum: the layer that made it, what it is, `elements * bytes`, the bytes.

    `values` is empty for what mixes widths, such as indices and statistics.
    """

    layer: str
    what: str
    values: str
    result: int


class MemorySum(NamedTuple):
    """One size in bytes: how it is computed, or the tensors that it is the sum of."""

    name: str
    formula: str
    values: str
    result: int
    terms: tuple[Term, ...] = ()


def memory_sums(network: Network, setting: Setting) -> tuple[MemorySum, ...]:
    """What the sizes of `memory` are computed from; raises `ValueError` as `memory` does."""
    return tuple(_sums(network, memory(network, setting)))


def _sums(network: Network, found: Memory) -> Iterator[MemorySum]:
    setting, totals = found.setting, network.totals
    width = WIDTHS[setting.dtype]
    kept = elements(network, setting)
    for name, counts, result in (
        ("parameters", kept.parameters, found.parameters),
        ("buffers", kept.buffers, found.buffers),
        ("gradients", kept.trained, found.gradients),
    ):
        used = {size: count for size, count in counts.items() if count} or counts
        values = " + ".join(f"{count:,} * {size}" for size, count in used.items())
        yield MemorySum(name, "elements * bytes", values, result)
    states = [
        state_formula(setting.optimizer, shapes, size)
        for size, shapes in state_shapes(network, setting).items()
        if shapes
    ] or [("no state", "0")]
    formula, values = states[0][0], " + ".join(values for _, values in states)
    if setting.master:
        formula = f"float32 weights + {formula}"
        values = f"{totals.trainable_params:,} * {STATE_WIDTH} + {values}"
    yield MemorySum(f"optimizer state ({setting.optimizer})", formula, values, found.optimizer)
    yield _peak("inference", found.inference, width)
    yield _peak("training", found.training, width)


def _peak(name: str, phase: Phase, width: int) -> MemorySum:
    terms = tuple(_term(one, width) for one in phase.alive)
    where = f" at {phase.at}" if phase.at else ""
    return MemorySum(f"peak of {name}{where}", "all tensors alive", "", phase.peak, terms)


def _term(one: Alive, width: int) -> Term:
    whole = one.what in _WHOLE and not one.bytes % width
    values = f"{one.bytes // width:,} * {width}" if whole else ""
    return Term(one.layer, one.what, values, one.bytes)
