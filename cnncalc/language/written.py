"""Entries that are written alike without variables: one of them stands for all.

This is the fast way for flat specs: a layer with literal arguments is read and
built once, however often its text appears; and where they are words and numbers alone,
they are read as plain values, without a tree of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Mapping, Scalar, Sequence
from cnncalc.language.values import is_arithmetic, scalar_value

if TYPE_CHECKING:
    from cnncalc.language.tree import Tree

T = TypeVar("T")

_TYPE_ALONE = 2  # the parts of a mapping that holds a type and nothing beside it: key, value
_LONGEST_KEY = 60  # parts of a fingerprint
_MOST_VALUES = 8  # of a plain list: sizes per axis, and the sides of each


class ByText(Generic[T]):
    """What is known of entries by their text."""

    def __init__(self) -> None:
        self._known: dict[object, T] = {}
        #: What is known under a key; None if nothing is, or the key is None.
        self.get = self._known.get

    def keep(self, written: object, known: T) -> None:
        """Remember it for all entries that are written so."""
        if written is not None:
            self._known[written] = known


def key_of(item: object) -> object:
    """The key of an entry that was not yet read; None if it is more than a type with arguments."""
    if type(item) is Scalar:
        return item.text
    if type(item) is Mapping and len(item.parts) == _TYPE_ALONE:
        written = fingerprint(item.parts[1])
        if written is not None:
            return item.parts[0].text, written
    return None


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


class NotPlainError(Exception):
    """A value is more than a word, a number, or a short list of them."""


def plain_values(tree: Tree, main: str) -> dict[str, Any]:
    """The arguments of an entry by their names; raises `NotPlainError`.

    Args:
        tree: what is written.
        main: the argument that a value without a name is for; empty where there is none.
    """
    if type(tree) is not Mapping:
        if not main:
            raise NotPlainError
        return {main: _plain(tree)}
    found = {}
    for key, value in tree.pairs():
        if not key.text.isidentifier():
            raise NotPlainError
        found[key.text] = _word(value) if type(value) is Scalar else _plain(value)
    return found


def _plain(tree: Tree) -> Any:  # noqa: ANN401 - int, float, bool, str or a list of them
    if type(tree) is Sequence and len(tree.items) <= _MOST_VALUES:
        return [_word(item) for item in tree.items]
    return _word(tree)


def _word(tree: Tree) -> Any:  # noqa: ANN401 - int, float, bool or str
    if type(tree) is not Scalar:
        raise NotPlainError
    if not tree.text.isdecimal() and ("$" in tree.text or is_arithmetic(tree)):
        raise NotPlainError
    try:
        value = scalar_value(tree)
    except SpecProblem:  # told where the entry is read in full
        raise NotPlainError from None
    if value is None:
        raise NotPlainError
    return value
