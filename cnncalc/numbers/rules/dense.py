"""Dense layers: weighted sums along the last axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.dense import Dense
from cnncalc.numbers.activations import activated
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Dot

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(Dense)
def dense(work: Work) -> Tensor:
    """Every unit's weighted sum of the features, and its bias."""
    kernel = work.weights["kernel"]
    units, features = kernel.shape
    source = work.source.values
    values = []
    for start in range(0, len(source), features):
        row = source[start : start + features]
        for unit in range(units):
            weights = kernel.values[unit * features : (unit + 1) * features]
            bias = work.weight("bias", unit) if "bias" in work.weights else None
            values.append(work.tape.add(Dot(list(zip(row, weights, strict=True)), bias)))
    return activated(work, values)
