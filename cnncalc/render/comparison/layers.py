"""Two nets layer by layer, aligned as a diff aligns lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.columns import Line
from cnncalc.render.comparison.tables import Show, Table, first_fitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.analysis.compare.steps import Difference, Mark, Side, Step

_MARKS: dict[Mark, str] = {"equal": " ", "changed": "~", "removed": "-", "added": "+"}


def difference_text(made: Difference, show: Show) -> str:
    """The table in as much detail as there is room for."""
    return first_fitting(
        show,
        (
            lambda: difference_table(made, show, units.count),
            lambda: difference_table(made, show, units.short),
            lambda: difference_table(made, show, units.short, narrow=True),
            lambda: _as_tree(difference_table(made, show, units.short, narrow=True)),
        ),
    )


def difference_table(
    made: Difference,
    show: Show,
    number: Callable[[int], str],
    *,
    join: bool = False,
    narrow: bool = False,
) -> Table:
    """A row per step of the alignment, with old and new parameters.

    Args:
        made: the difference.
        show: every layer, or the short form.
        number: writes the parameters.
        join: put what was changed into the row instead of below it.
        narrow: put every old type and shape below the row, too.
    """
    lines, details = [], []
    for step in made.steps if show.every else made.folded:
        detail = _detail(step, narrow=narrow)
        cells = _step_cells(step, number, narrow=narrow)
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
        frozenset({0, 1, 2}),
    )


def _as_tree(made: Table) -> Table:
    """The table with the path of each layer as a heading, where it is not that of the row above."""
    lines, above = [], []
    last = ""
    for line in made.lines:
        mark, name = line.cells[0][:2], line.cells[0][2:]
        path, slash, own = name.rpartition("/")
        lines.append(line._replace(cells=(f"{mark}{'  ' if slash else ''}{own}", *line.cells[1:])))
        above.append(f"  {path}" if path and path != last else "")
        last = path
    return made._replace(lines=tuple(lines), above=tuple(above))


def _counts(made: Difference) -> str:
    return ", ".join(f"{made.count(mark)} {mark}" for mark in _MARKS if made.count(mark))


def _what_follows(made: Difference) -> str:
    if not made.resized:
        return ""
    sizes = "the sizes of {} follow" if made.resized > 1 else "the size of {} follows"
    cause = "the input" if all(step.mark == "equal" for step in made.folded) else "the changes"
    return f"{sizes.format(plural(made.resized, 'equal layer'))} from {cause}"


_LABEL_ROOM = 14


def _heads(made: Difference) -> tuple[str, str]:
    """Over the parameters the nets' names, where they leave the numbers below them room."""
    if max(len(made.before), len(made.after)) <= _LABEL_ROOM:
        return made.before, made.after
    return "old params", "new params"


def _step_cells(step: Step, number: Callable[[int], str], *, narrow: bool) -> tuple[str, ...]:
    before, after = step.before, step.after
    shown = after or before
    assert shown is not None  # noqa: S101 - a step has at least one side
    if narrow:
        before = after = shown
    return (
        f"{_MARKS[step.mark]} {_step_name(step)}",
        _pair(before, after, lambda side: side.type),
        _pair(before, after, lambda side: units.shape(side.output_shape)) if shown.name else "",
        number(step.before.params) if step.before else "",
        number(step.after.params) if step.after else "",
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


def _detail(step: Step, *, narrow: bool) -> str:
    before, after = step.before, step.after
    parts = [f"{one.what} {one.before} -> {one.after}" for one in step.changes]
    if before and after and after.name:
        if narrow and before.output_shape != after.output_shape:
            shapes = units.shape(before.output_shape), units.shape(after.output_shape)
            parts.append(f"output {shapes[0]} -> {shapes[1]}")
        if step.mark == "changed" and before.name != after.name:
            parts.append(f"now named {after.name}")
    return ", ".join(parts)
