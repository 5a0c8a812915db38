"""Loops over several lists that do not fit on a line: one of the lists has a name before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnncalc.export.python import WIDTH, Bracket, fresh
from cnncalc.export.statements import (
    Assign,
    Loop,
    each_changed,
    names_taken,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.export.statements import Statement


def with_named_lists(
    statements: Sequence[Statement], indent: int, taken: set[str]
) -> list[Statement]:
    """Statements whose loops begin with one line.

    Args:
        statements: of one function.
        indent: how many steps they are indented.
        taken: the names that are not free.
    """
    names = names_taken(statements, taken)
    return each_changed(statements, partial(_begun, names=names), indent)


def _begun(loop: Statement, indent: int, names: Callable[[], set[str]]) -> list[Statement]:
    """A loop, after the name of a list without which its first line fits."""
    if not isinstance(loop, Loop):
        return [loop]
    values = loop.values
    if not isinstance(values, Bracket) or values.head != "zip(" or not _is_long(loop, indent):
        return [loop]
    for at, (target, column) in enumerate(
        zip(loop.targets.split(", "), values.items, strict=False)
    ):
        if not isinstance(column, Bracket) or target.endswith("s"):
            continue
        name = fresh(f"{target}s", names())
        items = (*values.items[:at], name, *values.items[at + 1 :])
        shorter = loop._replace(values=values._replace(items=items))
        listed = Assign(name, column)
        if not _is_long(shorter, indent) and len(written([listed], indent)) == 1:
            names().add(name)
            return [listed, shorter]
    return [loop]


def _is_long(loop: Loop, indent: int) -> bool:
    """Whether it begins with more than a line."""
    lines = written([loop._replace(body=())], indent)
    return len(lines) > 1 or len(lines[0]) > WIDTH
