"""A size that a turn of a loop ends with, and that its modules take, under a name."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from cnncalc.export.python import Bracket, flat, fresh
from cnncalc.export.statements import (
    Assign,
    Line,
    Loop,
    Module,
    assigned_in,
    each_changed,
    names_of,
    names_taken,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement

#: In so many places beside the last statement of the turn it is worth a name.
_OFTEN = 2
#: What is computed of several values.
_COMPUTED = re.compile(r"\w+ (\*|\+|//|-) .*")


def with_named_ends(
    statements: Sequence[Statement], indent: int, taken: set[str]
) -> list[Statement]:
    """Statements whose loops compute what a turn ends with once.

    Args:
        statements: of a constructor.
        indent: how many steps they are indented.
        taken: the names that are not free.
    """
    names = names_taken(statements, taken)
    return each_changed(statements, partial(_named, names=names), indent)


def _named(loop: Statement, _: int, names: Callable[[], set[str]]) -> list[Statement]:
    last = loop.body[-1] if isinstance(loop, Loop) else None
    if not isinstance(loop, Loop) or not isinstance(last, Assign):
        return [loop]
    value, body = flat(last.value), loop.body[:-1]
    changing = set(assigned_in(body)) | {last.target}
    often = sum(_count(one, value) for one in body) >= _OFTEN
    if not often or not _COMPUTED.fullmatch(value) or changing & set(names_of(value)):
        return [loop]
    name = fresh(f"out_{last.target}", names())
    names().add(name)
    inside = [_replaced(one, value, name) for one in body]
    return [loop._replace(body=(Assign(name, value), *inside, Assign(last.target, name)))]


def _count(one: Statement, value: str) -> int:
    return _in_code(one.code, value) if isinstance(one, (Line, Module)) else 0


def _in_code(code: Code, value: str) -> int:
    """How often a value stands in code, alone or in brackets."""
    if isinstance(code, Bracket):
        return sum(_in_code(item, value) for item in code.items)
    return len(_whole(value).findall(code))


def _replaced(one: Statement, value: str, name: str) -> Statement:
    return (
        one._replace(code=_code(one.code, value, name)) if isinstance(one, (Line, Module)) else one
    )


def _code(code: Code, value: str, name: str) -> Code:
    if isinstance(code, Bracket):
        return code._replace(items=tuple(_code(item, value, name) for item in code.items))
    return _whole(value).sub(lambda found: f"{found[1] or ''}{name}", code)


def _whole(value: str) -> re.Pattern[str]:
    """A value that is an argument or an operand in brackets."""
    text = re.escape(value)
    return re.compile(rf"(^\w+=|^){text}$|(?<!\w)\({text}\)")
