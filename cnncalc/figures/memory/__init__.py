"""How much memory a net needs: liveness over its layers, forward and backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.net.network import Network


def live(network: Network, batch: int = 1) -> list[int]:
    """The bytes alive while each layer runs in inference, the input kept, as float32."""
    from cnncalc.figures.memory.forward import inference  # noqa: PLC0415 - start-up
    from cnncalc.figures.memory.program import program_of  # noqa: PLC0415 - start-up
    from cnncalc.layers.base.usage import Run  # noqa: PLC0415 - start-up

    return inference(program_of(network, Run(batch))).live


def saved(network: Network, batch: int = 1) -> list[int]:
    """The bytes that each layer keeps for the backward, as float32."""
    from cnncalc.figures.memory.forward import saved_bytes  # noqa: PLC0415 - start-up
    from cnncalc.figures.memory.program import program_of  # noqa: PLC0415 - start-up
    from cnncalc.layers.base.usage import Run  # noqa: PLC0415 - start-up

    return saved_bytes(program_of(network, Run(batch, training=True)))
