"""Claims held against the net: a diagnostic for each that fails, with its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.amounts import Amount, rounded
from cnncalc.analysis.check.budgets import costliest, excess, shown
from cnncalc.analysis.check.diagnosis import Belief, Cause, Evidence, causes, follows
from cnncalc.analysis.check.expectations import Measured, holds, read_claims
from cnncalc.analysis.check.rules import EXPECTATION
from cnncalc.analysis.explain import explain_layer
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.layers.base.tensors import show_shape
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.analysis.check.alterations import Alteration
    from cnncalc.analysis.check.expectations import Claim
    from cnncalc.net.network import Network


#: Failed claims for which causes are sought: by then the first of them is the one to correct.
_MOST_DIAGNOSED = 10


class Verdict(NamedTuple):
    """What became of the claims: those that fail, and those that cannot be read.

    `left_out` is how many fail beside `findings`.
    """

    findings: tuple[Diagnostic, ...]
    problems: tuple[Diagnostic, ...]
    held: int
    left_out: int = 0


def check_claims(network: Network, source: str = "", most: int | None = None) -> Verdict:
    """Hold every `expect:` of a spec against the net; `most` failures are told in full."""
    read = read_claims(network, source)
    findings: list[Diagnostic] = []
    beliefs: list[Belief] = []
    held: list[Claim] = []
    failed: list[Claim] = []
    for claim in read.claims:
        (held if holds(claim, Measured(network, claim.subject)) else failed).append(claim)
    named: list[Alteration] = []
    for claim in failed[:most]:
        measured = Measured(network, claim.subject)
        roots: tuple[Belief, ...] = ()
        found: tuple[Cause, ...] = ()
        if len(findings) < _MOST_DIAGNOSED:
            roots = follows(network, claim, beliefs)
            if claim.exact and not roots:
                found = causes(network, claim, Evidence([one for one in held if one.exact], named))
                named += found[0].changes if found else ()
            if not roots:
                beliefs += _believed(claim, found)
        findings.append(_failed(network, source, _Failure(claim, measured, roots, found)))
    left_out = len(failed) - len(findings)
    return Verdict(tuple(findings), read.problems, len(held), left_out)


def _believed(claim: Claim, found: tuple[Cause, ...]) -> list[Belief]:
    """What later claims may rest on: the claimed value, or the shape that explains it."""
    if not claim.exact:
        return []
    shape = None
    if not isinstance(claim.wanted, Amount):
        sizes = tuple(size for size in claim.wanted if size is not None and size > 0)
        shape = sizes if len(sizes) == len(claim.wanted) else None  # as some tensor has it
    elif claim.key == "output" and found:
        shape = found[0].shape
    return [Belief(claim, shape if claim.subject.result else None)]


class _Failure(NamedTuple):
    claim: Claim
    measured: Measured
    roots: tuple[Belief, ...]
    causes: tuple[Cause, ...]


def _failed(network: Network, source: str, failure: _Failure) -> Diagnostic:
    claim, measured = failure.claim, failure.measured
    shown = _shown(claim, measured)
    return Diagnostic(
        EXPECTATION,
        f"{_who(claim)}: `{claim.key}` is {shown}, but {claim.text} is expected",
        place=claim.place,
        label=f"it is {shown}",
        notes=(*_formula(network, claim), *_why(failure)),
        help=_ways(network, claim, measured),
        source=source,
    )


def _who(claim: Claim) -> str:
    return claim.subject.name or "the net"


def _shown(claim: Claim, measured: Measured) -> str:
    if isinstance(claim.wanted, Amount):
        return shown(measured.value(claim.key))
    return show_shape(measured.shape)


def _why(failure: _Failure) -> tuple[str, ...]:
    if failure.roots:
        words = " and ".join(_named(belief.claim) for belief in failure.roots)
        return (f"cause: it follows from {words}",)
    wanted, text = failure.claim.wanted, failure.claim.text
    rounded = isinstance(wanted, Amount) and wanted.low != wanted.high
    gives = f"which gives {'' if rounded else 'exactly '}{text}"
    return tuple(
        f"{'cause' if not place else 'or'}: {cause.text}, {gives}"
        for place, cause in enumerate(failure.causes)
    )


def _named(claim: Claim) -> str:
    line = f" (line {claim.place.line})" if claim.place else ""
    return f"`{claim.key}: {claim.text}` of {_who(claim)}{line}"


def _formula(network: Network, claim: Claim) -> tuple[str, ...]:
    """How the right value of a layer comes about."""
    if len(claim.subject.members) != 1:
        return ()
    wanted = {"params", "trainable_params"} if "params" in claim.key else {claim.key}
    if claim.key in ("shape", "output"):
        wanted = {"length", "height", "width", "depth"}
    explained = explain_layer(network[claim.subject.members[0]])
    return tuple(
        f"{one.name}: {one.values} = {one.result:,}"
        for one in explained.quantities
        if one.values and one.name in wanted
    )


def _ways(network: Network, claim: Claim, measured: Measured) -> tuple[str, ...]:
    if not isinstance(claim.wanted, Amount):
        return (f"`{claim.key}: {list(measured.shape)}` is what the spec gives",)
    actual = measured.value(claim.key)
    if claim.exact and isinstance(actual, int):
        right = f"`{claim.key}: {actual}` is what the spec gives"
        near = rounded(claim.wanted)
        if near is None or not near.allows(actual):
            return (right,)
        return (right, f"`{claim.key}: {near.text}` allows for rounding")
    over = excess(claim.wanted, actual)
    shares = costliest(network, claim.subject.members, claim.key)
    return tuple(text for text in (over, shares) if text)
