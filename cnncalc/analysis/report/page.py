"""All that a page shows: one net or several, and for several their comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.compare.comparison import compare, labels_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.compare.comparison import Comparison, Entrant
    from cnncalc.analysis.report.net import NetReport

#: Layers of a net above which nets are not aligned layer by layer.
MOST_ALIGNED = 5000


class Page(NamedTuple):
    """The nets under the names that tell them apart, and how they compare with the first."""

    labels: tuple[str, ...]
    nets: tuple[NetReport, ...]
    comparison: Comparison | None


def page(entrants: Sequence[Entrant], nets: Sequence[NetReport]) -> Page:
    """A page about nets, each given as what is compared and as what is reported."""
    comparison = None
    if len(entrants) > 1:
        short = all(len(one.network.layers) <= MOST_ALIGNED for one in entrants)
        comparison = compare(entrants, aligned=short)
    return Page(tuple(labels_of(entrants)), tuple(nets), comparison)
