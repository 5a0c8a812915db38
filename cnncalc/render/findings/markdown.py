"""Findings as Markdown: one table per net, for the summary of a job or a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import markdown as md
from cnncalc.render.columns import Line
from cnncalc.render.findings import and_more, paragraph, shown
from cnncalc.render.findings.text import verdict
from cnncalc.render.printable import text_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.render.columns import Style
    from cnncalc.render.findings import Checked

_HEADS = ("line", "severity", "code", "finding")


def render(checked: Sequence[Checked], _: Style) -> str:
    """A heading and a table per net, in the order given."""
    return "\n".join(_net(report) for report, _ in checked)


@text_format
def _net(report: Report) -> str:
    said = "cannot be read" if report.invalid else verdict(report)
    heading = md.heading(4, f"{report.source}: {said}")
    if not report.findings:
        return heading
    findings, more = shown(report)
    lines = [Line(tuple(_cells(one))) for one in findings]
    rest = f"\n{and_more(more)}\n" if more else ""
    return f"{heading}\n{md.table(_HEADS, lines, frozenset({0}))}{rest}"


def _cells(finding: Diagnostic) -> Iterator[str]:
    yield str(finding.place.line) if finding.place is not None else ""
    yield finding.severity
    yield finding.code
    ways = (f"help: {way}" for way in finding.help)
    yield paragraph((finding.message, finding.label, *finding.notes, *ways))
