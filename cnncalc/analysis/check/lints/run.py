"""Every lint that is on, run over a net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lints import nets, sequences, windows
from cnncalc.analysis.check.lints.model import Hit, View
from cnncalc.analysis.check.rules import RULES
from cnncalc.diagnostics import Diagnostic
from cnncalc.spec.problems import place_of
from cnncalc.spec.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from cnncalc.analysis.check.selection import Selection
    from cnncalc.diagnostics import Place, Severity
    from cnncalc.graph import Network


def run_lints(network: Network, selection: Selection, source: str = "") -> tuple[Diagnostic, ...]:
    """The findings of every lint that is on; one a place, however often a block recurs."""
    view = View(network)
    found: dict[tuple[str, object], Diagnostic] = {}
    for code, lint in {**windows.LINTS, **sequences.LINTS, **nets.LINTS}.items():
        if selection.shows(code):
            for hit in lint(view):
                key = (code, _place(hit) or hit.message)
                found.setdefault(key, _diagnostic(code, hit, source))
    return tuple(found.values())


def _diagnostic(code: str, hit: Hit, source: str) -> Diagnostic:
    severity: Severity = "info" if RULES[code].level == "opinion" else "warning"
    place = _place(hit)
    return Diagnostic(code, hit.message, severity, place, hit.label, hit.notes, hit.help, source)


def _place(hit: Hit) -> Place | None:
    tree = hit.node.place if hit.node is not None else None
    return place_of(tree) if isinstance(tree, (Scalar, Mapping, Sequence)) else None
