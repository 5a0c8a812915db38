"""The order of axes in the code: where layers look for the channels, and how axes are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from cnncalc.export.places import Unsaid
from cnncalc.export.trace import Done
from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.export.trace import Run
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs

#: Where the channels are among the spec's axes; or all axes count as they are written.
Order: TypeAlias = Literal["channels_first", "channels_last", "written"]


def order_wanted(layer: Layer, inputs: Inputs) -> Order | None:  # noqa: PLR0911 - one a kind
    """The order of axes in which a layer works; None where any will do.

    Raises:
        Unsaid: the channels are neither first nor last.
    """
    rank = len(inputs.shapes[0])
    if rank == 1 and len(inputs.shapes) == 1:
        return None
    if layer.type in {"softmax", "softmin", "log_softmax", "concat"}:  # which name their axes
        return None
    channel = getattr(layer, "channel_axis", None)
    if layer.tells_channels:
        at = channel(inputs) if channel else channel_axis(layer.layout_of(inputs), rank)
        if at not in {0, rank - 1}:
            raise Unsaid("channels in the middle")
        if layer.type in {"layernorm", "rmsnorm"}:
            return None if at == 0 == rank - 1 else "written"
        return "channels_last" if at == rank - 1 and rank > 1 else "channels_first"
    if layer.type == "flatten":
        return None if len(layer.output_shape(inputs)) == 1 else "written"
    if layer.elementwise and layer.type != "position_embedding":
        return None
    return "written"


def first_wanted(run: Run, wants_moved: Callable[[Layer, Inputs], bool | None]) -> bool:
    """Whether the first layer of a list that looks for channels wants an axis moved."""
    stack: list[Done | Run] = list(reversed(run.done))
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
