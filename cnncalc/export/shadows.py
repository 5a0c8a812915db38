"""The variables of a loop, whose names the code may have for something else outside it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX
from cnncalc.export.turns import loop_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.export.names import Names
    from cnncalc.export.places import Place
    from cnncalc.export.trace import Done


@contextmanager
def turning(
    names: Names, turns: Sequence[Done], places: Sequence[Place]
) -> Iterator[dict[str, str]]:
    """Give the names of a loop's variables, while what its turns do is written.

    A loop of Python has no scope of its own: a variable of the spec's loop that is called as
    one outside, or the counter of a loop in another that counts, gets another name where
    that outside may be read after it.

    Args:
        names: those of the function or class.
        turns: of the loop, in all of its places.
        places: where the loop is.
    """
    own = set(loop_names(turns[0].entry.beside.loop))
    counter = {INDEX} if turns[0].frame.variables.counting else set()
    variables = sorted(own | counter)
    spelled = {one: names.spelled.pop(one) for one in variables if one in names.spelled}
    bound = {one: names.bound.pop(one) for one in variables if one in names.bound}
    read, names.read = names.read, set()
    counting, names.counting = names.counting, names.counting or bool(counter)
    for one in variables:
        outside = any(place.variables.find(one)[0] for place in places)
        if outside and (one in own or counting) and names.file.hides(one):
            names.taken.add(names.spelling(one))
            names.spelled[one] = names.local(names.spelling(one))
    try:
        yield {one: names.spelling(one) for one in variables}
    finally:
        names.read = read | (names.read - set(variables))
        names.counting = counting
        for one in variables:
            names.spelled.pop(one, None)
            names.bound.pop(one, None)
        names.spelled |= spelled
        names.bound |= bound
