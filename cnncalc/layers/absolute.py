"""Absolute values."""

from __future__ import annotations

from cnncalc.layers.base.layer import Layer


class Absolute(Layer, type="abs", also="absolute"):
    """The absolute value of every element.

    Output: as the input. Parameters: none.
    """

    elementwise = True
    counted = False
    equations = ("y = abs(x)",)
    example = "abs"
