"""Several names in a sentence, and sentences that stay short whatever they list or quote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.diagnostics.diagnostic import Diagnostic

_LONG = 160  # characters of a sentence that are shown as they are
_LONGEST = 1_000
_MOST_LISTED = 20
#: Numbers and words of which the beginning and the end are enough.
_LONG_NUMBER = r"\d{61,}"
_LONG_WORD = r"[^\s,()\[\]]{121,}"
_LIST = r"([\[(])([^\[\]()]*)([\])])"


def listed(names: Iterable[str], most: int = 20, mark: str = "") -> str:
    """Names for the end of a sentence: the first of them, marked, and how many more there are."""
    known = list(names)
    more = len(known) - most
    if not known:
        return "none"
    shown = ", ".join([f"{mark}{name}" for name in known[:most]])
    return shown + (f" and {more:,} more" if more > 0 else "")


def enumerated(words: Sequence[str]) -> str:
    """Words in the middle of a sentence: `1, 2 and 3`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def concise(text: str) -> str:
    """A sentence of which a long list, number or name is shown in part.

    >>> concise("the input is (" + ", ".join(["1"] * 200) + ")")
    'the input is (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 and 180 more)'
    """
    if len(text) <= _LONG:
        return text
    text = re.sub(_LIST, _some, text)
    text = re.sub(_LONG_NUMBER, lambda found: f"{_ends(found[0])} ({len(found[0])} digits)", text)
    text = re.sub(_LONG_WORD, lambda found: _ends(found[0]), text)
    more = len(text) - _LONGEST
    return f"{text[:_LONGEST]}... and {more:,} more characters" if more > 0 else text


def _ends(word: str) -> str:
    return f"{word[:20]}...{word[-20:]}"


def _some(found: re.Match[str]) -> str:
    return f"{found[1]}{listed(found[2].split(', '), _MOST_LISTED)}{found[3]}"


def concisely(diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic with concise sentences."""
    return diagnostic._replace(
        message=concise(diagnostic.message),
        label=concise(diagnostic.label),
        notes=tuple(map(concise, diagnostic.notes)),
        help=tuple(map(concise, diagnostic.help)),
    )
