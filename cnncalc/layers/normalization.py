"""Normalisations: batch, layer, group, instance and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of, check_axes
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Flag, Integer, Kind, ListOf, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis, feature_axis
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, show_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.formulas import Value
POSITIVE = Integer(1)


class Normalization(Layer):
    """What all normalisations share: the output has the shape of the input, and an affine map."""

    counted = False

    scale: bool = arg(Flag(), "a learned factor (gamma)", default=True)
    center: bool = arg(Flag(), "a learned offset (beta)", default=True, torch="bias")

    def affine_weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Gamma and beta of this shape, as far as the arguments keep them."""
        weights = []
        if self.scale:
            weights.append(Weight("gamma", shape, "scale"))
        if self.center:
            weights.append(Weight("beta", shape, "bias"))
        return tuple(weights)

    def channel_axis(self, inputs: Inputs) -> int:
        """The index of the channels in the input's shape; raises `LayerError`."""
        rank = len(inputs.shapes[0])
        axis = getattr(self, "axis", None)
        if axis is not None:
            return axis_of(self, axis, rank)
        return rank - 1 if self.dialect == "keras" else channel_axis(inputs.layout, rank)


class BatchNorm(
    Normalization,
    type="batchnorm",
    torch="BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm",
    keras="BatchNormalization",
    also="batch_norm batch_normalization bn",
):
    """Batch normalisation (Ioffe and Szegedy, 2015): each channel is normalised over the batch.

    Output: as the input.
    Parameters:
        gamma and beta, channels each
    Buffers:
        running mean and running variance, channels each: kept but not learned;
        with Keras's `renorm` three more

    PyTorch's totals leave the buffers out, Keras counts them as non-trainable.
    """

    elementwise = True
    linear = True
    formulas: ClassVar = {
        "params": "gamma?*channels + beta?*channels",
        "buffers": "statistics * channels",
    }

    affine: bool = arg(Flag(), "gamma and beta (PyTorch)", default=True)
    track_running_stats: bool = arg(Flag(), "keep running mean and variance", default=True)
    num_features: int | None = arg(POSITIVE, "claimed channels of the input", claim=True)
    axis: int | None = arg(Axis(), "the axis of the channels (Keras)", default=None)
    momentum: Any = arg(Nullable(Real()), "pace of the running statistics; no effect", default=None)
    renorm: bool = arg(Flag(), "three more statistics a channel (Keras)", default=False)
    renorm_clipping: Any = arg(Kind(), "no effect", default=None, keras="renorm_clipping")
    renorm_momentum: Any = arg(Kind(), "no effect", default=None, keras="renorm_momentum")
    main = "num_features"
    example = "batchnorm"

    def claims(self, inputs: Inputs) -> dict[str, int]:
        # PyTorch does not look at a count for which nothing is kept.
        kept = self.affine or self.track_running_stats or self.dialect != "torch"
        channels = inputs.shapes[0][self.channel_axis(inputs)]
        return {"num_features": channels} if kept else {}

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        allowed = {1: (1, 2), 2: (3,), 3: (4,)}.get(self.rank or 0)
        if allowed and len(shape) not in allowed:
            raise self.wrong_rank(shape, " or ".join(map(str, allowed)) + " axes without the batch")
        axis = self.channel_axis(inputs)
        spatial = len(shape) > 1 and product(shape) == shape[axis]
        if self.dialect == "torch" and not self.track_running_stats and spatial:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                "without running statistics one value a channel has nothing to be normalised over",
                argument="track_running_stats",
            )
        return shape

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels = (inputs.shapes[0][self.channel_axis(inputs)],)
        weights = self.affine_weights(channels) if self.affine else ()
        if not self.track_running_stats:
            return weights
        kept = ["running_mean", "running_variance"]
        if self.renorm:
            kept += ["running_deviation", "renorm_mean", "renorm_deviation"]
        return (*weights, *(Weight(name, channels, buffer=True) for name in kept))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        weights = {weight.name for weight in self.weights(inputs)}
        return {
            "gamma": int("gamma" in weights),
            "beta": int("beta" in weights),
            "statistics": len(weights - {"gamma", "beta"}),
            "channels": inputs.shapes[0][self.channel_axis(inputs)],
        }


