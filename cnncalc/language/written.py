"""Entries that are written alike without variables: one of them stands for all.

This is the fast way for flat specs: a layer with literal arguments is read and
built once, however often its text appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cnncalc.language.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from cnncalc.language.tree import Tree

T = TypeVar("T")

_TYPE_ALONE = 2  # the parts of a mapping that holds a type and nothing beside it: key, value
_LONGEST_KEY = 60  # parts of a fingerprint


class ByText(Generic[T]):
    """What is known of entries by their text."""

    def __init__(self) -> None:
        self._known: dict[object, T] = {}

    def of(self, item: object) -> T | None:
        """What is known of an entry that was not yet read."""
        if type(item) is Scalar:
            return self._known.get(item.text)
        if type(item) is Mapping and len(item.parts) == _TYPE_ALONE:
            written = fingerprint(item.parts[1])
            if written is not None:
                return self._known.get((item.parts[0].text, written))
        return None

    def get(self, written: object) -> T | None:
        """What is known under `Layer.written`."""
        return self._known.get(written) if written is not None else None

    def keep(self, written: object, known: T) -> None:
        """Remember it for all entries that are written so."""
        if written is not None:
            self._known[written] = known


def written_as(type_: str, argument: Tree | None) -> object:
    """The key of an entry that has been told apart; None if its arguments have variables."""
    if argument is None:
        return type_
    written = fingerprint(argument)
    return (type_, written) if written is not None else None


def fingerprint(tree: Tree) -> Any:  # noqa: ANN401 - hashable
    """What was written, as a key of a cache; None if it depends on variables, or is long."""
    if type(tree) is Scalar:
        return None if "$" in tree.text else (tree.text, tree.quoted)
    parts: list[Any] = []
    return tuple(parts) if _written(tree, parts) else None


def _written(tree: Tree, parts: list[Any]) -> bool:
    """Add what was written to the parts; False if that is of no use as a key."""
    children = tree.items if isinstance(tree, Sequence) else tree.parts  # type: ignore[union-attr]
    if len(parts) + len(children) > _LONGEST_KEY:
        return False
    parts.append(type(tree))
    for child in children:
        if type(child) is Scalar:
            if "$" in child.text:
                return False
            parts.append((child.text,) if child.quoted else child.text)
        elif not _written(child, parts):
            return False
    parts.append(None)  # the end of the list or mapping
    return True
