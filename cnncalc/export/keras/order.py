"""The order of axes in Keras code, which has the channels last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.places import Unsaid
from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs

#: Layers that are told at which axis they work.
_AT_ANY_AXIS = {
    "layernorm", "rmsnorm", "chunk", "split", "slice", "softmax", "softmin", "log_softmax",
    "concat", "glu", "unit_norm", "prelu",
}  # fmt: skip


def wants_moved(layer: Layer, inputs: Inputs) -> bool | None:
    """Whether the first axis has to come last before a layer; None where either will do.

    Raises:
        Unsaid: the channels are neither first nor last.
    """
    rank = len(inputs.shapes[0])
    if layer.type in _AT_ANY_AXIS or (rank == 1 and len(inputs.shapes) == 1):
        return None
    if layer.tells_channels:
        channel = getattr(layer, "channel_axis", None)
        at = channel(inputs) if channel else channel_axis(layer.layout_of(inputs), rank)
        if at not in {0, rank - 1}:
            raise Unsaid("channels in the middle")
        return bool(at == 0 and rank > 1)
    if layer.type == "flatten":
        return None if len(layer.output_shape(inputs)) == 1 else False
    if layer.elementwise and layer.type != "position_embedding":
        return None
    return False
