"""Diagnostics as text, like rustc's: a code, a sentence, the place, the way out; and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.render.columns import PLAIN, Style
from cnncalc.render.printable import printable, text_format
from cnncalc.render.text import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.diagnostics.diagnostic import Diagnostic

_LONGEST_LINE = 160
_MOST_IN_JSON = 1_000


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """The JSON form: all that the text says, and where it is (counted from 1, end excluded)."""
    place = diagnostic.place
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "end_column": place.column + place.length if place else None,
        "label": diagnostic.label,
        "notes": list(diagnostic.notes),
        "help": list(diagnostic.help),
    }


def failed_data(
    source: str, diagnostics: Sequence[Diagnostic], left_out: int = 0
) -> dict[str, Any]:
    """The JSON form of a net that cannot be read, in the place of its result.

    `left_out` are those that are not even in `diagnostics`.
    """
    shown = diagnostics[:_MOST_IN_JSON]
    left_out += len(diagnostics) - len(shown)
    return {
        "schema_version": 1,
        "source": source,
        "diagnostics": [as_data(diagnostic) for diagnostic in shown],
        **({"diagnostics_left_out": left_out} if left_out else {}),
    }


@text_format
def as_text(
    diagnostics: Sequence[Diagnostic], *, text: str, style: Style = PLAIN, limit: int = 20
) -> str:
    """Diagnostics with the lines of the source that they speak of.

    Args:
        diagnostics: in the order to be shown.
        text: the source.
        style: the terminal's.
        limit: show this many, and count the rest.
    """
    lines = text.splitlines()
    out = [_one(diagnostic, lines, style) for diagnostic in diagnostics[:limit]]
    if len(diagnostics) > limit:
        out.append(f"... and {len(diagnostics) - limit:,} more\n")
    return "\n".join(out)


def head(diagnostic: Diagnostic, style: Style) -> str:
    """Severity and code: `error[E203]`."""
    colour = style.bad if diagnostic.severity == "error" else style.strong
    return f"{colour}{diagnostic.severity}[{diagnostic.code}]{style.end if colour else ''}"


def _one(diagnostic: Diagnostic, lines: Sequence[str], style: Style) -> str:
    out = [f"{head(diagnostic, style)}: {diagnostic.message}"]
    place = diagnostic.place
    margin = ""
    if place is not None:
        margin = " " * len(str(place.line))
        out.append(f"{margin} --> {diagnostic.source}:{place.line}:{place.column}")
        if place.line <= len(lines):
            out += _excerpt(diagnostic, lines[place.line - 1], margin, style)
    elif diagnostic.source and diagnostic.source not in diagnostic.message.split():
        out.append(f" --> {diagnostic.source}")
    if place is not None and (diagnostic.notes or diagnostic.help):
        out.append(f"{margin} |")
    if place is None and diagnostic.label:
        out.append(f" = help: {diagnostic.label}")
    out += [f"{margin} = {note}" for note in diagnostic.notes]
    out += [f"{margin} = help: {way}" for way in diagnostic.help]
    return "\n".join(out) + "\n"


def _excerpt(diagnostic: Diagnostic, line: str, margin: str, style: Style) -> list[str]:
    place = diagnostic.place
    assert place is not None  # noqa: S101 - the caller has checked
    start = place.column - 1
    skipped = max(0, start - _LONGEST_LINE // 2) if len(line) > _LONGEST_LINE else 0
    part = line[skipped : skipped + _LONGEST_LINE].replace("\t", " ")
    before, marked = part[: start - skipped], part[start - skipped :][: place.length]
    carets = "^" * max(1, width_of(printable(marked)))
    bad, end = style.bad, style.end
    under = f"{bad}{carets} {diagnostic.label}".rstrip() + end
    return [
        f"{margin} |",
        f"{place.line} | {printable(part)}",
        f"{margin} | {' ' * width_of(printable(before))}{under}",
    ]
