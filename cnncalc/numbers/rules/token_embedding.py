"""What a transformer adds to a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.token_embedding import ClassToken, PositionEmbedding
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Sum

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(ClassToken, per_output=0)
def class_token(work: Work) -> Tensor:
    """The tokens, then the sequence."""
    return work.result([*work.weights["token"].values, *work.source.values])


@computes(PositionEmbedding)
def position_embedding(work: Work) -> Tensor:
    """The input plus the table."""
    pairs = zip(work.source.values, work.weights["table"].values, strict=True)
    return work.result([work.tape.add(Sum(pair)) for pair in pairs])
