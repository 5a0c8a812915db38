"""Embeddings: a learned vector for each symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.embedding import Embedding
from cnncalc.numbers.errors import NotComputedError
from cnncalc.numbers.registry import computes

if TYPE_CHECKING:
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Embedding, per_output=0)
def embedding(work: Work) -> Tensor:
    """The row of the table that each whole number names."""
    if work.layer.max_norm is not None:
        raise NotComputedError("`embedding` with `max_norm` has no rule")
    table, size = work.weights["embedding"].values, work.layer.size
    values: list[Value] = []
    for symbol in work.source.numbers:
        if not isinstance(symbol, int) or not 0 <= symbol < work.layer.symbols:
            raise ValueError(f"{symbol} is not one of {work.layer.symbols} symbols, from 0")
        values += table[symbol * size : (symbol + 1) * size]
    return work.result(values)
