"""Every lint that is on, run over a net."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cnncalc.analysis.check.view import View
from cnncalc.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.check.lint import Hit, Lint
    from cnncalc.analysis.check.selection import Selection
    from cnncalc.net.network import Network

_FOLDER = os.path.join(os.path.dirname(__file__), "lints")  # noqa: PTH118, PTH120 - pathlib is slow to import


@cache
def lints() -> tuple[Lint, ...]:
    """Every lint by its code: a walk of the folder, no list to edit."""
    files = os.listdir(_FOLDER)  # noqa: PTH208 - as above
    names = (file[:-3] for file in files if file.endswith(".py") and file != "__init__.py")
    found = (import_module(f"cnncalc.analysis.check.lints.{name}").LINT for name in names)
    return tuple(sorted(found, key=lambda lint: lint.code))


def run_lints(
    network: Network,
    selection: Selection,
    source: str = "",
    chosen: Sequence[Lint] | None = None,
) -> tuple[Diagnostic, ...]:
    """The findings of every lint, or of the chosen, that is on.

    There is one per place, however often a block recurs.
    """
    view = View(network)
    found: dict[tuple[str, object], Diagnostic] = {}
    for lint in lints() if chosen is None else chosen:
        if selection.shows(lint.code):
            for hit in lint.find(view):
                diagnostic = _diagnostic(lint, hit, source)
                found.setdefault((lint.code, diagnostic.place or hit.message), diagnostic)
    return tuple(found.values())


def _diagnostic(lint: Lint, hit: Hit, source: str) -> Diagnostic:
    return Diagnostic(
        lint.code,
        hit.message,
        "info" if lint.opinion else "warning",
        hit.node.place if hit.node is not None else None,
        hit.label,
        hit.notes,
        hit.help,
        source,
    )
