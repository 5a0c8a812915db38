"""Diagnostics as data: codes, places, severities. Rendering is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "info"]


class Place(NamedTuple):
    """A stretch of one line of a source; line and column count from 1."""

    line: int
    column: int
    length: int = 1


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


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that reads most like `name`, or an empty string."""
    from difflib import get_close_matches  # noqa: PLC0415 - only needed on errors

    known = {candidate.lower(): candidate for candidate in candidates}
    found = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else ""
