"""Dropout and stochastic depth: parts are dropped at random in training, nothing otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Missing, Option, Several
from cnncalc.layers.base.inert import SEED
from cnncalc.layers.base.kinds import DataFormat, Flag, Integer, ListOf, Nullable, Real, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channels_of
from cnncalc.layers.base.usage import VIEW, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.tensors import Inputs, Order, Shape
    from cnncalc.layers.base.usage import Run

_RATE = Real(0, 1)
_MASK = 1  # byte an element
#: Those whose noise is a factor in the type of the elements, plus an offset.
_NOISY = frozenset({"AlphaDropout", "FeatureAlphaDropout", "GaussianDropout"})


class Dropout(
    Layer,
    type="dropout",
    torch="Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout",
    keras="Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout",
):
    """Dropout (Srivastava et al., 2014): zeros at random in training, nothing otherwise.

    Output: as the input. Parameters: none.

    PyTorch's `Dropout1d` takes one or two axes, Keras's spatial dropouts as many
    as their names say.
    """

    equations = (
        "y = mask*x / (1 - rate); in training, mask is 0 with probability rate, else 1",
        "y = x; in inference",
    )

    also_takes = (SEED,)
    linear = True
    elementwise = True
    view = "identity"

    rate: float = arg(_RATE, "share of elements dropped", default=0.5, torch="p")
    noise_shape: Any = arg(
        Nullable(ListOf(Nullable(Integer()))), "what is dropped together", default=None, inert=True
    )
    data_format: str | None = arg(
        DataFormat(), "where the channels are; no effect", default=None, keras="data_format"
    )
    inplace: bool = arg(Flag(), "write over the input (PyTorch)", default=False, inert=True)
    example = "dropout: 0.5"

    def output_shape(self, inputs: Inputs) -> Shape:
        if self.dialect == "keras" and self.rank is not None:
            self.split(inputs)
        if self.dialect == "torch" and self.rank == 1 and len(inputs.shapes[0]) > 2:  # noqa: PLR2004 - axes
            raise self.wrong_rank(inputs.shapes[0], "channels and at most one axis")
        return inputs.shapes[0]

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        if self.called == "GaussianDropout":
            noise = "y = x * noise; in training, noise has mean 1 and variance rate / (1 - rate)"
            return (noise, self.equations[-1])
        if self.called in {"AlphaDropout", "FeatureAlphaDropout"}:
            kept = "y = a*(mask*x + (1 - mask)*saturation) + b"
            return (f"{kept}; in training, a and b keep mean and variance", self.equations[-1])
        return self.equations

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        """A mask of one byte an element; factors where it works in place or on whole channels."""
        if not run.training or self.rate == 0:
            return VIEW
        share = 0 if self.inplace else None
        if self.called in _NOISY:
            whole = self.called != "FeatureAlphaDropout"
            kept = product(output) if whole else channels_of(output, inputs.layout)
            noise = run.batch * kept * run.width
            added = 0 if self.called == "GaussianDropout" else noise
            return Usage(share, in_place=self.inplace, made=noise, scratch=added)
        if self.rank is not None:
            dropped, width = channels_of(output, inputs.layout), run.width
        else:
            dropped, width = product(output), run.width if self.inplace else _MASK
        return Usage(share, in_place=self.inplace, made=run.batch * dropped * width)

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        whole = self.rank is not None or self.called == "FeatureAlphaDropout"
        return "channels_first" if whole else "any"

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        if self.noise_shape is not None:
            return Missing("PyTorch drops single elements or whole channels")
        if self.called == "GaussianDropout":
            return (Call("GaussianDropout", (Given("rate"),)),)
        alpha = self.called in {"AlphaDropout", "FeatureAlphaDropout"}
        name = self.called if alpha else f"Dropout{self.rank}d" if self.rank else "Dropout"
        inplace = Option("inplace", Given("inplace"), default=False)
        return (Call(f"nn.{name}", (Given("rate"),), (inplace,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        shape = inputs.shapes[0]
        if self.noise_shape is not None:
            return Missing("the batch comes before the axes of `noise_shape` in Keras")
        if self.called == "FeatureAlphaDropout":
            return Missing("AlphaDropout drops single elements")
        if self.called in {"AlphaDropout", "GaussianDropout"}:
            return (Call(f"layers.{self.called}", (Given("rate"),)),)
        if self.rank is None:
            return (Call("layers.Dropout", (Given("rate"),)),)
        spatial = len(shape) - 1
        if spatial != self.rank:
            return Missing("the rank of PyTorch's name is not that of the input")
        return (Call(f"layers.SpatialDropout{spatial}D", (Given("rate"),)),)


class StochasticDepth(
    Layer, type="stochastic_depth", torch="StochasticDepth DropPath", also="drop_path"
):
    """Stochastic depth (Huang et al., 2016): drops a whole branch at random in training.

    Output: as the input. Parameters: none.
    """

    equations = (
        "y = mask*x / (1 - rate); in training, mask is 0 with probability rate, else 1",
        "y = x; in inference",
    )

    also_takes = (SEED,)
    linear = True
    elementwise = True
    view = "identity"

    rate: float = arg(_RATE, "share of samples whose branch is dropped", default=0.5, torch="p")
    mode: str = arg(Text(), "row or batch; no effect", default="row")
    example = "stochastic_depth: 0.1"

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        if not run.training or self.rate == 0:
            return VIEW
        return Usage(made=run.width * (1 if self.mode == "batch" else run.batch))

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        name = "StochasticDepth" if self.mode == "row" else "BatchDepth"
        return (Call(name, (Given("rate"),)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        batch = None if self.mode == "row" else 1
        whole = Several((batch, *(1 for _ in inputs.shapes[0])))
        return (Call("layers.Dropout", (Given("rate"),), (Option("noise_shape", whole),)),)
