"""Every size of a net as a function of one axis of its input, and what each layer demands of it.

One axis of the input varies, as `n`; everything else stays as the spec says.
Each layer is asked once a residue, at sizes far above any kernel, how its
output grows (its [`SizeFunction`][cnncalc.net.size_function.SizeFunction]); the functions are
composed along the graph. What a layer refuses becomes a demand on `n`: pulled
back through the functions, so that no net is built for any `n`.
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from cnncalc.arithmetic import Window
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import shape_of
from cnncalc.net.size_function import IDENTITY, SizeFunction, UnevenError, check_period, fixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.changed import InputAxis
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

Sizes = tuple[SizeFunction, ...]  # a shape whose sizes depend on n

_FAR = 2**24  # above the kernels and paddings of nets, so that rounding is all that is left
_LONGEST_OWN = 64  # the longest period that is looked for in a layer that slides no window
_NEAR = range(2 * _LONGEST_OWN)  # steps at which a period that was looked for is verified
_AWAY = (7919, 104_729, 1_299_709)  # further steps at which any period is verified
_MOST_WORK = 2_000_000  # values of size functions that are computed for one axis
_ASKED = 15  # what asking a layer takes, in such values, for each of its inputs


class Demand(NamedTuple):
    """What one layer asks of `n`: at least a size, residues of a period, or a range.

    An `n` that the residues leave out may still be in `also`: where shapes meet by
    chance at one small size.
    """

    node: str
    least: int = 1
    most: int | None = None
    period: int = 1
    residues: frozenset[int] = frozenset({0})
    also: frozenset[int] = frozenset()

    def holds(self, size: int) -> bool:
        """Whether the layer takes what an input of this size brings it."""
        if size in self.also:
            return True
        inside = size >= self.least and (self.most is None or size <= self.most)
        return inside and size % self.period in self.residues


class Propagation(NamedTuple):
    """The sizes of every result as functions of `n`, and all demands."""

    sizes: Mapping[str, Sizes]
    demands: tuple[Demand, ...]


class _Law(NamedTuple):
    """How one layer turns one varying size into its output; `least` a residue, or None."""

    output: Sizes
    least: tuple[int | None, ...]


def propagate(network: Network, axis: InputAxis) -> Propagation:
    """Follow one axis of the inputs through the net; all others stay.

    Raises:
        UnevenError: some size grows in a way that repeats in no period, or the net has too
            many unlike layers.
    """
    sizes: dict[str, Sizes] = {}
    places = dict(zip(axis.inputs, axis.places, strict=True))
    alone = any(name not in places for name in network.inputs)
    step = _Step(network.layout, _far(axis.size), alone=alone)
    for name, shape in network.inputs.items():
        sizes[name] = tuple(
            IDENTITY if place == places.get(name) else fixed(one) for place, one in enumerate(shape)
        )
    for node in network.layers:
        sizes[node.name] = step.output(node, tuple(sizes[name] for name in node.inputs))
    return Propagation(sizes, tuple(step.demands))


class _Step:
    """Passes sizes through one layer after another, and collects the demands."""

    def __init__(self, layout: Layout, far: int, *, alone: bool) -> None:
        self.layout = layout
        self.alone = alone  # other inputs stay as they are
        self.far = far
        self.demands: list[Demand] = []
        self.left = _MOST_WORK
        self.laws: dict[object, _Law | None] = {}
        self.merges: dict[object, tuple[Sizes, Demand | None]] = {}
        #: By the identity of a layer and of what arrives, which is kept so that it stays one.
        self.known: dict[object, tuple[Sizes, list[Demand], tuple[Sizes, ...]]] = {}

    def output(self, node: Node, arriving: tuple[Sizes, ...]) -> Sizes:
        """The sizes that leave a layer; the same layer is looked at once for the same sizes."""
        key = (id(node.layer), *map(id, arriving))
        found = self.known.get(key)
        if found is None:
            before = len(self.demands)
            sizes = self.followed(node, arriving)
            self.known[key] = sizes, self.demands[before:], arriving
            return sizes
        self.demands += [demand._replace(node=node.name) for demand in found[1]]
        return found[0]

    def followed(self, node: Node, arriving: tuple[Sizes, ...]) -> Sizes:
        varying = [
            (which, place)
            for which, sizes in enumerate(arriving)
            for place, size in enumerate(sizes)
            if not size.constant
        ]
        if not varying:
            return tuple(map(fixed, node.output_shape))
        self.charge(sum(arriving[which][place].period for which, place in varying))
        if len(arriving) == 1 and len(varying) == 1:
            return self.through(node, arriving[0], varying[0][1])
        key = (id(node.layer), arriving)
        if key not in self.merges:
            self.merges[key] = _merged(node, arriving, self)
        sizes, demand = self.merges[key]
        if demand is not None:
            self.demands.append(demand._replace(node=node.name))
        return sizes

    def through(self, node: Node, sizes: Sizes, place: int) -> Sizes:
        """Pass one varying size through a layer."""
        shape = node.input_shapes[0]
        rest = (*shape[:place], 0, *shape[place + 1 :])
        key = (node.layer.dialect, node.layer.rank, repr(node.layer), rest, place)
        if key not in self.laws:
            self.laws[key] = _law(node.layer, shape, place, self)
        law = self.laws[key]
        size = sizes[place]
        if law is None:  # it takes this one size only
            self.demands.append(_pinned(node, size, shape[place]))
            return tuple(map(fixed, node.output_shape))
        self.charge(size.period * len(law.least))
        self.demand(node.name, size, law)
        leaving = tuple(size.then(one) for one in law.output)
        return sizes if leaving == sizes else leaving

    def demand(self, name: str, size: SizeFunction, law: _Law) -> None:
        known = [least for least in law.least if least is not None]
        least = size.least(min(known)) or 1
        period = len(law.least)
        if least > 1:
            self.demands.append(Demand(name, least))
        if None not in law.least and max(known) - min(known) < period:
            return
        # Pulled back: the residues of n whose size falls on an accepted residue.
        steps = lcm(size.rise, period) // size.rise
        whole = check_period(size.period * steps)
        self.charge(whole)
        taken = frozenset(n for n in range(whole) if law.least[size.at(n) % period] is not None)
        if max(known) - min(known) < period:
            self.demands.append(Demand(name, 1, None, whole, taken))
            return
        # Residues that begin more than a period apart: below the last, each size is asked for.
        late = size.least(max(known)) or 1
        self.charge(late)
        early = frozenset(n for n in range(max(least, 1), late) if _early(law, size.at(n)))
        self.demands.append(Demand(name, late, None, whole, taken, early))

    def ask(self, layer: Layer, *shapes: Shape) -> Shape | None:
        """The shape that leaves a layer; None where it refuses."""
        self.charge(_ASKED * len(shapes))
        try:
            return shape_of(layer, Inputs(shapes, self.layout))
        except LayerError:
            return None

    def charge(self, work: int) -> None:
        """Charge for values; raises `UnevenError` once there were too many."""
        self.left -= work
        if self.left < 0:
            raise UnevenError("it has too many unlike layers for its sizes to be followed")


def _early(law: _Law, size: int) -> bool:
    """Whether a layer takes this size, by the least of its residue."""
    least = law.least[size % len(law.least)]
    return least is not None and size >= least


def _pinned(node: Node, size: SizeFunction, only: int) -> Demand:
    first, after = size.least(only), size.least(only + 1)
    return Demand(node.name, max(first or 1, 1), None if after is None else after - 1)


def _with(shape: Shape, place: int, size: int) -> Shape:
    return (*shape[:place], size, *shape[place + 1 :])


def _far(size: int) -> int:
    """Far above a size that fits, and so above every kernel and padding that it meets."""
    return max(_FAR, 4 * size)


def _law(layer: Layer, shape: Shape, place: int, step: _Step) -> _Law | None:
    """How a layer's output follows one size of its input; None if it takes this size only.

    Raises:
        UnevenError: no period is found.
    """

    def ask(size: int) -> Shape | None:
        return step.ask(layer, _with(shape, place, size))

    def slides(size: int) -> list[int]:
        windows = layer.windows(Inputs((_with(shape, place, size),), step.layout))
        return [window.size for window in windows]

    period, far = 1, _far(shape[place])
    sliding = bool(slides(far))
    if sliding:
        windows = layer.windows(Inputs((_with(shape, place, far),), step.layout))
        moved = slides(far + 1)
        for window, size in zip(windows, moved, strict=True):
            if window.size != size and isinstance(window, Window):
                period = lcm(period, window.stride)
    if all(ask(far + further) is None for further in _NEAR):
        return None
    # Windows repeat with their strides; an element, or a position of a dense layer, is as others.
    alike = sliding or layer.elementwise or layer.fully_connected
    verified = _AWAY if alike else (*_NEAR, *_AWAY)
    for tried in dict.fromkeys((period, *range(1, _LONGEST_OWN + 1))):
        found = _with_period(ask, check_period(tried), far, verified)
        if found is not None:
            return found
    raise UnevenError(f"the output of a `{layer.type}` does not grow evenly with its input")


def _with_period(ask: _Ask, period: int, far: int, verified: Iterable[int]) -> _Law | None:
    """The law of this period, if the layer obeys it, at the verified steps beyond two periods."""
    base = -(-far // period) * period
    first = [ask(base + step) for step in range(period)]
    second = [ask(base + period + step) for step in range(period)]
    rises = {
        tuple(after - before for before, after in zip(one, two, strict=True))
        for one, two in zip(first, second, strict=True)
        if one is not None and two is not None and len(one) == len(two)
    }
    refused = [one is None for one in first]
    if len(rises) != 1 or refused != [two is None for two in second]:
        return None
    rise = rises.pop()
    output = tuple(
        SizeFunction(tuple(_values(first, place, slope, base)), slope).reduced()
        for place, slope in enumerate(rise)
    )
    if any(one.falling for one in output):
        return None
    for step in verified:
        answer = ask(base + step)
        if (answer is None) != refused[step % period]:
            return None
        if answer is not None and answer != tuple(one.at(base + step) for one in output):
            return None
    least = tuple(
        None if refused[residue] else _least(ask, residue, period) for residue in range(period)
    )
    return _Law(output, least)


def _values(shapes: list[Shape | None], place: int, slope: int, base: int) -> Iterator[int]:
    """One size of each shape, brought down to n = 0; a refused one as the one before it."""
    turns = base // len(shapes)
    last = next((s[place] - slope for s in reversed(shapes) if s is not None), 0)
    for shape in shapes:
        last = shape[place] if shape is not None else last
        yield last - slope * turns


def _least(ask: _Ask, residue: int, period: int) -> int:
    """The smallest size of this residue that the layer takes; larger ones it takes too."""
    low = 0 if residue else 1
    if ask(residue + period * low) is not None:
        return residue + period * low
    reach = 1
    while ask(residue + period * (low + reach)) is None:
        reach *= 2
    refused, taken = low + reach // 2, low + reach
    while taken - refused > 1:
        middle = (refused + taken) // 2
        if ask(residue + period * middle) is None:
            refused = middle
        else:
            taken = middle
    return residue + period * taken


def _merged(node: Node, arriving: tuple[Sizes, ...], step: _Step) -> tuple[Sizes, Demand | None]:
    """Where several sizes vary: the layer is asked once a residue of their common period.

    Where an input moves alone, it meets the others by its size, not by broadcasting what
    has shrunk to one element.
    """

    def ask(size: int) -> Shape | None:
        shapes = tuple(tuple(one.at(size) for one in sizes) for sizes in arriving)
        if any(one < 1 for shape in shapes for one in shape):
            return None
        return step.ask(node.layer, *shapes)

    period = check_period(lcm(*(one.period for sizes in arriving for one in sizes)))
    chance = frozenset(
        n
        for n in _chances(arriving)
        if ask(n) is not None and not (step.alone and _broadcast(node, arriving, n))
    )
    base = -(-step.far // period) * period
    first = [ask(base + residue) for residue in range(period)]
    residues = frozenset(residue for residue, shape in enumerate(first) if shape is not None)
    if not residues:
        sizes = tuple(map(fixed, node.output_shape))
        return sizes, Demand("", 1, None, 1, frozenset(), chance)
    some = min(residues)
    start, then = first[some], ask(base + period + some)
    if start is None or then is None or len(start) != len(then):
        raise UnevenError(f"the output of {node.name} does not grow evenly with the input")
    rises = [after - before for before, after in zip(start, then, strict=True)]
    output = tuple(
        SizeFunction(tuple(_values(first, place, rise, base)), rise).reduced()
        for place, rise in enumerate(rises)
    )
    if ask(base + 5 * period + some) != tuple(one.at(base + 5 * period + some) for one in output):
        raise UnevenError(f"the output of {node.name} does not grow evenly with the input")
    if len(residues) == period:
        return output, None
    return output, Demand("", 1, None, period, residues, chance)


def _broadcast(node: Node, arriving: tuple[Sizes, ...], size: int) -> bool:
    """Whether sizes differ that are equal in the net as it is."""
    columns = zip(zip(*arriving, strict=False), zip(*node.input_shapes, strict=False), strict=False)
    return any(
        len(set(now)) == 1 and len({one.at(size) for one in functions}) > 1
        for functions, now in columns
    )


def _chances(arriving: tuple[Sizes, ...]) -> set[int]:
    """The inputs at which sizes of different growth are equal, or one of them is 1."""
    found: set[int] = set()
    rank = min(len(sizes) for sizes in arriving)
    for place in range(rank):
        column = [*dict.fromkeys(sizes[place] for sizes in arriving), fixed(1)]
        for i, one in enumerate(column):
            for other in column[i + 1 :]:
                found.update(_equal(one, other))
    return found


def _equal(one: SizeFunction, other: SizeFunction) -> list[int]:
    return [] if one == other else one.meets(other)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Ask = Callable[[int], Shape | None]
