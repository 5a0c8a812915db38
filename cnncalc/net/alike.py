"""Layers that are alike: they share their arguments, what these make of the inputs, and traits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.net.node import Node

Kind = tuple[int, int, int]


class Alike(NamedTuple):
    """The first of layers that are alike, and how many there are."""

    first: Node
    layers: int


def kind_of(node: Node) -> Kind:
    """Equal for layers that are alike, as long as these exist."""
    _, layer, _, facts, _, traits, _ = node
    return id(layer), id(facts), id(traits)


def kinds(nodes: Iterable[Node]) -> list[Alike]:
    """Layers by what they are alike in, in order: of the turns of a loop there is one each."""
    found: dict[Kind, list[Node]] = {}
    for node in nodes:
        found.setdefault(kind_of(node), []).append(node)
    return [Alike(same[0], len(same)) for same in found.values()]
