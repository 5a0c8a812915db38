"""A variable that only the next statement reads, and once, is written out in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.export.python import Bracket
from cnncalc.export.statements import Line, with_inside, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement


def written_out(statements: Sequence[Statement]) -> list[Statement]:
    """Statements without such variables."""
    return _written_out(statements, Counter(words(statements)))


def _written_out(statements: Sequence[Statement], reads: Counter[str]) -> list[Statement]:
    found: list[Statement] = []
    for one in statements:
        statement = with_inside(one, lambda inside: _written_out(inside, reads))
        last = found[-1] if found else None
        if isinstance(last, Line) and isinstance(statement, Line):
            variable = last.before.removesuffix(" = ")
            if variable.isidentifier() and reads[variable] == 1 and _reads(statement, variable):
                code = _with(statement.code, variable, last.code)
                found[-1] = statement._replace(code=code)
                continue
        found.append(statement)
    return found


def _reads(statement: Line, variable: str) -> bool:
    """Whether the variable is itself an argument of a call."""
    code = statement.code
    return isinstance(code, Bracket) and variable in code.items


def _with(code: Code, variable: str, value: Code) -> Code:
    assert isinstance(code, Bracket)  # noqa: S101 - asked by the caller
    return code._replace(items=tuple(value if one == variable else one for one in code.items))
