"""Another size of what arrives, which tells what a size in the code is from what is equal to it.

An axis that is as long as another, or as a variable, is so by chance: at another size of the
input it is not. A file whose expressions hold at both sizes has those of the right axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

#: How many times as long the spatial axes are, each in its turn: first all unlike, so that no
#: two meet by chance. Multiples go through strides, patches and windows as the sizes did.
_FACTORS = ((2, 3, 5), (3, 2, 2), (2, 2, 2), (3, 3, 3))


def mixes_axes(network: Network) -> bool:
    """Whether a layer gives another layer a size in an axis that it did not have before."""
    return any(
        node.layer.view in {"reshape", "strided"} or 1 < len(node.output_shape) != len(shape)
        for node in network.layers for shape in node.input_shapes
    )  # fmt: skip


def other_shapes(network: Network) -> Iterator[Mapping[str, Shape]]:
    """Inputs of other sizes with as many channels, the most unlike first."""
    for factors in _FACTORS:
        found = {
            name: _enlarged(shape, channel_axis(network.layout, len(shape)), factors)
            for name, shape in network.inputs.items()
        }
        if any(found[name] != tuple(shape) for name, shape in network.inputs.items()):
            yield found


def _enlarged(shape: Shape, channels: int, factors: tuple[int, ...]) -> Shape:
    if len(shape) == 1:
        return tuple(shape)
    spatial = [axis for axis in range(len(shape)) if axis != channels]
    by = {axis: factors[min(at, len(factors) - 1)] for at, axis in enumerate(spatial)}
    return tuple(size * by.get(axis, 1) for axis, size in enumerate(shape))
