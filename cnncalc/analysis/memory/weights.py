"""The elements of the weights by their width, as layers and the setting say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import counts_of

if TYPE_CHECKING:
    from cnncalc.analysis.memory.report import Setting
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

#: Bytes of an element of float32 master weights and their optimizer's state.
STATE_WIDTH: Final = 4

#: How many elements have each width in bytes.
ByWidth: TypeAlias = dict[int, int]


class Elements(NamedTuple):
    """Parameters, buffers, and the gradients of what is trained."""

    parameters: ByWidth
    buffers: ByWidth
    trained: ByWidth


def elements(network: Network, setting: Setting) -> Elements:
    """The elements by width: a layer's own `dtype`, that of the weights, or that of all numbers.

    Gradients have the type of the activations, unless the layer says its own.
    """
    base = WIDTHS[setting.dtype]
    weights = WIDTHS[setting.weights or setting.dtype]
    found = Elements({weights: 0}, {weights: 0}, {base: 0})
    for node in network.layers:
        params, trained, buffers = counts_of(node.facts, node.traits)
        own = WIDTHS[node.traits.dtype] if node.traits.dtype else 0
        for kept, count, width in (
            (found.parameters, params, own or weights),
            (found.buffers, buffers, own or weights),
            (found.trained, trained, own or base),
        ):
            if count:
                kept[width] = kept.get(width, 0) + count
    return found


def in_bytes(counts: ByWidth) -> int:
    """All elements together."""
    return sum(width * count for width, count in counts.items())


def state_shapes(network: Network, setting: Setting) -> dict[int, list[Shape]]:
    """The shapes of all weights that training changes, by the width of their state."""
    base = STATE_WIDTH if setting.master else WIDTHS[setting.dtype]
    found: dict[int, list[Shape]] = {base: []}
    for node in network.layers:
        dtype = node.traits.dtype
        if node.traits.trainable and not node.traits.shared_with:
            width = WIDTHS[dtype] if dtype and not setting.master else base
            found.setdefault(width, []).extend(
                weight.shape for weight in node.weights if not weight.buffer
            )
    return found
