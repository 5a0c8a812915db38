"""Changes that make a refused layer fit: of one argument further up, or of the input."""

from __future__ import annotations

from math import isqrt, lcm
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic import TransposedWindow, Window, ceil_div, product
from cnncalc.build.advice.ways import arriving, from_input, takes
from cnncalc.inverse import inputs_giving, least_input, transposed_input_giving
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.layout import channels_of, shaped, spatial_of
from cnncalc.layers.base.tensors import Inputs, axis_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.build.advice.ways import Built, Way
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node

_MOST_TRIED = 300
_MOST_WORK = 100_000  # layers asked, in all tries together
_WIDEST_PADDING = 16
_MOST_LAYERS = 40  # how far up the ways changes are looked for


class Remedy(NamedTuple):
    """Another value of one argument of one layer; the smaller the cost, the smaller the change."""

    cost: int
    node: Node
    argument: str
    value: Any
    layer: Layer


def remedies(net: Built, layer: Layer, names: Sequence[str], ways: Sequence[Way]) -> list[Remedy]:
    """The changes of one argument on the ways to a layer that make it fit, smallest first."""
    found = []
    near = {node.name: node for way in ways for node in way.nodes[-_MOST_LAYERS:]}
    tried = sorted(
        (remedy for node in near.values() for remedy in _of(node)), key=lambda one: one.cost
    )
    for remedy in tried[: min(_MOST_TRIED, _MOST_WORK // max(len(net.nodes), 1))]:
        shapes = arriving(net, names, {remedy.node.name: remedy.layer})
        if takes(layer, shapes, net.layout):
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


def other_inputs(net: Built, names: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Input sizes at which a merge meets: (axis, size, the multiple that it is of).

    Sizes that all strides above divide come out even on every way; the nearest
    such sizes below and above are tried.
    """
    for index, axis in enumerate(_axes(net)):
        step = _stride_product(net, names, index)
        size = _spatial(net, next(iter(net.inputs.values())))[index]
        below = size // step * step
        for other in (below, below + step):
            if other < 1 or other == size or step == 1:
                continue
            shapes = arriving(net, names, {}, with_size(net, {index: other}))
            if shapes is not None and _agree(net, shapes, index):
                yield axis, other, step


def _agree(net: Built, shapes: Sequence[Shape], index: int) -> bool:
    ranks = {len(shape) for shape in shapes}
    rank = len(next(iter(net.inputs.values())))
    if ranks != {rank}:
        return False
    return len({_spatial(net, shape)[index] for shape in shapes} - {1}) <= 1


def _stride_product(net: Built, names: Sequence[str], index: int) -> int:
    """What the strides on any way multiply to along an axis: how much a size shrinks at most."""
    reached: dict[str, int] = dict.fromkeys(net.inputs, 1)
    needed = net.before(names)
    total = 1
    for node in net.nodes.values():
        if node.name not in needed:
            continue
        step = max((reached.get(one, 1) for one in node.inputs), default=1)
        windows = _windows(node)
        if index < len(windows) and isinstance(windows[index], Window):
            step *= windows[index].stride
        elif index < len(windows):
            step = max(1, step // windows[index].stride)
        reached[node.name] = step
        total = lcm(total, step)
    return total


def _windows(node: Node) -> Sequence[Window | TransposedWindow]:
    try:
        return node.layer.windows(node.facts.inputs)
    except LayerError:
        return ()


def smallest_input(net: Built, layer: Layer, name: str, way: Way) -> Shape | None:
    """The smallest input for which a layer's kernel fits: its need, pulled back up the way."""
    try:
        windows = layer.windows(Inputs((net.shape(name),), net.layout))
    except LayerError:
        return None
    needs = [max(least_input(one, 1), 1) for one in windows if isinstance(one, Window)]
    back = [_pulled_back(net, way, index, need) for index, need in enumerate(needs)]
    sizes = {index: size for index, size in enumerate(back) if size is not None}
    if not needs or len(sizes) != len(_spatial(net, next(iter(net.inputs.values())))):
        return None
    inputs = with_size(net, sizes)
    fits = takes(layer, arriving(net, [name], {}, inputs), net.layout)
    return next(iter(inputs.values())) if fits else None


def _pulled_back(net: Built, way: Way, index: int, wanted: int) -> int | None:
    """The least size at the start of a way that gives at least this one at its end."""
    for node in reversed(way.nodes):
        windows = _windows(node)
        if not windows:
            if _spatial(net, node.output_shape) != _spatial(net, node.input_shapes[0]):
                return None
            continue
        window = windows[index]
        if isinstance(window, TransposedWindow):
            lacking = wanted - window._replace(size=1).output
            wanted = 1 + max(ceil_div(lacking, window.stride), 0)
        elif getattr(node.layer, "padding", None) == "same":
            wanted = (wanted - 1) * window.stride + 1
        else:
            wanted = max(least_input(window, wanted), 1)
    return wanted


def inputs_for_elements(
    net: Built, layer: Layer, name: str, map_: Shape, elements: int
) -> Iterator[Shape]:
    """Inputs for which the map before a flatten has this many elements, square ones first."""
    way = from_input(net, name)
    area, rest = divmod(elements, channels_of(map_, net.layout))
    sizes = _spatial(net, map_)
    if rest or not area or not sizes:
        return
    for wanted in _shapes_of_area(area, sizes):
        ranges = [_giving(way, index, size) for index, size in enumerate(wanted)]
        if all(ranges):
            now = _spatial(net, next(iter(net.inputs.values())))
            chosen = {
                index: min(max(now[index], one.start), one.stop - 1)
                for index, one in enumerate(ranges)
            }
            inputs = with_size(net, chosen)
            if takes(layer, arriving(net, [name], {}, inputs), net.layout):
                yield next(iter(inputs.values()))


def _shapes_of_area(area: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if len(sizes) == 1:
        yield (area,)
    elif len(sizes) == 2:  # noqa: PLR2004 - height and width
        root = isqrt(area)
        if root * root == area:
            yield root, root
        for known, other in ((0, 1), (1, 0)):
            if area % sizes[known] == 0:
                pair = [0, 0]
                pair[known], pair[other] = sizes[known], area // sizes[known]
                yield tuple(pair)


def _giving(way: Way, index: int, wanted: int) -> range:
    """The sizes at the start of a way that give exactly this one at its end."""
    low, high = wanted, wanted
    for node in reversed(way.nodes):
        windows = _windows(node)
        if not windows:
            if product(node.output_shape) != product(node.input_shapes[0]):
                return range(0)
            continue
        window = windows[index]
        if isinstance(window, TransposedWindow):
            found = transposed_input_giving(window, low)
            if found is None:
                return range(0)
            low = high = found
        elif getattr(node.layer, "padding", None) == "same":
            low, high = (low - 1) * window.stride + 1, high * window.stride
        else:
            low, high = inputs_giving(window, low).start, inputs_giving(window, high).stop - 1
        if high < low:
            return range(0)
    return range(low, high + 1)


def with_size(net: Built, sizes: dict[int, int]) -> dict[str, Shape]:
    """The inputs with other sizes along some spatial axes; those of one shape alike."""
    first = next(iter(net.inputs.values()))
    return {
        name: _resized(net, shape, sizes)
        for name, shape in net.inputs.items()
        if shape == first or len(net.inputs) == 1
    }


def _resized(net: Built, shape: Shape, sizes: dict[int, int]) -> Shape:
    spatial = [sizes.get(index, size) for index, size in enumerate(_spatial(net, shape))]
    return shaped(channels_of(shape, net.layout), spatial, net.layout)


def _spatial(net: Built, shape: Shape) -> Shape:
    return spatial_of(shape, net.layout)


def _axes(net: Built) -> Iterable[str]:
    rank = len(next(iter(net.inputs.values()))) - 1
    return axis_names(rank) if 1 <= rank <= 3 else ()  # noqa: PLR2004 - 1D, 2D and 3D
