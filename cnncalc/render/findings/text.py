"""Findings for people: each with the line of the spec that it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import diagnostics
from cnncalc.render.findings import and_more, shown
from cnncalc.render.printable import text_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.render.columns import Style
    from cnncalc.render.findings import Checked


def render(checked: Sequence[Checked], style: Style) -> str:
    """Each net's findings and its verdict; what is wrong with a spec itself is not repeated."""
    return "".join(
        _net(report, spec=spec, style=style) for report, spec in checked if not report.invalid
    )  # fmt: skip


@text_format
def _net(report: Report, *, spec: str, style: Style) -> str:
    return "\n".join(part.rstrip("\n") + "\n" for part in _parts(report, spec, style))


def _parts(report: Report, spec: str, style: Style) -> Iterator[str]:
    findings, more = shown(report)
    placed = [one for one in findings if one.place is not None]
    if placed:
        yield diagnostics.as_text(placed, text=spec, style=style, limit=len(placed))
    yield from (_line(one, style) for one in findings if one.place is None)
    if more:
        yield and_more(more)
    yield _conclusion(report, style)


def _line(finding: Diagnostic, style: Style) -> str:
    """A finding without a place, in one line: the sentence, how it came about, the ways out."""
    head = diagnostics.head(finding, style)
    parts = (finding.message, finding.label, *finding.notes, *finding.help)
    return f"{finding.source}: {head}: {'; '.join(part for part in parts if part)}\n"


def _conclusion(report: Report, style: Style) -> str:
    colour = style.bad if report.findings else style.good
    said = verdict(report) + _agreement(report)
    return f"{report.source}: {colour}{said}{style.end if colour else ''}\n"


def _agreement(report: Report) -> str:
    """What the net was held to and agrees with."""
    if report.agreement is None:
        return ""
    return f"; agrees with {report.agreement.model}, {plural(report.agreement.layers, 'layer')}"


def verdict(report: Report) -> str:
    """How many findings there are, and how many expectations are met."""
    found = plural(report.total, "finding") if report.findings else "no findings"
    met = f", {plural(report.expectations, 'expectation')} met" if report.expectations else ""
    return f"{found}{met}"