class LayerNorm(
    Normalization,
    type="layernorm",
    torch="LayerNorm LayerNorm2d",
    keras="LayerNormalization",
    also="layer_norm",
):
    """Layer normalisation (Ba et al., 2016): each sample is normalised over some axes.

    Output: as the input.
    Parameters:
        gamma and beta, each as large as the normalised axes

    Without arguments `layernorm` normalises the features: the last axis of a
    sequence (length, features) or of a vector, the channels of a map. Keras's name
    takes the last axis. PyTorch's `normalized_shape`, which its `LayerNorm` needs,
    names the sizes of the last axes, which must be those that arrive;
    torchvision's `LayerNorm2d` names the channels of a map.
    """

    formulas: ClassVar = {"params": "gamma?*normalized_sizes + beta?*normalized_sizes"}

    normalized_shape: Any = arg(
        Nullable(ListOf(POSITIVE)), "sizes of the last axes, which are normalised", default=None
    )
    axis: Any = arg(Nullable(ListOf(Axis())), "the normalised axes", default=None)
    elementwise_affine: bool = arg(Flag(), "gamma and beta (PyTorch)", default=True)
    rms_scaling: bool = arg(Flag(), "no offset by the mean (Keras); no effect", default=False)
    example = "layernorm"

    def validate(self) -> None:
        if self.dialect == "torch" and self.rank is None and self.normalized_shape is None:
            raise LayerError(
                codes.MISSING_ARGUMENT,
                f"`{self.called}` needs `normalized_shape`: the sizes of the last axes",
                help=(
                    f"`{self.called}: {{normalized_shape: ...}}`",
                    f"our own `{self.type}` takes the features, the last axis of a sequence",
                ),
            )

    def normalized(self, inputs: Inputs) -> Shape:
        """The sizes of the normalised axes; raises `LayerError`."""
        if self.rank is not None:  # torchvision's LayerNorm2d
            return self._channels(inputs)
        shape = inputs.shapes[0]
        if self.normalized_shape is not None:
            wanted: Shape = self.normalized_shape
            if not wanted or shape[-len(wanted) :] != wanted:
                raise LayerError(
                    codes.CLAIM,
                    f"`normalized_shape` says {show_shape(wanted)}, but the last axes are "
                    f"{show_shape(shape[-max(1, len(wanted)) :])}",
                    argument="normalized_shape",
                )
            return wanted
        if self.axis is not None:
            # An axis named twice counts twice, as in Keras.
            indices = sorted(axis_of(self, axis, len(shape)) for axis in self.axis)
            return tuple(shape[index] for index in indices)
        return (shape[self.channel_axis(inputs)],)

    def normalized_axes(self, inputs: Inputs) -> set[int]:
        """The indices of the normalised axes in the input's shape; raises `LayerError`."""
        rank = len(inputs.shapes[0])
        if self.normalized_shape is not None:
            return set(range(rank - len(self.normalized_shape), rank))
        if self.axis is not None:
            return {axis_of(self, axis, rank) for axis in self.axis}
        return {self.channel_axis(inputs)}

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        axes = self.normalized_axes(inputs)
        return [[GLOBAL if axis in axes else Reach(axis) for axis in range(len(output))]]

    def _channels(self, inputs: Inputs) -> Shape:
        channels = (self.split(inputs)[0],)
        if self.normalized_shape not in {None, channels}:
            raise LayerError(
                codes.CLAIM,
                f"`normalized_shape` says {show_shape(self.normalized_shape)}, "
                f"but the channels are {show_shape(channels)}",
                argument="normalized_shape",
            )
        return channels

    def channel_axis(self, inputs: Inputs) -> int:
        rank = len(inputs.shapes[0])
        return rank - 1 if self.dialect == "keras" else feature_axis(inputs.layout, rank)

    def output_shape(self, inputs: Inputs) -> Shape:
        self.normalized(inputs)
        return inputs.shapes[0]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return self.affine_weights(self.normalized(inputs)) if self.elementwise_affine else ()

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        weights = {weight.name for weight in self.weights(inputs)}
        return {
            "gamma": int("gamma" in weights),
            "beta": int("beta" in weights),
            "normalized_sizes": self.normalized(inputs),
        }


class RMSNorm(
    LayerNorm, type="rmsnorm", torch="RMSNorm", keras="RMSNormalization", also="rms_norm"
):
    """Root-mean-square normalisation (Zhang and Sennrich, 2019): no mean, no offset.

    Output: as the input.
    Parameters:
        gamma, as large as the normalised axes

    The axes are named as for `layernorm`.
    """

    formulas: ClassVar = {"params": "gamma?*normalized_sizes"}

    example = "rmsnorm"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        if not self.elementwise_affine:
            return ()
        return (Weight("gamma", self.normalized(inputs), "scale"),)


