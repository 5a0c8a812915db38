"""Values that a loop has given to a variable already when it ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.export.python import flat
from cnncalc.export.statements import Assign, Loop, assigned_in, names_of, with_inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.statements import Statement


def without_told_again(statements: Sequence[Statement]) -> list[Statement]:
    """Statements that give no variable the value which every turn of the last loop gave it.

    Args:
        statements: of one function; what loops and branches hold is looked at by itself, too.
    """
    found: list[Statement] = []
    given: dict[str, str] = {}
    for one in statements:
        if isinstance(one, Assign) and given.get(one.target) == flat(one.value):
            continue
        changed = set(assigned_in([one]))
        given = {name: value for name, value in given.items()
                 if not changed & {name, *names_of(value)}}  # fmt: skip
        if isinstance(one, Loop):
            given |= _given_by(one)
        found.append(with_inside(one, without_told_again))
    return found


def _given_by(loop: Loop) -> dict[str, str]:
    """What a variable is after every turn, if it is the same after each."""
    inside = list(assigned_in([loop]))
    changing = {*inside, *re.findall(r"\w+", loop.targets)}
    return {
        one.target: flat(one.value) for one in loop.body
        if isinstance(one, Assign) and inside.count(one.target) == 1
        and not changing & set(names_of(flat(one.value)))
    }  # fmt: skip
