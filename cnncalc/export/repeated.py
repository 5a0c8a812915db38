"""Calls of functions that statements repeat, which become a local variable.

Only calls such as `round_to(filters * width, 8)`: an expression of sizes that is short says
more where it stands than under a name.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.export.python import Bracket, flat, fresh
from cnncalc.export.statements import (
    Assign,
    Branching,
    Line,
    Module,
    assigned_in,
    names_of,
    with_inside,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement

_CALL = re.compile(r"(?<![\w.])(?:round_to|math\.\w+)\(")


def without_repeated(statements: Sequence[Statement], taken: set[str]) -> list[Statement]:
    """Statements in which a call that is repeated stands once, under a name.

    Args:
        statements: of one function; what loops and branches hold is looked at by itself, too.
        taken: the names that are not free.
    """
    found = list(statements)
    counts = Counter(call for one in found for call in _calls_in(one))
    for call, count in counts.items():
        if count > 1:
            found = _named(found, call, taken)
    return [with_inside(one, lambda inside: without_repeated(inside, taken)) for one in found]


def _named(statements: list[Statement], call: str, taken: set[str]) -> list[Statement]:
    """The statements with the call before all that have it, under a name that it gets anyway."""
    first = next(at for at, one in enumerate(statements) if call in set(_calls_in(one)))
    if set(assigned_in(statements[first:])) & set(names_of(call)):
        return statements  # it has several values
    given = next(
        (at for at, one in enumerate(statements)
         if isinstance(one, Assign) and flat(one.value) == call),
        None,
    )  # fmt: skip
    before = statements[:given] if given is not None else []
    target = statements[given].target if given is not None else ""  # type: ignore[union-attr]
    free = given is not None and target not in {*words(before), *assigned_in(before)}
    if free and given is not None:
        rest = [*statements[:given], *statements[given + 1 :]]
    else:
        start = statements[first]
        part = re.match(r"self\.(stem|head)\b", getattr(start, "before", ""))
        target = fresh(f"{part[1] if part else 'out'}_channels", taken)
        taken.add(target)
        rest = statements
    told = [_replaced(one, call, target) for one in rest]
    return [*told[:first], Assign(target, call), *told[first:]]


def _calls_in(one: Statement) -> Iterator[str]:
    for text in _texts(one):
        yield from _calls(text)


def _texts(one: Statement) -> Iterator[str]:
    if isinstance(one, (Line, Module)):
        yield flat(one.code)
    elif isinstance(one, Assign):
        yield flat(one.value)
    elif isinstance(one, Branching):
        yield one.condition
        for inner in (*one.yes, *one.no):
            yield from _texts(inner)
    else:
        yield flat(one.values)
        for inner in one.body:
            yield from _texts(inner)


def _calls(text: str) -> Iterator[str]:
    """The calls of functions in a text, those inside others aside."""
    if "round_to(" not in text and "math." not in text:
        return
    end = 0
    for match in _CALL.finditer(text):
        if match.start() < end:
            continue
        depth, end = 1, match.end()
        while depth:
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        yield text[match.start() : end]


def _replaced(one: Statement, call: str, name: str) -> Statement:
    if isinstance(one, (Line, Module)):
        return one._replace(code=_code(one.code, call, name))
    if isinstance(one, Assign):
        return one._replace(value=_code(one.value, call, name))
    if isinstance(one, Branching):
        condition = one.condition.replace(call, name)
        return Branching(condition, _all(one.yes, call, name), _all(one.no, call, name))
    return one._replace(values=_code(one.values, call, name), body=_all(one.body, call, name))


def _all(statements: Iterable[Statement], call: str, name: str) -> tuple[Statement, ...]:
    return tuple(_replaced(one, call, name) for one in statements)


def _code(code: Code, call: str, name: str) -> Code:
    if flat(code) == call:
        return name
    if isinstance(code, Bracket):
        items = tuple(_code(item, call, name) for item in code.items)
        whole = f"={call}"
        if flat(code).endswith(whole):  # an argument by its name
            return flat(code).removesuffix(call) + name
        return code._replace(items=items)
    return code.replace(call, name)
