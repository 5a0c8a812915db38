"""How a model of another tool is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.tensors import Shape


class Options(NamedTuple):
    """How a model is read.

    Attributes:
        shapes: the shapes of its inputs, by name, where they are not as the model says, or
            it leaves them open; under "" that of the only one.
        unfold: whether batch norms that were folded into convolutions come back.
    """

    shapes: Mapping[str, Shape]
    unfold: bool = False
