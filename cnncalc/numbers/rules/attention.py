"""Multi-head attention as PyTorch has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnncalc.layers.attention import Attention
from cnncalc.numbers.errors import NotComputedError
from cnncalc.numbers.registry import computes
from cnncalc.numbers.rules.softmax import softmax_of
from cnncalc.numbers.tape import Dot, Product

if TYPE_CHECKING:
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work

    Rows = list[list[Value]]  # a vector for each position


@computes(Attention, per_output=8)
def attention(work: Work) -> Tensor:
    """softmax(q * transpose(k) / sqrt(head features)) * v, head by head, then projected."""
    layer = work.layer
    if layer.add_bias_kv or layer.add_zero_attn:
        raise NotComputedError("attention with `add_bias_kv` or `add_zero_attn` has no rule")
    tensors = work.tensors
    query, key, value = tensors[0], tensors[1 % len(tensors)], tensors[-1]
    queries = _projected(work, _rows(query), "query_kernel", 0)
    keys = _projected(work, _rows(key), "key_kernel", 1)
    values = _projected(work, _rows(value), "value_kernel", 2)
    features = query.shape[-1]
    width = features // layer.num_heads
    scale = work.tape.leaf(1 / math.sqrt(width))
    joined: Rows = [[] for _ in queries]
    for head in range(layer.num_heads):
        part = slice(head * width, (head + 1) * width)
        for place, row in enumerate(queries):
            scores = [score(work, row[part], other[part], scale) for other in keys]
            shares = softmax_of(work, scores)
            columns = zip(*(other[part] for other in values), strict=True)
            joined[place] += [
                work.tape.add(Dot(list(zip(shares, column, strict=True)))) for column in columns
            ]
    projected = linear(work, joined, "output_kernel", _bias(work, "output_bias", 0, features))
    return work.result([one for row in projected for one in row])


def score(work: Work, query: list[Value], key: list[Value], scale: Value) -> Value:
    """How much a query attends to a key, before the softmax."""
    product = work.tape.add(Dot(list(zip(query, key, strict=True))), inline=True)
    return work.tape.add(Product(product, scale))


def _rows(tensor: Tensor) -> Rows:
    size = tensor.shape[-1]
    return [list(tensor.values[i : i + size]) for i in range(0, len(tensor.values), size)]


def _projected(work: Work, rows: Rows, kernel: str, part: int) -> Rows:
    features = work.weights[kernel].shape[0]
    return linear(work, rows, kernel, _bias(work, "input_bias", part, features))


def _bias(work: Work, name: str, part: int, size: int) -> list[Value] | None:
    found = work.weights.get(name)
    return None if found is None else list(found.values[part * size : (part + 1) * size])


def linear(work: Work, rows: Rows, kernel: str, bias: list[Value] | None) -> Rows:
    """Every vector through a kernel of (units, features)."""
    weights = work.weights[kernel]
    units, features = weights.shape
    return [
        [
            work.tape.add(
                Dot(
                    list(zip(row, weights.values[u * features : (u + 1) * features], strict=True)),
                    None if bias is None else bias[u],
                )
            )
            for u in range(units)
        ]
        for row in rows
    ]
