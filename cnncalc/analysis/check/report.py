"""One net checked: expectations, budgets and lints together, in the order of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.analysis.check.budgets import Budget, check_budgets
from cnncalc.analysis.check.claims import check_claims
from cnncalc.analysis.check.linting import run_lints
from cnncalc.analysis.check.selection import selection_of
from cnncalc.analysis.check.values.verdict import check_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.net.network import Network


class Report(NamedTuple):
    """What was found in one net.

    `invalid` says that the net, its expectations or its lint settings cannot
    be read: then `findings` are the errors, and nothing else was checked.
    """

    source: str
    findings: tuple[Diagnostic, ...]
    expectations: int = 0  # how many hold
    invalid: bool = False


class Requirements(NamedTuple):
    """What the command line asks for beside the spec."""

    budgets: tuple[Budget, ...] = ()
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()


def check(
    network: Network,
    demands: Requirements = Requirements(),  # noqa: B008 - frozen
    *,
    source: str = "",
    warnings: Iterable[Diagnostic] = (),
) -> Report:
    """Check a net.

    Args:
        network: the net.
        demands: budgets and codes from the command line.
        source: where it came from.
        warnings: what reading it has found already.
    """
    selection, wrong_settings = selection_of(network, source, demands.ignore, demands.select)
    verdict = check_claims(network, source)
    values = check_values(network, source)
    if wrong := (*wrong_settings, *verdict.problems, *values.problems):
        return Report(source, wrong, invalid=True)
    found = [
        *verdict.findings,
        *values.findings,
        *(one for one in warnings if selection.shows(one.code)),
        *run_lints(network, selection, source),
    ]
    found.sort(key=lambda one: (one.place is None, one.place or (0, 0, 0)))
    budgets = check_budgets(network, demands.budgets, source)
    return Report(source, (*found, *budgets), verdict.held + values.held)
