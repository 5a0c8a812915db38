"""Findings as SARIF 2.1.0, which code scanning services read (OASIS standard, 2020)."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from cnncalc.analysis.check.rules import link, page, titles
from cnncalc.render.findings import and_more, paragraph
from cnncalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.render.columns import Style
    from cnncalc.render.findings import Checked

_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_NUMBER = re.compile(r"\d[\d,]*")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(checked: Sequence[Checked], _: Style) -> str:
    """One run with all results."""
    codes = sorted({one.code for report, _ in checked for one in report.findings})
    driver = {
        "name": "cnncalc",
        "version": __version__,
        "rules": [dict(_rule(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [dict(_invocation(checked))],
        "results": list(_results(checked, codes)),
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _invocation(checked: Sequence[Checked]) -> Iterator[tuple[str, Any]]:
    """Whether every net could be read, and how many findings are left out."""
    yield "executionSuccessful", not any(report.invalid for report, _ in checked)
    left_out = {report.source: sum(report.left_out.values()) for report, _ in checked}
    notes = [
        {"level": "note", "message": {"text": _inert(f"{source}: {and_more(count)}")}}
        for source, count in left_out.items()
        if count
    ]
    if notes:
        yield "toolExecutionNotifications", notes


def _inert(text: str) -> str:
    """A message without embedded links and placeholders, which SARIF would read in it."""
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "\\]("))


def _rule(code: str) -> Iterator[tuple[str, Any]]:
    yield "id", code
    yield "shortDescription", {"text": titles()[code]}
    text = f"`cnncalc explain {code}` explains it, with examples"
    yield "help", {"text": text, "markdown": page(code)}
    if uri := link(code):
        yield "helpUri", uri


def _results(checked: Sequence[Checked], codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every finding, with a fingerprint that stays where lines above it come and go."""
    seen: Counter[str] = Counter()
    for report, text in checked:
        lines = text.splitlines()
        for finding in report.findings:
            print_ = _fingerprint(finding, lines)
            seen[print_] += 1
            ways = (f"help: {way}" for way in finding.help)
            message = paragraph((finding.message, finding.label, *finding.notes, *ways))
            yield {
                "ruleId": finding.code,
                "ruleIndex": codes.index(finding.code),
                "level": _LEVELS[finding.severity],
                "message": {"text": _inert(message)},
                "locations": [{"physicalLocation": dict(_location(finding))}],
                "partialFingerprints": {"primaryLocationLineHash": f"{print_}:{seen[print_]}"},
            }


def _fingerprint(finding: Diagnostic, lines: Sequence[str]) -> str:
    """The code, the file and the line's text; without a line the sentence, but for its numbers."""
    place = finding.place
    there = lines[place.line - 1].strip() if place and place.line <= len(lines) else ""
    about = there or _NUMBER.sub("", finding.message)
    return sha256(
        f"{finding.code}\n{finding.source}\n{about}".encode("utf-8", "surrogatepass")
    ).hexdigest()[:16]


def _location(finding: Diagnostic) -> Iterator[tuple[str, Any]]:
    yield "artifactLocation", {"uri": _uri(finding.source)}
    if finding.place is not None:
        line, column, length = finding.place
        yield "region", {"startLine": line, "startColumn": column, "endColumn": column + length}


def _uri(path: str) -> str:
    """The path of a file as a URI, bytes that are no UTF-8 as they are."""
    return quote(path.replace("\\", "/"), safe="/:", errors="surrogateescape")
