"""Sequences of modules as they read best: in a row, in a comprehension, added together."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cnncalc.export.python import WIDTH, Bracket, flat, is_long, laid_out
from cnncalc.export.statements import (
    Assign,
    Branching,
    Line,
    Loop,
    assigned_in,
    names_of,
    with_inside_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement

#: As many modules may share a line; more stand one below the other.
_IN_A_ROW = 3
_EMPTY = Bracket("nn.Sequential(", ())
_APPEND = ".append("


def sequence_of(modules: Sequence[Code], head: str = "nn.Sequential(") -> Bracket:
    """Modules one after another: a few on one line, more a line each."""
    return Bracket(head, tuple(modules), one_each=len(modules) > _IN_A_ROW)


def arranged(statements: Sequence[Statement], indent: int) -> list[Statement]:
    """Statements whose sequences are filled in as few steps as read well.

    Args:
        statements: of a constructor.
        indent: how many steps they are indented.
    """
    found: list[Statement] = []
    for at, one in enumerate(statements):
        statement = with_inside_at(one, arranged, indent)
        last = found[-1] if found else None
        joined: Statement | None = None
        if isinstance(last, Line) and isinstance(statement, Loop):
            joined = _comprehension(last, statement, indent)
        elif isinstance(last, Line) and isinstance(statement, Branching):
            joined = _either(last, statement, statements[at + 1 :])
        elif isinstance(last, Branching) and isinstance(statement, Branching):
            joined = _same_condition(last, statement)
        if joined is None:
            found.append(statement)
        else:
            found[-1] = joined
    return _added_together(found, indent)


def _comprehension(made: Line, loop: Loop, indent: int) -> Line | None:
    """An empty sequence and the loop that adds one module a turn, as one expression."""
    adding = loop.body[0] if len(loop.body) == 1 else None
    target = made.before.removesuffix(" = ")
    if made.code != _EMPTY or not isinstance(adding, Line) or not isinstance(adding.code, Bracket):
        return None
    if adding.code.head != f"{target}{_APPEND}" or is_long(adding.code):
        return None
    turns = f"*[{flat(adding.code.items[0])} for {loop.targets} in {flat(loop.values)}]"
    found = made._replace(code=Bracket(_EMPTY.head, (turns,)))
    fits = all(len(one) <= WIDTH for one in laid_out(found.code, indent, before=found.before))
    return found if fits else None


def _either(made: Line, branching: Branching, following: Sequence[Statement]) -> Branching | None:
    """An empty sequence that gets one module in both cases, and no more: that module alone."""
    target = made.before.removesuffix(" = ")
    sides = [_alone(side, target) for side in (branching.yes, branching.no)]
    if made.code != _EMPTY or sides[0] is None or sides[1] is None:
        return None
    if target in _all_filled(following):
        return None
    return Branching(branching.condition, sides[0], sides[1])


def _all_filled(statements: Sequence[Statement]) -> Iterator[str | None]:
    """The sequences that statements add modules to."""
    for one in statements:
        yield _filled(one)
        if isinstance(one, Loop):
            yield from _all_filled(one.body)
        elif isinstance(one, Branching):
            yield from _all_filled((*one.yes, *one.no))


def _alone(side: Sequence[Statement], target: str) -> tuple[Statement, ...] | None:
    """One case, in which the module is the part itself; None if it adds none, or several."""
    adding = [one for one in side if not isinstance(one, Assign)]
    code = getattr(adding[0], "code", None) if len(adding) == 1 else None
    if not isinstance(code, Bracket) or _filled(adding[0]) != target:
        return None
    module = Line(code.items[0], f"{target} = ")
    return tuple(module if one is adding[0] else one for one in side)


def _same_condition(first: Branching, second: Branching) -> Branching | None:
    """Two branches in a row with the same condition, which nothing in the first changes."""
    changed = set(assigned_in((*first.yes, *first.no)))
    if first.condition != second.condition or changed & set(names_of(first.condition)):
        return None
    return first._replace(yes=(*first.yes, *second.yes), no=(*first.no, *second.no))


def _added_together(statements: Sequence[Statement], indent: int) -> list[Statement]:
    """Modules that are added to a sequence in a row as one statement, where one line is enough."""
    found: list[Statement] = []
    for target, group in groupby(statements, key=_filled):
        lines = list(group)
        if target is not None and len(lines) > 1:
            modules = [item for one in lines for item in one.code.items]  # type: ignore[union-attr]
            code = Bracket(f"{target}.extend([", tuple(modules), "])")
            if not is_long(code) and len(laid_out(code, indent)) == 1:
                found.append(Line(code))
                continue
        found += lines
    return found


def _filled(one: Statement) -> str | None:
    """The sequence that a statement adds a module to."""
    code = one.code if isinstance(one, Line) and not one.before else None
    is_added = isinstance(code, Bracket) and code.head.endswith(_APPEND)
    return code.head.removesuffix(_APPEND) if is_added else None  # type: ignore[union-attr]
