"""The order of axes in Keras code, which has the channels last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.order import channels_at

if TYPE_CHECKING:
    from cnncalc.layers.base.code import Steps
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs


def wants_moved(layer: Layer, inputs: Inputs, code: Steps | None = None) -> bool | None:
    """Whether the first axis has to come last before a layer; None where either will do.

    Args:
        layer: the layer.
        inputs: what arrives.
        code: what it is in Keras, where that has been asked for.

    Raises:
        Unsaid: the channels are neither first nor last.
    """
    order = layer.keras_order(inputs, layer.keras_code(inputs) if code is None else code)
    if order == "any":
        return None
    if order in {"written", "first_last"}:
        return order == "first_last" and len(inputs.shapes[0]) > 1
    return channels_at(layer, inputs) == 0 and len(inputs.shapes[0]) > 1
