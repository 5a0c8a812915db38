"""Diagnostics as data: codes, places, severities. Rendering is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning", "info"]


class Place(NamedTuple):
    """A stretch of one line of a source; line and column count from 1."""

    line: int
    column: int
    length: int = 1


class Placed(Protocol):
    """Anything of a source that knows where it stands."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        ...


class Diagnostic(NamedTuple):
    """One finding about a spec.

    `message` is a sentence without a full stop, `label` stands under the
    place, `notes` say how the values came about, `help` names ways out.
    """

    code: str
    message: str
    severity: Severity = "error"
    place: Place | None = None
    label: str = ""
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    source: str = ""


_LONGEST_NAME = 60
_MOST_NAMES = 5000
_MOST_COMPARED = 400


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that reads most like `name`, or an empty string.

    Of very many candidates those with the same first letter are compared; of
    candidates that differ in case only, the one closest to `name` is taken.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only needed on errors
    from itertools import islice  # noqa: PLC0415 - only needed on errors

    if len(name) > _LONGEST_NAME:
        return ""
    spellings: dict[str, list[str]] = {}
    for candidate in islice(candidates, _MOST_NAMES):
        spellings.setdefault(candidate.lower(), []).append(candidate)
    lower = name.lower()
    likely = sorted(spellings, key=lambda one: one[:1] != lower[:1])[:_MOST_COMPARED]
    found = get_close_matches(lower, likely, n=1, cutoff=0.6)
    return get_close_matches(name, spellings[found[0]], n=1, cutoff=0)[0] if found else ""


def listed(names: Iterable[str], most: int = 20) -> str:
    """Names for the end of a sentence: the first of them, and how many more there are."""
    shown = list(names)
    more = len(shown) - most
    if not shown:
        return "none"
    return ", ".join(shown[:most]) + (f" and {more:,} more" if more > 0 else "")


def enumerated(words: Sequence[str]) -> str:
    """Words in the middle of a sentence: `1, 2 and 3`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
