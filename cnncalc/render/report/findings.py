"""What `check` finds, each finding with the line of the spec that it speaks of; and budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.findings import shown
from cnncalc.render.findings.text import verdict
from cnncalc.render.html import Markup, element, escaped, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.analysis.report.net import BudgetState
    from cnncalc.diagnostics.diagnostic import Diagnostic

_LONGEST: Final = 120  # characters of a line before what is meant, and of the whole


def findings(report: Report, spec: str) -> Markup:
    """A list of the findings; `spec` is the text that they are about."""
    found, more = shown(report)
    lines = spec.splitlines()
    said = [_finding(one, lines) for one in found]
    if more:
        said.append(element("li", f"and {plural(more, 'more finding')}: `cnncalc check`"))
    head = "The spec cannot be checked" if report.invalid else verdict(report).capitalize()
    parts = [element("p", f"{head}.")]
    if said:
        parts.append(element("ol", *said, class_="findings"))
    return joined(parts)


def budgets(states: Sequence[BudgetState]) -> Markup:
    """A row per budget."""
    if not states:
        return Markup()
    heads = (("Budget", None), ("Limit", "n"), ("Is", "n"), ("State", None))
    head = element("tr", *(element("th", text, scope="col", class_=look) for text, look in heads))
    rows = [
        element(
            "tr", element("th", one.title, scope="row"), element("td", one.limit, class_="n"),
            element("td", units.value(one.actual, one.unit), class_="n"),
            element("td", element("span", "kept" if one.kept else "broken",
                    class_=f"badge {'good' if one.kept else 'error'}")),
        )
        for one in states
    ]  # fmt: skip
    table = element("table", element("thead", head), element("tbody", *rows), class_="slim")
    return element("div", table, class_="scroll")


def _finding(one: Diagnostic, lines: Sequence[str]) -> Markup:
    place = one.place
    where = one.source
    if place is not None:
        where = f"{one.source}:{place.line}:{place.column}"
    parts = [
        element(
            "p", element("span", one.severity, class_=f"badge {one.severity}"), " ",
            element("b", one.code), " ", _words(one.message),
        ),
        element("p", element("code", where), class_="where"),
    ]  # fmt: skip
    if place is not None and place.line <= len(lines):
        parts.append(_excerpt(one, lines[place.line - 1]))
    elif one.label:
        parts.append(element("p", _words(one.label)))
    notes = [element("li", _words(note)) for note in one.notes]
    notes += [element("li", element("b", "Help: "), _words(way)) for way in one.help]
    if notes:
        parts.append(element("ul", *notes))
    return element("li", *parts)


def _words(text: str) -> Markup:
    """A sentence whose parts in backticks are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one is not closed
        return escaped(text)
    return joined(element("code", part) if at % 2 else part for at, part in enumerate(parts))


def _excerpt(one: Diagnostic, line: str) -> Markup:
    """The line, with what is meant marked in it."""
    place = one.place
    assert place is not None  # noqa: S101 - the caller has checked
    start = place.column - 1
    skipped = max(0, start - _LONGEST // 2) if len(line) > _LONGEST else 0
    part = line[skipped : skipped + _LONGEST]
    before, rest = part[: start - skipped], part[start - skipped :]
    meant, after = rest[: place.length], rest[place.length :]
    told = element("span", f"  {one.label}", class_="label") if one.label else ""
    number = element("span", f"{place.line}  ", class_="dim")
    code = (number, before, element("mark", meant or " "), after)
    return element("pre", *code, told)
