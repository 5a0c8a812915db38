"""The variables of a spec: what is computed from others, and what is an argument."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from cnncalc.export.places import Unsaid
from cnncalc.export.python import expression, flat
from cnncalc.export.statements import Assign, Line, Statement, read_by, written
from cnncalc.export.symbols import is_constant, name, names_in, symbol_of
from cnncalc.language.syntax import Expression, Layer, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.export.file import SpecFile
    from cnncalc.export.names import Names
    from cnncalc.export.python import Code
    from cnncalc.export.symbols import Symbol
    from cnncalc.language.syntax import Node

_WORD = re.compile(r"[^\W\d]\w*")


def variables_of(
    names: Names,
    wanted: set[str],
    frozen: set[str],
    called: Callable[[str], str],
) -> tuple[list[Statement], list[Code]]:
    """The variables of the spec: computed ones as statements, the others with their defaults.

    Args:
        names: those of the function or class of the whole net.
        wanted: the variables that it reads; those that they are computed from are added.
        frozen: the variables that have one value in the file.
        called: what a block is called in the file.
    """
    spec, file = names.file.spec, names.file
    for one in reversed(list(spec.variables)):
        if one in wanted and one not in frozen:
            wanted |= set(names_in(symbol_of(spec.variables[one])))
    changed = True
    while changed:
        more = {
            each for one in wanted & set(spec.variables) - frozen
            for each in names_in(symbol_of(spec.variables[one]))
        }  # fmt: skip
        changed = not more <= wanted
        wanted |= more
    tables: dict[str, Symbol] = {}
    locals_: list[Statement] = []
    signature: list[Code] = []
    for one, value in spec.variables.items():
        if one not in wanted or one in frozen:
            continue
        symbol = symbol_of(value)
        spelled = names.spelling(one)
        if is_constant(symbol):
            signature.append(f"{spelled}={flat(expression(symbol))}")
            continue
        if one in file.types and symbol[0] == "choice":
            rows = tuple(
                (key, name(called(row[1]))) for key, row in symbol[2:]
                if row[1] in file.uses.of
            )  # fmt: skip
            for _, row in rows:
                names.spelled[row[1]] = row[1]
            symbol = ("choice", symbol[1], *rows)
        if symbol[0] == "choice":
            tables[spelled] = symbol
        locals_.append(Assign(spelled, names.code(symbol)))
    return _in_one_table(names, ordered(locals_), tables), signature


def fixed_variables(file: SpecFile, kept: set[str]) -> list[str]:
    """The variables that something in a spec reads, but the code does not take as arguments.

    Args:
        file: that of the code.
        kept: the variables that the code reads.
    """
    fixed = [one for one, value in file.spec.variables.items()
             if isinstance(value, Literal) and one not in kept]  # fmt: skip
    if not fixed:
        return []
    read = {one for part in file.sight.nodes for one in _words_in(part)}
    return [one for one in fixed if one in read]


def _words_in(part: Node) -> list[str]:
    """What may be variables in an expression, or in the type of a layer."""
    if isinstance(part, Expression):
        return _WORD.findall(part.text)
    return _WORD.findall(part.type) if isinstance(part, Layer) and "$" in part.type else []


def _in_one_table(
    names: Names, statements: Sequence[Statement], tables: Mapping[str, Symbol]
) -> list[Statement]:
    """Variables in a row that are looked up by the same key, in one table if that is shorter."""

    def key(one: Statement) -> object:
        symbol = tables.get(one.target) if isinstance(one, Assign) else None
        return id(one) if symbol is None else (symbol[1], tuple(row[0] for row in symbol[2:]))

    found: list[Statement] = []
    for _, group in groupby(statements, key):
        several = list(group)
        targets = [one.target for one in several if isinstance(one, Assign)]
        if len(targets) > 1:
            by, *rows = tables[targets[0]][1:]
            columns = [[row for _, row in tables[one][2:]] for one in targets]
            joined = zip((each for each, _ in rows), zip(*columns, strict=True), strict=True)
            table = ("choice", by, *((each, ("list", *values)) for each, values in joined))
            whole: Statement = Line(names.code(table), f"{', '.join(targets)} = ")
            if len(written([whole], 2)) < len(written(several, 2)):
                several = [whole]
        found += several
    return found


def ordered(locals_: list[Statement]) -> list[Statement]:
    """Variables after those that they are computed from."""
    left = list(locals_)
    found: list[Statement] = []
    while left:
        targets = {one.target for one in left if isinstance(one, Assign)}
        ready = [one for one in left if not (read_by([one]) & targets)]
        if not ready:
            raise Unsaid("variables that need one another")
        found += ready[:1]
        left.remove(ready[0])
    return found
