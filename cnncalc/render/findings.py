"""Findings for people, as JSON, as annotations of a pull request, and as SARIF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.analysis.check.rules import titles
from cnncalc.layers.base.tensors import plural
from cnncalc.render import diagnostics
from cnncalc.render.columns import PLAIN, Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.diagnostics.diagnostic import Diagnostic

_GITHUB_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def text(report: Report, spec: str, style: Style = PLAIN) -> str:
    """What was found in one net, each finding with the line that it speaks of.

    Args:
        report: the findings.
        spec: the text of the spec.
        style: the terminal's.
    """
    placed = [one for one in report.findings if one.place is not None]
    out = []
    if placed:
        out.append(diagnostics.as_text(placed, spec, style, limit=len(placed)))
    out += [_line(one, style) for one in report.findings if one.place is None]
    out.append(_conclusion(report, style))
    return "\n".join(part.rstrip("\n") + "\n" for part in out)


def _line(finding: Diagnostic, style: Style) -> str:
    colour = style.bad if finding.severity == "error" else style.strong
    head = f"{colour}{finding.severity}[{finding.code}]{style.end if colour else ''}"
    return f"{finding.source}: {head}: {_whole(finding)}\n"


def _whole(finding: Diagnostic) -> str:
    """A finding in one line: the sentence, how it came about, the ways out."""
    return "; ".join((finding.message, *finding.notes, *finding.help))


def _conclusion(report: Report, style: Style) -> str:
    held = f", {plural(report.expectations, 'expectation')} met" if report.expectations else ""
    found = plural(len(report.findings), "finding") if report.findings else "nothing found"
    colour = style.bad if report.findings else style.good
    return f"{report.source}: {colour}{found}{style.end if colour else ''}{held}\n"


# -- JSON -------------------------------------------------------------------------------------


def json(reports: Sequence[Report]) -> str:
    """An object for one net, an array for several."""
    data = [_report_data(report) for report in reports]
    return _dumped(data[0] if len(data) == 1 else data)


def _report_data(report: Report) -> dict[str, Any]:
    key = "diagnostics" if report.invalid else "findings"
    return {
        "schema_version": 1,
        "source": report.source,
        "ok": not report.findings,
        "expectations_met": report.expectations,
        key: [{**diagnostics.as_data(one), "notes": list(one.notes)} for one in report.findings],
    }


def _dumped(data: object) -> str:
    from json import dumps  # noqa: PLC0415 - only for JSON

    return dumps(data, indent=2) + "\n"


# -- GitHub -----------------------------------------------------------------------------------


def github(reports: Sequence[Report]) -> str:
    """Workflow commands that annotate the lines of a pull request."""
    return "".join(_annotation(one) for report in reports for one in report.findings)


def _annotation(finding: Diagnostic) -> str:
    place = finding.place
    parts = {"file": finding.source, "title": f"{finding.code}: {_title(finding.code)}"}
    if place is not None:
        last = place.column + max(0, place.length - 1)
        parts |= {"line": str(place.line), "col": str(place.column), "endColumn": str(last)}
    properties = ",".join(f"{key}={_escaped_property(value)}" for key, value in parts.items())
    level = _GITHUB_LEVELS[finding.severity]
    lines = "\n".join((finding.message, *finding.notes, *finding.help))
    return f"::{level} {properties}::{_escaped(lines)}\n"


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(value: str) -> str:
    return _escaped(value).replace(":", "%3A").replace(",", "%2C")


def _title(code: str) -> str:
    return titles()[code]


# -- SARIF ------------------------------------------------------------------------------------


def sarif(reports: Sequence[Report], version: str) -> str:
    """SARIF 2.1.0, which code scanning services read."""
    findings = [one for report in reports for one in report.findings]
    used = sorted({one.code for one in findings})
    index = {code: position for position, code in enumerate(used)}
    driver = {
        "name": "cnncalc",
        "version": version,
        "rules": [_sarif_rule(code) for code in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one, index) for one in findings],
    }
    return _dumped({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(code: str) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": _title(code)},
        "help": {"text": f"`cnncalc explain {code}` explains it, with examples"},
    }


def _sarif_result(finding: Diagnostic, index: Mapping[str, int]) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": _whole(finding)},
        "locations": [{"physicalLocation": dict(_sarif_location(finding))}],
    }


def _sarif_location(finding: Diagnostic) -> Iterator[tuple[str, Any]]:
    from urllib.parse import quote  # noqa: PLC0415 - only for SARIF

    yield "artifactLocation", {"uri": quote(finding.source.replace("\\", "/"), safe="/:")}
    if finding.place is not None:
        line, column, length = finding.place
        yield "region", {"startLine": line, "startColumn": column, "endColumn": column + length}
