"""Normalisations of the features of each position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.layer_normalization import LayerNorm, RMSNorm
from cnncalc.numbers.normalizing import OPERATIONS, inside, normalized, together
from cnncalc.numbers.registry import computes

if TYPE_CHECKING:
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Work


@computes(LayerNorm, per_output=OPERATIONS)
def layer_norm(work: Work) -> Tensor:
    """(x - mean) / sqrt(variance + eps) * gamma + beta over the normalised axes."""
    return _over_axes(work, centred=not work.layer.rms_scaling)


@computes(RMSNorm, per_output=OPERATIONS)
def rms_norm(work: Work) -> Tensor:
    """Divided by the root of the mean of squares + eps, times gamma."""
    return _over_axes(work, centred=False)


def _over_axes(work: Work, *, centred: bool) -> Tensor:
    axes = sorted(work.layer.normalized_axes(work.inputs))
    shape = work.source.shape
    return normalized(work, together(shape, axes), inside(shape, axes), centred=centred)
