"""The products of attention, which are one operator since version 23.

They are taken apart, so that the projections around them make one layer of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.context import NotSupported, Value

if TYPE_CHECKING:
    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node

_TOGETHER, _APART = 3, 4  # axes: with heads in the features, and on an axis of their own


def _attention(node: Node, at: Context) -> None:
    query, key, value = (at.value(name) for name in node.inputs[:3])
    if any(node.inputs[4:]) or any(node.outputs[1:]):
        raise NotSupported  # keys and values of the steps before
    rank = len(query.shape)
    if rank == _TOGETHER:
        heads = (node.attributes.get("q_num_heads", 0), node.attributes.get("kv_num_heads", 0))
        query = _apart(node, at, query, heads[0], "q")
        key = _apart(node, at, key, heads[1], "k")
        value = _apart(node, at, value, heads[1], "v")
    elif rank != _APART:
        raise NotSupported
    name = node.outputs[0]
    turned = at.layer(node, "permute", {"dims": [0, 2, 1]}, inputs=(key,), output=f"{name}:t")
    scores = at.layer(node, "matmul", inputs=(query, turned), output=f"{name}:s")
    weights = at.layer(node, "softmax", {"axis": -1}, inputs=(scores,), output=f"{name}:w")
    if rank == _APART:
        at.layer(node, "matmul", inputs=(weights, value))
        return
    made = at.layer(node, "matmul", inputs=(weights, value), output=f"{name}:p")
    heads_, length, features = made.own
    turned = at.layer(node, "permute", {"dims": [1, 0, 2]}, inputs=(made,), output=f"{name}:o")
    shape = [length, heads_ * features]
    at.layer(node, "reshape", {"shape": shape}, inputs=(turned,))


def _apart(node: Node, at: Context, value: Value, heads: int, mark: str) -> Value:
    """(length, features) as (heads, length, features of a head)."""
    length, features = value.own
    if not heads or features % heads:
        raise NotSupported
    name, shape = f"{node.outputs[0]}:{mark}", [length, heads, features // heads]
    split = at.layer(node, "reshape", {"shape": shape}, inputs=(value,), output=f"{name}1")
    return at.layer(node, "permute", {"dims": [1, 0, 2]}, inputs=(split,), output=f"{name}2")


OPERATORS = {"Attention": _attention}
