"""Recurrent layers, step by step from a state of zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.recurrent import GRU, LSTM, RNN
from cnncalc.numbers.activations import function_of
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Applied, Copy, Difference, Dot, Product, Sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cnncalc.numbers.functions import Function
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    State = tuple[list[Value], ...]
    Step = Callable[["_Cell", list[Value], State], State]


@computes(RNN, per_output=2)
def rnn(work: Work) -> Tensor:
    """The state becomes tanh(kernel*x + recurrent_kernel*h + bias)."""
    return _run(work, _rnn_step, 1)


@computes(LSTM, per_output=10)
def lstm(work: Work) -> Tensor:
    """Gates in the order input, forget, cell, output; c = f*c + i*g, h = o * tanh(c)."""
    return _run(work, _lstm_step, 2)


@computes(GRU, per_output=10)
def gru(work: Work) -> Tensor:
    """Gates in the order of the framework: reset and update first in PyTorch, update in Keras."""
    return _run(work, _gru_step, 1)


class _Cell:
    """The weights of one direction of one layer, and its two activations."""

    def __init__(self, work: Work, suffix: str) -> None:
        self.work = work
        self.add = work.tape.add
        layer = work.layer
        weights = work.weights
        self.kernel = weights[f"kernel{suffix}"]
        self.recurrent = weights[f"recurrent_kernel{suffix}"]
        bias = weights.get(f"bias{suffix}")
        rows = self.kernel.shape[0]
        given = list(bias.values) if bias is not None else []
        self.bias: list[Value | None] = [*given[:rows]] or [None] * rows
        self.recurrent_bias: list[Value | None] = [*given[rows:]] or [None] * rows
        self.projection = weights.get(f"projection{suffix}")
        plain = getattr(layer, "nonlinearity", "tanh")
        self.inner: Function = function_of(layer.activation or plain)
        self.gate: Function = function_of(layer.recurrent_activation or "sigmoid")
        self.units = layer.units

    def arriving(self, row: int, values: Sequence[Value]) -> Value:
        """A row of the kernel times the input, and its bias."""
        return self._row(self.kernel, row, values, self.bias[row])

    def returning(self, row: int, state: Sequence[Value]) -> Value:
        """A row of the recurrent kernel times the state, and its bias."""
        return self._row(self.recurrent, row, state, self.recurrent_bias[row])

    def _row(self, kernel: Tensor, row: int, values: Sequence[Value], bias: Value | None) -> Value:
        size = len(values)
        weights = kernel.values[row * size : (row + 1) * size]
        return self.add(Dot(list(zip(values, weights, strict=True)), bias), inline=True)

    def both(self, row: int, values: Sequence[Value], state: Sequence[Value]) -> Value:
        """What arrives and what returns, added."""
        return self.add(Sum([self.arriving(row, values), self.returning(row, state)]), inline=True)

    def applied(self, function: Function, value: Value) -> Value:
        """A function of a value."""
        return self.add(Applied(function, value))


def _rnn_step(cell: _Cell, values: list[Value], state: State) -> State:
    (hidden,) = state
    return ([cell.applied(cell.inner, cell.both(u, values, hidden)) for u in range(cell.units)],)


def _lstm_step(cell: _Cell, values: list[Value], state: State) -> State:
    hidden, memory = state
    units, add = cell.units, cell.add
    carried, leaving = [], []
    for unit in range(units):
        opened, kept, given, shown = (
            cell.applied(
                cell.inner if gate == 2 else cell.gate,  # noqa: PLR2004 - the cell's own
                cell.both(gate * units + unit, values, hidden),
            )
            for gate in range(4)
        )
        carried.append(add(Dot([(kept, memory[unit]), (opened, given)])))
        leaving.append(add(Product(shown, cell.applied(cell.inner, carried[-1]))))
    if cell.projection is not None:
        rows = cell.projection.shape[0]
        weights = cell.projection.values
        leaving = [
            add(Dot(list(zip(leaving, weights[r * units : (r + 1) * units], strict=True))))
            for r in range(rows)
        ]
    return leaving, carried


def _gru_step(cell: _Cell, values: list[Value], state: State) -> State:
    (hidden,) = state
    units, add = cell.units, cell.add
    keras = cell.work.layer.dialect == "keras"
    update, reset = (0, 1) if keras else (1, 0)
    one = cell.work.constant(1)
    resets = [
        cell.applied(cell.gate, cell.both(reset * units + u, values, hidden)) for u in range(units)
    ]
    scaled = [add(Product(r, h)) for r, h in zip(resets, hidden, strict=True)]
    leaving = []
    for unit in range(units):
        row = 2 * units + unit
        kept = cell.applied(cell.gate, cell.both(update * units + unit, values, hidden))
        if cell.work.layer.reset_after:
            returned = add(Product(resets[unit], cell.returning(row, hidden)), inline=True)
        else:
            returned = cell.returning(row, scaled)
        total = add(Sum([cell.arriving(row, values), returned]), inline=True)
        proposed = cell.applied(cell.inner, total)
        rest = add(Difference(one, kept), inline=True)
        leaving.append(add(Dot([(rest, proposed), (kept, hidden[unit])])))
    return (leaving,)


def _run(work: Work, step: Step, states: int) -> Tensor:
    """All layers and directions; the results of every step, or of the last."""
    layer = work.layer
    size = work.source.shape[-1]
    sequence = [
        list(work.source.values[i : i + size]) for i in range(0, len(work.source.values), size)
    ]
    if layer.go_backwards:
        sequence.reverse()
    for number in range(layer.num_layers):
        suffix = f"_{number + 1}" if layer.num_layers > 1 else ""
        runs = [_direction(_Cell(work, suffix), sequence, step, states)]
        if layer.bidirectional:
            backwards = _direction(_Cell(work, f"{suffix}_backward"), sequence[::-1], step, states)
            runs.append(backwards[::-1])
        last = [runs[0][-1], *(run[0] for run in runs[1:])]
        sequence = [_joined(parts) for parts in zip(*runs, strict=True)]
    values = _joined(sequence if len(work.output) > 1 else last)
    # The state is used by the next step: the gradient by the result is its own.
    return work.result([work.tape.add(Copy(value)) for value in values])


def _joined(parts: Iterable[list[Value]]) -> list[Value]:
    return [value for part in parts for value in part]


def _direction(
    cell: _Cell, sequence: list[list[Value]], step: Step, states: int
) -> list[list[Value]]:
    zero = cell.work.constant(0)
    sizes = [cell.work.layer.state, cell.units][:states]
    state: State = tuple([zero] * size for size in sizes)
    results = []
    for values in sequence:
        state = step(cell, values, state)
        results.append(state[0])
    return results
