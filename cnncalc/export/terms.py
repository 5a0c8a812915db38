"""Values in terms of the variables that are known where they are taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX
from cnncalc.export.places import holds
from cnncalc.export.symbols import constant, name, shortened
from cnncalc.language.expressions import parsed
from cnncalc.language.operations import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.build.scope import Variables
    from cnncalc.export.places import Place
    from cnncalc.export.symbols import Symbol

_EXPRESSION = re.compile(r"\$(?:\{([^}]*)\}|(\w+))")


def in_terms_of(
    own: Iterable[str],
    places: Sequence[Place],
    values: Sequence[object],
    written: str = "",
) -> Symbol | None:
    """Values, one in each place, as a number or by a variable: as it is, shifted, counted down.

    Args:
        own: the variables of the loop that has the values.
        places: where they are.
        values: what is said.
        written: a name in the spec with expressions, which come first.
    """
    ways = (*expressions_in(written), *_ways(own, places[0], values[0]))
    return next((one for one in ways if holds(one, places, values)), None)


def expressions_in(text: str) -> list[Symbol]:
    """Those in a name: `$depth - $i` in `down_${$depth - $i}`."""
    found = [
        _expression(braced) if braced else name(word) for braced, word in _EXPRESSION.findall(text)
    ]
    return [one for one in found if one is not None]


def _expression(text: str) -> Symbol | None:
    try:
        return parsed(text, bare="$" not in text)
    except ExpressionError:
        return None


def _ways(own: Iterable[str], place: Place, value: object) -> Iterator[Symbol]:
    """What may be a value in this place and in others."""
    yield constant(value)
    for one in sorted(own, key=lambda one: one == INDEX):
        here = _value(place, one)
        yield name(one)
        if type(here) is not int or type(value) is not int:
            continue
        yield _shifted(one, value, place)
        yield ("-", constant(value + here), name(one))
        for total in _counts(place):
            yield ("-", _shifted(total, value + here, place), name(one))
    if type(value) is int:
        yield from (_shifted(total, value, place) for total in _counts(place))


def _shifted(variable: str, value: int, place: Place) -> Symbol:
    """A value as a variable and what it is more, or less, than that."""
    more = value - place.lookup(variable)
    return shortened(("+" if more >= 0 else "-", name(variable), constant(abs(more))))


def _counts(place: Place) -> Iterator[str]:
    """The variables that are whole numbers."""
    here: Variables | None = place.variables
    while here is not None:
        yield from (one for one in here.values if type(_value(place, one)) is int)
        here = here.outer


def _value(place: Place, variable: str) -> object:
    """The value of a variable; None if it has none."""
    try:
        return place.lookup(variable)
    except ExpressionError:
        return None
