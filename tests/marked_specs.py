"""Specs whose offending places are marked with `§`, and what is reported of them."""

from __future__ import annotations

from functools import cache
from textwrap import dedent
from typing import TYPE_CHECKING

from cnncalc.analysis.check.report import check
from cnncalc.build.reader import read_text

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Diagnostic

MARK = "§"


def unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the line and column of each, counted from 1."""
    first, *rest = dedent(marked).lstrip("\n").split(MARK)
    text, places = first, []
    for piece in rest:
        places.append((text.count("\n") + 1, len(text) - text.rfind("\n")))
        text += piece
    return text, places


@cache
def diagnosed(text: str) -> tuple[Diagnostic, ...]:
    """All that is said of a spec: the errors, or else what `check` finds."""
    reading = read_text(text)
    if reading.failed:
        return reading.diagnostics
    return check(reading.network, warnings=reading.diagnostics).findings


def places(found: tuple[Diagnostic, ...]) -> list[tuple[int, int] | None]:
    """The line and column of each diagnostic, None for one without."""
    return [one.place and (one.place.line, one.place.column) for one in found]


def words(one: Diagnostic) -> str:
    """All that a diagnostic says."""
    return "\n".join((one.message, one.label, *one.notes, *one.help))
