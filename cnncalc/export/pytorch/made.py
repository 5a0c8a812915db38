"""Modules in a row, as they are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.export.places import Tensor
    from cnncalc.export.statements import Statement


class Made(NamedTuple):
    """Modules in a row, with the statements among them, and what they give."""

    items: list[Statement]
    tensor: Tensor
