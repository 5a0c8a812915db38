"""Findings as JSON Lines: one object per net, each on a line of its own."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from cnncalc.render.findings.json import report_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.render.columns import Style
    from cnncalc.render.findings import Checked


def render(checked: Sequence[Checked], _: Style) -> str:
    """The reports, in the order of the nets."""
    return "".join(f"{dumps(report_data(report))}\n" for report, _ in checked)
