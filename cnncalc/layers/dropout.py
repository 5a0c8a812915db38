"""Dropout, noise and the identity: nothing changes but in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.kinds import DataFormat, Kind, ListOf, Nullable, Real, Text
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from cnncalc.layers.base.tensors import Inputs, Shape

_RATE = Real(0, 1)


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

    linear = True
    elementwise = True
    view = "identity"

    rate: float = arg(_RATE, "share of elements dropped", default=0.5, torch="p")
    noise_shape: Any = arg(Kind(), "what is dropped together; no effect", default=None)
    data_format: str | None = arg(
        DataFormat(), "where the channels are; no effect", default=None, keras="data_format"
    )
    example = "dropout: 0.5"

    def output_shape(self, inputs: Inputs) -> Shape:
        if self.dialect == "keras" and self.rank is not None:
            self.split(inputs)
        if self.dialect == "torch" and self.rank == 1 and len(inputs.shapes[0]) > 2:  # noqa: PLR2004
            raise self.wrong_rank(inputs.shapes[0], "channels and at most one axis")
        return inputs.shapes[0]


class StochasticDepth(
    Layer, type="stochastic_depth", torch="StochasticDepth DropPath", also="drop_path"
):
    """Stochastic depth (Huang et al., 2016): drops a whole branch at random in training.

    Output: as the input. Parameters: none.
    """

    linear = True
    elementwise = True
    view = "identity"

    rate: float = arg(_RATE, "share of samples whose branch is dropped", default=0.5, torch="p")
    mode: str = arg(Text(), "row or batch; no effect", default="row")
    example = "stochastic_depth: 0.1"


class GaussianNoise(Layer, type="gaussian_noise", keras="GaussianNoise"):
    """Adds noise in training, nothing otherwise.

    Output: as the input. Parameters: none.
    """

    linear = True
    elementwise = True
    view = "identity"

    stddev: float = arg(_RATE, "standard deviation of the noise")
    example = "gaussian_noise: 0.1"


class Identity(
    Layer, type="identity", torch="Identity", keras="Identity", also="linear_activation"
):
    """Passes its input on.

    Output: as the input. Parameters: none.
    """

    linear = True
    elementwise = True
    view = "identity"
    example = "identity"


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
