"""Results that only the next line of `forward` takes are written in it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.export.python import INDENT, WIDTH
from cnncalc.export.pytorch.views import parted
from cnncalc.export.statements import Line, assigned_in, names_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.export.statements import Statement

_CALL = re.compile(r"(?:self\.)?\w+\([^()]*\)")


def inlined(
    statements: Sequence[Statement], indent: int, needed: Iterable[str] = ()
) -> list[Statement]:
    """Statements in which a call whose result only the next line reads stands in that line.

    Args:
        statements: of `forward`.
        indent: how many steps they are indented.
        needed: the variables that are read after them.
    """
    reads = Counter(words(statements))
    assigned = Counter(assigned_in(statements))
    taken = {*reads, *assigned}
    several = {*needed, *(one for one, count in assigned.items() if count > 1)}
    found: list[Statement] = []
    for one in statements:
        statement = one
        while isinstance(statement, Line) and found:
            joined = _with_the_last(found[-1], statement, indent, reads, several)
            if joined is None:
                break
            found.pop()
            statement = joined
        found += _parted(statement, taken) if isinstance(statement, Line) else [statement]
    return found


def _parted(line: Line, taken: set[str]) -> list[Statement]:
    """A line that reads all equal parts of a tensor, after one that takes it apart."""
    if not isinstance(line.code, str):
        return [line]
    code, before = parted(line.code, taken)
    return [Line(before), line._replace(code=code)] if before else [line]


def _with_the_last(
    last: Statement, line: Line, indent: int, reads: Counter[str], several: set[str]
) -> Line | None:
    """A line with the call before it in the place of its result; None where that is more."""
    if not isinstance(last, Line) or last.comment or line.comment:
        return None
    variable, value, text = last.before.removesuffix(" = "), last.code, line.code
    if not isinstance(value, str) or not isinstance(text, str) or variable in several:
        return None
    if not variable.isidentifier() or reads[variable] != 1 or not _CALL.fullmatch(value):
        return None
    names = names_of(text)
    if variable not in names:
        return None
    before = text[: re.search(rf"\b{variable}\b", text).start()]  # type: ignore[union-attr]
    if ")" in before:
        return None  # what is called before it would be called first
    code = re.sub(rf"(?<![\w.]){variable}\b(?!=)", value, text)
    fits = len(INDENT) * indent + len(line.before) + len(code) <= WIDTH
    return line._replace(code=code) if fits else None
