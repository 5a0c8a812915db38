"""How deep values are nested: in the text of a variable, and in what variables build of each other.

Both are counted, so that no spec exhausts the stack of whatever walks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.expressions import levels
from cnncalc.language.limits import DEFAULT
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Choice, Expression, List, Map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Value

_HOLDERS = (list, dict)


class Nesting:
    """The depths of the lists and mappings that were computed so far.

    A value that is passed on is the same object, so each is walked once.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, object]] = {}  # by identity, which holding it keeps

    def check(self, value: Any, at: Placed) -> None:  # noqa: ANN401 - any plain value
        """Refuse a value that is nested too deeply; raises `SpecProblem`."""
        if type(value) in _HOLDERS and any(type(one) in _HOLDERS for one in _parts(value)):
            self._measure(value)
            if self._known[id(value)][0] > DEFAULT.depth:
                raise SpecProblem(
                    codes.LIMIT, f"a value is nested deeper than {DEFAULT.depth} levels", at
                )

    def _measure(self, value: object) -> None:
        known = self._known
        stack = [value]
        while stack:
            held = [one for one in _parts(stack[-1]) if type(one) in _HOLDERS]
            unknown = [one for one in held if id(one) not in known]
            if unknown:
                stack += unknown
                continue
            top = stack.pop()
            known[id(top)] = (1 + max((known[id(one)][0] for one in held), default=0), top)


def _parts(value: Any) -> Iterable[Any]:  # noqa: ANN401 - a list or a mapping
    return value.values() if type(value) is dict else value


def levels_of(written: Value) -> int:
    """The levels of lists, mappings and operations that a value is written with, at least 1."""
    deepest = 1
    stack = [(written, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, Expression):
            depth += levels(value.text)
        elif isinstance(value, List):
            stack += [(item, depth + 1) for item in value.items]
        elif isinstance(value, Map):
            stack += [(part, depth + 1) for _, part in value.pairs]
        elif isinstance(value, Choice):
            stack += [(row, depth + 1) for _, row in value.rows]
            stack.append((value.by, depth + 1))
        deepest = max(deepest, depth)
    return deepest
