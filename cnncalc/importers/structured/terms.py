"""The terms that a net is taken apart into: layers, and what holds them, with open arguments.

A run of terms is one after another, each taking what the one before gives. Two
terms of equal `key` have the same types in the same order and differ in nothing
but the values in their slots; of equal `form`, not in these either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cnncalc.importers.structured.slots import ANY, Scaled
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

Kind: TypeAlias = Literal[
    "layer", "residual", "parallel", "repeat", "table", "use", "chain", "cell"
]

#: What the chains and layers of a cell take and give, by number.
OUTSIDE, INSIDE = -(10**6), -2 * 10**6

# What a person has to read, in tenths of a line.
LINE = 10
ARGUMENT = 3
CELL = 1
_CELLS = 16  # of a table that stands on one line
_ARGUMENTS = 5  # that stand on one line
_VARIABLES = 3  # among more than these arguments, that still stand on two lines


class Signature:
    """A layer type with the arguments that layers of this net give it.

    Attributes:
        type: its name.
        names: of the arguments, one a slot.
        defaults: what each is where it is not written.
        main: the argument that stands without its name if it is alone.
        trainable: whether its weights are trained.
        follows: whether it belongs to the layer before it: an activation, a normalization.
        weighs: whether it is a layer that others follow: a convolution, a dense layer.
    """

    __slots__ = ("defaults", "follows", "main", "names", "trainable", "type", "weighs")

    def __init__(  # noqa: PLR0913 - the attributes
        self,
        type_: str,
        names: tuple[str, ...],
        defaults: tuple[Any, ...],
        main: str,
        trainable: bool,  # noqa: FBT001 - one of the attributes
        *,
        follows: bool,
        weighs: bool,
    ) -> None:
        self.type = type_
        self.names = names
        self.defaults = defaults
        self.main = main
        self.trainable = trainable
        self.follows = follows
        self.weighs = weighs


class Table(NamedTuple):
    """The head of a table: its variables, one a column."""

    variables: tuple[Any, ...]
    rows: int


class Term:
    """A layer, or what holds runs of them.

    Attributes:
        kind: what it is.
        head: of a layer its signature; of a use the block; of a table its variables.
        slots: its own values: a layer's arguments, whether a residual has its shortcut, a
            repeat's count, a table's cells row by row, the arguments of a use.
        parts: body, shortcut and merge of a residual; branches and merge of a parallel;
            the body of a loop; the terms of a chain, which takes and gives results by their
            names; the chains and layers of a cell, where `OUTSIDE` less a number is one of the
            results that it takes, and `INSIDE` less a number one of its own.
        places: the layers of the net that it stands for, by number.
        sources: the layers that it takes by their names, by number; empty for what comes
            before it.
        pinned: the number of the layer under whose name its result is known; -1 if none.
        key, form: as above.
        shape: the key; for a cell the key that it would have if it took other results.
        cost: what it takes to read.
    """

    key: int
    form: int
    shape: int
    cost: int
    __slots__ = ("cost", "form", "head", "key", "kind", "parts", "pinned", "places", "shape",
                 "slots", "sources")  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 - the attributes
        self,
        kind: Kind,
        head: Any,  # noqa: ANN401 - by kind
        slots: tuple[Any, ...],
        parts: tuple[Run, ...],
        places: tuple[int, ...],
        sources: tuple[int, ...],
        pinned: int,
        numbers: dict[Hashable, int],
    ) -> None:
        self.kind = kind
        self.head = head
        self.slots = slots
        self.parts = parts
        self.places = places
        self.sources = sources
        self.pinned = pinned
        keys = tuple(tuple(term.key for term in part) for part in parts)
        forms = tuple(tuple(term.form for term in part) for part in parts)
        own = head if kind != "table" else (head.rows, len(head.variables))
        self.key = _number(numbers, (kind, own, len(slots), keys, sources, pinned))
        cell = kind == "cell"
        self.shape = _number(numbers, (kind, own, keys)) if cell else self.key
        types = tuple(map(type, slots))  # 1 is not True
        self.form = _number(numbers, (self.key, slots, types, forms))
        read = parts if kind != "residual" or slots[0] is not False else (parts[0], parts[2])
        self.cost = own_cost(self) + sum(term.cost for part in read for term in part)


Run: TypeAlias = tuple[Term, ...]


class Terms:
    """Makes terms whose keys and forms can be compared, and keeps account of the work.

    Attributes:
        left: how many more terms may be looked at, those that are compared value by value
            several times over.
    """

    def __init__(self, work: int) -> None:
        self.left = work
        self._numbers: dict[Hashable, int] = {}

    def make(  # noqa: PLR0913 - the parts of a term
        self,
        kind: Kind,
        head: Any = None,  # noqa: ANN401 - by kind
        slots: tuple[Any, ...] = (),
        parts: tuple[Run, ...] = (),
        places: tuple[int, ...] = (),
        *,
        sources: tuple[int, ...] = (),
        pinned: int = -1,
    ) -> Term:
        """A term of these parts."""
        return Term(kind, head, slots, parts, places, sources, pinned, self._numbers)

    def taking(self, term: Term, sources: tuple[int, ...], pinned: int = -1) -> Term:
        """The same term, taking other results by their names, under another name."""
        return self.make(
            term.kind, term.head, term.slots, term.parts, term.places,
            sources=sources, pinned=pinned,
        )  # fmt: skip

    def like(
        self,
        term: Term,
        slots: tuple[Any, ...],
        parts: tuple[Run, ...],
        places: tuple[int, ...] | None = None,
    ) -> Term:
        """The same term with other values and parts."""
        if places is None:
            places = term.places
        return self.make(
            term.kind, term.head, slots, parts, places, sources=term.sources, pinned=term.pinned
        )


def _number(numbers: dict[Hashable, int], key: Hashable) -> int:
    return numbers.setdefault(key, len(numbers))


def cost_of(run: Sequence[Term]) -> int:
    """What it takes to read a run."""
    return sum(term.cost for term in run)


def own_cost(term: Term) -> int:
    """What a term takes to read, its parts aside."""
    named = LINE * (bool(term.sources) + (term.pinned != -1))
    return _COSTS[term.kind](term) + named


def _layer(term: Term) -> int:
    written = sum(
        value is not ANY and value != default
        for value, default in zip(term.slots, term.head.defaults, strict=True)
    )
    return _entry(written, term.slots)


def _use(term: Term) -> int:
    return _entry(term.head.given(term.slots), term.slots)


def _residual(term: Term) -> int:
    return LINE * (1 if term.slots[0] is False else 3)


def _repeat(term: Term) -> int:
    short = len(term.parts[0]) == 1 and term.parts[0][0].kind in {"layer", "use"}
    return LINE + ARGUMENT + (0 if short else LINE)


def _table(term: Term) -> int:
    cells, width = len(term.slots), len(term.head.variables)
    lines = 0 if cells <= _CELLS else min(width, term.head.rows) + 1
    return (2 + lines) * LINE + ARGUMENT * width + CELL * cells


def _entry(arguments: int, slots: Sequence[Any]) -> int:
    """A layer or the use of a block, on one line if there are not too many arguments."""
    lines = 1
    if arguments > _ARGUMENTS:
        variables = sum(isinstance(value, Scaled) for value in slots)
        lines = 1 + (arguments if variables > _VARIABLES else 1)
    return LINE * lines + ARGUMENT * arguments


_COSTS: dict[Kind, Callable[[Term], int]] = {
    "layer": _layer,
    "use": _use,
    "residual": _residual,
    "parallel": lambda _: LINE,
    "repeat": _repeat,
    "table": _table,
    "chain": lambda _: 0,
    "cell": lambda _: 0,
}


def slots_of(run: Sequence[Term]) -> Iterator[Any]:
    """Every value in a run, those of a term before those in its parts."""
    for term in run:
        yield from term.slots
        for part in term.parts:
            yield from slots_of(part)


def terms_of(run: Sequence[Term]) -> Iterator[Term]:
    """Every term in a run, each before those in its parts."""
    for term in run:
        yield term
        for part in term.parts:
            yield from terms_of(part)
