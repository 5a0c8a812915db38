"""The text of helpers that are written for the calls of one file."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from cnncalc.export.python import INDENT, WIDTH, Bracket, laid_out, structured
from cnncalc.export.specialized.calls import Calls, defaults_of, is_constructor, stored
from cnncalc.export.specialized.folding import Folding, Known, Whole, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.export.specialized.calls import Given
    from cnncalc.export.specialized.folding import Names

_BASES = re.compile(r"^class \w+\((\w+)\):", re.MULTILINE)
_SUPER = "super().__init__("


def specialized(helpers: Mapping[str, str], code: str) -> list[str]:
    """The texts of helpers as far as a file uses them.

    Args:
        helpers: the text of each, by its name; those that others are made of first.
        code: what the file has beside them.
    """
    calls = Calls()
    calls.look(ast.parse(code))
    found: list[str] = []
    for group in reversed(_families(helpers)):
        if not calls.names(group):
            continue  # what called it does so no more
        text = "\n\n".join(helpers[name] for name in group)
        tree = ast.parse(text)
        if any(_has_options(one) for one in tree.body):
            text = "\n".join(_Helper(text, group, calls).lines(tree)) + "\n"
            tree = ast.parse(text)
        calls.look(tree)
        found.insert(0, text)
    return found


def _families(helpers: Mapping[str, str]) -> list[list[str]]:
    """The helpers, each class with those that it is made of."""
    found: list[list[str]] = []
    for name, text in helpers.items():
        family = [one for one in found if set(_BASES.findall(text)) & set(one)]
        if family:
            family[0].append(name)
        else:
            found.append([name])
    return found


def _has_options(part: ast.stmt) -> bool:
    """Whether it takes arguments that a call may leave out."""
    bodies = part.body if isinstance(part, ast.ClassDef) else [part]
    return any(
        isinstance(one, ast.FunctionDef) and (one.args.defaults or one.args.kw_defaults
                                              or one.args.kwarg)
        for one in bodies
    )  # fmt: skip


class _Helper:
    """Writes helpers that are made of each other, for what is called with what."""

    def __init__(self, text: str, names: Sequence[str], calls: Calls) -> None:
        self._source = text.splitlines()
        self._folding = Folding(text)
        self._names = names
        self._calls = calls
        self._assigned: list[str] = []
        self._stored: list[str] = []

    def lines(self, tree: ast.Module) -> list[str]:
        """The lines of all."""
        self._assigned = [
            one.attr for one in ast.walk(tree)
            if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
        ]  # fmt: skip
        return self._block(tree.body, {}, 0)

    def _block(self, body: Sequence[ast.stmt], names: Names, after: int) -> list[str]:
        """Statements, with the blank lines between them.

        Args:
            body: the statements.
            names: what is known of variables, to which the statements add.
            after: the number of the line before the first.
        """
        found: list[str] = []
        for one in body:
            lines = self._statement(one, names)
            if lines:
                blank = self._source[after : one.lineno - 1] if found else []
                found += [*blank, *lines]
            after = one.end_lineno or one.lineno
            if lines and lines[-1].startswith(f"{' ' * one.col_offset}return "):
                break
        return found

    def _statement(self, node: ast.stmt, names: Names) -> list[str]:
        self._folding.forget()
        if isinstance(node, ast.FunctionDef):
            return self._function(node, names)
        if isinstance(node, ast.If):
            return self._condition(node, names)
        if isinstance(node, (ast.ClassDef, ast.For)):
            _forget(node, names)
            return [*self._head(node, names), *self._inside(node.body, names)]
        before = dict(names)
        if isinstance(node, ast.Assign) and self._becomes_known(node, names):
            return []
        return self._written(node, before)

    def _inside(self, body: Sequence[ast.stmt], names: Names) -> list[str]:
        return self._block(body, names, body[0].lineno - 1)

    def _head(self, node: ast.ClassDef | ast.For | ast.If, names: Names) -> list[str]:
        """The lines before the first statement inside, with what is known put in."""
        lines = self._source[node.lineno - 1 : node.body[0].lineno - 1]
        part = {ast.For: "iter", ast.If: "test"}.get(type(node))
        if part is None:
            return lines
        self._folding.forget()
        text = as_text(self._folding.fold(getattr(node, part), names))
        if text is None:
            return lines
        return "\n".join(lines).replace(self._text(getattr(node, part)), text).splitlines()

    # -- functions ------------------------------------------------------------------------------

    def _function(self, node: ast.FunctionDef, names: Names) -> list[str]:
        signature = node.args
        left: set[str] = set()
        known = dict(names)
        for one in (*signature.args, *signature.kwonlyargs):
            known.pop(one.arg, None)
        called = self._called(node)
        given = self._given(called, signature) if called else None
        changed = {name for one in node.body if hasattr(one, "body") for name in stored(one)}
        if given is not None:
            for name, default in defaults_of(signature).items():
                if name not in {*given, *changed} and _is_plain(default):
                    left.add(name)
                    known[name] = Known(ast.literal_eval(default))
            for name, values in given.items():
                default = defaults_of(signature).get(name, _NOTHING)
                if self._calls.are_whole([*values, (default, None)]):
                    known[name] = Whole()
        rest = signature.kwarg
        if given is not None and rest is not None and self._is_left(rest.arg, given, node):
            left.add(rest.arg)
            known[rest.arg] = Known({})
        around, self._stored = self._stored, list(stored(node))
        body = self._inside(node.body, known)
        self._stored = around
        if left and len(body) == 1 and body[0].strip() in {f"{_SUPER})", f"{_SUPER}**options)"}:
            return []  # what the class is made of has the same constructor
        return [*self._signature(node, left), *body]

    def _called(self, node: ast.FunctionDef) -> list[str]:
        """The names by which a function is called, or the classes that it constructs."""
        if node.name in self._names:
            return [node.name]
        return list(self._names) if is_constructor(node) else []

    def _given(
        self, called: Sequence[str], signature: ast.arguments
    ) -> dict[str, list[Given]] | None:
        found: dict[str, list[Given]] = {}
        for name in called:
            given = self._calls.given(name, signature)
            if given is None:
                return None
            for parameter, values in given.items():
                found.setdefault(parameter, []).extend(values)
        return found

    def _is_left(self, rest: str, given: Mapping[str, object], node: ast.FunctionDef) -> bool:
        """Whether nothing is given beyond the parameters, nor is it the base class's to take."""
        parameters = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
        return set(given) <= parameters and f"{_SUPER}**{rest}" not in self._folding.text

    def _signature(self, node: ast.FunctionDef, left: set[str]) -> list[str]:
        lines = self._source[node.lineno - 1 : node.body[0].lineno - 1]
        if not left:
            return lines
        signature = node.args
        defaults = defaults_of(signature)
        items = []
        for one in (*signature.args, signature.vararg, *signature.kwonlyargs):
            if one is not None and one.arg not in left:
                star = "*" if one is signature.vararg else ""
                default = defaults.get(one.arg)
                value = f"={self._text(default)}" if default is not None else ""
                items.append(f"{star}{one.arg}{value}")
        if signature.kwarg is not None and signature.kwarg.arg not in left:
            items.append(f"**{signature.kwarg.arg}")
        code = Bracket(f"def {node.name}(", tuple(items), "):")
        return laid_out(code, node.col_offset // len(INDENT))

    def _text(self, node: ast.AST) -> str:
        start, end = self._folding.span(node)
        return self._folding.text[start:end]

    # -- statements -----------------------------------------------------------------------------

    def _condition(self, node: ast.If, names: Names) -> list[str]:
        condition = self._folding.fold(node.test, names)
        if isinstance(condition, Known):
            taken = node.body if condition.value else node.orelse
            inside = self._inside(taken, names) if taken else []
            return [line.removeprefix(INDENT) for line in inside]
        _forget(node, names)
        lines = [*self._head(node, names), *self._inside(node.body, dict(names))]
        if node.orelse:
            lines.append(f"{' ' * node.col_offset}else:")
            lines += self._inside(node.orelse, dict(names))
        return lines

    def _becomes_known(self, node: ast.Assign, names: Names) -> bool:
        """Whether a variable or an attribute has a value that is put in where it is read."""
        target = node.targets[0]
        value = self._folding.fold(node.value, names)
        whole = self._folding.is_whole(node.value, names)
        _forget(node, names)
        if isinstance(target, ast.Name):
            if isinstance(value, Known) and self._stored.count(target.id) == 1:
                names[target.id] = value
                return True
            if whole:
                names[target.id] = Whole()
        if isinstance(target, ast.Attribute) and self._assigned.count(target.attr) == 1:
            if isinstance(value, Known):
                self._folding.attributes[target.attr] = value
                return True
            if self._folding.is_unchanging(node.value, names):
                self._folding.unchanging.add(target.attr)
                return True
        return False

    def _written(self, node: ast.stmt, names: Names) -> list[str]:
        """The lines of a statement, laid out anew if something is put in."""
        lines = self._source[node.lineno - 1 : node.end_lineno]
        text = self._folding.after(node, names)
        if text == self._text(node):
            return lines
        if re.fullmatch(r"(\w+) = \1", text):
            return []
        space = " " * node.col_offset
        one = re.sub(r"\s*\n\s*", " ", re.sub(r"([(\[{])\n\s*", r"\1", text))
        one = re.sub(r",? ([)\]}])", r"\1", one)
        comment = lines[-1][node.end_col_offset or 0 :]
        if len(space) + len(one) + len(comment) <= WIDTH:
            return [f"{space}{one}{comment}"]
        found = laid_out(structured(one), len(space) // len(INDENT))
        if all(len(line) <= WIDTH for line in found):
            return found
        return f"{space}{text}{comment}".splitlines()


_NOTHING = ast.Constant(0)


def _is_plain(default: ast.expr) -> bool:
    """Whether it is a value as it stands."""
    return not isinstance(default, ast.BinOp)


def _forget(node: ast.AST, names: Names) -> None:
    """What is given values in it is not known in it, nor after it."""
    for one in set(stored(node)):
        names.pop(one, None)
