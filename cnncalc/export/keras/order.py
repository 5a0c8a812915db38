"""The order of axes in Keras code, which has the channels last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.places import Unsaid
from cnncalc.layers.base.code import dims_in
from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs


def wants_moved(layer: Layer, inputs: Inputs) -> bool | None:
    """Whether the first axis has to come last before a layer; None where either will do.

    Raises:
        Unsaid: the channels are neither first nor last.
    """
    rank = len(inputs.shapes[0])
    names_axes = any(True for _ in dims_in(layer.keras_code(inputs)))
    if names_axes or (rank == 1 and len(inputs.shapes) == 1):
        return None
    if layer.tells_channels:
        channel = getattr(layer, "channel_axis", None)
        at = channel(inputs) if channel else channel_axis(layer.layout_of(inputs), rank)
        if at not in {0, rank - 1}:
            raise Unsaid("channels in the middle")
        return bool(at == 0 and rank > 1)
    if layer.type == "flatten":
        return None if len(layer.output_shape(inputs)) == 1 else False
    if layer.elementwise and not layer.weights(inputs):
        return None
    return False