class GroupNorm(
    Normalization,
    type="groupnorm",
    torch="GroupNorm",
    keras="GroupNormalization",
    also="group_norm",
):
    """Group normalisation (Wu and He, 2018): groups of channels are normalised together.

    Output: as the input.
    Parameters:
        gamma and beta, channels each

    The groups must divide the channels; Keras's -1 makes a group of each.
    """

    formulas: ClassVar = {"params": "gamma?*channels + beta?*channels"}

    groups: int = arg(Integer(-1), "number of groups", default=32, torch="num_groups")
    num_channels: int | None = arg(POSITIVE, "claimed channels of the input", claim=True)
    affine: bool = arg(Flag(), "gamma and beta (PyTorch)", default=True)
    axis: int | None = arg(Axis(), "the axis of the channels (Keras)", default=None)
    example = "groupnorm: 8"

    def validate(self) -> None:
        if self.groups == 0 or (self.groups == -1 and self.dialect == "torch"):
            raise LayerError(
                codes.BAD_VALUE, "`groups` must be 1 or more, or -1 for all", argument="groups"
            )
        if self.num_channels is not None and self.num_channels % self.groups:
            raise self._undivided(self.num_channels)

    def claims(self, inputs: Inputs) -> dict[str, int]:
        if self.dialect == "torch" and not self.affine:  # which does not look at it
            return {}
        return {"num_channels": inputs.shapes[0][self.channel_axis(inputs)]}

    def output_shape(self, inputs: Inputs) -> Shape:
        channels = inputs.shapes[0][self.channel_axis(inputs)]
        if self.groups != -1 and channels % self.groups:
            raise self._undivided(channels)
        return inputs.shapes[0]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
        return [[GLOBAL] * len(output)]

    def _undivided(self, channels: int) -> LayerError:
        divisors = [str(n) for n in range(1, min(channels, 1024) + 1) if channels % n == 0]
        return LayerError(
            codes.NOT_DIVISIBLE, f"{self.groups} groups do not divide {channels} channels",
            argument="groups", help=(f"{', '.join(divisors[:12])} do",),
        )  # fmt: skip

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels = inputs.shapes[0][self.channel_axis(inputs)]
        return self.affine_weights((channels,)) if self.affine else ()

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        weights = {weight.name for weight in self.weights(inputs)}
        return {
            "gamma": int("gamma" in weights),
            "beta": int("beta" in weights),
            "channels": inputs.shapes[0][self.channel_axis(inputs)],
        }


class InstanceNorm(
    Layer,
    type="instancenorm",
    torch="InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    also="instance_norm",
):
    """Instance normalisation (Ulyanov et al., 2016): each channel of each sample on its own.

    Output: as the input.
    Parameters:
        with `affine`: gamma and (with `bias`) beta, channels each; else none
    Buffers:
        with `track_running_stats`: running mean and variance, channels each
    """

    counted = False
    formulas: ClassVar = {
        "params": "gamma?*channels + beta?*channels",
        "buffers": "statistics * channels",
    }

    affine: bool = arg(Flag(), "gamma and beta", default=False)
    bias: bool = arg(Flag(), "beta too", default=True)
    track_running_stats: bool = arg(Flag(), "keep running mean and variance", default=False)
    num_features: int | None = arg(POSITIVE, "claimed channels of the input", claim=True)
    main = "num_features"
    example = "instancenorm"

    def claims(self, inputs: Inputs) -> dict[str, int]:
        # PyTorch only warns of a wrong count where nothing is kept for it.
        kept = self.affine or self.track_running_stats or self.dialect != "torch"
        return {"num_features": self.split(inputs)[0]} if kept else {}

    def output_shape(self, inputs: Inputs) -> Shape:
        _, sizes = self.split(inputs)
        if product(sizes) == 1 and not self.track_running_stats:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"one value a channel has nothing to be normalised over: {show_shape(sizes)}",
            )
        return inputs.shapes[0]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        channels = channel_axis(inputs.layout, len(output))
        # With running statistics evaluation looks at no other element.
        kept = self.track_running_stats
        return [
            [Reach(axis) if kept or axis == channels else GLOBAL for axis in range(len(output))]
        ]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels = (self.split(inputs)[0],)
        weights: list[Weight] = []
        if self.affine:
            weights.append(Weight("gamma", channels, "scale"))
        if self.affine and self.bias:
            weights.append(Weight("beta", channels, "bias"))
        if self.track_running_stats:
            weights += [
                Weight("running_mean", channels, buffer=True),
                Weight("running_variance", channels, buffer=True),
            ]
        return weights

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        weights = {weight.name for weight in self.weights(inputs)}
        return {
            "gamma": int("gamma" in weights),
            "beta": int("beta" in weights),
            "statistics": len(weights - {"gamma", "beta"}),
            "channels": self.split(inputs)[0],
        }


