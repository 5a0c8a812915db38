"""What the layers of a Keras model are called: as in the spec, where Keras calls no other so."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from cnncalc.layers.index import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Bracket
    from cnncalc.net.node import Node

#: What operators stand for, which Keras names by itself.
OPERATORS = {"add", "subtract", "multiply", "truedivide", "power", "getitem", "negative"}


def name_of_layer(given: str) -> str:
    """A name of the spec as Keras takes it."""
    return re.sub(r"\W+", "_", given)


def without_number(name: str) -> str:
    """A name without its number and underscores, by which those of Keras are compared."""
    return re.sub(r"_\d+$", "", name).replace("_", "").lower()


def own_name(written: str, nodes: Sequence[Node]) -> str:
    """What a layer of the net itself is called in the spec; "" if Keras may call another so.

    Args:
        written: the name that stands beside it; "" for none.
        nodes: the layer in all places.
    """
    names = {node.name for node in nodes}
    given = names.pop()
    if not written or names or "/" in given:
        return ""
    name = name_of_layer(given)
    return "" if without_number(name) in _classes() else name


@cache
def _classes() -> frozenset[str]:
    """The classes of layers, and operators, whose names Keras gives to layers without one."""
    words = " ".join(FAMILIES.values()).split()
    return frozenset({*OPERATORS, *(one.lower() for one in words if one[0].isupper())})


def named(code: Bracket, name: str) -> Bracket:
    """A constructor, or a function that makes a layer, with a name."""
    if not name or not code.head.startswith("layers."):
        return code
    return code._replace(items=(*code.items, f'name="{name}"'))
