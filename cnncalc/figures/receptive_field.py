"""What a unit sees: its receptive field on the net's input, axis by axis, on any graph.

Of every tensor it is followed, for each spatial axis of the input, which of its
own axes carries the positions and which interval of the input each position
sees. A sliding window keeps the intervals alike; after a transposed
convolution or an upsampling they differ from position to position, and repeat.

Source: Araujo, Norris and Sim, Computing receptive fields of convolutional
neural networks (Distill, 2019); the intervals of single units are held against
gradients of PyTorch.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import chain, zip_longest
from math import gcd
from typing import TYPE_CHECKING, Any, TypeVar

from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import Reach
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

    _State = tuple["Carried", ...]
    _Followed = tuple[Node, tuple[_State, ...], Sequence[Sequence[Reach]] | None, _State]

_Told = TypeVar("_Told")
#: What was worked out last is kept: the axes of a square map are alike, and so are many layers.
_KEPT = 256
#: Beyond this many input elements holes are not looked for.
_LONGEST = 1 << 16


class View(NamedTuple):
    """What the units of a layer see along one axis of the input, in input elements.

    Attributes:
        size: the receptive field, the largest where units differ; None for the whole input.
        stride: input elements between two units, a text such as `1/2` where it is a
            fraction; None where there is no such number.
        padding: the effective padding, `unit * stride - first element`; None where units differ.
        seen: the elements that are really read; fewer than `size` where there are holes; None
            where that is not known.
    """

    size: int | None = None
    stride: int | str | None = None
    padding: int | None = None
    seen: int | None = None


class Interval(NamedTuple):
    """The input elements that one unit sees; `mask` has a bit for each, None for all of them."""

    first: int
    last: int
    mask: int | None = None

    def moved(self, by: int) -> Interval:
        """The same interval farther along."""
        return self._replace(first=self.first + by, last=self.last + by)

    @property
    def size(self) -> int:
        """From the first to the last element."""
        return self.last - self.first + 1


class Field(NamedTuple):
    """The intervals of all units along an axis; unit `k * len(units) + i` lies `k * shift` on.

    A unit that sees nothing, as between the strides of a transposed kernel of 1, is None.
    A bounded field has all units of its axis, and those beyond see nothing: so it is behind
    a cyclic shift, where the neighbours of the first and last unit are none of theirs.
    """

    units: tuple[Interval | None, ...]
    shift: int
    bounded: bool = False

    def at(self, unit: int) -> Interval | None:
        """The interval of any unit, also of one outside the tensor."""
        if self.bounded and not 0 <= unit < len(self.units):
            return None
        turn, phase = divmod(unit, len(self.units))
        interval = self.units[phase]
        return interval.moved(turn * self.shift) if interval is not None else None

    @property
    def size(self) -> int:
        """The largest of the units."""
        return max((one.size for one in self.units if one is not None), default=0)


class Mixed(NamedTuple):
    """Units whose places are lost, as after a flatten: only the size of what each sees is known."""

    size: int
    bounded: bool = False


#: What the units see along one axis of the input: None is the whole of it.
Sight = Field | Mixed | None


class Carried(NamedTuple):
    """An axis of the input as a tensor carries it: along which of its axes, and what units see."""

    axis: int | None
    sight: Sight


WHOLE = Carried(None, None)
_OWN = Field((Interval(0, 0),), 1)
_ITSELF = range(1)
_POINTWISE = tuple(Reach(axis) for axis in range(8))


def receptive_fields(network: Network) -> dict[str, tuple[View, ...]]:
    """What every layer's units see: one answer for each spatial axis of the input.

    With several inputs their axes are matched in order, and the union is told.
    """
    return {node.name: views for node, views in viewed(network)}


@lru_cache(maxsize=1)
def _views(network: Network) -> tuple[tuple[View, ...], ...]:
    return tuple(views for _, views in viewed(network))


def sizes(network: Network, _: int = 1) -> list[tuple[int | None, ...]]:
    """The receptive field of every layer, one number per axis; None for the whole input."""
    return _of_each(network, lambda view: view.size)


def strides(network: Network, _: int = 1) -> list[tuple[int | str | None, ...]]:
    """The effective stride of every layer, per axis."""
    return _of_each(network, lambda view: view.stride)


def paddings(network: Network, _: int = 1) -> list[tuple[int | None, ...]]:
    """The effective padding of every layer, per axis."""
    return _of_each(network, lambda view: view.padding)


def _of_each(network: Network, told: Callable[[View], _Told]) -> list[tuple[_Told, ...]]:
    """One number per axis of every layer; layers that see the same share it."""
    every = _views(network)
    known = {views: tuple(map(told, views)) for views in dict.fromkeys(every)}
    return [known[views] for views in every]


def viewed(network: Network) -> Iterator[tuple[Node, tuple[View, ...]]]:
    """Every layer with what its units see."""
    views: dict[int, tuple[View, ...]] = {}  # of each state, by identity
    kept = []  # so that no other state gets its identity
    largest = largest_input(network)
    for node, state in carried(network):
        found = views.get(id(state))
        if found is None:
            found = views[id(state)] = viewed_within(state, largest)
            kept.append(state)
        yield node, found


def viewed_within(state: tuple[Carried, ...], largest: Shape) -> tuple[View, ...]:
    """What is told of each axis, of an input of these sizes."""
    return tuple([view_of(one.sight, size) for one, size in zip(state, largest, strict=False)])


def largest_input(network: Network) -> Shape:
    """The size along each spatial axis, of several inputs the largest."""
    spatial = [
        [shape[one.axis] for one in of_input(shape, network) if one.axis is not None]
        for shape in network.inputs.values()
    ]
    return tuple(max(sizes) for sizes in zip_longest(*spatial, fillvalue=0))


def followed(network: Network) -> Iterator[_Followed]:
    """Every layer, how its inputs carry the axes of the net's, what it reads, and its result.

    What it reads is None where the result is the only input's, element by element. What a result
    carries is kept until its last use.
    """
    of_shapes = {shape: of_input(shape, network) for shape in network.inputs.values()}
    states = {name: of_shapes[shape] for name, shape in network.inputs.items()}
    left = Counter(chain.from_iterable([inputs for _, _, inputs, *_ in network.layers]))
    known: dict[tuple[int, int], Sequence[Sequence[Reach]] | None] = {}
    steps = _Steps()
    for node in network.layers:
        name, layer, inputs, facts, *_ = node
        key = id(layer), id(facts)
        if key not in known:
            known[key] = reach_of(node)
        reached = known[key]
        arriving = tuple([states[one] for one in inputs])
        state = (
            arriving[0]
            if reached is None
            else steps.through(arriving[0], reached, facts.output_shape)
            if len(arriving) == 1
            else _through(arriving, reached, facts.output_shape)
        )
        for one in inputs:
            left[one] -= 1
            if not left[one]:
                del states[one]
        if name in left:
            states[name] = state
        yield node, arriving, reached, state


class _Steps:
    """What layers of one input make of what it carries: found once, and the same if it stays."""

    def __init__(self) -> None:
        #: By the identity of what arrives and of how it is read, with what keeps them alive.
        self._known: dict[tuple[int, int, Shape], tuple[object, object, _State]] = {}

    def through(self, state: _State, reached: Sequence[Sequence[Reach]], output: Shape) -> _State:
        """What the output of a layer that reads so carries."""
        key = id(state), id(reached), output
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = _through((state,), reached, output)
            known = self._known[key] = state, reached, state if found == state else found
        return known[2]


def carried(network: Network) -> Iterator[tuple[Node, tuple[Carried, ...]]]:
    """Every layer with how its result carries each spatial axis of the input."""
    for node, _, _, state in followed(network):
        yield node, state


def reach_of(node: Node) -> Sequence[Sequence[Reach]] | None:
    """What a layer reads; None where that is its only input, element by element."""
    reached = node.layer.reach(node.facts.inputs, node.output_shape)
    plain = len(reached) == 1 and all(
        reach == own for reach, own in zip(reached[0], _POINTWISE, strict=False)
    )
    return None if plain and len(reached[0]) <= len(_POINTWISE) else reached


def of_input(shape: Shape, network: Network) -> tuple[Carried, ...]:
    """The spatial axes of an input, whose units see themselves."""
    channels = channel_axis(network.layout, len(shape))
    return tuple(Carried(axis, _OWN) for axis in range(len(shape)) if axis != channels)


def _through(
    arriving: Sequence[tuple[Carried, ...]], reached: Sequence[Sequence[Reach]], output: Shape
) -> tuple[Carried, ...]:
    """What a layer's output carries, given what its inputs do."""
    if len(arriving) == 1:
        return tuple([_read(one, reached[0], output) for one in arriving[0]])
    count = max(map(len, arriving))
    # What arrives several times is read in the same way, and adds nothing.
    pairs = {(id(pair[0]), id(pair[1])): pair for pair in zip(arriving, reached, strict=False)}
    found = []
    for axis in range(count):
        parts = [
            _read(state[axis], reach, output)
            for state, reach in pairs.values()
            if axis < len(state)
        ]
        joined = parts[0]
        for part in parts[1:]:
            joined = _union(joined, part, output)
        found.append(joined)
    return tuple(found)


