"""What a layer needs in memory beside its inputs and its output, as PyTorch runs it.

Each layer declares it once, as a [`Usage`][cnncalc.layers.base.usage.Usage]; the analysis
of memory is liveness over the net and knows no layer by name. Source of the rules: what
PyTorch 2.13 saves (`derivatives.yaml`), measured operator by operator under its CUDA dispatch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cnncalc.arithmetic import product
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.layers.base.tensors import Shape

#: Bytes of the statistics that normalisations keep, whatever the width of the elements.
STATISTIC = 4
#: Bytes of the indices that max pooling keeps.
INDEX = 8

#: What the gradients of the inputs are: tensors of their own, the output's gradient itself (or
#: only that of the first input is), slices of it (dense ones fill their place without gaps), or,
#: for the parts of a split, one tensor of all.
Gradient = Literal["fresh", "same", "same for the first", "slices", "dense slices", "part"]


class Run(NamedTuple):
    """How a net runs: samples at once, bytes of an element, and whether it trains."""

    batch: int = 1
    width: int = 4
    training: bool = False

    def bytes(self, shape: Shape) -> int:
        """The bytes of a tensor of this shape, given without the batch."""
        return product(shape) * self.batch * self.width


class Usage(NamedTuple):
    """What a layer needs in one run.

    Attributes:
        shares: the input whose storage the output is; None for a storage of its own.
        in_place: the shared input is changed; it is no view of it.
        saves: the inputs that the backward needs.
        saves_for_others: an input is needed for the gradients of the other inputs only.
        saves_output: whether the backward needs the output.
        made: bytes that the layer makes beside its output; the backward needs them.
        kept: the same, but made only where there will be a backward.
        scratch: bytes while it runs.
        gradient: what the gradients of its inputs are.
        backward_scratch: bytes while its backward runs, beyond what it saved and made and the
            gradients of inputs, output and weights; negative where these never live at once.
        parts: of a part, what it has in common with the other parts of the same split.
        dense_gradient: it copies an output's gradient that is a slice of another tensor.
    """

    shares: int | None = None
    in_place: bool = False
    saves: tuple[int, ...] = ()
    saves_for_others: bool = False
    saves_output: bool = False
    made: int = 0
    kept: int = 0
    scratch: int = 0
    gradient: Gradient = "fresh"
    backward_scratch: int = 0
    dense_gradient: bool = False
    parts: tuple[object, ...] = ()


#: A view: the input's storage under another shape; its gradient is a view, too.
VIEW = Usage(shares=0, gradient="same")
#: A tensor of its own, of which the backward needs nothing.
COPY = Usage()
