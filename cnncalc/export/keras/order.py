"""The order of axes in Keras code, which has the channels last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.order import order_wanted

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs

#: Layers that are told at which axis they work.
_AT_ANY_AXIS = {"layernorm", "rmsnorm", "layer_scale", "chunk", "slice"}


def wants_moved(layer: Layer, inputs: Inputs) -> bool | None:
    """Whether the first axis has to come last before a layer; None where either will do.

    Raises:
        Unsaid: the channels are neither first nor last.
    """
    if layer.type in _AT_ANY_AXIS:
        return None
    wanted = order_wanted(layer, inputs)
    return None if wanted is None else wanted == "channels_first"
