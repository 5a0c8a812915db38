"""What a command does with a net, measured by the layers that it might place in the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.net.network import Network


class Effort(NamedTuple):
    """The work of a command, in layers that are placed meanwhile.

    Attributes:
        layer: for each layer, input and output of a net.
        kind: beside that for each layer unlike all before it: what is made once for all alike.
    """

    layer: int = 1
    kind: int = 0

    def on(self, network: Network, most: int) -> int:
        """The work on a net; kinds are left out where it is below `most` whatever they are."""
        ends = len(network.inputs) + len(network.outputs)
        layers = len(network) + max(0, ends - 2)  # every net has two
        if not self.kind or layers * (self.layer + self.kind) <= most:
            return layers * self.layer
        from cnncalc.net.alike import kinds  # noqa: PLC0415 - only for long nets

        return layers * self.layer + len(kinds(network)) * self.kind


PLAIN = Effort()
MEMORY = Effort(5, 22)  # what each layer keeps is followed, and helps are tried