def _read(carried: Carried, reached: Sequence[Reach], output: Shape) -> Carried:
    if carried.axis is None or carried.sight is None:
        return WHOLE
    reach = reached[carried.axis]
    if reach.axis is None:
        return WHOLE
    if not reach.taps:
        return _lost(carried.sight, reach)
    if isinstance(carried.sight, Mixed):
        one_each = all(taps and taps[0] == taps[-1] for taps in reach.taps)
        return Carried(reach.axis, carried.sight) if one_each else WHOLE
    if reach.period == reach.shift == 1 and reach.taps[0] == _ITSELF:
        return carried if carried.axis == reach.axis else Carried(reach.axis, carried.sight)
    size = output[reach.axis]
    if (carried.sight.bounded or reach.cyclic) and size > _LONGEST:
        sight = None  # too many units to be followed one by one
    else:
        sight = _composed(carried.sight, reach[1:], size)
    return Carried(reach.axis, sight)


def _lost(sight: Field | Mixed, reach: Reach) -> Carried:
    """What is known where the places are not told: the size, if neighbours see alike."""
    if reach.widest == 1:
        return Carried(reach.axis, Mixed(sight.size, sight.bounded))
    if isinstance(sight, Mixed) or len(sight.units) > 1:
        return WHOLE
    return Carried(reach.axis, Mixed(sight.size + (reach.widest - 1) * sight.shift))


