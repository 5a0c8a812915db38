"""How nets grow with the size of their input."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.graph import Network
    from cnncalc.layers.base import Layout, Shape


class Size(NamedTuple):
    """An input size as asked for: an edge for each spatial axis, or a whole shape."""

    text: str
    edge: int = 0
    shape: Shape = ()

    def of(self, shape: Shape, layout: Layout) -> Shape:
        """The shape that this means for a net whose input has `shape`.

        An edge keeps the net's own channels; an input of one axis has none,
        and becomes as long as the edge.
        """
        if self.shape:
            return self.shape
        if len(shape) == 1:
            return (self.edge,)
        edges = (self.edge,) * (len(shape) - 1)
        return (*edges, shape[-1]) if layout == "channels_last" else (shape[0], *edges)


class Point(NamedTuple):
    """One net at one input size: its figures, or the reason why it cannot take it."""

    net: str
    size: str
    shape: Shape
    params: int = 0
    macs: int = 0
    reason: str = ""


class Scaling(NamedTuple):
    """All points, size by size and net by net."""

    nets: tuple[str, ...]
    sizes: tuple[str, ...]
    points: tuple[Point, ...]


def scaling(
    nets: Sequence[tuple[str, Network, Callable[[Shape], Network | str]]], sizes: Sequence[Size]
) -> Scaling:
    """Read every net at every size.

    Args:
        nets: label, the net at its own size, and what builds it for another
            input shape, or says why that cannot be.
        sizes: the sizes, in the order to be shown.
    """
    points = [
        _point(label, net, reread, size) for size in sizes for label, net, reread in nets
    ]
    return Scaling(
        tuple(label for label, _, _ in nets), tuple(size.text for size in sizes), tuple(points)
    )


def _point(
    label: str, net: Network, reread: Callable[[Shape], Network | str], size: Size
) -> Point:
    if len(net.inputs) != 1:
        return Point(label, size.text, (), reason=f"it has {len(net.inputs)} inputs")
    (own,) = net.inputs.values()
    shape = size.of(own, net.layout)
    made = reread(shape)
    if isinstance(made, str):
        return Point(label, size.text, shape, reason=made)
    return Point(label, size.text, shape, made.totals.params, made.totals.macs)
