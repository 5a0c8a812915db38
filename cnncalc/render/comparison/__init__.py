"""A comparison as a table, Markdown, JSON or CSV.

One file per part: `totals`, `mlp`, `layers`, `savings`, `scaling`; `tables` lays them out.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from cnncalc.exhaustive import unreachable
from cnncalc.render import markdown as md
from cnncalc.render import units
from cnncalc.render.comparison.layers import difference_table, difference_text
from cnncalc.render.comparison.mlp import origin_sentence, verdict
from cnncalc.render.comparison.savings import LEGEND, formulas, saving_table, savings_text
from cnncalc.render.comparison.scaling import point_table, scaling_text
from cnncalc.render.comparison.tables import as_markdown, fitting
from cnncalc.render.comparison.totals import sets_of, totals_table
from cnncalc.render.printable import text_format

if TYPE_CHECKING:
    from cnncalc.analysis.compare.comparison import Comparison
    from cnncalc.render.comparison.tables import Show


ComparisonFormat: TypeAlias = Literal["table", "json", "csv", "markdown"]


def written(
    comparison: Comparison,
    format_: ComparisonFormat,
    show: Show,
) -> str:
    """The comparison in a format."""
    if format_ == "table":
        return table(_shown(comparison, show), show=show)
    if format_ == "markdown":
        return markdown(_shown(comparison, show), show=show)
    if format_ == "json":
        from cnncalc.render.comparison.json import json  # noqa: PLC0415 - only for this format

        return "".join(json(comparison))
    if format_ == "csv":
        from cnncalc.render.comparison.csv import csv  # noqa: PLC0415 - only for this format

        return csv(comparison, layers=bool(comparison.differences))
    raise unreachable(format_)


def _shown(comparison: Comparison, show: Show) -> Comparison:
    """Without the steps that are folded in what is shown: of long nets these are many."""
    if show.every:
        return comparison
    short = tuple(one._replace(steps=()) for one in comparison.differences)
    return comparison._replace(differences=short)


@text_format
def table(comparison: Comparison, *, show: Show) -> str:
    """The comparison for a terminal, or for a file if the width is None."""
    parts = [
        fitting(show, partial(totals_table, nets)) for nets in sets_of(comparison.nets, show.width)
    ]
    parts += [origin_sentence(derived) + "\n" for derived in comparison.derived]
    parts += [difference_text(one, show) for one in comparison.differences]
    parts += [savings_text(label, savings, show) for label, savings in comparison.savings]
    if comparison.scaling:
        parts.append(scaling_text(comparison.scaling, show))
    return "\n".join(parts + [f"{one}\n" for one in _verdicts(comparison)])


@text_format
def markdown(comparison: Comparison, *, show: Show) -> str:
    """The comparison in Markdown, to be pasted into a pull request."""
    parts = [as_markdown(totals_table(comparison.nets, units.count))]
    parts += [md.paragraph(origin_sentence(derived)) for derived in comparison.derived]
    parts += [
        as_markdown(difference_table(one, show, units.count, join=True))
        for one in comparison.differences
    ]
    for label, savings in comparison.savings:
        parts += [as_markdown(saving_table(label, savings, units.count)), LEGEND]
        parts += [md.fenced(formulas(saving)) for saving in savings]
    if comparison.scaling:
        parts.append(as_markdown(point_table(comparison.scaling.points, units.count)))
    return "\n".join(parts + [md.paragraph(one) for one in _verdicts(comparison)])


def _verdicts(comparison: Comparison) -> list[str]:
    """The last words: what each net costs beside its MLP."""
    found = [verdict(one) for one in comparison.derived if one.params_ratio is not None]
    return ["\n".join(found)] if found else []