def _bounded(field: Field, reach: Reach, size: int) -> Field:
    """The same for every unit of an axis, one by one."""
    units = tuple([_gathered(field, reach.at(unit)) for unit in range(size)])
    shift = size * reach.shift * field.shift // (reach.period * len(field.units))
    return Field(units, shift, bounded=True)


@lru_cache(maxsize=_KEPT)
def _composed(field: Field, reads: tuple[Any, ...], size: int) -> Field:
    """What units see that read units of a field, as a reach says without its axis."""
    reach = Reach(None, *reads)
    if field.bounded or reach.cyclic:
        return _bounded(field, reach, size)
    if reach.period == len(field.units) == 1:
        return Field((_gathered(field, reach.taps[0]),), reach.shift * field.shift)
    period = len(field.units)
    turns = period // gcd(period, reach.shift)
    count, shift = reach.period * turns, reach.shift * turns // period * field.shift
    if count > size > 0:  # no unit lies beyond the axis
        count, shift = size, shift * size // count
    units = tuple([_gathered(field, reach.at(unit)) for unit in range(count)])
    return _simplified(Field(units, shift))


def _gathered(field: Field, taps: range) -> Interval | None:
    """The union of what some units see."""
    if len(field.units) == 1 and taps and not field.bounded:
        return _regular(field, taps)
    parts = [part for tap in taps if (part := field.at(tap)) is not None]
    if not parts:
        return None
    joined = parts[0]
    for part in parts[1:]:
        joined = _joined(joined, part)
    return joined


