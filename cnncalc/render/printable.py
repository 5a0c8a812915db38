r"""Texts of a spec as they may be printed: on a terminal, in the log of a CI job, in a file.

A name or a path can hold anything. What is hidden (`cnncalc.visible`), or a command to the program
that collects the log, is written as its escape, such as `\x1b`. Text formats receive their results
through `text_format`, so that there is no other way for such a text into what they write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import wraps
from itertools import chain, islice
from operator import is_
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from cnncalc.visible import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Parameters = ParamSpec("Parameters")
Given = TypeVar("Given")
Written = TypeVar("Written")  # a text, or its parts

#: Commands to who reads the log. GitHub takes `::` where a line begins, as the last part of a name
#: may (`a/::b`), also one that ends in `:` and is followed by ours; and `##[` anywhere;
#: Azure Pipelines `##vso[` and TeamCity `##teamcity[` anywhere.
_ANYWHERE = r"(?a:#(?=#\w*\[))"
_COMMANDS = rf"(?a:(?<![^\s/]):(?=:|\Z)|{_ANYWHERE})"


_WITHOUT_TEXT = frozenset({str, int, bool, float, type(None)})  # those of texts aside
_AT_ONCE = 500  # parts that are made before the first of them is written


def printable(text: str) -> str:
    r"""A text on one line, with the escapes of what is more than a visible character.

    >>> printable("a\x1b[1m\n"), printable("::error::b"), printable("layer::b")
    ('a\\x1b[1m\\n', '\\x3a:error::b', 'layer::b')
    >>> printable("group/::error::b")
    'group/\\x3a:error::b'
    >>> printable(":"), printable("layer:")
    ('\\x3a', 'layer:')
    """
    if text.isascii() and text.isprintable() and not _may_command(text):
        return text
    seen = escaped(text, _escape)
    if not _may_command(seen):
        return seen
    return re.sub(_COMMANDS, lambda found: f"\\x{ord(found[0]):02x}", seen)


def _may_command(text: str) -> bool:
    return "::" in text or "##" in text or text.endswith(":")


def in_code(text: str) -> str:
    """Python code, the same with escapes in its strings for what nobody sees."""
    return escaped(text, _escape, keep="\n")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()


def in_log(text: str) -> str:
    """Lines of a result as a log may collect them: a log's command in JSON becomes its escape.

    Other formats have none left.
    """
    return re.sub(_ANYWHERE, r"\\u0023", text) if "##" in text else text


def printable_texts(result: Given) -> Given:
    """A result with every text in it printable; the same object where all are."""
    if _all_printable(result):
        return result
    made: Any = _made(result, {})
    return made  # type: ignore[no-any-return]


def _all_printable(result: object) -> bool:
    """Whether every text in a result is, as far as that is seen at once; else each is looked at.

    A long result is many rows of short texts: those of a column are joined and looked at in one.
    """
    seen: set[int] = set()
    columns: list[Sequence[Any]] = [(result,)]
    while columns:
        column = columns.pop()
        kinds = set(map(type, column))
        texts = column if len(kinds) == 1 else [one for one in column if type(one) is str]
        if str in kinds and not _are_printable(texts):
            return False
        for kind in kinds - _WITHOUT_TEXT:
            if issubclass(kind, (tuple, list, Mapping)):
                found = {id(one): one for one in column if type(one) is kind}
                fresh = [one for key, one in found.items() if key not in seen]
                seen.update(found)
                columns += _columns(fresh, kind)
            elif issubclass(kind, Sequence) and kind is not range:
                return False
    return True


def _columns(parts: Sequence[Any], kind: type) -> Iterable[Sequence[Any]]:
    """What is in these, which are of one kind: by fields where it has such."""
    if hasattr(kind, "_fields"):
        return zip(*parts, strict=True)
    if issubclass(kind, Mapping):
        values = chain.from_iterable([one.values() for one in parts])
        return [*chain.from_iterable(parts)], [*values]
    return ([*chain.from_iterable(parts)],)


def _are_printable(texts: Sequence[str]) -> bool:
    """Whether it is certain that all of these texts are."""
    joined = " ".join(texts)
    return (
        joined.isascii()
        and (joined.isprintable() or not joined)
        and not _may_command(joined)
        and ": " not in joined
    )


def _made(value: Any, known: dict[int, Any]) -> Any:  # noqa: ANN401 - any part of a result
    """The same with printable texts; `known` are the tuples that were looked at, by identity."""
    if isinstance(value, str):
        return printable(value)
    if value is None or isinstance(value, int):  # most of a result
        return value
    if isinstance(value, (tuple, list)):
        if id(value) not in known:
            known[id(value)] = _sequence(value, known)
        return known[id(value)]
    if isinstance(value, Mapping):
        return {_made(key, known): _made(one, known) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, range):
        return _Each(value)
    return value


def _sequence(value: Any, known: dict[int, Any]) -> Any:  # noqa: ANN401 - as above
    # A long result is rows of numbers and names; what most of them are takes no call here.
    parts = [
        one
        if (kind := type(one)) is int
        or (
            kind is str
            and one.isascii()
            and one.isprintable()
            and ":" not in one
            and "#" not in one
        )
        else known[id(one)]
        if id(one) in known
        else _made(one, known)
        for one in value
    ]
    if all(map(is_, parts, value)):
        return value
    made: Any = type(value)
    return made._make(parts) if hasattr(made, "_make") else made(parts)


class _Each(Sequence[Any]):
    """The parts of a sequence that makes them when they are asked for, then made printable."""

    def __init__(self, whole: Sequence[Any]) -> None:
        self._whole = whole

    def __len__(self) -> int:
        return len(self._whole)

    def __iter__(self) -> Iterator[Any]:
        parts = iter(self._whole)
        while some := [*islice(parts, _AT_ONCE)]:
            yield from printable_texts(some)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - any part of a result
        return printable_texts(self._whole[index])


def text_format(write: Callable[Parameters, Written]) -> Callable[Parameters, Written]:
    """A function that writes results as text, or in parts, and receives them with printable texts.

    Its positional arguments are the results; keywords say how they are shown.
    """

    @wraps(write)
    def written(*results: Parameters.args, **how: Parameters.kwargs) -> Written:
        return write(*printable_texts(results), **how)

    return written
