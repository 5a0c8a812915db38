"""Does a net fit a microcontroller: weights in flash, activations in RAM, each by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.memory.order import best_order, own_order
from cnncalc.analysis.memory.weights import elements, in_bytes
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.layers.base.usage import Run
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.analysis.memory.order import Search
    from cnncalc.analysis.memory.report import Setting
    from cnncalc.net.network import Network


class Room(NamedTuple):
    """The bytes that a device has; None where nobody said."""

    flash: int | None = None
    ram: int | None = None


class Device(NamedTuple):
    """What a net needs of a device, in bytes.

    Tensors alone: an input goes after its last use, and kernels for small devices make no
    indices, statistics or copies.

    Attributes:
        room: what the device has.
        flash: parameters and buffers, in the width of the weights.
        ram: the peak of activations in the order of the net.
        best: the peak in the best order that was found.
        order: the layers in that order.
        search: whether that order is proved to be the best.
    """

    room: Room
    flash: int
    ram: int
    best: int
    order: tuple[str, ...]
    search: Search

    @property
    def fits_flash(self) -> bool | None:
        """Whether the weights fit; None where nobody said how much flash there is."""
        return None if self.room.flash is None else self.flash <= self.room.flash

    @property
    def fits_ram(self) -> bool | None:
        """Whether the activations fit in the best order; None where nobody said."""
        return None if self.room.ram is None else self.best <= self.room.ram


def device(network: Network, setting: Setting, room: Room) -> Device:
    """What a net needs of a device of this size."""
    setting = setting.of(network)
    program = program_of(network, Run(setting.batch, WIDTHS[setting.dtype]))
    kept = elements(network, setting)
    best = best_order(program)
    return Device(
        room,
        in_bytes(kept.parameters) + in_bytes(kept.buffers),
        own_order(program).peak,
        best.peak,
        tuple(program.operations[index].node.name for index in best.layers),
        best.search,
    )
