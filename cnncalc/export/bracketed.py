"""Values of statements that are too long for a line, in brackets as `ruff format` puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.python import INDENT, WIDTH, laid_out

if TYPE_CHECKING:
    from cnncalc.export.python import Code

_OPERATORS = (" + ", " * ")  # the outermost first


def laid_out_value(code: Code, indent: int, before: str) -> list[str]:
    """The lines of a statement that gives a value to a name, or back.

    Args:
        code: the value.
        indent: how many steps the statement is indented.
        before: what stands before the value, `x = `.
    """
    lines = laid_out(code, indent, before=before)
    if len(lines[0]) <= WIDTH or not (before.endswith("= ") or before == "return "):
        return lines
    inner = laid_out(code, indent + 1)
    if isinstance(code, str) and len(inner[0]) > WIDTH:
        inner = [f"{INDENT * (indent + 1)}{one}" for one in _operands(code)]
    if any(len(one) > WIDTH for one in inner):
        return lines
    space = INDENT * indent
    return [f"{space}{before}(", *inner, f"{space})"]


def _operands(code: str) -> list[str]:
    """The operands of a chain, each after its operator."""
    for operator in _OPERATORS:
        found = _split(code, operator)
        if len(found) > 1:
            return [found[0], *(f"{operator.lstrip()}{one}" for one in found[1:])]
    return [code]


def _split(code: str, operator: str) -> list[str]:
    """What stands between operators that are in no brackets."""
    found, depth, start = [], 0, 0
    for at, one in enumerate(code):
        depth += (one in "([{") - (one in ")]}")
        if not depth and code.startswith(operator, at):
            found.append(code[start:at])
            start = at + len(operator)
    return [*found, code[start:]]
