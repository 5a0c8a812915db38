"""Which arguments a file gives to the helpers that it calls, and which are whole numbers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Function = ast.FunctionDef
#: What makes whole numbers of whole numbers.
_WHOLE = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


class Calls:
    """The calls of functions and classes in some code, by their names.

    Attributes:
        of: the calls of each, with the function that each stands in.
        signatures: the function, or the constructor of the class, of each name.
        elsewhere: names that stand where nothing is called, so that their calls are not known.
    """

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[ast.Call, Function | None]]] = {}
        self.signatures: dict[str, Function] = {}
        self.elsewhere: set[str] = set()
        self._asked: set[tuple[int, str]] = set()

    def look(self, tree: ast.Module) -> None:
        """Note the calls in some more code."""
        for one in tree.body:
            if isinstance(one, Function):
                self.signatures[one.name] = one
            elif isinstance(one, ast.ClassDef):
                made = next((part for part in one.body if is_constructor(part)), None)
                if isinstance(made, Function):
                    self.signatures[one.name] = made
        parts: list[tuple[ast.AST, Function | None]] = [(tree, None)]
        while parts:
            node, function = parts.pop()
            inside = node if isinstance(node, Function) else function
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
                    self.of.setdefault(child.func.id, []).append((child, inside))
                elif isinstance(child, ast.Name) and not _is_called(child, node):
                    self.elsewhere.add(child.id)
                parts.append((child, inside))

    def names(self, helpers: Sequence[str]) -> bool:
        """Whether one of them stands anywhere."""
        return any(one in self.of or one in self.elsewhere for one in helpers)

    def given(self, name: str, signature: ast.arguments) -> dict[str, list[Given]] | None:
        """What the calls give for each parameter; None where that is not to be seen."""
        if name in self.elsewhere:
            return None
        found: dict[str, list[Given]] = {}
        parameters = [one.arg for one in signature.args if one.arg != "self"]
        for call, function in self.of.get(name, ()):
            if any(isinstance(one, ast.Starred) for one in call.args):
                return None
            if any(one.arg is None for one in call.keywords):
                return None
            values = dict(zip(parameters, call.args, strict=False))
            values |= {one.arg: one.value for one in call.keywords if one.arg is not None}
            for parameter, value in values.items():
                found.setdefault(parameter, []).append((value, function))
        return found

    def are_whole(self, values: list[Given]) -> bool:
        """Whether all are whole numbers."""
        return all(self._is_whole(value, function) for value, function in values)

    def _is_whole(self, value: ast.expr, function: Function | None) -> bool:
        if isinstance(value, ast.Constant):
            return isinstance(value.value, int)
        if isinstance(value, ast.BinOp) and isinstance(value.op, _WHOLE):
            return self._is_whole(value.left, function) and self._is_whole(value.right, function)
        if not isinstance(value, ast.Name) or function is None:
            return False
        asked = (id(function), value.id)
        if asked in self._asked:
            return True  # what it is made of decides
        self._asked.add(asked)
        try:
            return self._is_whole_variable(value.id, function)
        finally:
            self._asked.discard(asked)

    def _is_whole_variable(self, variable: str, function: Function) -> bool:
        if variable in set(stored(function)):
            assigned = [
                one.value for one in ast.walk(function)
                if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
                and one.targets[0].id == variable
            ]  # fmt: skip
            times = sum(one == variable for one in stored(function))
            return times == len(assigned) and self.are_whole([(one, function) for one in assigned])
        values: list[Given] = [(one, None) for one in _default(function, variable)]
        names = [name for name, one in self.signatures.items() if one is function]
        for name in names:
            given = self.given(name, function.args)
            if given is None:
                return False
            values += given.get(variable, [])
        return bool(values) and self.are_whole(values)


Given = tuple[ast.expr, "Function | None"]


def is_constructor(part: ast.stmt) -> bool:
    """Whether it is the constructor of a class."""
    return isinstance(part, Function) and part.name == "__init__"


def stored(node: ast.AST) -> Iterator[str]:
    """The names that some code gives values to, each time that it does."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def defaults_of(signature: ast.arguments) -> dict[str, ast.expr]:
    """The defaults of parameters."""
    count = len(signature.defaults)
    found = dict(zip([one.arg for one in signature.args[-count:]], signature.defaults, strict=True)
                 if count else ())  # fmt: skip
    for one, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        if default is not None:
            found[one.arg] = default
    return found


def _default(function: Function, parameter: str) -> list[ast.expr]:
    found = defaults_of(function.args).get(parameter)
    return [] if found is None else [found]


def _is_called(name: ast.Name, parent: ast.AST) -> bool:
    return isinstance(parent, ast.Call) and parent.func is name
