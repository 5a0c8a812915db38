"""One net checked: expectations, budgets and lints together, in the order of the file."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from cnncalc.analysis.check.linting import run_lints
from cnncalc.analysis.check.selection import selection_of
from cnncalc.diagnostics.listing import concisely
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.analysis.check.against import Model
    from cnncalc.analysis.check.budgets import Budget
    from cnncalc.diagnostics.diagnostic import Diagnostic, Severity
    from cnncalc.net.network import Network


#: Findings that a report keeps; of more it has the number.
MOST_FINDINGS = 1000


class Agreement(NamedTuple):
    """The model that a net is, and how many layers of the net were held to it."""

    model: str
    layers: int


class Report(NamedTuple):
    """What was found in one net.

    `invalid` says that the net, its expectations or its lint settings cannot
    be read: then `findings` are the errors, and nothing else was checked.
    `left_out` counts what was found beyond `MOST_FINDINGS`, by severity.
    `agreement` is there if the net was held to a model and does not differ.
    """

    source: str
    findings: tuple[Diagnostic, ...]
    expectations: int = 0  # how many hold
    invalid: bool = False
    left_out: Mapping[Severity, int] = MappingProxyType({})
    agreement: Agreement | None = None

    @property
    def total(self) -> int:
        """How many findings there are, those that are left out included."""
        return len(self.findings) + sum(self.left_out.values())


class Requirements(NamedTuple):
    """What the command line asks for beside the spec; `against` is a net that it has to be."""

    budgets: tuple[Budget, ...] = ()
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    against: Model | None = None


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
    claims = _claims(network, source)
    if wrong := (*wrong_settings, *claims.problems):
        return unreadable(source, wrong)
    found = [
        *claims.findings,
        *(one for one in warnings if selection.shows(one.code)),
        *run_lints(network, selection, source),
    ]
    found.sort(key=lambda one: (one.place is None, one.place or (0, 0, 0)))
    left_out = Counter(one.severity for one in found[MOST_FINDINGS:])
    if claims.left_out:
        left_out["error"] += claims.left_out
    found[MOST_FINDINGS:] = _over_budget(network, demands.budgets, source)
    agreement = None
    if demands.against is not None:
        from cnncalc.analysis.check.against import differences, held  # noqa: PLC0415 - start-up

        differing = differences(network, demands.against, source)
        found += differing[:MOST_FINDINGS]
        if len(differing) > MOST_FINDINGS:
            left_out["error"] += len(differing) - MOST_FINDINGS
        if not differing:
            agreement = Agreement(demands.against.name, len(held(network)))
    shown = tuple(map(concisely, found))
    return Report(source, shown, claims.held, left_out=left_out, agreement=agreement)


def unreadable(source: str, errors: Sequence[Diagnostic]) -> Report:
    """The report on a net that cannot be read."""
    left_out = Counter(one.severity for one in errors[MOST_FINDINGS:])
    shown = tuple(map(concisely, errors[:MOST_FINDINGS]))
    return Report(source, shown, invalid=True, left_out=left_out)


def _over_budget(
    network: Network, budgets: tuple[Budget, ...], source: str
) -> tuple[Diagnostic, ...]:
    if not budgets:
        return ()
    from cnncalc.analysis.check.budgets import check_budgets  # noqa: PLC0415 - start-up

    return check_budgets(network, budgets, source)


class _Claims(NamedTuple):
    findings: tuple[Diagnostic, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    held: int = 0
    left_out: int = 0


def _claimed(network: Network) -> bool:
    """Whether a net, one of its layers or one of its blocks has expectations."""
    scopes = {id(node.scope): node.scope for node in network.layers}.values()
    return (
        network.expect is not None
        or any(node.traits.expect is not None for node in network.layers)
        or any(
            around.expect is not None for one in scopes if one is not None for around in one.chain
        )
    )


def _claims(network: Network, source: str) -> _Claims:
    """What became of the claims; what diagnoses them is imported only where there are some."""
    if not _claimed(network):
        return _Claims()
    from cnncalc.analysis.check.claims import check_claims  # noqa: PLC0415 - start-up
    from cnncalc.analysis.check.values.verdict import check_values  # noqa: PLC0415 - start-up

    verdict = check_claims(network, source, most=MOST_FINDINGS)
    values = check_values(network, source)
    return _Claims(
        (*verdict.findings, *values.findings),
        (*verdict.problems, *values.problems),
        verdict.held + values.held,
        verdict.left_out,
    )
