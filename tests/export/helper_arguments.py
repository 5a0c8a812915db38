"""The arguments of the helpers in an exported file, and what its calls give."""

from __future__ import annotations

import ast

from cnncalc.export.keras.helpers import HELPERS
from cnncalc.export.pytorch.modules import MODULES

#: Its default is a fraction, which is kept as it is written.
KEPT = {("RReLU", "upper")}


def given_in(tree: ast.Module) -> dict[str, set[object]]:
    """The places and names of arguments in all calls of each name."""
    found: dict[str, set[object]] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            found.setdefault(one.func.id, set()).update(
                [*range(len(one.args)), *(word.arg for word in one.keywords)]
            )
    return found


def constructor_of(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """The function, or the constructor of the class, of a name; None where it has none."""
    parts = [one for one in tree.body if getattr(one, "name", "") == name]
    if isinstance(parts[0], ast.ClassDef):
        parts = [one for one in parts[0].body if getattr(one, "name", "") == "__init__"]
    return next((one for one in parts if isinstance(one, ast.FunctionDef)), None)


def optional_of(tree: ast.Module, name: str) -> list[tuple[int, str]]:
    """The arguments of a helper that a call may leave out, with their places."""
    part = constructor_of(tree, name)
    if part is None:
        return []
    names = [one.arg for one in part.args.args if one.arg != "self"]
    first = len(names) - len(part.args.defaults)
    placed = [(at, one) for at, one in enumerate(names) if at >= first]
    return [*placed, *((-1, one.arg) for one in part.args.kwonlyargs)]


def ungiven(text: str) -> list[tuple[str, str]]:
    """The arguments of a file's helpers that none of its calls gives."""
    tree = ast.parse(text)
    given = given_in(tree)
    helpers = [one.name for one in tree.body
               if getattr(one, "name", "") in {*MODULES, *HELPERS}]  # fmt: skip
    for one in tree.body:
        for base in getattr(one, "bases", ()):  # what a class is made of is called by its name
            if isinstance(base, ast.Name):
                given.setdefault(base.id, set()).update(given.get(one.name, ()))
    return [
        (name, argument) for name in helpers for at, argument in optional_of(tree, name)
        if (name, argument) not in KEPT and not {at, argument} & given.get(name, set())
    ]  # fmt: skip
