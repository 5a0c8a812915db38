"""The names that a module reads and does not bind."""

from __future__ import annotations

import builtins
import symtable

KNOWN = {*dir(builtins), "__name__"}


def free_names(text):
    """The names that some scope of a module reads, and that the module does not bind."""
    compile(text, "exported", "exec")
    module = symtable.symtable(text, "exported", "exec")
    bound = {one.get_name() for one in module.get_symbols() if one.is_assigned()}
    bound |= {one.get_name() for one in module.get_symbols() if one.is_imported()}
    bound |= {one.get_name() for one in module.get_children()}
    found, waiting = set(), [module]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        found |= {
            one.get_name() for one in table.get_symbols()
            if one.is_referenced() and (one.is_global() or table is module)
        }  # fmt: skip
    return found - bound - KNOWN
