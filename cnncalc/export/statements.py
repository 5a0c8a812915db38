"""The statements of a function or class as they are put together, and their text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from cnncalc.export.bracketed import laid_out_value
from cnncalc.export.python import INDENT, WIDTH, Code, commented, flat, laid_out, structured
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Line(NamedTuple):
    """Code after what stands before it, `x = `; a comment at its end."""

    code: Code
    before: str = ""
    comment: str = ""


class Assign(NamedTuple):
    """A local variable, which is left out where nothing reads it."""

    target: str
    value: Code


class Module(NamedTuple):
    """A part that has yet to be put into a sequence, and what it is called alone.

    `bare` is one that keeps nothing, so that one is enough for all places with its code.
    """

    code: Code
    role: str = ""
    bare: bool = False


class Branching(NamedTuple):
    """`if`, with `else` where there is something in it."""

    condition: str
    yes: tuple[Statement, ...]
    no: tuple[Statement, ...] = ()


class Loop(NamedTuple):
    """`for ... in ...:`."""

    targets: str
    values: Code
    body: tuple[Statement, ...]


Statement: TypeAlias = Line | Assign | Module | Branching | Loop


def with_inside(
    one: Statement, change: Callable[[Sequence[Statement]], Iterable[Statement]]
) -> Statement:
    """A statement with the lists of statements inside it changed, in their order."""
    if isinstance(one, Loop):
        return one._replace(body=tuple(change(one.body)))
    if isinstance(one, Branching):
        yes = tuple(change(one.yes))
        return one._replace(yes=yes, no=tuple(change(one.no)))
    return one


def with_inside_at(
    one: Statement,
    change: Callable[[Sequence[Statement], int], Iterable[Statement]],
    indent: int,
) -> Statement:
    """The same, where the change depends on how many steps the statements inside are indented.

    A condition alone in `else` is `elif`, one alone in `if` is joined by `and`.
    """
    if not isinstance(one, Branching):
        return with_inside(one, lambda inside: change(inside, indent + 1))
    alone = [side[0] if len(side) == 1 else None for side in (one.yes, one.no)]
    joined = isinstance(alone[0], Branching) and not one.no and not alone[0].no
    chained = isinstance(alone[1], Branching)
    return one._replace(
        yes=tuple(change(one.yes, indent + (not joined))),
        no=tuple(change(one.no, indent + (not chained))),
    )


def each_changed(
    statements: Iterable[Statement],
    change: Callable[[Statement, int], Sequence[Statement]],
    indent: int,
) -> list[Statement]:
    """Statements with others in the place of each, after the same for those inside it.

    Args:
        statements: of one function.
        change: what takes the place of a statement that is indented by so many steps.
        indent: how many steps the statements are indented.
    """
    found: list[Statement] = []
    for one in statements:
        inside = with_inside_at(one, lambda body, at: each_changed(body, change, at), indent)
        found += change(inside, indent)
    return found


def written(statements: Iterable[Statement], indent: int) -> list[str]:
    """The lines of statements."""
    lines: list[str] = []
    for one in statements:
        if isinstance(one, Module):
            lines += laid_out(one.code, indent)
        elif isinstance(one, Line):
            code = structured(one.code) if isinstance(one.code, str) else one.code
            lines += commented(laid_out_value(code, indent, one.before), one.comment)
        elif isinstance(one, Assign):
            lines += _assignment(one, indent)
        elif isinstance(one, Branching):
            lines += _branching(one, indent)
        else:
            before = f"for {one.targets} in "
            lines += laid_out(one.values, indent, before=before, after=":")
            lines += written(one.body, indent + 1)
    return lines


def _assignment(one: Assign, indent: int) -> list[str]:
    """`x = ...`, or `x += ...` for a variable that grows."""
    text = flat(one.value)
    for operator, operand in (("+", r"\w+( \* \w+)?"), ("*", r"\w+"), ("//", r"\w+")):
        rest = text.removeprefix(f"{one.target} {operator} ")
        if rest != text and re.fullmatch(operand, rest):
            return laid_out(rest, indent, before=f"{one.target} {operator}= ")
    return laid_out_value(one.value, indent, f"{one.target} = ")


def _branching(one: Branching, indent: int) -> list[str]:
    inner = one.yes[0] if len(one.yes) == 1 else None
    if isinstance(inner, Branching) and not one.no and not inner.no:
        both = " and ".join(f"({c})" if " or " in c or " if " in c else c
                            for c in (one.condition, inner.condition))  # fmt: skip
        return _branching(inner._replace(condition=both), indent)
    space = INDENT * indent
    short = f"{space}{_ternary(one)}"
    if short.strip() and len(short) <= WIDTH:
        return [short]
    lines = [f"{space}if {one.condition}:", *written(one.yes, indent + 1)]
    other = one.no[0] if len(one.no) == 1 else None
    if isinstance(other, Branching):
        first, *rest = _branching(other, indent)
        lines += [f"{space}el{first.lstrip()}", *rest]
    elif one.no:
        lines += [f"{space}else:", *written(one.no, indent + 1)]
    return lines


def _ternary(one: Branching) -> str:
    """One of two values for the same variable as one line; "" if it is anything else."""
    sides = [side[0] if len(side) == 1 else None for side in (one.yes, one.no)]
    yes, no = sides
    if not isinstance(yes, Line) or not isinstance(no, Line) or yes.before != no.before:
        return ""
    if not yes.before.removesuffix(" = ").isidentifier() or yes.comment or no.comment:
        return ""
    texts = flat(yes.code), one.condition, flat(no.code)
    if any(" if " in text for text in texts):
        return ""
    return f"{yes.before}{texts[0]} if {texts[1]} else {texts[2]}"


def without_unread(statements: list[Statement]) -> list[Statement]:
    """Statements without local variables that nothing reads."""
    read = set(words(statements))
    values = list(_values(statements))
    grown = True
    while grown:
        more = {name for target, names in values if target in read for name in names}
        grown = not more <= read
        read |= more
    return _pruned(statements, read)


def _values(statements: Iterable[Statement]) -> Iterator[tuple[str, list[str]]]:
    """Each local variable with the names that a value of it reads."""
    for one in statements:
        if isinstance(one, Assign):
            yield one.target, names_of(flat(one.value))
        elif isinstance(one, Branching):
            yield from _values((*one.yes, *one.no))
        elif isinstance(one, Loop):
            yield from _values(one.body)


def _pruned(statements: Iterable[Statement], read: set[str]) -> list[Statement]:
    found: list[Statement] = []
    for one in statements:
        if isinstance(one, Assign) and (one.target not in read or flat(one.value) == one.target):
            continue
        if isinstance(one, Branching):
            yes, no = tuple(_pruned(one.yes, read)), tuple(_pruned(one.no, read))
            if yes or no:
                found.append(one._replace(yes=yes, no=no))
        elif isinstance(one, Loop):
            body = tuple(_pruned(one.body, read))
            if body:
                found.append(one._replace(body=body))
        else:
            found.append(one)
    return found


_WORD = re.compile(r'"[^"]*"|(?<![\w.])[A-Za-z_]\w*(?!\w|\s*=(?!=))')


def words(statements: Iterable[Statement]) -> Iterator[str]:
    """The names that statements read, those aside that only give values to variables."""
    for one in statements:
        if isinstance(one, (Line, Module)):
            yield from names_of(flat(one.code))
        elif isinstance(one, Branching):
            yield from names_of(one.condition)
            yield from words((*one.yes, *one.no))
        elif isinstance(one, Loop):
            yield from names_of(flat(one.values))
            yield from words(one.body)


def read_by(statements: Iterable[Statement]) -> set[str]:
    """The names that statements read, for the values of variables too."""
    found = set(words(statements))
    for _, names in _values(statements):
        found |= set(names)
    return found


def names_taken(statements: Sequence[Statement], taken: set[str]) -> Callable[[], set[str]]:
    """The names that are not free in statements, looked for when they are first asked for."""
    return cache(lambda: {*taken, *read_by(statements), *assigned_in(statements)})


def assigned_in(statements: Iterable[Statement]) -> Iterator[str]:
    """The names that statements give values to."""
    for one in statements:
        if isinstance(one, Assign):
            yield one.target
        elif isinstance(one, Line) and one.before.removesuffix(" = ").isidentifier():
            yield one.before.removesuffix(" = ")
        elif isinstance(one, Branching):
            yield from assigned_in((*one.yes, *one.no))
        elif isinstance(one, Loop):
            yield from re.findall(r"\w+", one.targets)
            yield from assigned_in(one.body)


def names_of(text: str) -> list[str]:
    """The names in a piece of code, those of arguments aside."""
    return [word for word in _WORD.findall(text) if not word.startswith('"')]