def _regular(field: Field, taps: range) -> Interval | None:
    """The same where all units see alike: a step that their own size bridges leaves no hole."""
    own = field.units[0]
    if own is None:
        return None
    step = taps.step * field.shift
    first, last = own.first + taps[0] * field.shift, own.last + taps[-1] * field.shift
    bridged = taps[0] == taps[-1] or step <= own.size
    if own.mask is None and bridged:
        return Interval(first, last)
    if last - first >= _LONGEST:
        return Interval(first, last, 0)
    mask, bits = 0, _bits(own)
    for turn in range(len(taps)):
        mask |= bits << turn * step
    return _masked(first, last, mask if bits else 0)


def _joined(one: Interval, other: Interval) -> Interval:
    first, last = min(one.first, other.first), max(one.last, other.last)
    touching = max(one.first, other.first) <= min(one.last, other.last) + 1
    if touching and one.mask is other.mask is None:
        return Interval(first, last)
    if last - first >= _LONGEST or 0 in (one.mask, other.mask):
        return Interval(first, last, 0)
    mask = _bits(one) << one.first - first | _bits(other) << other.first - first
    return _masked(first, last, mask)


def _bits(interval: Interval) -> int:
    return (1 << interval.size) - 1 if interval.mask is None else interval.mask


def _masked(first: int, last: int, mask: int) -> Interval:
    full = mask == (1 << last - first + 1) - 1
    return Interval(first, last, None if full else mask)


def _union(one: Carried, other: Carried, output: Shape) -> Carried:
    """What a unit sees that reads two inputs at the same place."""
    if one.axis != other.axis or one.sight is None or other.sight is None or one.axis is None:
        return WHOLE
    if isinstance(one.sight, Mixed) or isinstance(other.sight, Mixed):
        both = isinstance(one.sight, Mixed) and isinstance(other.sight, Mixed)
        bounded = one.sight.bounded or other.sight.bounded
        size = max(one.sight.size, other.sight.size)
        return Carried(one.axis, Mixed(size, bounded)) if both else WHOLE
    if one.sight == other.sight:
        return one
    return Carried(one.axis, _merged(one.sight, other.sight, max(1, output[one.axis])))


@lru_cache(maxsize=_KEPT)
def _merged(one: Field, other: Field, size: int) -> Field:
    periods = len(one.units), len(other.units)
    count = periods[0] * periods[1] // gcd(*periods)
    alike = one.shift * periods[1] == other.shift * periods[0]
    shift = one.shift * count // periods[0]
    bounded = one.bounded or other.bounded
    if count > size or not alike or bounded:  # no pattern repeats: every unit for itself
        count, shift = size, one.shift * size // periods[0]
    units = []
    for unit in range(count):
        left, right = one.at(unit), other.at(unit)
        units.append((left and right and _joined(left, right)) or left or right)
    return _simplified(Field(tuple(units), shift, bounded))


def _simplified(field: Field) -> Field:
    """One unit for all, where they see alike."""
    count = len(field.units)
    stride, rest = divmod(field.shift, count)
    first = field.units[0]
    if rest or first is None or field.bounded:
        return field
    if any(one != first.moved(unit * stride) for unit, one in enumerate(field.units)):
        return field
    return Field((first,), stride)


@lru_cache(maxsize=_KEPT)
def view_of(sight: Sight, whole: int) -> View:
    """What is told of the units along one axis of an input of `whole` elements.

    What goes round an axis and takes all of it is the whole input, padding or not.
    """
    if sight is None or (sight.bounded and sight.size >= whole):
        return View()
    if isinstance(sight, Mixed):
        return View(sight.size)
    if len(sight.units) == 1 and sight.units[0] is not None:
        first, last, mask = sight.units[0]
        seen = last - first + 1 if mask is None else mask.bit_count() or None
        return View(last - first + 1, sight.shift, -first, seen)
    count = len(sight.units)
    common = gcd(sight.shift, count)
    over, under = sight.shift // common, count // common
    stride = over if under == 1 else f"{over}/{under}"
    paddings = {
        unit * over - one.first * under if one is not None else None
        for unit, one in enumerate(sight.units)
    }
    padding = paddings.pop() if len(paddings) == 1 and under == 1 else None
    return View(sight.size, stride, padding, _seen(sight))


def _seen(field: Field) -> int | None:
    every = [one for one in field.units if one is not None]
    if any(one.mask == 0 for one in every):
        return None
    return max((one.size if one.mask is None else one.mask.bit_count() for one in every), default=0)
