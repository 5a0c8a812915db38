"""The analyses of a net, each with its formats."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnncalc.analysis.check.budgets import Budget, budget
from cnncalc.analysis.check.report import Report, Requirements, check
from cnncalc.analysis.check.selection import known, unknown_code
from cnncalc.analysis.compare.comparison import Comparison, Entrant, compare
from cnncalc.analysis.compare.mlp import MlpRule
from cnncalc.analysis.explain import Explanation, explain
from cnncalc.analysis.explain import names as names_of
from cnncalc.analysis.summary import SORT_WORDS, Summary, summarize
from cnncalc.api.given import one_of, refused, whole
from cnncalc.api.result import Result
from cnncalc.build.overrides import given_value
from cnncalc.diagnostics.suggestion import hint
from cnncalc.figures import DATA, DETAILS, FIGURES
from cnncalc.language.problems import SpecProblem
from cnncalc.render.comparison import written
from cnncalc.render.comparison.tables import Show
from cnncalc.render.explain.json import json as explained_json
from cnncalc.render.explain.markdown import markdown as explained_markdown
from cnncalc.render.explain.text import text as explained_text
from cnncalc.render.findings import FORMATS, Checked, render
from cnncalc.render.summary import data as summary_data
from cnncalc.render.summary.columns import COUNT, DEFAULT, counted, figures_of, keys
from cnncalc.render.summary.html import html
from cnncalc.render.summary.markdown import markdown
from cnncalc.render.summary.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.api.network import Network
    from cnncalc.figures.figure import Figure
    from cnncalc.net import network


def summary(  # noqa: PLR0913 - the options of the command
    net: Network,
    columns: Sequence[str] | None = None,
    *,
    depth: int | None = None,
    sort: str | None = None,
    batch: int = 1,
    count: str | None = None,
) -> Result[Summary]:
    """A row per layer, and the totals."""
    batch = whole("batch", batch, 1)
    depth = None if depth is None else whole("depth", depth, 1)
    tool = None if count is None else _tool(count)
    usual = DEFAULT if tool is None else counted(DEFAULT)
    chosen = usual if columns is None else tuple(columns)
    for name in chosen:
        one_of("column", name, keys() if tool is None else (*keys(), COUNT, f"{COUNT}%"))
    if sort is not None:
        one_of("figure", sort, (*FIGURES, *SORT_WORDS, *(() if tool is None else (tool.key,))))

    def of(*, tree: bool, figures: Iterable[str] = figures_of(chosen)) -> Summary:
        return summarize(
            net, source=net.source, figures=figures, batch=batch, depth=depth, tree=tree, sort=sort,
            count=tool,
        )  # fmt: skip

    return Result(
        of(tree=False),
        {
            "table": lambda: table(of(tree=True), chosen),
            "markdown": lambda: markdown(of(tree=False), chosen),
            "html": lambda: html(of(tree=sort is None), chosen),
            "json": lambda: "".join(
                (*summary_data.json(of(tree=False, figures=(*DATA, *DETAILS))), "\n")
            ),
            "csv": lambda: summary_data.csv([of(tree=False, figures=DATA)]),
        },
    )


def explanation(net: Network, layer: str) -> Result[Explanation]:
    """How every number comes about."""
    try:
        found = explain(net, layer, source=net.source)
    except KeyError:
        where = hint(layer, names_of(net))
        raise KeyError(f"no layer and no block is called {layer!r}; {where}") from None
    return Result(
        found,
        {
            "text": lambda: "".join(explained_text(found)),
            "markdown": lambda: "".join(explained_markdown(found)),
            "json": lambda: "".join(explained_json(found)),
        },
    )


def comparison(
    nets: Iterable[network.Network], *, mlp: bool, per_layer: bool
) -> Result[Comparison]:
    """Nets side by side."""
    entrants = [Entrant(net, getattr(net, "source", ""), net.settings) for net in nets]
    found = compare(entrants, mlp=MlpRule() if mlp else None, savings=per_layer)
    return Result(
        found,
        {
            "table": partial(written, found, "table", Show()),
            "markdown": partial(written, found, "markdown", Show()),
            "json": partial(written, found, "json", Show()),
            "csv": partial(written, found, "csv", Show()),
        },
    )


def findings(
    net: Network,
    text: str,
    ignore: Sequence[str],
    select: Sequence[str],
    limits: Mapping[str, str | float],
) -> Result[Report]:
    """What `check` finds in a net."""
    for code in (*ignore, *select):
        if not known(code):
            raise refused(unknown_code(code))
    budgets = tuple(_budget(name, limit) for name, limit in limits.items())
    demands = Requirements(budgets, tuple(ignore), tuple(select))
    report = check(net, demands, source=net.source, warnings=net.warnings)
    checked = [Checked(report, text)]
    return Result(report, {name: partial(render, checked, name) for name in FORMATS})


def _budget(name: str, limit: str | float) -> Budget:
    try:
        return budget(name, limit if isinstance(limit, str) else str(given_value(name, limit)))
    except (SpecProblem, ValueError) as error:
        raise refused(str(error)) from None


def _tool(name: str) -> Figure:
    from cnncalc.analysis.conventions.tools import TOOLS, figure  # noqa: PLC0415 - start-up

    one_of("tool", name, TOOLS)
    return figure(TOOLS[name])
