"""Full-width punctuation, which an input method types and YAML takes for letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.diagnostics.diagnostic import Diagnostic

_MEANT = {
    "：": ":", "，": ",", "、": ",", "（": "(", "）": ")", "［": "[", "］": "]", "【": "[",
    "】": "]", "｛": "{", "｝": "}", "＄": "$", "＃": "#", "－": "-", "＊": "*", "＋": "+",
    "　": "a space",
}  # fmt: skip
_FOUND = re.compile(f"[{''.join(_MEANT)}]")
_COMMENT = re.compile(r"(^|\s)#.*")


def with_hints(diagnostics: Sequence[Diagnostic], text: str) -> tuple[Diagnostic, ...]:
    """Errors with a hint where full-width punctuation may be what is wrong.

    That is in the line of the error; if no such line has any, the first error is told
    of the first line that has.
    """
    if not _FOUND.search(text):
        return tuple(diagnostics)
    hints = dict(_hints(text))
    errors = [one for one in diagnostics if one.severity == "error"]
    lines = {one.place.line for one in errors if one.place is not None}
    first = errors[0] if errors and hints and not lines & hints.keys() else None
    return tuple(_hinted(one, hints, next(iter(hints.values())) if one is first else "")
                 for one in diagnostics)  # fmt: skip


def _hinted(one: Diagnostic, hints: dict[int, str], other: str) -> Diagnostic:
    line = one.place.line if one.place is not None else 0
    hint = hints.get(line, other) if one.severity == "error" else ""
    return one._replace(help=(*one.help, hint)) if hint else one


def _hints(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        found = _FOUND.search(_COMMENT.sub("", line))
        if found:
            meant = _MEANT[found[0]]
            shown = meant if len(meant) > 1 else f"`{meant}`"
            yield number, f"line {number} has a full-width `{found[0]}`: write {shown}"
