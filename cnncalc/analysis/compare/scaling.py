"""How nets grow with the size of their input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import input_axes, resized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

    Reread = Callable[[Mapping[str, Shape]], Network | str]


class Size(NamedTuple):
    """An input size as asked for: an edge for each spatial axis, or a whole shape."""

    text: str
    edge: int = 0
    shape: Shape = ()

    def of(self, network: Network) -> dict[str, Shape] | str:
        """The shapes of the inputs that this means for a net, or why it means none.

        An edge is the size of every spatial axis; without any, of a lone vector.
        """
        if self.shape:
            if len(network.inputs) == 1:
                return dict.fromkeys(network.inputs, self.shape)
            return f"it has {len(network.inputs)} inputs: give an edge, such as 64"
        axes = input_axes(network)
        if axes:
            return resized(network, dict.fromkeys(axes, self.edge))
        if [*map(len, network.inputs.values())] == [1]:
            return dict.fromkeys(network.inputs, (self.edge,))
        return "its inputs have no spatial axes"


class Point(NamedTuple):
    """One net at one input size: its figures, or the reason why it cannot take it."""

    net: str
    size: str
    shapes: tuple[Shape, ...]  # of the inputs
    params: int = 0
    macs: int = 0
    reason: str = ""


class Scaling(NamedTuple):
    """All points, size by size and net by net."""

    nets: tuple[str, ...]
    sizes: tuple[str, ...]
    points: tuple[Point, ...]


def scaling(nets: Sequence[tuple[str, Network, Reread]], sizes: Sequence[Size]) -> Scaling:
    """Read every net at every size.

    Args:
        nets: label, the net at its own size, and what builds it for other
            input shapes by name, or says why that cannot be.
        sizes: the sizes, in the order to be shown.
    """
    points = [_point(label, net, reread, size) for size in sizes for label, net, reread in nets]
    return Scaling(
        tuple(label for label, _, _ in nets), tuple(size.text for size in sizes), tuple(points)
    )


def _point(label: str, net: Network, reread: Reread, size: Size) -> Point:
    shapes = size.of(net)
    if isinstance(shapes, str):
        return Point(label, size.text, (), reason=shapes)
    made = reread(shapes)
    if isinstance(made, str):
        return Point(label, size.text, tuple(shapes.values()), reason=made)
    totals = made.totals
    return Point(label, size.text, tuple(shapes.values()), totals.params, totals.macs)
