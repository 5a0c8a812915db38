"""Entries that are met again, in the next turn of a loop or the next use of a block.

What does not change from turn to turn is found out once: that an entry is a layer of a
built-in type with nothing but a loop, a name and a `when` beside it, which values among its
arguments depend on variables, and the layer that each of their values gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.building import BESIDE
from cnncalc.build.costs import cost_of, cost_of_layer
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.syntax import (
    ALONE,
    Choice,
    Expression,
    Layer,
    List,
    Literal,
    Malformed,
    Map,
)
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.build.building import LayerBuilder
    from cnncalc.build.scope import Evaluator
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Entry, Value
    from cnncalc.layers.base.layer import Layer as BuiltLayer

#: Turns in which an entry is tried again: its error is shown once.
MOST_FAILURES = 3


class Varied:
    """A layer whose arguments or name depend on variables; it is built once for their values."""

    __slots__ = ("_builder", "_built", "_leaves", "entry", "steps")

    def __init__(
        self, entry: Layer, leaves: tuple[Expression | Choice, ...], builder: LayerBuilder
    ) -> None:
        self.entry = entry
        #: What its values cost, in steps; the layer's own cost aside.
        self.steps = cost_of(entry)
        self._leaves = leaves
        self._builder = builder
        self._built: dict[object, tuple[BuiltLayer, int]] = {}

    def layer(self, evaluator: Evaluator) -> tuple[BuiltLayer, int] | None:
        """The layer and its cost; None where a value or the layer cannot be made."""
        try:
            values = [evaluator.expression(leaf) for leaf in self._leaves]
            key = (*values, *map(type, values))  # True is not 1
            found = self._built.get(key)
            if found is None:
                built, regularizer = self._builder.build(self.entry, evaluator)
                if regularizer is not None:
                    return None
                found = self._built[key] = built, cost_of_layer(built)
        except (SpecProblem, UnknownShape):  # told where the entry is placed in full
            return None
        except TypeError:  # a list among the values
            return None
        return found


class Prepared(NamedTuple):
    """An entry that was met before: the layer it always is, or how its values change it."""

    item: Placed
    layer: BuiltLayer | None = None
    varied: Varied | None = None


def varied(entry: Entry, builder: LayerBuilder, blocks: Collection[str]) -> Varied | None:
    """How the variables change an entry; None if it is more than a layer alone."""
    if not isinstance(entry, Layer) or not entry.type or "$" in entry.type or entry.type in blocks:
        return None
    beside = entry.beside
    if beside is not ALONE and beside._replace(loop=None, name=None, when=None) != ALONE:
        return None
    if isinstance(beside.name, Malformed):
        return None
    arguments = entry.arguments
    if isinstance(arguments, Map) and any(key.text in BESIDE for key, _ in arguments.pairs):
        return None
    leaves: list[Expression | Choice] = []
    if arguments is not None and not _leaves(arguments, leaves):
        return None
    return Varied(entry, tuple(leaves), builder)


def _leaves(value: Value, found: list[Expression | Choice]) -> bool:
    """Collect what depends on variables, in the order of its computation."""
    if isinstance(value, (Expression, Choice)):
        found.append(value)
        return True
    if isinstance(value, List):
        return all(_leaves(item, found) for item in value.items)
    if isinstance(value, Map):
        return all(_leaves(part, found) for _, part in value.pairs)
    return isinstance(value, Literal)
