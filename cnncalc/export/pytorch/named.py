"""A module that is added to a sequence, or a part of it, under a name where that saves lines."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from cnncalc.export.python import Bracket, fresh, identifier
from cnncalc.export.pytorch.windows import placed
from cnncalc.export.statements import Line, each_changed, names_taken, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement

#: So many lines fewer are worth a name.
_WORTH = 2
#: The lines of a name and of what is added by it.
_LEAST = 2
#: A layer or a block, as it is called, and what a variable for it is called.
_NAMED = r"(?:nn\.)?(?!Sequential)([A-Z][a-zA-Z]*?)(?:\d+d)?\d*\("


def named_parts(statements: Sequence[Statement], indent: int, taken: set[str]) -> list[Statement]:
    """Statements that add modules to sequences in few lines.

    Args:
        statements: of a constructor.
        indent: how many steps they are indented.
        taken: the names that are not free.
    """
    names = names_taken(statements, taken)
    return each_changed(statements, partial(_with_names, names=names), indent)


def _with_names(one: Statement, indent: int, names: Callable[[], set[str]]) -> Sequence[Statement]:
    """A statement, or the fewer lines that it has with a name before."""
    adds = (
        isinstance(one, Line)
        and isinstance(one.code, Bracket)
        and one.code.head.endswith(".append(")
    )
    length = len(written([one], indent)) if adds else 1
    if not isinstance(one, Line) or length < _LEAST + _WORTH:
        return [one]
    ways = [(len(written(way, indent)), way) for way in _ways(one, indent, names())]
    shortest, way = min(ways, key=lambda way: way[0], default=(length, [one]))
    return way if shortest + _WORTH <= length else [one]


def _ways(one: Line, indent: int, taken: set[str]) -> Iterator[list[Line]]:
    """The module that is added in a statement before, or one that it is made of, each on a line."""
    code = one.code
    assert isinstance(code, Bracket)  # noqa: S101 - asked by the caller
    module = code.items[0]
    for part in (module, *(module.items if isinstance(module, Bracket) else ())):
        called = re.fullmatch(_NAMED, part.head) if isinstance(part, Bracket) else None
        if called is None or not isinstance(part, Bracket):
            continue
        name = fresh(identifier(called[1]), taken)
        value = Line(placed(part, indent, len(name) + 3), f"{name} = ")
        way = [value, one._replace(code=_with(code, part, name))]
        if part is module or len(written(way, indent)) == len(way):
            yield way


def _with(code: Code, part: Bracket, name: str) -> Code:
    """Code with a name in the place of a part of it."""
    if code is part:
        return name
    if not isinstance(code, Bracket):
        return code
    return code._replace(items=tuple(_with(item, part, name) for item in code.items))
