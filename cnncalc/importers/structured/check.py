"""Whether two nets have the same layers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.net.network import Network


def equal(one: Network, other: Network) -> bool:
    """Whether two nets have equally many layers of each type, shape, parameters and MACs."""
    return _rows(one) == _rows(other) and _ends(one) == _ends(other)


def _rows(network: Network) -> Counter[tuple[object, ...]]:
    return Counter(
        (node.type, node.output_shape, node.params, node.trainable_params, node.buffers, node.macs)
        for node in network.layers
    )


def _ends(network: Network) -> list[object]:
    return [network.shape_of(name) for name in network.outputs]
