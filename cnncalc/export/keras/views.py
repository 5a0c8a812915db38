"""Layers that only move elements, where the code has the first axis of the spec last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.reshaping import Permute
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.layers import LayerWriter
    from cnncalc.export.places import Tensor


class View(NamedTuple):
    """What a layer that moves elements is in code: empty if it does nothing there.

    Attributes:
        code: its call.
        moved: whether what it gives has the first axis last.
    """

    code: str
    moved: bool


def view_of(writer: LayerWriter, tensor: Tensor) -> View | None:
    """Such a layer without moving an axis before it; None where that cannot be."""
    if all(isinstance(layer, Permute) for layer in writer.layers):
        return _permuted(writer, tensor)
    if tensor.moved and all(layer.view == "reshape" for layer in writer.layers):
        return _reshaped(writer, tensor)
    return None


def _permuted(writer: LayerWriter, tensor: Tensor) -> View | None:
    """Axes in another order; in one of two orders that may already be so."""
    rank = len(tensor.sizes)
    orders = {layer.order(rank) for layer in writer.layers if isinstance(layer, Permute)}
    if len(orders) > 1:
        return None
    order = tuple(orders.pop())
    arriving = _axes(range(rank), moved=tensor.moved)
    for moved in (False, True):
        if _axes(order, moved=moved) == arriving:
            return View("", moved)
    dims = [arriving.index(axis) + 1 for axis in order]
    return View(f"layers.Permute(({', '.join(map(str, dims))}))({tensor.text})", moved=False)


def _axes(axes: Sequence[int], *, moved: bool) -> tuple[int, ...]:
    """The axes of a spec as the code has them."""
    return (*axes[1:], axes[0]) if moved else tuple(axes)


def _reshaped(writer: LayerWriter, tensor: Tensor) -> View | None:
    """All axes after the first as one, where the first stays: it is the last in the code."""
    shapes = [(node.input_shapes[0], node.output_shape) for node in writer.nodes]
    if any(len(after) != 2 or after[0] != before[0] for before, after in shapes):  # noqa: PLR2004 - two axes
        return None
    text = tensor.text
    return View(f"layers.Reshape((-1, {text}.shape[-1]))({text})", moved=True)
