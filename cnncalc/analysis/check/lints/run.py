"""Every lint that is on, run over a net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lints import nets, sequences, windows
from cnncalc.analysis.check.lints.model import Hit, View
from cnncalc.analysis.check.rules import RULES
from cnncalc.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from cnncalc.analysis.check.selection import Selection
    from cnncalc.diagnostics.diagnostic import Severity
    from cnncalc.net.network import Network


def run_lints(network: Network, selection: Selection, source: str = "") -> tuple[Diagnostic, ...]:
    """The findings of every lint that is on; one a place, however often a block recurs."""
    view = View(network)
    found: dict[tuple[str, object], Diagnostic] = {}
    for code, lint in {**windows.LINTS, **sequences.LINTS, **nets.LINTS}.items():
        if selection.shows(code):
            for hit in lint(view):
                diagnostic = _diagnostic(code, hit, source)
                found.setdefault((code, diagnostic.place or hit.message), diagnostic)
    return tuple(found.values())


def _diagnostic(code: str, hit: Hit, source: str) -> Diagnostic:
    severity: Severity = "info" if RULES[code].level == "opinion" else "warning"
    place = hit.node.place if hit.node is not None else None
    return Diagnostic(code, hit.message, severity, place, hit.label, hit.notes, hit.help, source)
