"""Findings as JSON: an object for one net, an array for several."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

from cnncalc.render.diagnostics import as_data, failed_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.render.columns import Style
    from cnncalc.render.findings import Checked


def render(checked: Sequence[Checked], _: Style) -> str:
    """The reports, in the order of the nets."""
    data = [report_data(report) for report, _ in checked]
    return dumps(data[0] if len(data) == 1 else data, indent=2) + "\n"


def report_data(report: Report) -> dict[str, Any]:
    """What was found in one net; a spec that cannot be read has `diagnostics` instead."""
    if report.invalid:
        left_out = sum(report.left_out.values())
        return {**failed_data(report.source, report.findings, left_out), "ok": False}
    return {
        "schema_version": 1,
        "source": report.source,
        "ok": not report.findings,
        "expectations_met": report.expectations,
        "findings_left_out": sum(report.left_out.values()),
        "findings": [as_data(one) for one in report.findings],
    }
