"""Windows as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.unfolding import Unfold
from cnncalc.numbers.registry import computes
from cnncalc.numbers.windows import fields

if TYPE_CHECKING:
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Unfold)
def unfold(work: Work) -> Tensor:
    """A column per window; its rows run over channels, then over the kernel's elements."""
    grid, zero = work.grid, work.constant(0)
    columns = fields(work.layer.windows(work.inputs), grid)
    values: list[Value] = []
    for channel in range(grid.channels):
        base = channel * grid.channel_step
        for element in range(len(columns[0].offsets)):
            for column in columns:
                offset = column.offsets[element]
                values.append(zero if offset is None else work.source.values[base + offset])
    return work.result(values)
