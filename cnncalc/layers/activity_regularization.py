"""A penalty on the values that pass."""

from __future__ import annotations

from typing import Any

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.kinds import ListOf, Nullable, Real
from cnncalc.layers.base.layer import Layer


class ActivityRegularization(Layer, type="activity_regularization", keras="ActivityRegularization"):
    """A penalty on activations in training.

    Output: as the input. Parameters: none.
    """

    linear = True
    elementwise = True
    view = "identity"

    l1: Any = arg(Nullable(Real(0)), "factor of the absolute values", default=None)
    l2: Any = arg(Nullable(ListOf(Real(0))), "factor of the squares", default=None)
    example = "activity_regularization: {l1: 0.01}"
