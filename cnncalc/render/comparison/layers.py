"""Two nets layer by layer, aligned as a diff aligns lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.columns import Line
from cnncalc.render.comparison.tables import Show, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.analysis.compare.steps import Difference, Mark, Side, Step

_MARKS: dict[Mark, str] = {"equal": " ", "changed": "~", "removed": "-", "added": "+"}


def difference_table(
    made: Difference, show: Show, number: Callable[[int], str], *, join: bool = False
) -> Table:
    """One row per step of the alignment, with old and new parameters."""
    steps = made.steps if show.every else made.folded
    lines, details = [], []
    for step in steps:
        detail = _detail(step)
        cells = _step_cells(step, number)
        if join and detail:
            cells = (f"{cells[0]} ({detail})", *cells[1:])
        lines.append(Line(cells, "dim" if step.mark == "equal" else "plain"))
        details.append(detail)
    return Table(
        ("  layer", "type", "output", *_heads(made)),
        tuple(lines),
        frozenset({3, 4}),
        () if join else tuple(details),
        f"{made.before} -> {made.after}: {_counts(made)}",
        _what_follows(made),
    )


def _counts(made: Difference) -> str:
    return ", ".join(f"{made.count(mark)} {mark}" for mark in _MARKS if made.count(mark))


def _what_follows(made: Difference) -> str:
    if not made.resized:
        return ""
    sizes = "the sizes of {} follow" if made.resized > 1 else "the size of {} follows"
    cause = "the input" if made.count("equal") == len(made.steps) else "the changes"
    return f"{sizes.format(plural(made.resized, 'equal layer'))} from {cause}"


_LABEL_ROOM = 14


def _heads(made: Difference) -> tuple[str, str]:
    """Over the parameters the nets' names, where they leave the numbers below them room."""
    if max(len(made.before), len(made.after)) <= _LABEL_ROOM:
        return made.before, made.after
    return "old params", "new params"


def _step_cells(step: Step, number: Callable[[int], str]) -> tuple[str, ...]:
    before, after = step.before, step.after
    shown = after or before
    assert shown is not None  # noqa: S101 - a step has at least one side
    return (
        f"{_MARKS[step.mark]} {_step_name(step)}",
        _pair(before, after, lambda side: side.type),
        _pair(before, after, lambda side: units.shape(side.output_shape)) if shown.name else "",
        number(before.params) if before else "",
        number(after.params) if after else "",
    )


def _step_name(step: Step) -> str:
    side = step.before or step.after
    assert side is not None  # noqa: S101 - a step has at least one side
    if step.layers == 1:
        return side.name
    if side.name:
        return f"{side.name} ({plural(step.layers, 'layer')})"
    if step.resized:
        return f"... {plural(step.layers, 'layer')}, only sizes differ"
    return f"... {plural(step.layers, 'equal layer')}"


def _pair(before: Side | None, after: Side | None, text: Callable[[Side], str]) -> str:
    texts = dict.fromkeys(text(side) for side in (before, after) if side)
    return " -> ".join(texts)


def _detail(step: Step) -> str:
    parts = [f"{one.what} {one.before} -> {one.after}" for one in step.changes]
    if step.mark == "changed" and step.before and step.after:
        names = step.before.name, step.after.name
        if names[0] != names[1]:
            parts.append(f"now named {names[1]}")
    return ", ".join(parts)
