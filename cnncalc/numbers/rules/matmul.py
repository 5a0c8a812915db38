"""Matrix products of two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.matmul import MatMul
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Dot
from cnncalc.numbers.tensor import Tensor, indices

if TYPE_CHECKING:
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.work import Work


@computes(MatMul)
def matmul(work: Work) -> Tensor:
    """Rows of the first times columns of the second."""
    layer, (first, second) = work.layer, work.tensors
    inner = first.shape[-2 if layer.transpose_a else -1]
    values = []
    for *before, row, column in indices(work.output):
        terms = [
            (
                _element(first, before, (k, row) if layer.transpose_a else (row, k)),
                _element(second, before, (column, k) if layer.transpose_b else (k, column)),
            )
            for k in range(inner)
        ]
        values.append(work.tape.add(Dot(terms)))
    return work.result(values)


def _element(tensor: Tensor, before: list[int], last: tuple[int, int]) -> Value:
    """An element of a matrix; axes of size 1 before the last two stretch."""
    sizes = tensor.shape[:-2]
    used = before[len(before) - len(sizes) :]
    kept = [i if size > 1 else 0 for i, size in zip(used, sizes, strict=True)]
    return tensor.at([*kept, *last])