class LocalResponseNorm(Layer, type="local_response_norm", torch="LocalResponseNorm", also="lrn"):
    """Local response normalisation over neighbouring channels (Krizhevsky et al., AlexNet, 2012).

    Output: as the input. Parameters: none.
    """

    counted = False

    size: int = arg(POSITIVE, "neighbouring channels")
    alpha: float = arg(Real(), "factor; no effect on the shape", default=0.0001)
    beta: float = arg(Real(), "exponent; no effect on the shape", default=0.75)
    k: float = arg(Real(), "offset; no effect on the shape", default=1.0)
    example = "local_response_norm: 5"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) == 1:
            raise self.wrong_rank(shape, "channels and spatial axes")
        return shape


class UnitNormalization(
    Layer, type="unit_norm", keras="UnitNormalization", also="unit_normalization"
):
    """Scales each sample to length 1 along an axis.

    Output: as the input. Parameters: none.
    """

    counted = False

    axis: Any = arg(Nullable(ListOf(Axis())), "the normalised axes", default=None)
    example = "unit_norm"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        check_axes(self, self.axis or (), len(shape))
        return shape

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
        rank = len(output)
        batch = {0, -rank - 1} if self.dialect != "own" else set()
        given = (-1,) if self.axis is None else self.axis
        axes = {axis_of(self, axis, rank) for axis in given if axis not in batch}
        return [[GLOBAL if axis in axes else Reach(axis) for axis in range(rank)]]


class InputNormalization(
    Layer, type="normalization", keras="Normalization", also="input_normalization"
):
    """Normalises inputs by the mean and variance of the data (Keras's `Normalization`).

    Output: as the input. Parameters: none.
    Buffers:
        mean and variance, one each an index of the axes, and one count

    With `mean` and `variance` given nothing is kept, as in Keras.
    """

    counted = False
    elementwise = True
    linear = True
    formulas: ClassVar = {"buffers": "2 * kept_sizes + 1"}
    equations = ("y = (x - mean) / sqrt(variance)",)

    axis: Any = arg(
        Nullable(ListOf(Axis())), "the axes with means of their own; null: one for all",
        default=(-1,),
    )  # fmt: skip
    mean: Any = arg(Nullable(ListOf(Real())), "a given mean", default=None)
    variance: Any = arg(Nullable(ListOf(Real())), "a given variance", default=None)
    invert: bool = arg(Flag(), "undo the normalisation; no effect", default=False)
    example = "normalization"

    def validate(self) -> None:
        if (self.mean is None) != (self.variance is None):
            raise LayerError(
                codes.MISSING_ARGUMENT, "`mean` and `variance` are given together or not at all",
                argument="variance" if self.mean is None else "mean",
            )  # fmt: skip

    def output_shape(self, inputs: Inputs) -> Shape:
        self._kept(inputs.shapes[0])
        return inputs.shapes[0]

    def _kept(self, shape: Shape) -> Shape:
        axes = {axis_of(self, axis, len(shape)) for axis in self.axis or ()}
        return tuple(shape[axis] for axis in sorted(axes))

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        if self.mean is not None:
            return ()
        sizes = self._kept(inputs.shapes[0])
        return (
            Weight("mean", sizes, buffer=True),
            Weight("variance", sizes, buffer=True),
            Weight("count", (), buffer=True),
        )

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"kept_sizes": self._kept(inputs.shapes[0])}


class Rescaling(Layer, type="rescaling", keras="Rescaling"):
    """x * scale + offset with fixed numbers.

    Output: as the input. Parameters: none.
    """

    counted = False
    elementwise = True
    linear = True

    scale: Any = arg(ListOf(Real()), "the factor", default=1)
    offset: Any = arg(ListOf(Real()), "the offset", default=0)
    example = "rescaling: {scale: 2}"
