"""The use of a block whose type may be a variable: which function or class is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.places import Unsaid
from cnncalc.export.python import Bracket, flat, fresh
from cnncalc.export.symbols import name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.export.file import SpecFile
    from cnncalc.export.names import Names
    from cnncalc.language.syntax import Layer


def chosen_block(
    names: Names, entry: Layer, blocks: Sequence[str], called: Callable[[str], str]
) -> str:
    """What is called: a block by its name, or by a variable that holds it; raises `Unsaid`.

    Args:
        names: those of the function or class that calls.
        entry: the use.
        blocks: those that it is, in all of its places.
        called: what a block is called in the file.
    """
    variable = entry.type.strip().removeprefix("$")
    if "$" not in entry.type or (len(blocks) == 1 and variable in names.bound):
        return called(blocks[0])
    if not variable.isidentifier():
        raise Unsaid("a type that is put together")
    file = names.file
    if variable in file.types:
        names.read.add(variable)
        return names.spelling(variable)
    known = file.families.get(entry.type, set()) | set(blocks)
    rows = tuple(f'"{one}": {called(one)}' for one in sorted(known) if one in file.uses.of)
    return f"{table_of(file, 'BLOCKS', rows)}[{flat(names.code(name(variable)))}]"


def table_of(file: SpecFile, wanted: str, rows: tuple[str, ...]) -> str:
    """The name of a table at the top of the file, which equal tables share."""
    made = Bracket("{", rows, "}", literal=True)
    known = next((one for one, code in file.tables.items() if code == made), None)
    table = known or fresh(wanted, file.tables)
    file.tables[table] = made
    return table
