"""Where an entry is placed, and what is known of a result in all of these places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import LazyValue
from cnncalc.export.symbols import Symbol, constant, evaluate, is_constant, names_in
from cnncalc.language.operations import ExpressionError
from cnncalc.language.problems import SpecProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.build.scope import Variables
    from cnncalc.export.trace import Trace
    from cnncalc.layers.base.tensors import Shape


class Unsaid(Exception):  # noqa: N818 - no error of the user's
    """Something cannot be said in this way; whoever asked says it in another."""


class Place:
    """One place of a list of entries: a use of its block, a turn of its loop.

    Attributes:
        trace: of the net that it is in.
        variables: what the spec's names stand for here.
        local: the values of variables that only the code has.
    """

    __slots__ = ("local", "trace", "variables")

    def __init__(
        self, trace: Trace, variables: Variables, local: dict[str, Any] | None = None
    ) -> None:
        self.trace = trace
        self.variables = variables
        self.local: dict[str, Any] = {} if local is None else local

    def lookup(self, name: str) -> Any:  # noqa: ANN401 - any plain value
        """The value of a variable; raises `ExpressionError`."""
        if name in self.local:
            return self.local[name]
        known, value = self.variables.find(name)
        if not known:
            raise ExpressionError(f"unknown variable {name}")
        try:
            return value() if isinstance(value, LazyValue) else value
        except SpecProblem as problem:
            raise ExpressionError(str(problem)) from None

    def within(self, variables: Variables) -> Place:
        """The same place, as an entry in it sees the spec's variables."""
        return Place(self.trace, variables, self.local)

    def turn(self, variables: Variables) -> Place:
        """A turn of a loop in this place."""
        return Place(self.trace, variables, dict(self.local))


class Tensor(NamedTuple):
    """A result in every place where an entry takes it.

    Attributes:
        names: of the result, one for each place.
        sizes: an expression for each axis, in the order of the spec; None: not known.
        text: how the code calls it.
        moved: whether the code has the last axis first.
    """

    names: tuple[str, ...]
    sizes: tuple[Symbol | None, ...]
    text: str = "x"
    moved: bool = False

    def shapes(self, places: Sequence[Place]) -> list[Shape]:
        """Its shape in each place."""
        return [place.trace.shapes[name] for place, name in zip(places, self.names, strict=True)]

    def values(self, axis: int, places: Sequence[Place]) -> list[int]:
        """The size of an axis in each place."""
        return [shape[axis] for shape in self.shapes(places)]


def holds(symbol: Symbol | None, places: Sequence[Place], values: Sequence[Any]) -> bool:
    """Whether an expression has these values, one in each place."""
    if symbol is None:
        return False
    if is_constant(symbol):
        return all(_same(symbol[1], value) for value in values)
    try:
        return all(
            _same(found, value)
            for found, value in zip(values_in(symbol, places), values, strict=True)
        )
    except (ExpressionError, KeyError, TypeError):
        return False


def values_in(symbol: Symbol, places: Sequence[Place]) -> Iterator[Any]:
    """The value of an expression in each place, computed once for values of its variables.

    Raises:
        ExpressionError: it has none in a place.
    """
    if symbol[0] == "variable":
        yield from (place.lookup(symbol[1]) for place in places)
        return
    names = list(dict.fromkeys(names_in(symbol)))
    known: dict[object, Any] = {}
    for place in places:
        try:
            values = [place.lookup(one) for one in names]
            key = (*values, *map(type, values))  # True is not 1
            if key in known:
                yield known[key]
                continue
        except (ExpressionError, TypeError):  # it has none, and need not be asked, or is a list
            yield evaluate(symbol, place.lookup)
            continue
        yield known.setdefault(key, evaluate(symbol, place.lookup))


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any plain value
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def said(
    candidates: Sequence[Symbol | None], places: Sequence[Place], values: Sequence[Any]
) -> Symbol:
    """The first expression that has these values; raises `Unsaid`."""
    for symbol in candidates:
        if symbol is not None and holds(symbol, places, values):
            return symbol
    if all(_same(value, values[0]) for value in values):
        return constant(values[0])
    raise Unsaid(f"no expression for {sorted(set(map(str, values)))[:4]}")
