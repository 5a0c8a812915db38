"""How much memory a net needs: liveness over its layers, forward and backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.net.network import Network


def width_of(network: Network) -> int:
    """The bytes of an element where a layer says nothing else."""
    from cnncalc.layers.base.dtype import DEFAULT, WIDTHS  # noqa: PLC0415 - start-up

    return WIDTHS[network.dtype or DEFAULT]


def live(network: Network, batch: int = 1) -> list[int]:
    """The bytes alive while each layer runs in inference, the input kept, in the net's `dtype`."""
    from cnncalc.figures.memory.forward import inference  # noqa: PLC0415 - start-up
    from cnncalc.figures.memory.program import program_of  # noqa: PLC0415 - start-up
    from cnncalc.layers.base.usage import Run  # noqa: PLC0415 - start-up

    return inference(program_of(network, Run(batch, width_of(network)))).live


def saved(network: Network, batch: int = 1) -> list[int]:
    """The bytes that each layer keeps for the backward, in the net's `dtype`."""
    from cnncalc.figures.memory.forward import saved_bytes  # noqa: PLC0415 - start-up
    from cnncalc.figures.memory.program import program_of  # noqa: PLC0415 - start-up
    from cnncalc.layers.base.usage import Run  # noqa: PLC0415 - start-up

    return saved_bytes(program_of(network, Run(batch, width_of(network), training=True)))
