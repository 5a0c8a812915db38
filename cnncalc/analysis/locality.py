"""What single outputs of a layer read: in the layer's own input, and in the input of the net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures.receptive_field import Field, carried
from cnncalc.layers.base.layout import channel_axis
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.figures.receptive_field import Carried
    from cnncalc.layers.base.reach import Reach
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


_MOST_TAPS = 100_000  # positions along an axis that are told one by one


class Read(NamedTuple):
    """What one output reads: the positions along each spatial axis, padding included."""

    unit: tuple[int, ...]
    axes: tuple[tuple[int, ...], ...]


class Plane(NamedTuple):
    """A tensor's spatial sizes, and what some outputs read of it.

    Attributes:
        name: of the tensor: the layer or input that it comes from.
        shape: of the tensor, without the batch dimension.
        sizes: of its spatial axes.
        reads: one per output shown.
    """

    name: str
    shape: Shape
    sizes: Shape
    reads: tuple[Read, ...]


class Locality(NamedTuple):
    """What some outputs of a layer read.

    Attributes:
        name: of the layer.
        type: of the layer.
        output_shape: its result.
        own: the layer's first input.
        net: the input of the net; None where the places are lost on the way there.
    """

    name: str
    type: str
    output_shape: Shape
    own: Plane
    net: Plane | None


class NoPlaceError(Exception):
    """The outputs of a layer have no places in its input; the message says why."""


def locality(network: Network, name: str) -> Locality:
    """What the first outputs of a layer read, a step along each axis apart.

    Raises:
        KeyError: no layer has this name.
        NoPlaceError: the layer mixes places, as a flatten does, has no spatial axes, or an
            output reads very many positions.
    """
    node = network[name]
    own = _own(network, node)
    return Locality(node.name, node.type, node.output_shape, own, _in_net(network, node, own))


def _own(network: Network, node: Node) -> Plane:
    shape = node.input_shapes[0]
    spatial = _spatial_axes(network, shape)
    reach = node.layer.reach(node.facts.inputs, node.output_shape)[0]
    if not spatial or not node.output_shape:
        raise NoPlaceError(f"{node.name} takes {len(shape)} axis, which has no places")
    if any(reach[axis].axis is not None and not reach[axis].taps for axis in spatial):
        raise NoPlaceError(f"{node.name} ({node.type}) mixes the places of its input")
    sizes = [
        1 if reach[axis].axis is None else node.output_shape[reach[axis].axis or 0]
        for axis in spatial
    ]
    reads = tuple(
        Read(
            unit,
            tuple(
                _taps(reach[axis], u, shape[axis]) for axis, u in zip(spatial, unit, strict=True)
            ),
        )
        for unit in _units(sizes)
    )
    return Plane(node.inputs[0], shape, tuple(shape[axis] for axis in spatial), reads)


def _spatial_axes(network: Network, shape: Shape) -> list[int]:
    if len(shape) == 1:
        return []
    channels = channel_axis(network.layout, len(shape))
    return [axis for axis in range(len(shape)) if axis != channels]


def _units(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The first position, and its neighbour along each of the last two axes that has one."""
    first = (0,) * len(sizes)
    yield first
    for axis in reversed(range(max(0, len(sizes) - 2), len(sizes))):
        if sizes[axis] > 1:
            yield (*first[:axis], 1, *first[axis + 1 :])


def _taps(reach: Reach, unit: int, size: int) -> tuple[int, ...]:
    if reach.axis is None:
        return _each(range(size))
    turn, phase = divmod(unit, reach.period)
    return tuple(tap + turn * reach.shift for tap in _each(reach.taps[phase]))


def _each(positions: range) -> tuple[int, ...]:
    # Not by `len`, which refuses what exceeds a machine's word.
    if (positions.stop - positions.start) // positions.step > _MOST_TAPS:
        raise NoPlaceError(
            f"an output reads over {_MOST_TAPS:,} positions along an axis, too many to draw"
        )
    return tuple(positions)


def _in_net(network: Network, node: Node, own: Plane) -> Plane | None:
    """The same outputs' places in the net's only input; None where they cannot be told."""
    if len(network.inputs) != 1 or node.inputs[0] in network.inputs:
        return None
    ((name, shape),) = network.inputs.items()
    spatial = _spatial_axes(network, shape)
    state = next((state for one, state in carried(network) if one is node), ())
    if len(state) != len(spatial) or len(spatial) != len(own.sizes):
        return None
    reads = []
    for read in own.reads:
        axes = [
            _seen(one, unit, shape[axis])
            for one, unit, axis in zip(state, read.unit, spatial, strict=True)
        ]
        if any(axis is None for axis in axes):
            return None
        reads.append(Read(read.unit, tuple(axis for axis in axes if axis is not None)))
    return Plane(name, shape, tuple(shape[axis] for axis in spatial), tuple(reads))


def _seen(one: Carried, unit: int, size: int) -> tuple[int, ...] | None:
    """The positions of the net's input that a unit sees along one axis."""
    if one.sight is None:
        return _each(range(size))
    if not isinstance(one.sight, Field):
        return None
    interval = one.sight.at(unit)
    if interval is None:
        return ()
    if interval.mask is None:
        return _each(range(interval.first, interval.last + 1))
    return tuple(
        interval.first + bit for bit in _each(range(interval.size)) if interval.mask >> bit & 1
    )
