"""A learned factor for each feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import feature_axis
from cnncalc.layers.layer_scale import LayerScale
from cnncalc.numbers.registry import computes
from cnncalc.numbers.tape import Product
from cnncalc.numbers.tensor import indices

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(LayerScale)
def layer_scale(work: Work) -> Tensor:
    """Every element times its feature's gamma."""
    rank = len(work.output)
    axis = rank - 1 if work.layer.dialect == "keras" else feature_axis(work.inputs.layout, rank)
    pairs = zip(indices(work.output), work.source.values, strict=True)
    return work.result(
        [work.tape.add(Product(value, work.weight("gamma", index[axis]))) for index, value in pairs]
    )
