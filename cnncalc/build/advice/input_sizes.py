"""Other inputs for which a refused layer takes what arrives.

The sizes above the layer are functions of the input's, as `solve --divisible` has
them; the layer is asked at the values of these functions, and what is found is
computed through before it is named.
"""

from __future__ import annotations

from math import isqrt, lcm
from typing import TYPE_CHECKING

from cnncalc.build.advice.paths import accepts
from cnncalc.layers.base.layout import channels_of, spatial_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import ancestors, changed, input_axes, resized
from cnncalc.net.network import Network
from cnncalc.net.size_function import UnevenError
from cnncalc.net.sizes import propagate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.changed import InputAxis
    from cnncalc.net.size_function import SizeFunction
    from cnncalc.net.sizes import Propagation

_LONGEST_PERIOD = 1024  # sizes that are asked for below and above the present one
_LARGE = 2**20  # above every kernel


class Fitting(NamedTuple):
    """Sizes of one axis of the inputs at which a merge meets.

    Attributes:
        axis: of the inputs.
        sizes: the nearest below and above the present one.
        multiple: what the sizes are multiples of, where all multiples fit, or None.
    """

    axis: InputAxis
    sizes: tuple[int, ...]
    multiple: int | None


class Above:
    """What is above a refused layer, as a function of the sizes of the inputs."""

    def __init__(self, network: Network, layer: Layer, names: Sequence[str]) -> None:
        self.layer = layer
        self.names = names
        nodes = ancestors(network, names)
        self.network = Network("", network.layout, network.inputs, nodes, ())
        self.functions: dict[InputAxis, Propagation] = {}
        for axis in input_axes(self.network):
            try:
                found = propagate(self.network, axis)
            except UnevenError:
                continue
            if any(not one.constant for name in names for one in found.sizes[name]):
                self.functions[axis] = found

    @property
    def now(self) -> list[Shape]:
        """The shapes that arrive."""
        return [self.network.shape_of(name) for name in self.names]

    def holds(self, axis: InputAxis, size: int) -> bool:
        """Whether all layers above take this size."""
        return all(demand.holds(size) for demand in self.functions[axis].demands)

    def meet(self, axis: InputAxis, size: int) -> bool:
        """Whether the layer takes what arrives then, if nothing but this axis mattered."""
        first, *_ = self.now
        sizes = self.functions[axis].sizes
        shapes = []
        for name, own in zip(self.names, self.now, strict=True):
            rest = first if len(own) == len(first) else own
            shapes.append(
                tuple(
                    other if one.constant else one.at(size)
                    for one, other in zip(sizes[name], rest, strict=True)
                )
            )
        possible = all(one > 0 for shape in shapes for one in shape)
        return possible and accepts(self.layer, tuple(shapes), self.network.layout)

    def inputs(self, sizes: Mapping[InputAxis, int]) -> dict[str, Shape] | None:
        """The inputs with these sizes, those that move; None unless the layer takes them."""
        shapes = resized(self.network, sizes)
        other = changed(self.network, inputs=shapes)
        if other is None:
            return None
        arriving = tuple(other.shape_of(name) for name in self.names)
        if not accepts(self.layer, arriving, self.network.layout):
            return None
        return {name: shape for name, shape in shapes.items() if shape != self.network.inputs[name]}


def fitting_sizes(above: Above) -> list[Fitting]:
    """The sizes of the inputs at which a merge meets, an axis each; none if they do not help."""
    found = []
    for axis, (sizes, demands) in above.functions.items():
        functions = [one.period for name in above.names for one in sizes[name]]
        period = lcm(*functions, *(demand.period for demand in demands))
        if period > _LONGEST_PERIOD or above.meet(axis, axis.size):
            continue

        def fits(size: int, axis: InputAxis = axis) -> bool:
            return above.holds(axis, size) and above.meet(axis, size)

        # Multiples of all strides fit the merges further down as well.
        step = period if fits(_LARGE // period * period) else 1
        start, end = axis.size // step * step, axis.size + period
        lower = range(start - (start == axis.size) * step, max(0, axis.size - period - 1), -step)
        below = next(filter(fits, lower), None)
        over = next(filter(fits, range(start + step, end + 1, step)), None)
        near = tuple(size for size in (below, over) if size is not None)
        if near:
            found.append(Fitting(axis, near, step if step > 1 else None))
    # Every size that is named is tried with the others, in all combinations of below and above.
    ends = [{one.axis: one.sizes[end] for one in found} for end in (0, -1)]
    return found if found and all(above.inputs(sizes) is not None for sizes in ends) else []


def smallest_input(above: Above) -> dict[str, Shape] | None:
    """The smallest inputs that the layer and all above it take."""
    found = {}
    for axis in above.functions:
        size = _least(above, axis)
        if size is None:
            return None
        found[axis] = size
    return above.inputs(found) if found else None


def _least(above: Above, axis: InputAxis) -> int | None:
    """The smallest size along one axis, where the others are large."""

    def fits(size: int) -> bool:
        shapes = tuple(
            tuple(
                _value([(one, size if other is axis else _LARGE) for other, one in functions], now)
                for functions, now in zip(
                    _by_place(above, name), above.network.shape_of(name), strict=True
                )
            )
            for name in above.names
        )
        possible = all(one > 0 for shape in shapes for one in shape)
        return possible and accepts(above.layer, shapes, above.network.layout)

    low, high = 0, 1
    while not fits(high):
        low, high = high, 2 * high
        if high > _LARGE:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    sizes = range(high, high + _LONGEST_PERIOD)
    return next((size for size in sizes if above.holds(axis, size) and fits(size)), None)


def _by_place(above: Above, name: str) -> Iterator[list[tuple[InputAxis, SizeFunction]]]:
    """For each place of a shape the axes of the inputs on which it depends."""
    for place in range(len(above.network.shape_of(name))):
        yield [
            (axis, found.sizes[name][place])
            for axis, found in above.functions.items()
            if not found.sizes[name][place].constant
        ]


def _value(functions: Sequence[tuple[SizeFunction, int]], now: int) -> int:
    """The size at a place; one that depends on several axes is as it is."""
    if len(functions) != 1:
        return now
    ((function, size),) = functions
    return function.at(size)


def inputs_for_elements(above: Above, map_: str, elements: int) -> Iterator[dict[str, Shape]]:
    """Inputs for which a map has this many elements, square ones first.

    Args:
        above: what is above the layer.
        map_: the name of the map that is flattened further down.
        elements: that it must have.
    """
    shape, layout = above.network.shape_of(map_), above.network.layout
    area, rest = divmod(elements, channels_of(shape, layout))
    places = [place for place, found in enumerate(_by_place(above, map_)) if len(found) == 1]
    spatial = spatial_of(range(len(shape)), layout)  # type: ignore[arg-type]
    if rest or not area or tuple(places) != tuple(spatial):
        return
    functions = [found[0] for found in _by_place(above, map_) if len(found) == 1]
    for wanted in _shapes_of_area(area, spatial_of(shape, layout)):
        chosen = {}
        for (axis, function), size in zip(functions, wanted, strict=True):
            first, after = function.least(size), function.least(size + 1)
            if first is not None and after is not None and function.at(max(first, 1)) == size:
                chosen[axis] = min(max(axis.size, first, 1), after - 1)
        inputs = above.inputs(chosen) if len(chosen) == len(functions) else None
        if inputs is not None:
            yield inputs


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
