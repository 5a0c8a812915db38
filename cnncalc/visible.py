r"""What of a text can be seen: one rule for everything that is written.

A character is hidden if it steers a terminal (control characters, the directions of text), breaks
a line, shows nothing (fillers, joiners, selectors of variants), or covers what stands beside it: a
combining mark, unless it is one or two on a letter. Each way out writes its own escape for it.

>>> visible("Việt e\u0301"), visible("a\u3164"), visible("a\u0301\u0301\u0301"), visible("a\n")
(True, False, False, False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: What Python calls printable and nobody sees.
_UNSEEN: Final = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10),
              *range(0x180B, 0x1810), 0x13441, 0x13442, 0x16FE4, 0x1D159,
              *range(0xE0100, 0xE01F0)))
)  # fmt: skip
_FIRST_MARK: Final = "\u0300"
_MOST_MARKS: Final = 2  # on a letter: a vowel and a tone


def visible(text: str) -> bool:
    """Whether every character of a text is seen."""
    return text.isprintable() and (_plain(text) or all(shown for _, shown in _seen(text)))


def escaped(text: str, escape: Callable[[str], str], *, keep: str = "") -> str:
    """A text with its hidden characters escaped, but for those of `keep`."""
    if _plain(text):
        shown = text
        for char in keep:
            shown = shown.replace(char, "")
        if shown.isprintable():
            return text
        return "".join(
            [char if char.isprintable() or char in keep else escape(char) for char in text]
        )
    return "".join([char if shown or char in keep else escape(char) for char, shown in _seen(text)])


def _plain(text: str) -> bool:
    """Whether none of its characters is a mark or beyond."""
    return text.isascii() or max(text) < _FIRST_MARK


def _seen(text: str) -> Iterator[tuple[str, bool]]:
    """The characters of a text, and whether each is seen."""
    from unicodedata import category  # noqa: PLC0415 - few texts need it

    left = 0  # marks that may still follow
    for char in text:
        kind = category(char) if char >= _FIRST_MARK else ""
        if kind in {"Mn", "Me"}:
            left -= 1
            yield char, left >= 0 and char not in _UNSEEN
            continue
        if kind != "Mc":  # a vowel beside its letter, over which further marks may stand
            left = _MOST_MARKS if char.isalpha() else 0
        yield char, char.isprintable() and char not in _UNSEEN
