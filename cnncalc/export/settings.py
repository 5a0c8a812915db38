"""The settings of a spec's variables that bring all of its parts about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.expressions import parsed
from cnncalc.language.operations import ExpressionError
from cnncalc.language.syntax import (
    Choice,
    Entries,
    Expression,
    Group,
    Literal,
    Node,
    Parallel,
    Repeat,
    Residual,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.language.syntax import Entry, Spec

_MOST = 24


def settings_of(spec: Spec, nodes: Iterable[Node]) -> list[list[dict[str, Any]]]:
    """Settings of one variable each, beside the spec's own: those of a list stand for one another.

    A part that only another depth or size of the net brings about is seen under none
    but the values that a variable is compared with. A number that is compared with
    nothing is changed, to see where in the net it comes back.

    Args:
        spec: what is written.
        nodes: all nodes of it.
    """
    values: dict[str, list[Any]] = {name: [] for name in spec.variables}
    for name, value in _compared(nodes):
        if name in values and value not in values[name]:
            values[name].append(value)
    found: list[list[dict[str, Any]]] = []
    for name, written in spec.variables.items():
        if isinstance(written, Literal):
            if isinstance(written.value, bool):
                values[name].append(not written.value)
            others = [[{name: value}] for value in values[name] if value != written.value]
            found += others or [[{name: value} for value in _near(written.value)]]
    return found[:_MOST]


def settings_without_turns(spec: Spec, nodes: Iterable[Node]) -> list[dict[str, Any]]:
    """Settings of one variable each that leave a loop no turns: 1 for `repeat: $depth - 1`.

    Args:
        spec: what is written.
        nodes: all nodes of it.
    """
    counts = [one.count.text for one in nodes
              if isinstance(one, Repeat) and isinstance(one.count, Expression)]  # fmt: skip
    ends = [end for end in dict.fromkeys(map(_end, counts)) if end is not None]
    written = spec.variables
    found = [{name: end} for name, end in ends if isinstance(written.get(name), Literal)]
    return found[:_MOST]


def _end(text: str) -> tuple[str, int] | None:
    """The variable and the number of an expression that is a variable less a number."""
    try:
        tree = parsed(text)
    except ExpressionError:
        return None
    if tree[0] == "-" and tree[1][0] == "variable" and tree[2][0] == "value":
        return tree[1][1], tree[2][1]
    return None


def _near(value: Any) -> list[Any]:  # noqa: ANN401 - any plain value
    """Other values of a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return [one for one in (2 * value, value + 2, value + 1, value // 2) if one != value]
    return [value / 2, 2 * value] if isinstance(value, float) and value else []


def nodes_in(node: object) -> Iterator[Node]:
    """A node of the syntax tree and all inside it."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Entries):
            stack += reversed([*part])
        elif isinstance(part, Node):
            yield part
            stack += [getattr(part, field) for field in reversed(part.fields)]
        elif isinstance(part, (tuple, list)):
            stack += reversed(part)


def entries_in(entries: Entries | None) -> Iterator[Entry]:
    """All entries of a list, and those inside them."""
    stack: list[Entry] = [*(entries or ())]
    while stack:
        entry = stack.pop()
        yield entry
        if isinstance(entry, Group):
            stack += entry.entries
        elif isinstance(entry, Residual):
            stack += (*entry.body, *(entry.shortcut or ()))
        elif isinstance(entry, Parallel):
            for branch in entry.branches:
                stack += [branch] if isinstance(branch, Group) else branch.entries
        if isinstance(entry, (Residual, Parallel)) and entry.merge is not None:
            stack.append(entry.merge)


def _compared(nodes: Iterable[Node]) -> Iterator[tuple[str, Any]]:
    for one in nodes:
        if isinstance(one, Choice) and isinstance(one.by, Expression):
            name = one.by.text.strip().removeprefix("$")
            yield from ((name, key.value) for key, _ in one.rows if key.value != "default")
        elif isinstance(one, Expression):
            try:
                yield from _equalities(parsed(one.text))
            except ExpressionError:
                continue


def _equalities(tree: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a tree, or a leaf
    if not isinstance(tree, tuple) or not tree:
        return
    if tree[0] in {"==", "!="} and tree[1][0] == "variable" and tree[2][0] == "value":
        yield tree[1][1], tree[2][1]
    for part in tree[1:]:
        yield from _equalities(part)
