"""Conditions on the sizes of what arrives: whoever makes a module tells it whether they hold.

A block may compare heights, `halve: $in_height != $height`. Its class takes `halve`, as one
would write it by hand, and no heights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.outside import names_from_outside
from cnncalc.export.places import Place, Unsaid, holds
from cnncalc.export.symbols import constant, evaluate, name, names_in, substituted
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.export.pytorch.classes import Body
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done, Run

_CONDITIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "and", "or", "not"})


class Told(NamedTuple):
    """A condition that a class is told.

    Attributes:
        symbol: over the sizes of what arrives and the arguments of the block.
        sizes: what arrives has these: input, axis, and the name that it has.
        taken: what `from` says of the inputs that come from outside.
    """

    symbol: Symbol
    sizes: tuple[tuple[int, int, str], ...]
    taken: tuple[str, ...]

    def holds_in(self, run: Run) -> bool:
        """Whether the condition holds in one use of the block."""
        names = (*run.inputs, *names_from_outside(run, self.taken))
        shapes = [run.trace.shapes[one] for one in names]
        local = {word: shapes[number][axis] for number, axis, word in self.sizes}
        place = Place(run.trace, run.frame.variables, local)
        return bool(evaluate(self.symbol, place.lookup))


def conditions_on_sizes(
    defaults: Mapping[str, Symbol], given: Iterable[str], sizes: Iterable[str]
) -> dict[str, Symbol]:
    """The arguments of a block that no use gives and that compare sizes.

    Args:
        defaults: those of the arguments.
        given: the arguments that any use gives.
        sizes: the names of the sizes that are compared, those of channels aside.
    """
    spatial = set(sizes)
    found: dict[str, Symbol] = {}
    for one, symbol in defaults.items():
        read = set(names_in(symbol))
        read |= {each for other in read & set(defaults) for each in names_in(defaults[other])}
        if one not in given and symbol[0] in _CONDITIONS and read & spatial:
            found[one] = symbol
    return found


def told_in(
    body: Body,
    told: Mapping[str, Told],
    dones: Sequence[Done],
    places: Sequence[Place],
    mapping: Mapping[str, Symbol],
) -> dict[str, Symbol]:
    """What a call tells: a truth value, or what the class around it is told in its turn.

    Args:
        body: the class that calls.
        told: the conditions of the class that is called.
        dones: the uses.
        places: where each is.
        mapping: the sizes and arguments of the class that is called, over those of the caller.
    """
    found: dict[str, Symbol] = {}
    for one, condition in told.items():
        values = [condition.holds_in(done.runs[0]) for done in dones]
        if all(value == values[0] for value in values):
            found[one] = constant(values[0])
            continue
        symbol = substituted(condition.symbol, mapping)
        if not holds(symbol, places, values):
            raise Unsaid("a condition on sizes that are not known")
        if set(names_in(symbol)) & body.file.size_names:
            found[one] = _passed_on(body, one, symbol, places, values)
        else:
            found[one] = symbol
    return found


def _passed_on(
    body: Body, one: str, symbol: Symbol, places: Sequence[Place], values: Sequence[bool]
) -> Symbol:
    """A condition that the calling class is told."""
    variable = next((known for known, other in body.told.items() if other == symbol), None)
    if variable is None:
        variable = one if one not in body.taken else body.local(one)
        body.taken.add(variable)
        body.told[variable] = symbol
    for place, value in zip(places, values, strict=True):
        place.local[variable] = value
    return name(variable)
