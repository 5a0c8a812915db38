"""Two cases whose modules differ in one argument: one module, whose argument is chosen before."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING

from cnncalc.export.python import WIDTH, Bracket, flat, fresh
from cnncalc.export.pytorch.windows import with_short_windows
from cnncalc.export.statements import (
    Assign,
    Branching,
    Line,
    assigned_in,
    each_changed,
    words,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement

#: So many lines fewer are worth a variable.
_WORTH = 2
#: An argument by its name.
_NAMED = r"(\w+)=(?!=)(.*)"


def with_chosen_arguments(
    statements: Sequence[Statement], indent: int, taken: set[str]
) -> list[Statement]:
    """Statements in which such cases have few lines.

    Args:
        statements: of a constructor.
        indent: how many steps they are indented.
        taken: the names that are not free.
    """
    return each_changed(statements, partial(_chosen, taken=taken), indent)


def _chosen(one: Statement, indent: int, taken: set[str]) -> list[Statement]:
    """A choice and the module, where the cases differ in no more, and that is shorter."""
    if not isinstance(one, Branching) or len(one.yes) != 1 or len(one.no) != 1:
        return [one]
    yes, no = one.yes[0], one.no[0]
    if not (isinstance(yes, Line) and isinstance(no, Line) and yes.before == no.before):
        return [one]
    found = _difference(yes.code, no.code)
    if found is None:
        return [one]
    argument, values, path = found
    names = {*taken, *words([one]), *assigned_in([one])}
    name = fresh(argument if argument not in names else f"{argument}s", names)
    condition, (first, second) = one.condition, values
    if re.fullmatch(r"not \w+", condition):
        condition, first, second = condition.removeprefix("not "), second, first
    chosen = f"{first} if {condition} else {second}"
    item = name if values[0] in {argument, name} or values[1] == argument else f"{argument}={name}"
    way: list[Statement] = [Assign(name, chosen), yes._replace(code=_with(yes.code, path, item))]
    if _length(way, indent) + _WORTH > _length([one], indent):
        return [one]
    taken.add(name)
    return way


def _length(statements: Sequence[Statement], indent: int) -> int:
    """The number of lines of statements; without end where one is too long."""
    lines = written(with_short_windows(statements, indent, {"padding"}), indent)
    return len(lines) if all(len(line) <= WIDTH for line in lines) else sys.maxsize


def _difference(one: Code, other: Code) -> tuple[str, tuple[str, str], tuple[int, ...]] | None:
    """The argument in which two calls differ, if that is all: its name, its values, its place."""
    if not (isinstance(one, Bracket) and isinstance(other, Bracket)):
        return None
    if one[:1] + one[2:] != other[:1] + other[2:] or len(one.items) != len(other.items):
        return None
    unlike = [at for at, pair in enumerate(zip(one.items, other.items, strict=True))
              if flat(pair[0]) != flat(pair[1])]  # fmt: skip
    if len(unlike) != 1:
        return None
    at = unlike[0]
    texts = flat(one.items[at]), flat(other.items[at])
    named = [re.fullmatch(_NAMED, text) for text in texts]
    arguments = {match[1] for match in named if match is not None}
    if len(arguments) == 1 and all(
        match is not None or text in arguments for match, text in zip(named, texts, strict=True)
    ):
        first, second = (match[2] if match is not None else text
                         for match, text in zip(named, texts, strict=True))  # fmt: skip
        return arguments.pop(), (first, second), (at,)
    inside = _difference(one.items[at], other.items[at])
    return None if inside is None else (inside[0], inside[1], (at, *inside[2]))


def _with(code: Code, path: tuple[int, ...], item: str) -> Code:
    """Code with another argument in a place."""
    if not path:
        return item
    assert isinstance(code, Bracket)  # noqa: S101 - where the path leads
    at, *rest = path
    items = [*code.items[:at], _with(code.items[at], tuple(rest), item), *code.items[at + 1 :]]
    return code._replace(items=tuple(items))
