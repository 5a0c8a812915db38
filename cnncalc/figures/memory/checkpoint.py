"""Segments of a net that run again in the backward (gradient checkpointing).

Forward, a segment runs as in inference, and only its inputs are kept. In the backward it runs
once more, until all is there that its layers save, and what they saved goes with their steps: at
any time one segment alone holds what it saves. The last segment, whose backward comes at once, is
not recomputed. Source: Chen et al., Training deep nets with sublinear memory cost, 2016;
`torch.utils.checkpoint` of PyTorch 2.13 (`use_reentrant=False`, `checkpoint_sequential`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures.memory.forward import saved_storages

if TYPE_CHECKING:
    from cnncalc.figures.memory.program import Program


def needed_until(segment: range, program: Program) -> tuple[int, dict[int, int]]:
    """The last layer that saves anything, and the last use of each storage up to there."""
    saving = [
        index
        for index in segment
        if (operation := program.operations[index]).gradient
        and (saved_storages(operation, program) or operation.usage.made or operation.usage.kept)
    ]
    last = max(saving, default=segment[0] - 1)
    until: dict[int, int] = {}
    for index in range(segment[0], last + 1):
        operation = program.operations[index]
        for value in (*operation.inputs, operation.output):
            until[program.values[value].storage] = index
    return last, until
