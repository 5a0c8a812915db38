"""Comma-separated values that a spreadsheet reads as the values that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@")


def csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV (RFC 4180, lines end with LF); numbers as they are, texts as `cell` says."""
    import csv as csv_  # noqa: PLC0415 - only for this format
    from io import StringIO  # noqa: PLC0415 - only for this format

    out = StringIO()
    made = ([cell(one) if isinstance(one, str) else one for one in row] for row in rows)
    csv_.writer(out, lineterminator="\n").writerows(made)
    return out.getvalue()


def cell(text: str) -> str:
    """A text that is printable, and that no spreadsheet takes for a formula.

    One that begins like a formula has an apostrophe in front. Source: OWASP, CSV Injection.

    >>> cell("=1+1"), cell("conv_1"), cell("-")
    ("'=1+1", 'conv_1', "'-")
    """
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
