"""Findings as workflow commands, which annotate the lines of a pull request on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.analysis.check.rules import titles
from cnncalc.render.findings import and_more, paragraph, shown
from cnncalc.render.printable import text_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.render.columns import Style
    from cnncalc.render.findings import Checked

_LEVELS: Final = {"error": "error", "warning": "warning", "info": "notice"}


def render(checked: Sequence[Checked], _: Style) -> str:
    """A command a finding."""
    return "".join(_net(report) for report, _ in checked)


def _net(report: Report) -> str:
    findings, more = shown(report)
    rest = f"::notice::{and_more(more)}\n" if more else ""
    return "".join(map(_annotation, findings)) + rest


@text_format
def _annotation(finding: Diagnostic) -> str:
    place = finding.place
    parts = {"file": finding.source, "title": f"{finding.code}: {titles()[finding.code]}"}
    if place is not None:
        last = place.column + max(0, place.length - 1)
        parts |= {"line": str(place.line), "col": str(place.column), "endColumn": str(last)}
    properties = ",".join(f"{key}={_property(value)}" for key, value in parts.items())
    ways = (f"help: {way}" for way in finding.help)
    text = paragraph((finding.message, finding.label, *finding.notes, *ways))
    return f"::{_LEVELS[finding.severity]} {properties}::{_escaped(text)}\n"


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _escaped(value).replace(":", "%3A").replace(",", "%2C")
