"""The findings of `check` in each of its formats: one file a format.

Every format takes the reports with the texts of their specs and returns text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, get_args

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.columns import PLAIN, Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.diagnostics.diagnostic import Diagnostic

#: Each is a module of this package.
FindingsFormat = Literal["text", "json", "jsonl", "markdown", "github", "sarif"]
FORMATS: tuple[FindingsFormat, ...] = get_args(FindingsFormat)

_MOST_SHOWN = 100  # findings of one net, in the formats for people


class Checked(NamedTuple):
    """A report, and the text of the spec that it is about."""

    report: Report
    text: str


def render(checked: Sequence[Checked], format_: FindingsFormat, style: Style = PLAIN) -> str:
    """The findings as text; `style` is the terminal's."""
    written: str = import_module(f"cnncalc.render.findings.{format_}").render(checked, style)
    return written


def shown(report: Report) -> tuple[tuple[Diagnostic, ...], int]:
    """The findings that people read, and how many more there are."""
    return report.findings[:_MOST_SHOWN], report.total - len(report.findings[:_MOST_SHOWN])


def and_more(count: int) -> str:
    """The end of a list of findings that were cut."""
    return f"... and {count:,} more"


def paragraph(lines: Iterable[str]) -> str:
    """Lines that are not empty, one under the other."""
    return "\n".join(line for line in lines if line)
