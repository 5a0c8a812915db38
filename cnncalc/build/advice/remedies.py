"""Changes of one argument further up that make a refused layer fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import TransposedWindow, Window
from cnncalc.build.advice.paths import accepts
from cnncalc.layers.base.errors import LayerError
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import ancestors, changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.build.advice.paths import Path
    from cnncalc.layers.base.layer import Layer
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

_MOST_TRIED = 300
_MOST_WORK = 100_000  # layers asked, in all tries together
_WIDEST_PADDING = 16
_MOST_LAYERS = 40  # how far up the paths changes are looked for


class Remedy(NamedTuple):
    """Another value of one argument of one layer; the smaller the cost, the smaller the change."""

    cost: int
    node: Node
    argument: str
    value: Any
    layer: Layer


def remedies(
    network: Network, layer: Layer, names: Sequence[str], paths: Sequence[Path]
) -> list[Remedy]:
    """The changes of one argument on the paths to a layer that make it fit, smallest first."""
    found = []
    above = ancestors(network, names)
    near = {node.name: node for path in paths for node in path.nodes[-_MOST_LAYERS:]}
    tried = sorted(
        (remedy for node in near.values() for remedy in _of(node)), key=lambda one: one.cost
    )
    for remedy in tried[: min(_MOST_TRIED, _MOST_WORK // max(len(network), 1))]:
        other = changed(network, {remedy.node.name: remedy.layer}, among=above)
        if other is None:
            continue
        shapes = tuple(other.shape_of(name) for name in names)
        if accepts(layer, shapes, network.layout):
            found.append(remedy)
    return found


def _of(node: Node) -> Iterator[Remedy]:
    """Other values of one argument of a layer: padding, rounding, stride, kernel."""
    try:
        windows = node.layer.windows(node.facts.inputs)
    except LayerError:
        return
    if not windows:
        return
    for cost, argument, value in (*_paddings(node, windows), *_steps(windows[0])):
        if argument in node.layer.arguments:
            try:
                layer = node.layer.replace(**{argument: value})
            except LayerError:
                continue
            if layer != node.layer:
                yield Remedy(cost, node, argument, value, layer)


def _paddings(
    node: Node, windows: Sequence[Window | TransposedWindow]
) -> Iterator[tuple[int, str, object]]:
    """Other paddings and roundings, as the layer's framework knows them."""
    window = windows[0]
    if node.layer.dialect == "keras":  # which has named paddings only, and always rounds down
        yield 1, "padding", "same"
        yield 2, "padding", "valid"
        return
    widest = min(max(one.extent for one in windows) // 2, _WIDEST_PADDING)
    for pad in range(widest + 1):
        yield 1 + abs(pad - window.before), "padding", pad
    if isinstance(window, Window):
        yield 2, "ceil_mode", not window.ceil_mode
    else:
        for more in range(window.stride):
            yield 2, "output_padding", more


def _steps(window: Window | TransposedWindow) -> Iterator[tuple[int, str, object]]:
    """Strides and kernels near the present ones."""
    for stride in range(max(1, window.stride - 1), window.stride + 2):
        yield 5 + abs(stride - window.stride), "stride", stride
    for kernel in range(max(1, window.kernel - 2), window.kernel + 3):
        yield 8 + abs(kernel - window.kernel), "kernel", kernel
