"""Budgets: limits on a whole net, by how much they are broken, and what costs most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.analysis.check.rules import BUDGET
from cnncalc.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.analysis.check.amounts import Amount
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

_MOST_LAYERS = 3


class Budget(NamedTuple):
    """A limit on one total of a net: params, macs or buffers."""

    key: str
    limit: Amount


def check_budgets(
    network: Network, budgets: Iterable[Budget], source: str = ""
) -> tuple[Diagnostic, ...]:
    """One finding for each budget that the net breaks."""
    found = []
    for budget in budgets:
        actual: int = getattr(network.totals, budget.key)
        if not budget.limit.allows(actual):
            parts = (excess(budget.limit, actual), costliest(network.layers, budget.key))
            found.append(
                Diagnostic(
                    BUDGET,
                    f"{budget.key} {actual:,}: {'; '.join(part for part in parts if part)}",
                    source=source,
                )
            )
    return tuple(found)


def excess(limit: Amount, actual: int) -> str:
    """By how much a number misses a limit."""
    if limit.high is not None and actual > limit.high:
        return f"{actual - limit.high:,} more than {limit.high:,}"
    if limit.low is not None and actual < limit.low:
        return f"{limit.low - actual:,} less than {limit.low:,}"
    return ""


def costliest(nodes: Sequence[Node], key: str) -> str:
    """The layers that hold, or cost, most of it."""
    counted = {"flops": "macs"}.get(key, key)
    if counted not in ("params", "trainable_params", "buffers", "macs"):
        return ""
    costs = sorted(((getattr(node, counted), node.name) for node in nodes), key=lambda c: -c[0])
    most = [f"{name} ({cost:,})" for cost, name in costs[:_MOST_LAYERS] if cost]
    return f"most in {', '.join(most)}" if most else ""
