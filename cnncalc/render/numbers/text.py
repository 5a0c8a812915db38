"""Worked numbers as text: matrices side by side, and the step of every element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.numbers.exact import shown
from cnncalc.numbers.tensor import grid_of, indices
from cnncalc.render.printable import text_format
from cnncalc.render.units import shape as sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.worked import PenaltyTerm, Worked, WorkedLayer, WorkedWeight
    from cnncalc.render.columns import Style

_GAP = "   "
_NOTHING = "-"  # where the loss does not depend on a value


@text_format
def text(worked: Worked, *, layout: Layout, style: Style, width: int | None = None) -> str:
    """Every layer's result, its gradients and steps as far as the result holds them."""
    parts = [_layer(layer, layout, style, width) for layer in worked.layers]
    if worked.penalties:
        parts.append(_penalties(worked.penalties, shown(worked.penalty)))
    if worked.assumed_gradient:
        parts.append(
            "the gradient of the loss by every output is taken as 1: no `gradient` is given\n"
        )
    return "\n".join(parts)


def _layer(layer: WorkedLayer, layout: Layout, style: Style, width: int | None) -> str:
    lines = [_title(layer, style)]
    if layer.missing:
        return f"{lines[0]}\n  not computed: {layer.missing}\n"
    lines += _matrices(layer.shape, layer.values or (), layout, width)
    lines += [f"  {note}" for note in layer.notes]
    lines += [
        f"  {list(index)} = {step} = {shown(number)}"
        for index, step, number in zip(
            indices(layer.shape), layer.steps, layer.values or (), strict=False
        )
        if step != shown(number)
    ]
    if layer.gradient is not None:
        lines.append("  gradient of the loss by it")
        lines += _matrices(layer.shape, layer.gradient, layout, width)
    lines += _gradient_steps(layer)
    for weight in layer.weights:
        lines += _weight(weight, width)
    return "\n".join(lines) + "\n"


def _title(layer: WorkedLayer, style: Style) -> str:
    name = layer.name
    strong = f"{style.strong}{name}{style.end}" if style.strong else name
    arriving = " and ".join(sizes(one) for one in layer.input_shapes)
    arrow = f"{arriving} -> " if arriving else ""
    kind = "" if layer.type == layer.name else f" ({layer.type})"
    return f"{strong}{kind}: {arrow}{sizes(layer.shape)}"


def _gradient_steps(layer: WorkedLayer) -> Iterator[str]:
    for index, step, number in zip(
        indices(layer.shape), layer.gradient_steps, layer.gradient or (), strict=False
    ):
        if number is not None and step != shown(number):
            yield f"  gradient {list(index)} = {step} = {shown(number)}"


def _weight(weight: WorkedWeight, width: int | None) -> list[str]:
    lines = [f"  {weight.name} {sizes(weight.shape)}"]
    lines += _matrices(weight.shape, weight.values, "channels_first", width)
    if weight.from_loss is not None:
        lines.append(f"  gradient of the loss by {weight.name}")
        lines += _matrices(weight.shape, weight.from_loss, "channels_first", width)
    if weight.from_penalty is not None and weight.gradient is not None:
        lines.append(f"  gradient of the penalty by {weight.name}")
        lines += _matrices(weight.shape, weight.from_penalty, "channels_first", width)
        lines.append("  sum of both")
        lines += _matrices(weight.shape, weight.gradient, "channels_first", width)
    return lines


def _penalties(terms: Sequence[PenaltyTerm], total: str) -> str:
    lines = ["penalty"]
    lines += [
        f"  {term.layer} {term.weight} {term.kind}: {term.step} = {shown(term.value)}"
        for term in terms
    ]
    lines.append(f"  in all {total}; it adds nothing to the gradients of other layers")
    return "\n".join(lines) + "\n"


def _matrices(
    shape: Shape, numbers: Sequence[Number | None], layout: Layout, width: int | None
) -> list[str]:
    """A tensor as matrices side by side, one per channel, as many as the width takes."""
    cells = [_NOTHING if number is None else shown(number) for number in numbers]
    blocks = [_block(title, rows) for title, rows in _planes(shape, cells, layout)]
    lines: list[str] = []
    for group in _fitting(blocks, width):
        if lines and len(group[0]) > 1:
            lines.append("")
        height = max(map(len, group))
        padded = [block + [" " * len(block[0])] * (height - len(block)) for block in group]
        lines += ["  " + _GAP.join(parts).rstrip() for parts in zip(*padded, strict=True)]
    return lines


def _planes(
    shape: Shape, cells: Sequence[str], layout: Layout
) -> Iterator[tuple[str, list[list[str]]]]:
    """The matrices of a tensor: rows and columns are its last two spatial axes."""
    rank = len(shape)
    if rank <= 1:
        yield "", [list(cells)]
        return
    if rank == 2:  # noqa: PLR2004 - a matrix as it is
        yield "", [list(cells[i * shape[1] : (i + 1) * shape[1]]) for i in range(shape[0])]
        return
    grid = grid_of(shape, layout)
    outer = grid.sizes[:-2]
    rows, columns = grid.sizes[-2:]
    alone = grid.channels * product(outer) == 1
    for channel in range(grid.channels):
        for index in indices(outer):
            start = channel * grid.channel_step
            start += sum(i * s for i, s in zip(index, grid.spatial_steps, strict=False))
            down, across = grid.spatial_steps[-2:]
            title = "" if alone else ", ".join(map(str, (channel, *index)))
            yield (
                f"[{title}]" if title else "",
                [
                    [cells[start + r * down + c * across] for c in range(columns)]
                    for r in range(rows)
                ],
            )


def _block(title: str, rows: list[list[str]]) -> list[str]:
    """A matrix as lines of one width, right-aligned by column, its title above."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    width = max(len(title), *map(len, lines)) if lines else len(title)
    return [line.ljust(width) if line == title else line.rjust(width) for line in
            ([title, *lines] if title else lines)]  # fmt: skip


def _fitting(blocks: Sequence[list[str]], width: int | None) -> Iterator[list[list[str]]]:
    """Blocks in groups that stand side by side."""
    group: list[list[str]] = []
    used = 0
    for block in blocks:
        wide = len(block[0]) + len(_GAP)
        if group and width is not None and used + wide > width - 2:
            yield group
            group, used = [], 0
        group.append(block)
        used += wide
    if group:
        yield group
