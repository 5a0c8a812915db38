"""Where a figure of a net sits: the type of layer that holds most of it, and the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.figures.figure import Figure, Value
    from cnncalc.net.node import Node


class Holder(NamedTuple):
    """What holds most of a figure.

    Attributes:
        key: the figure.
        name: a type of layer, or the one layer of that type.
        part: how much of the figure is there.
        whole: the net's value.
        place: the layer, or block of the top level, that holds more than half; or "".
        place_part: how much is in that place.
    """

    key: str
    name: str
    part: int
    whole: int
    place: str = ""
    place_part: int = 0


def holders(
    nodes: Sequence[Node],
    figures: Sequence[Figure],
    values: Sequence[tuple[Value, ...]],
    chosen: Iterable[int],
) -> Iterator[Holder]:
    """What holds most of each of these figures of a net; nothing of a figure that it has not.

    Args:
        nodes: the layers.
        figures: of which sums are meant.
        values: the values of each layer, in the order of `figures`.
        chosen: which of `figures` are asked for, by their numbers.
    """
    for at in chosen:
        column = [value[at] for value in values]
        held = [
            (node, value)
            for node, value in zip(nodes, column, strict=True)
            if isinstance(value, int) and value
        ]
        if held:
            yield _holder(figures[at].key, held)


def _holder(key: str, held: Sequence[tuple[Node, int]]) -> Holder:
    values = [value for _, value in held]
    whole = sum(values)
    types = [node.layer.type for node, _ in held]
    type_, part = _largest(types, values)
    at = values.index(max(values))
    layer, most = held[at][0].name, values[at]
    if 2 * most <= whole:
        layer, most = _largest(_places(node for node, _ in held), values)
    name = held[types.index(type_)][0].name if types.count(type_) == 1 else type_
    if 2 * most <= whole or layer == name or most == whole:
        return Holder(key, name, part, whole)
    return Holder(key, name, part, whole, layer, most)


def _places(nodes: Iterable[Node]) -> Iterator[str]:
    """The block of the top level that each layer is in; the layer where it is in none."""
    known: dict[int, str] = {}
    for node in nodes:
        within = id(node.scope)
        if within not in known:
            scopes = node.scopes
            known[within] = scopes[0].name if scopes else ""
        yield known[within] or node.name


def _largest(names: Iterable[str], values: Iterable[int]) -> tuple[str, int]:
    """The name with the largest sum; the first of equal ones."""
    sums: dict[str, int] = {}
    for name, value in zip(names, values, strict=True):
        sums[name] = sums.get(name, 0) + value
    return max(sums.items(), key=lambda item: item[1])
