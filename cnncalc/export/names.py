"""The names that a function or class of the code has for the variables of a spec."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnncalc.export.python import Code, expression, fresh
from cnncalc.export.statements import read_by
from cnncalc.export.symbols import is_constant, name, names_in, substituted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.export.file import SpecFile
    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol


class Names:
    """The variables that a function or class reads, and what they are called in it.

    Attributes:
        file: what it is part of.
        read: the spec's variables that it reads.
        taken: the names that are not free.
        spelled: the names of the spec's variables.
        bound: the values of variables of loops that are written out.
        counting: whether a loop around counts its turns, in the class or around its uses.
    """

    def __init__(self, file: SpecFile, taken: set[str]) -> None:
        self.file = file
        self.read: set[str] = set()
        self.taken = taken | file.reserved
        self.spelled: dict[str, str] = {}
        self.bound: dict[str, Symbol] = {}
        self.counting = False

    def code(self, symbol: Symbol) -> Code:
        """An expression as Python has it; its variables are read."""
        return expression(self.noted(symbol))

    @contextmanager
    def binding(self, values: Mapping[str, Symbol]) -> Iterator[None]:
        """Put values for variables, while something is written."""
        kept, self.bound = self.bound, {**self.bound, **values}
        try:
            yield
        finally:
            self.bound = kept

    def noted(self, symbol: Symbol) -> Symbol:
        """An expression with the names that the code has; its variables are read."""
        if is_constant(symbol):
            return symbol
        if self.bound:
            symbol = substituted(symbol, self.bound)
        used = list(names_in(symbol))
        self.read |= set(used)
        values = {one: name(self.spelling(one)) for one in used}
        return substituted(symbol, values) if used else symbol

    def spelling(self, variable: str) -> str:
        """The name of a spec's variable in the code."""
        found = self.spelled.get(variable)
        if found is None:
            found = self.spelled[variable] = self.file.spelling(variable)
        return found

    def reading(self, statements: Sequence[Statement]) -> set[str]:
        """The spec's variables that statements read."""
        found = read_by(statements)
        return {variable for variable, spelled in self.spelled.items() if spelled in found}

    def local(self, wanted: str) -> str:
        """A new local variable."""
        found = fresh(wanted, self.taken | self.file.variable_names)
        self.taken.add(found)
        return found


_VARIABLE = re.compile(r"\$(\{[^}]*\}|\w+)")


def without_variables(text: str) -> str:
    """A name of the spec without the variables in it."""
    parts = (one.strip("_") for one in _VARIABLE.sub("", text).split("/"))
    return "_".join(one for one in parts if one)
