"""The order of axes in the code: as the first layer wants it that looks for the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.places import Unsaid
from cnncalc.export.trace import Done
from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.export.trace import Run
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs


def first_wanted(whole: Done | Run, wants_moved: Callable[[Layer, Inputs], bool | None]) -> bool:
    """Whether the first layer inside that looks for channels wants an axis moved."""
    stack: list[Done | Run] = [whole]
    while stack:
        part = stack.pop()
        if not isinstance(part, Done):
            stack += reversed(part.done)
        elif part.node is None:
            stack += reversed(part.parts)
        else:
            inputs = part.node.facts.inputs
            if len(inputs.shapes[0]) > 1:
                try:
                    wanted = wants_moved(part.node.layer, inputs)
                except Unsaid:
                    wanted = None
                if wanted is not None:
                    return wanted
    return True


def channels_at(layer: Layer, inputs: Inputs) -> int:
    """The axis of the channels, where a layer looks for them: the first or the last.

    Raises:
        Unsaid: they are neither first nor last.
    """
    rank = len(inputs.shapes[0])
    channel = getattr(layer, "channel_axis", None)
    at: int = channel(inputs) if channel else channel_axis(layer.layout_of(inputs), rank)
    if at not in {0, rank - 1}:
        raise Unsaid("its channels are neither first nor last")
    return at
