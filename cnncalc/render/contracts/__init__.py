"""What the JSON of each command holds, as JSON Schemas: one file per command.

`cnncalc schema --of summarize` prints one, `docs/json.md` describes them, and the tests hold
real outputs against them.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MACHINERY = {"__init__", "parts"}


def names() -> tuple[str, ...]:
    """The commands whose JSON is declared here."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(file.stem for file in files if file.stem not in _MACHINERY))


def contract(command: str) -> Schema:
    """The JSON Schema of a command's JSON; raises `KeyError`."""
    if command not in names():
        raise KeyError(command)
    module = import_module(f"cnncalc.render.contracts.{command}")
    title = f"cnncalc {command} --format json"
    return {"$schema": _DIALECT, "title": title, **module.contract()}
