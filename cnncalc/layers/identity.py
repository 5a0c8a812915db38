"""The identity."""

from __future__ import annotations

from cnncalc.layers.base.layer import Layer


class Identity(
    Layer, type="identity", torch="Identity", keras="Identity", also="linear_activation"
):
    """Passes its input on.

    Output: as the input. Parameters: none.
    """

    equations = ("y = x",)

    linear = True
    elementwise = True
    view = "identity"
    example = "identity"
