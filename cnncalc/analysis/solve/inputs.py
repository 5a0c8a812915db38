"""The sizes of input that a net takes: the smallest, and what they are multiples of."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from cnncalc.arithmetic import ceil_div
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import changed, input_axes, resized
from cnncalc.net.size_function import check_period
from cnncalc.net.sizes import propagate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.changed import InputAxis
    from cnncalc.net.network import Network
    from cnncalc.net.sizes import Demand

    #: A net for inputs of other shapes, and whether it is complete; None if it cannot be read.
    Reread = Callable[[Mapping[str, Shape]], tuple[Network | None, bool]]

_USUAL = (32, 64, 128, 256, 512, 1024)  # sizes that nets with merges are mostly made for
_NEAR = 33  # steps from the present sizes, where these differ
_LARGEST = 2048
_MOST_WORK = 60_000  # layers built in search of a size that fits
_EACH = 400  # what a try costs beside its layers: mostly the advice at its errors


class Axis(NamedTuple):
    """What one axis of the inputs must be, everything else as the spec has it.

    Attributes:
        name: height, width, ...
        size: as the spec has it.
        inputs: those that move together, since they have the same size along the axis.
        least: the smallest size that the net takes.
        because: the first layer that refuses one less.
        most: the largest size, where a claim or a fixed shape limits it.
        period: sizes are taken or refused by their residue of this number.
        residues: those that are taken.
        only: the sizes that are taken where no residue is.
        merges: the layers that refuse the others.
    """

    name: str
    size: int
    inputs: tuple[str, ...]
    least: int | None
    because: str
    most: int | None
    period: int
    residues: tuple[int, ...]
    only: tuple[int, ...]
    merges: tuple[str, ...]

    @property
    def multiple(self) -> int | None:
        """What the size must be a multiple of; None if it is not as simple as that."""
        return self.period if self.residues == (0,) else None


class Admissible(NamedTuple):
    """The sizes of input that a net takes, an axis each.

    Attributes:
        name: of the net.
        source: its file.
        inputs: the shapes of its inputs.
        axes: the spatial axes of those.
        smallest: the inputs with every axis at its least, if the net takes that.
        larger: inputs of other sizes, for which a spec may unroll to other layers.
    """

    name: str
    source: str
    inputs: Mapping[str, Shape]
    axes: tuple[Axis, ...]
    smallest: Mapping[str, Shape] | None
    larger: Mapping[str, Shape]


def admissible(network: Network, *, source: str = "") -> Admissible:
    """Find the sizes that a net takes, by its arithmetic alone.

    Raises:
        UnevenError: a size grows in a way that cannot be reasoned about.
    """
    found = {axis: _axis(network, axis) for axis in input_axes(network)}
    larger = {axis: axis.size + _next(one) for axis, one in found.items()}
    return Admissible(
        network.name, source, network.inputs, tuple(found.values()), _smallest(network, found),
        resized(network, larger),
    )  # fmt: skip


def _axis(network: Network, axis: InputAxis) -> Axis:
    demands = propagate(network, axis).demands
    period, residues = _residues(demands)
    least = _least(network, axis, demands, period)
    chances = sorted({size for demand in demands for size in demand.also})
    only = () if residues else tuple(n for n in chances if fits(network, axis, demands, n))
    limits = [demand.most for demand in demands if demand.most is not None]
    merges = tuple(dict.fromkeys(d.node for d in demands if len(d.residues) < d.period))
    return Axis(
        axis.name, axis.size, axis.inputs, least, _because(demands, least),
        min(limits, default=None), period, residues, only, merges,
    )  # fmt: skip


def _residues(demands: Sequence[Demand]) -> tuple[int, tuple[int, ...]]:
    """What all demands together leave of a common period, that period as short as can be."""
    period = check_period(lcm(*(demand.period for demand in demands))) if demands else 1
    asked = {(demand.period, demand.residues) for demand in demands}
    residues = [n for n in range(period) if all(n % every in taken for every, taken in asked)]
    for shorter in range(1, period):
        if period % shorter == 0:
            kept = {n % shorter for n in residues}
            if len(kept) * (period // shorter) == len(residues):
                return shorter, tuple(sorted(kept))
    return period, tuple(residues)


def fits(network: Network, axis: InputAxis, demands: Sequence[Demand], size: int) -> bool:
    """Whether the net takes this size along an axis.

    Where shapes meet by chance, what follows them does not obey the rule: the
    layers are then asked themselves.
    """
    if not all(demand.holds(size) for demand in demands):
        return False
    if any(size in demand.also for demand in demands):
        return changed(network, inputs=resized(network, {axis: size})) is not None
    return True


def _least(network: Network, axis: InputAxis, demands: Sequence[Demand], period: int) -> int | None:
    """The smallest size that fits: one of those where shapes meet by chance, or of a residue."""
    chances = {size for demand in demands for size in demand.also}
    bound = max((demand.least for demand in demands), default=1)
    tried = chances | {_beside(chances, size, period) for size in range(bound, bound + period)}
    return next((size for size in sorted(tried) if fits(network, axis, demands, size)), None)


def _beside(chances: set[int], size: int, period: int) -> int:
    """The first of this residue that is no chance, so that the rule alone decides."""
    while size in chances:
        size += period
    return size


def _because(demands: Sequence[Demand], least: int | None) -> str:
    """The first layer that refuses the size below the smallest."""
    if least is None or least == 1:
        return ""
    return next((one.node for one in demands if not one.holds(least - 1)), "")


def _smallest(network: Network, axes: Mapping[InputAxis, Axis]) -> dict[str, Shape] | None:
    """The inputs with every axis at its least, if the net takes that too."""
    least = {axis: found.least for axis, found in axes.items() if found.least is not None}
    if len(least) < len(axes):
        return None
    shapes = resized(network, least)
    return shapes if changed(network, inputs=shapes) is not None else None


def _next(axis: Axis) -> int:
    """What to add for a size of about twice this one that has the same residue."""
    return ceil_div(axis.size, axis.period) * axis.period


# -- specs that unroll otherwise for other inputs ---------------------------------------------


def fixed_by_size(network: Network, found: Admissible, reread: Reread) -> bool:
    """Whether the spec unrolls to other layers for the sizes that were found.

    Where it does (`$in_height` in an argument), what is found for one size is not true
    of the others.
    """
    for shapes in (found.smallest, found.larger):
        if shapes is not None:
            other, complete = reread(shapes)
            if other is None or not same_layers(network, other, complete=complete):
                return True
    return False


def same_layers(network: Network, other: Network, *, complete: bool = True) -> bool:
    """Whether a spec unrolled to the same layers for another input.

    Args:
        network: the net.
        other: that of the other input.
        complete: whether `other` is all of it, and not what is above an error.
    """
    return (len(network) == len(other) or not complete) and all(
        one.layer == two.layer for one, two in zip(network.layers, other.layers, strict=False)
    )


def fitting(network: Network, reread: Reread) -> Network | None:
    """The net at a size at which it fits, where it does not at its own.

    A net whose merges do not meet at its own size is the very one to be asked about.

    Args:
        network: the layers above the first that refuses what arrives.
        reread: builds the net for other inputs.
    """
    axes = input_axes(network)
    work = _MOST_WORK
    for sizes in _tried(axes):
        work -= len(network) + _EACH
        if work < 0:
            break
        other, complete = reread(resized(network, sizes))
        if other is not None and complete:
            return other
    return None


def _tried(axes: Sequence[InputAxis]) -> Iterator[dict[InputAxis, int]]:
    """Usual sizes, then those near the present one, then all others: of every axis at once."""
    for size in _USUAL:
        yield dict.fromkeys(axes, size)
    if len({axis.size for axis in axes}) > 1:
        for step in range(1, _NEAR):
            yield {axis: axis.size + step for axis in axes}
            yield {axis: max(axis.size - step, 1) for axis in axes}
    largest = max((axis.size for axis in axes), default=0)
    others = sorted(range(1, _LARGEST), key=lambda size: abs(size - largest))
    for size in others:
        yield dict.fromkeys(axes, size)
