"""What tools count for one recurrent layer: cells, layers and directions.

Sources: `thop/rnn_hooks.py`, `ptflops/pytorch_ops.py`, `calflops/pytorch_ops.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.analysis.conventions.work import Work


def _cells(work: Work) -> Iterator[tuple[int, int]]:
    """The features that arrive at each cell, and its size."""
    layers: int = work.argument("num_layers")
    units, directions = work.argument("units"), 2 if work.argument("bidirectional") else 1
    for index in range(layers):
        features = work.node.input_shapes[0][-1] if not index else directions * units
        for _ in range(directions):
            yield features, units


def _steps(work: Work, cell: Callable[[int, int], int]) -> int:
    steps = work.node.input_shapes[0][0] * work.batch
    return steps * sum(cell(features, units) for features, units in _cells(work))


def thop_cell(work: Work) -> int:
    """Products, sums and biases of each gate, and the element-wise products of the state."""
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[work.node.type]
    more = {"lstm": 4, "gru": 4, "rnn": 0}[work.node.type]
    bias = 2 if work.bias else 0
    return _steps(work, lambda features, units: (
        gates * ((features + units) * units + units + bias * units) + more * units
    ))  # fmt: skip


def ptflops_cell(work: Work) -> int:
    """Products, biases, and the element-wise work of the gates."""
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[work.node.type]
    more = {"lstm": 10, "gru": 7, "rnn": 1}[work.node.type]
    bias = 2 * gates if work.bias else 0
    return _steps(work, lambda features, units: (
        gates * units * (features + units) + (more + bias) * units
    ))  # fmt: skip


def calflops_cell(work: Work) -> int:
    """The same with a product and a sum a weight, the first sum left out."""
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[work.node.type]
    more = {"lstm": 10, "gru": 7, "rnn": 1}[work.node.type]
    bias = 2 * gates if work.bias else 0
    return _steps(work, lambda features, units: (
        gates * units * (2 * features - 1 + 2 * units - 1) + (more + bias) * units
    ))  # fmt: skip
