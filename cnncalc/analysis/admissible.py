"""The sizes of input that a net takes: the smallest, and what they are multiples of."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.analysis.growth import check_period
from cnncalc.analysis.sizes import Demand, axes_of, position_of, propagate, takes
from cnncalc.arithmetic import ceil_div

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network


class Axis(NamedTuple):
    """What one axis of the input must be, the other axes as the spec has them.

    Attributes:
        name: height, width, ...
        size: as the spec has it.
        least: the smallest size that the net takes.
        because: the first layer that refuses one less.
        most: the largest size, where a claim or a fixed shape limits it.
        period: sizes are taken or refused by their residue of this number.
        residues: those that are taken.
        merges: the layers that refuse the others.
    """

    name: str
    size: int
    least: int | None
    because: str
    most: int | None
    period: int
    residues: tuple[int, ...]
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
        input: the shape of its first input.
        axes: the spatial axes of that.
        smallest: the input with every axis at its least, if the net takes it.
        larger: an input of another size, where a spec may unroll to other layers.
    """

    name: str
    source: str
    input: Shape
    axes: tuple[Axis, ...]
    smallest: Shape | None
    larger: Shape


def admissible(network: Network, *, source: str = "") -> Admissible:
    """Find the sizes that a net takes, by its arithmetic alone.

    Raises:
        UnevenError: a size grows in a way that cannot be reasoned about.
    """
    axes = tuple(_axis(network, name) for name in axes_of(network))
    first = next(iter(network.inputs.values()))
    smallest = _smallest(network, axes)
    doubled = _shapes(network, {axis.name: axis.size + _next(axis) for axis in axes})
    larger = next(iter(doubled.values()))
    return Admissible(network.name, source, first, axes, smallest, larger)


def _axis(network: Network, name: str) -> Axis:
    demands = propagate(network, name).demands
    size = next(iter(network.inputs.values()))[position_of(network, name)]
    period, residues = _residues(demands)
    least = _least(network, name, demands, period)
    limits = [demand.most for demand in demands if demand.most is not None]
    merges = tuple(dict.fromkeys(d.node for d in demands if len(d.residues) < d.period))
    return Axis(
        name, size, least, _because(demands, least), min(limits, default=None), period, residues,
        merges,
    )  # fmt: skip


def _residues(demands: Sequence[Demand]) -> tuple[int, tuple[int, ...]]:
    """What all demands together leave of a common period, that period as short as can be."""
    period = check_period(lcm(*(demand.period for demand in demands))) if demands else 1
    residues = [n for n in range(period) if all(n % one.period in one.residues for one in demands)]
    for shorter in range(1, period):
        if period % shorter == 0:
            kept = {n % shorter for n in residues}
            if len(kept) * (period // shorter) == len(residues):
                return shorter, tuple(sorted(kept))
    return period, tuple(residues)


def fits(network: Network, axis: str, demands: Sequence[Demand], size: int) -> bool:
    """Whether the net takes this size along an axis.

    Where shapes meet by chance, what follows them does not obey the rule: the
    layers are then asked themselves.
    """
    if not all(demand.holds(size) for demand in demands):
        return False
    if any(size in demand.also for demand in demands):
        return takes(network, _shapes(network, {axis: size}))
    return True


def _least(network: Network, axis: str, demands: Sequence[Demand], period: int) -> int | None:
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


def _smallest(network: Network, axes: Sequence[Axis]) -> Shape | None:
    """The input with every axis at its least, if the net takes that too."""
    least = {axis.name: axis.least for axis in axes if axis.least is not None}
    if len(least) < len(axes):
        return None
    shapes = _shapes(network, least)
    return next(iter(shapes.values())) if takes(network, shapes) else None


def _next(axis: Axis) -> int:
    """The way to a size of about twice this one that has the same residue."""
    return ceil_div(axis.size, axis.period) * axis.period


def same_layers(network: Network, other: Network, *, complete: bool = True) -> bool:
    """Whether a spec unrolled to the same layers for another input.

    Where it did not (`$in_height` in an argument), what is found for one is
    not true of the other.

    Args:
        network: the net.
        other: that of the other input.
        complete: whether `other` is all of it, and not what stands above an error.
    """
    return (len(network) == len(other) or not complete) and all(
        one.layer == two.layer for one, two in zip(network.layers, other.layers, strict=False)
    )


def _shapes(network: Network, sizes: Mapping[str, int]) -> dict[str, Shape]:
    """The shapes of the inputs with other sizes along some axes; alike inputs change alike."""
    shapes = dict(network.inputs)
    first = next(iter(shapes.values()))
    for axis, size in sizes.items():
        place = position_of(network, axis)
        for name, shape in shapes.items():
            if len(shape) > place and shape[place] == first[place]:
                shapes[name] = (*shape[:place], size, *shape[place + 1 :])
    return shapes
