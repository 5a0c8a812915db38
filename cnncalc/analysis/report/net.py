"""All that a page shows of one net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.report import Requirements, check
from cnncalc.analysis.formula.sight import seen
from cnncalc.analysis.memory.course import courses
from cnncalc.analysis.memory.report import Setting, memory
from cnncalc.analysis.memory.runs import runs_of
from cnncalc.analysis.report.formulas import formulas
from cnncalc.analysis.report.tree import counts_of, tree
from cnncalc.analysis.summary import summarize
from cnncalc.figures import FIGURES
from cnncalc.figures.figure import total_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.analysis.check.budgets import Budget
    from cnncalc.analysis.check.report import Report
    from cnncalc.analysis.memory.course import Courses
    from cnncalc.analysis.memory.report import Memory
    from cnncalc.analysis.report.formulas import Explained
    from cnncalc.analysis.report.tree import Counts, Row
    from cnncalc.analysis.summary import Summary
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.figures.figure import Unit, Value
    from cnncalc.net.network import Network


class BudgetState(NamedTuple):
    """A limit on the whole net, the value that it has, and whether that is allowed."""

    title: str
    limit: str
    actual: Value
    unit: Unit
    kept: bool


class Sees(NamedTuple):
    """How far a layer sees along the first axis of the input; None for the whole input."""

    layer: str
    field: int | None


class NetReport(NamedTuple):
    """One net: its summary, tree, memory over time, receptive fields, formulas, findings.

    Attributes:
        summary: the totals; its rows are the layers.
        description: what the spec says that it is.
        tree: the layers with their blocks.
        memory: for the batch and the setting that were asked for.
        courses: the memory over time.
        sees: the receptive fields of the layers that have one; empty where no layer has.
        across: the size of the input along the axis of `sees`.
        explained: how the numbers come about.
        findings: what `check` finds.
        budgets: the limits that were given.
    """

    summary: Summary
    description: str
    tree: tuple[Row, ...]
    memory: Memory
    courses: Courses
    sees: tuple[Sees, ...]
    across: int
    explained: Explained
    findings: Report
    budgets: tuple[BudgetState, ...]


def net_report(
    network: Network,
    *,
    setting: Setting = Setting(),  # noqa: B008 - frozen
    demands: Requirements = Requirements(),  # noqa: B008 - frozen
    source: str = "",
    warnings: Iterable[Diagnostic] = (),
) -> NetReport:
    """All that a page shows of a net.

    Args:
        network: the net.
        setting: how it runs, for its memory.
        demands: budgets and codes from the command line.
        source: where it came from.
        warnings: what reading it has found already.

    Raises:
        ValueError: there is no such optimizer.
    """
    runs = runs_of(network, setting)
    found = memory(network, setting, runs)
    known = tuple(seen(network))
    counts = counts_of(network, found.layers, known)
    sees = _sees(network, counts)
    return NetReport(
        summarize(network, source=source),
        " ".join(network.description.split()),
        tree(network, counts),
        found,
        courses(runs),
        sees,
        _across(network) if sees else 0,
        formulas(network, known),
        check(network, demands, source=source, warnings=warnings),
        tuple(_state(network, one) for one in demands.budgets),
    )


def _state(network: Network, budget: Budget) -> BudgetState:
    from cnncalc.analysis.check.amounts import allowed  # noqa: PLC0415 - few runs have budgets

    figure = FIGURES[budget.key]
    actual = total_of(network, figure)
    kept = allowed(budget.limit, actual)
    return BudgetState(figure.title or figure.heading, budget.limit.text, actual, figure.unit, kept)


def _sees(network: Network, counts: Sequence[Counts]) -> tuple[Sees, ...]:
    """What every layer sees that sees something; none where no layer sees a part."""
    found = []
    for node, one in zip(network.layers, counts, strict=True):
        if isinstance(one.field, tuple) and one.field:
            size = one.field[0]
            found.append(Sees(node.name, size if isinstance(size, int) else None))
    return tuple(found) if any(one.field is not None for one in found) else ()


def _across(network: Network) -> int:
    """The size of the first input along its first axis that is not that of the channels."""
    shape = next(iter(network.inputs.values()), ())
    return shape[0] if network.layout == "channels_last" or len(shape) == 1 else shape[1]
