"""Expressions in which some names have known values."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING, Any

from cnncalc.export.python import flat, literal
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Known(NamedTuple):
    """A value."""

    value: Any


class Whole:
    """Some whole number."""


#: What is known of variables.
Names = dict[str, Known | Whole]
#: What an expression becomes: a value, other text, or what it was.
Folded = Known | str | None

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
}
#: The operand that leaves the other as it is: on either side, or on the right.
_NEUTRAL: dict[type[ast.operator], int] = {ast.Add: 0, ast.Mult: 1}
_NEUTRAL_RIGHT: dict[type[ast.operator], int] = {
    **_NEUTRAL, ast.Sub: 0, ast.FloorDiv: 1, ast.Div: 1,
}  # fmt: skip
#: What the frameworks have where an argument that a helper gives on is not given.
_DEFAULTS: dict[str, tuple[object, ...]] = {
    "bias": (True,), "use_bias": (True,), "center": (True,), "keepdim": (False,),
    "dropout_p": (0,), "is_causal": (False,), "scale": (None,),
    "mode": ("constant",), "value": (0, None), "constant_values": (0, None),
}  # fmt: skip
#: What binds its operands, so that brackets around one of them do nothing else.
_BINDING = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Compare, ast.Attribute)
_ATOM = re.compile(r"-?[\w.]+(\([^()]*\))?")


class Folding:
    """Folds the expressions of one text.

    Attributes:
        attributes: what is known of the attributes of `self`.
        unchanging: attributes that give what they are called with.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.text = text
        self.attributes: dict[str, Known] = {}
        self.unchanging: set[str] = set()
        self._folded: dict[tuple[int, int], tuple[Folded, Names]] = {}

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a part stands in the text."""
        first = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        last = self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return first, last

    def after(self, node: ast.AST, names: Names) -> str:
        """The text of a part with what is known put in."""
        start, end = self.span(node)
        edits = sorted(self._edits(node, names))
        found = self.text[start:end]
        for first, last, text in reversed(edits):
            found = found[: first - start] + text + found[last - start :]
        return found

    def fold(self, node: ast.AST, names: Names) -> Folded:
        """What an expression becomes where these names are known."""
        asked = (id(node), id(names))
        known = self._folded.get(asked)
        if known is None:
            known = self._folded[asked] = (self._fold(node, names), names)
        return known[0]

    def _fold(self, node: ast.AST, names: Names) -> Folded:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        found: Folded = None if method is None else method(node, names)
        if found is not None:
            return found
        changed = self.after(node, names)
        start, end = self.span(node)
        return None if changed == self.text[start:end] else changed

    def forget(self) -> None:
        """That what is known of variables is about to change."""
        self._folded = {}

    def _known(self, node: ast.AST, names: Names) -> Known | None:
        if isinstance(node, ast.Constant):
            return Known(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return Known(ast.literal_eval(node))
        found = self.fold(node, names)
        return found if isinstance(found, Known) else None

    def _written(self, node: ast.AST, names: Names) -> str:
        return as_text(self.fold(node, names)) or self.after(node, names)

    def _edits(self, node: ast.AST, names: Names) -> Iterator[tuple[int, int, str]]:
        """The parts of an expression that are written anew."""
        if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.Lambda)):
            names = self._inside(node, names)
        for child in ast.iter_child_nodes(node):
            if not hasattr(child, "lineno"):
                yield from self._edits(child, names)
                continue
            text = as_text(self.fold(child, names))
            if text is None:
                continue
            start, end = self.span(child)
            bracketed = self.text[start - 1 : start] + self.text[end : end + 1] == "()"
            if bracketed and isinstance(node, _BINDING) and _ATOM.fullmatch(text):
                start, end = start - 1, end + 1
            yield start, end, text

    def _inside(
        self, node: ast.GeneratorExp | ast.ListComp | ast.Lambda,
        names: Names,
    ) -> Names:  # fmt: skip
        """What is known where a comprehension or a lambda has names of its own."""
        found = dict(names)
        if isinstance(node, ast.Lambda):
            for argument in node.args.args:
                found.pop(argument.arg, None)
            return found
        for one in node.generators:
            for name in ast.walk(one.target):
                if isinstance(name, ast.Name):
                    found.pop(name.id, None)
            if (
                isinstance(one.target, ast.Name) and isinstance(one.iter, ast.Tuple)
                and all(self.is_whole(value, names) for value in one.iter.elts)
            ):  # fmt: skip
                found[one.target.id] = Whole()
        return found

    def is_whole(self, node: ast.AST, names: Names) -> bool:
        """Whether an expression is a whole number."""
        found = names.get(node.id) if isinstance(node, ast.Name) else self._known(node, names)
        return isinstance(found, Whole) or (
            isinstance(found, Known) and isinstance(found.value, int)
        )

    # -- kinds of expressions -------------------------------------------------------------------

    def _name(self, node: ast.Name, names: Names) -> Folded:
        found = names.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return found if isinstance(found, Known) else None

    def _attribute(self, node: ast.Attribute, names: Names) -> Folded:
        del names
        found = self.attributes.get(node.attr) if _is_own(node) else None
        return found if isinstance(node.ctx, ast.Load) else None

    def _tuple(self, node: ast.Tuple, names: Names) -> Folded:
        if not any(isinstance(self.fold(one, names), Known) for one in node.elts):
            return None
        values = [one for part in node.elts if (one := self._known(part, names)) is not None]
        return Known(tuple(one.value for one in values)) if len(values) == len(node.elts) else None

    def _subscript(self, node: ast.Subscript, names: Names) -> Folded:
        found, at = self.fold(node.value, names), self._known(node.slice, names)
        if at is None or not (isinstance(found, Known) and isinstance(found.value, tuple)):
            return None
        return Known(found.value[at.value])

    def _ifexp(self, node: ast.IfExp, names: Names) -> Folded:
        condition = self._known(node.test, names)
        if condition is not None:
            taken = node.body if condition.value else node.orelse
            return self._known(taken, names) or self._written(taken, names)
        yes, no = self._known(node.body, names), self._known(node.orelse, names)
        return yes if yes is not None and yes == no else None

    def _boolop(self, node: ast.BoolOp, names: Names) -> Folded:
        first = self._known(node.values[0], names)
        if first is None or len(node.values) > 2:  # noqa: PLR2004 - a pair
            return None
        if bool(first.value) == isinstance(node.op, ast.Or):
            return first
        return self._known(node.values[1], names) or self._written(node.values[1], names)

    def _unaryop(self, node: ast.UnaryOp, names: Names) -> Folded:
        found = self.fold(node.operand, names)
        if not isinstance(found, Known) or not isinstance(node.op, (ast.Not, ast.USub)):
            return None
        return Known(not found.value if isinstance(node.op, ast.Not) else -found.value)

    def _compare(self, node: ast.Compare, names: Names) -> Folded:
        left, right = self._known(node.left, names), self._known(node.comparators[0], names)
        compared = _COMPARED.get(type(node.ops[0]))
        if left is None or right is None or compared is None:
            return None
        return Known(compared(left.value, right.value))

    def _binop(self, node: ast.BinOp, names: Names) -> Folded:
        left, right = self._known(node.left, names), self._known(node.right, names)
        kind = type(node.op)
        if right is not None and _is_number(right.value, _NEUTRAL_RIGHT.get(kind)):
            return self._known(node.left, names) or self._written(node.left, names)
        if left is not None and _is_number(left.value, _NEUTRAL.get(kind)):
            return self._written(node.right, names)
        if left is not None and right is not None and kind is ast.Sub:
            return Known(left.value - right.value)
        if left is not None and kind is ast.Mult and isinstance(node.right, ast.Compare):
            return left if _is_number(left.value, 0) else None
        inner = node.left
        if (
            right is not None and kind is ast.Sub
            and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)
        ):  # fmt: skip
            before = self._known(inner.right, names)
            if before is not None and isinstance(before.value, int):
                return f"{self._written(inner.left, names)} - {before.value + right.value}"
        return None

    def _call(self, node: ast.Call, names: Names) -> Folded:
        function = node.func
        if isinstance(function, ast.Name) and function.id == "isinstance":
            kinds = [one.id for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)]
            return Known(value=True) if "int" in kinds and self.is_whole(node.args[0], names) else (
                self._is_instance(node.args[0], kinds, names))  # fmt: skip
        unchanged = (_is_own(function) and function.attr in self.unchanging) or (  # type: ignore[attr-defined]
            isinstance(function, ast.Call) and self.is_unchanging(function, names)
        )
        if unchanged:
            return self._written(node.args[0], names)
        unmoved = self._unmoved(node, names)
        if unmoved is not None:
            return self._written(unmoved, names)
        return self._without_defaults(node, names)

    def _is_instance(self, node: ast.AST, kinds: list[str], names: Names) -> Known | None:
        found = self._known(node, names)
        return None if found is None else Known(type(found.value).__name__ in kinds)

    def _unmoved(self, node: ast.Call, names: Names) -> ast.expr | None:
        """What it pads or rolls, where that is by nothing."""
        function = node.func
        if isinstance(function, ast.Name) and function.id == "padded":
            of, by = node.args[:2]
        elif isinstance(function, ast.Attribute) and function.attr == "roll":
            of, by, _ = [function.value, *node.args][-3:]  # `x.roll` or `ops.roll`
        else:
            return None
        amount = self._known(by, names)
        return of if amount is not None and amount.value in {0, (0, 0)} else None

    def is_unchanging(self, node: ast.AST, names: Names) -> bool:
        """Whether it makes a dropout that leaves nothing out."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            return False
        rate = self._known(node.args[0], names)
        return node.func.attr == "Dropout" and rate is not None and rate.value == 0

    def _without_defaults(self, node: ast.Call, names: Names) -> Folded:
        """A call without the arguments, by their names, that now are the framework's defaults."""
        kept = [
            one for one in node.keywords
            if not _is_default(one.arg, self.fold(one.value, names))
        ]  # fmt: skip
        if len(kept) == len(node.keywords):
            return None
        items = [self._written(one, names) for one in (*node.args, *kept)]
        return f"{self._written(node.func, names)}({', '.join(items)})"


def _is_default(argument: str | None, value: Folded) -> bool:
    """Whether an argument has a value that the framework has too; or there is none after `**`."""
    if not isinstance(value, Known):
        return False
    return value.value == {} if argument is None else value.value in _DEFAULTS.get(argument, ())


def as_text(found: Folded) -> str | None:
    """What an expression becomes as text; None where it stays."""
    return flat(literal(found.value)) if isinstance(found, Known) else found


def _is_own(node: ast.AST) -> bool:
    """Whether it is an attribute of `self`."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def _is_number(value: object, number: int | None) -> bool:
    return number is not None and isinstance(value, (int, float)) and value == number
