"""Budgets: limits on a whole net, by how much they are broken, and what costs most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.amounts import allowed, limit
from cnncalc.analysis.check.rules import BUDGET
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.diagnostics.suggestion import hint
from cnncalc.figures import FIGURES
from cnncalc.figures.figure import total_of, values_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cnncalc.analysis.check.amounts import Amount
    from cnncalc.figures.figure import Value
    from cnncalc.net.network import Network

_MOST_LAYERS = 3

#: Figures that some layers have more of than others.
_SPREAD = frozenset(key for key, one in FIGURES.items() if one.fold == "sum" and key != "layers")


class Budget(NamedTuple):
    """A limit on a net's value of one figure."""

    key: str
    limit: Amount


def budget(name: str, text: str) -> Budget:
    """The budget that `max_params` or `min_macs` states by a number or a limit.

    >>> budget("max_params", "5M").limit.high
    5000000

    Raises:
        ValueError: there is no such budget, or the text does not say a limit.
    """
    bound, _, key = name.partition("_")
    known = [key for key, figure in FIGURES.items() if figure.budget]
    if bound not in ("max", "min") or key not in known:
        every = [f"{bound}_{key}" for key in known for bound in ("max", "min")]
        raise ValueError(f"there is no budget {name!r}; {hint(name, every)}")
    return Budget(key, limit(text, "min" if bound == "min" else "max"))


def check_budgets(
    network: Network, budgets: Iterable[Budget], source: str = ""
) -> tuple[Diagnostic, ...]:
    """One finding for each budget that the net breaks."""
    found = []
    names = [node.name for node in network.layers]
    for key, allowance in budgets:
        figure = FIGURES[key]
        actual = total_of(network, figure)
        if not allowed(allowance, actual):
            parts = (excess(allowance, actual), costliest(network, names, key))
            told = "; ".join(part for part in parts if part)
            message = f"{key} {shown(actual)}: {told}" if told else f"{key} {shown(actual)}"
            found.append(Diagnostic(BUDGET, message, source=source))
    return tuple(found)


def shown(value: Value) -> str:
    """The value of a figure in a sentence."""
    if isinstance(value, tuple):
        return " x ".join("the whole input" if one is None else str(one) for one in value)
    return "not counted" if value is None else f"{value:,}"


def excess(limit: Amount, actual: Value) -> str:
    """By how much a number misses a limit; which limit, for a value per axis."""
    if isinstance(actual, tuple):
        sizes = [one for one in actual if isinstance(one, int)]
        if limit.high is not None and (None in actual or any(one > limit.high for one in sizes)):
            return f"more than {limit.high:,}"
        if limit.low is not None and any(one < limit.low for one in sizes):
            return f"less than {limit.low:,}"
    if not isinstance(actual, int):
        return ""
    if limit.high is not None and actual > limit.high:
        return f"{actual - limit.high:,} more than {limit.high:,}"
    if limit.low is not None and actual < limit.low:
        return f"{limit.low - actual:,} less than {limit.low:,}"
    return ""


def costliest(network: Network, members: Collection[str], key: str) -> str:
    """Those of these layers that hold, or cost, most of a figure."""
    if key not in _SPREAD:
        return ""
    counted = zip(network.layers, values_of(network, (FIGURES[key],)), strict=True)
    inside = set(members)
    costs = [
        (value, node.name)
        for node, (value,) in counted
        if node.name in inside and isinstance(value, int) and value
    ]
    costs.sort(key=lambda cost: -cost[0])
    most = [f"{name} ({cost:,})" for cost, name in costs[:_MOST_LAYERS]]
    return f"most in {', '.join(most)}" if most else ""
