"""Whether a loop of a spec hides a variable of the same name that is read outside the loop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX
from cnncalc.export.turns import loop_names
from cnncalc.language.syntax import Entries, Key, Layer, Literal, Node
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.language.syntax import Spec

_WORD = re.compile(r"[^\W\d]\w*")


class _Reads(NamedTuple):
    """How a part of a spec reads and hides a name.

    Attributes:
        free: how often the name is read, in loops that hide it aside.
        before: how often of these before any loop that hides it, where the code reads it at once:
            by the values of a loop, and as a kernel. Other arguments may be sizes, read later too.
        loops: how many loops hide it.
        clash: whether inside a loop that hides it, it is read where a further loop hid it.
    """

    free: int = 0
    before: int = 0
    loops: int = 0
    clash: bool = False


_NONE = _Reads()


class _Sought(NamedTuple):
    """What is read: a name, and the blocks that are given its value at each use."""

    name: str
    blocks: frozenset[str] = frozenset()


def hides(spec: Spec, name: str, blocks: frozenset[str]) -> bool:
    """Whether the name, as Python has it, may be read after a loop has changed its value.

    `blocks` are those that are given its value at each use.
    """
    sought = _Sought(name, blocks)
    for entries in (spec.entries, *(block.entries for block in spec.blocks.values())):
        found = _reads(entries, sought)
        if found.clash or (found.loops and found.free > found.before):
            return True
    return False


def counted_blocks(spec: Spec) -> frozenset[str]:
    """The blocks that may read `$i` of a loop around their use, themselves or by what they use."""
    found: frozenset[str] = frozenset()
    while True:
        sought = _Sought(INDEX, found)
        more = frozenset(
            name for name, block in spec.blocks.items() if _reads(block.entries, sought).free
        )
        if more == found:
            return found
        found = more


def _reads(part: object, sought: _Sought) -> _Reads:
    beside = getattr(part, "beside", None)
    loop = beside.loop if beside is not None else None
    if beside is None or loop is None:
        return _together(part, sought)
    further = (_together(one, sought) for one in beside if one is not loop)
    inside = _sum([_together(part, sought), *further])
    values = _together(loop, sought).free
    if sought.name != INDEX and sought.name not in loop_names(loop):
        before = 0 if inside.loops else inside.before + values
        return inside._replace(free=inside.free + values, before=before)
    clash = inside.clash or bool(inside.loops and inside.free > inside.before)
    return _Reads(values, values, inside.loops + 1, clash=clash)


def _together(part: object, sought: _Sought) -> _Reads:
    """Of all parts; of an entry with a loop, without what stands beside it."""
    if isinstance(part, tuple) and part and isinstance(part[0], Key) and part[0].text == "kernel":
        kernel = _reads(part[1:], sought)
        return kernel._replace(before=kernel.free)
    found = [_reads(one, sought) for one in _parts_of(part)]
    return _sum([_Reads(free=1), *found] if _is_read(part, sought) else found)


def _sum(found: list[_Reads]) -> _Reads:
    """Of parts one after another."""
    found = [one for one in found if one is not _NONE]
    if not found:
        return _NONE
    first = next((at for at, one in enumerate(found) if one.loops), len(found))
    return _Reads(
        sum(one.free for one in found), sum(one.before for one in found[: first + 1]),
        sum(one.loops for one in found), any(one.clash for one in found),
    )  # fmt: skip


def _parts_of(part: object) -> Iterator[object]:
    if isinstance(part, Node):
        looped = getattr(getattr(part, "beside", None), "loop", None) is not None
        if isinstance(part, Entries):
            yield from part
            return
        fields = (one for one in part.fields if not (looped and one == "beside"))
        yield from (getattr(part, one) for one in fields)
    elif isinstance(part, (tuple, list)):
        yield from part


def _is_read(part: object, sought: _Sought) -> bool:
    if sought.blocks and isinstance(part, Layer):
        type_ = part.type.strip()
        if type_ in sought.blocks or "$" in type_:
            return True
    return isinstance(part, Node) and sought.name in _words_of(part)


def _words_of(part: Node) -> set[str]:
    """The words of a text with variables, or of a condition, which may be without `$`."""
    found: set[str] = set()
    for text in (getattr(part, "type", ""), getattr(part, "text", "")):
        if isinstance(text, str) and "$" in text:
            found.update(_WORD.findall(text))
    when = getattr(getattr(part, "beside", None), "when", None)
    if isinstance(when, Literal):
        found.update(_WORD.findall(str(when.value)))
    return found
