"""Normalisations of channels: batch, group and instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Call, Dim, Extent, Formula, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.inert import DEVICE, Configured, inert, tensors
from cnncalc.layers.base.kinds import Flag, Integer, Kind, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, show_shape
from cnncalc.layers.base.usage import STATISTIC, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)


_BATCH = "over the n values of a channel in the batch"


class Normalization(Layer):
    """What all normalisations share: the output has the shape of the input, and an affine map."""

    counts_in = "normalisation"
    tells_channels = True
    also_takes = (DEVICE, *tensors("gamma", "beta"))
    counted = False

    scale: bool = arg(Flag(), "a learned factor (gamma)", default=True)
    eps: float | None = arg(
        Nullable(Real(0)), "added to the variance", default=1e-5, keras="epsilon", inert=True
    )
    center: bool = arg(Flag(), "a learned offset (beta)", default=True, torch="bias")

    def affine_weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Gamma and beta of this shape, as far as the arguments keep them."""
        weights = []
        if self.scale:
            weights.append(Weight("gamma", shape, "scale"))
        if self.center:
            weights.append(Weight("beta", shape, "bias"))
        return tuple(weights)

    def keras_affine(self, *, affine: bool) -> tuple[Option, Option]:
        """Whether there are gamma and beta, as Keras's normalisations are told."""
        return (
            Option("center", Given("center") if affine else False, default=True),
            Option("scale", Given("scale") if affine else False, default=True),
        )

    def torch_affine(
        self, name: str, features: CodeValue, dim: int = 1
    ) -> tuple[tuple[Option, ...], tuple[Call, ...]]:
        """How PyTorch keeps gamma and beta, and what comes after: it has no beta alone.

        Args:
            name: of the argument for both.
            features: how many there are of each.
            dim: their axis, as PyTorch counts.
        """
        if not getattr(self, name) or not self.scale:
            after = Call("Offset", (features,), (Option("dim", dim, 1),))
            alone = getattr(self, name) and self.center
            return (Option(name, value=False),), (after,) if alone else ()
        return (Option(name, Given(name), True), Option("bias", Given("center"), True)), ()  # noqa: FBT003 - PyTorch's defaults

    def channel_axis(self, inputs: Inputs) -> int:
        """The index of the channels in the input's shape; raises `LayerError`."""
        rank = len(inputs.shapes[0])
        axis = getattr(self, "axis", None)
        if axis is not None:
            return axis_of(self, axis, rank)
        return rank - 1 if self.dialect == "keras" else channel_axis(inputs.layout, rank)

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        return {"axis": (self.channel_axis(inputs),)} if "axis" in self.arguments else {}


def affine_equation(names: Sequence[str], normalized: str = "(x - mean)") -> str:
    """The last step of a normalization, with gamma and beta where they are among its weights."""
    gamma = "gamma * " if "gamma" in names else ""
    beta = " + beta" if "beta" in names else ""
    return f"y = {gamma}{normalized} / sqrt(variance + eps){beta}"


class BatchNorm(
    Normalization,
    type="batchnorm",
    torch="BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm",
    keras="BatchNormalization",
    also="batch_norm batch_normalization bn",
    presets={"BatchNormalization": {"eps": 1e-3, "momentum": 0.99}},
):
    """Batch normalisation (Ioffe and Szegedy, 2015): each channel is normalised over the batch.

    Output: as the input.

    PyTorch's totals leave the buffers out, Keras counts them as non-trainable.
    """

    centers_channels = True
    also_takes = (
        inert("synchronized", Flag(), "one batch over all devices (Keras)", default=False),
        inert("process_group", Nullable(Kind()), "which devices (PyTorch)"),
        *tensors("moving_mean", "moving_variance"),
    )
    elementwise = True
    linear = True
    formulas: ClassVar = {
        "params": "gamma?*channels + beta?*channels",
        "buffers": "statistics * channels",
    }

    affine: bool = arg(Flag(), "gamma and beta (PyTorch)", default=True)
    track_running_stats: bool = arg(Flag(), "keep running mean and variance", default=True)
    num_features: int | None = arg(POSITIVE, "declared channels of the input", declared=True)
    axis: int | None = arg(Axis(), "the axis of the channels (Keras)", default=None)
    momentum: float | None = arg(
        Nullable(Real()), "share of the new statistics (of the old in Keras)", default=0.1,
        inert=True,
    )  # fmt: skip
    renorm: bool = arg(Flag(), "three more statistics per channel (Keras)", default=False)
    renorm_clipping: Any = arg(
        Nullable(Configured()), "limits of `renorm`", default=None, inert=True
    )
    renorm_momentum: float | None = arg(
        Nullable(Real()), "share of the old statistics in `renorm`", default=None, inert=True
    )
    main = "num_features"
    example = "batchnorm"

    def declared(self, inputs: Inputs) -> dict[str, int]:
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
                "without running statistics, one value per channel cannot be normalised",
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

    def equations_of(self, inputs: Inputs) -> Sequence[str]:
        kept = self.track_running_stats
        return (
            f"mean = sum(x) / n; {_BATCH}" + (", in inference running_mean" if kept else ""),
            f"variance = sum((x - mean)^2) / n; {_BATCH}"
            + (", in inference running_variance" if kept else ""),
            affine_equation([weight.name for weight in self.weights(inputs)]),
        )

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        """Mean and 1/deviation of each channel, in 4 bytes; cuDNN's evaluation makes none."""
        statistics = 2 * STATISTIC * output[self.channel_axis(inputs)]
        by_cudnn = run.width == STATISTIC and self.affine and len(output) > 1
        evaluated = not run.training and self.track_running_stats
        return Usage(saves=(0,), made=0 if evaluated and by_cudnn else statistics)

    def torch_code(self, inputs: Inputs) -> Code:
        rank = max(len(inputs.shapes[0]) - 1, 1)
        if self.renorm:
            return Missing("PyTorch has no batch renormalization")
        if rank > 3:  # noqa: PLR2004 - up to 3D
            return Missing("BatchNorm3d is the largest")
        momentum: CodeValue = Given("momentum")
        if self.dialect == "keras" and "momentum" in self.inert_settings():
            momentum = Formula("1 - momentum")
        channels = Extent(self.channel_axis(inputs))
        affine, after = self.torch_affine("affine", channels)
        options = (
            Option("eps", Given("eps"), 1e-5),
            Option("momentum", momentum, 0.1),
            *affine,
            Option("track_running_stats", Given("track_running_stats"), default=True),
        )
        return (Call(f"nn.BatchNorm{rank}d", (channels,), options), *after)

    def keras_code(self, inputs: Inputs) -> Steps:
        if not self.track_running_stats:
            return Missing("BatchNormalization always keeps running statistics")
        if self.momentum is None:
            return Missing("the running statistics of Keras are no plain mean of all batches")
        if self.renorm:
            return Missing("batch renormalization has other statistics in Keras")
        momentum: CodeValue = 1 - self.momentum  # of the old statistics
        if "momentum" in self.inert_settings():
            kept = self.dialect == "keras"
            momentum = Given("momentum") if kept else Formula("1 - momentum")
        options = (
            Option("axis", Dim(self.channel_axis(inputs)), -1),
            Option("momentum", momentum, 0.99),
            Option("epsilon", Given("eps"), 1e-3),
            *self.keras_affine(affine=self.affine),
        )
        return (Call("layers.BatchNormalization", (), options),)


class GroupNorm(
    Normalization,
    type="groupnorm",
    torch="GroupNorm",
    keras="GroupNormalization",
    also="group_norm",
    presets={"GroupNormalization": {"eps": 1e-3}},
):
    """Group normalisation (Wu and He, 2018): groups of channels are normalised together.

    Output: as the input.

    The groups must divide the channels; Keras's -1 makes a group of each.
    """

    equations = (
        "mean = sum(x) / n; over the n values of a group of channels",
        "variance = sum((x - mean)^2) / n",
    )

    formulas: ClassVar = {"params": "gamma?*channels + beta?*channels"}

    groups: int = arg(Integer(-1), "number of groups", default=32, torch="num_groups")
    num_channels: int | None = arg(POSITIVE, "declared channels of the input", declared=True)
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

    def declared(self, inputs: Inputs) -> dict[str, int]:
        if self.dialect == "torch" and not self.affine:  # which does not look at it
            return {}
        return {"num_channels": inputs.shapes[0][self.channel_axis(inputs)]}

    def output_shape(self, inputs: Inputs) -> Shape:
        channels = inputs.shapes[0][self.channel_axis(inputs)]
        if self.groups != -1 and channels % self.groups:
            raise self._undivided(channels)
        return inputs.shapes[0]

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
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

    def equations_of(self, inputs: Inputs) -> Sequence[str]:
        return (*self.equations, affine_equation([weight.name for weight in self.weights(inputs)]))

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        channels = output[self.channel_axis(inputs)]
        groups = channels if self.groups == -1 else self.groups
        made = 2 * run.batch * groups * run.width
        return Usage(saves=(0,), made=made, dense_gradient=True)

    def torch_code(self, inputs: Inputs) -> Code:
        channels = Extent(self.channel_axis(inputs))
        groups = channels if self.groups == -1 else Given("groups")
        affine, after = self.torch_affine("affine", channels)
        options = (Option("eps", Given("eps"), 1e-5), *affine)
        return (Call("nn.GroupNorm", (groups, channels), options), *after)

    def keras_code(self, inputs: Inputs) -> Steps:
        options = (
            Option("axis", Dim(self.channel_axis(inputs)), -1),
            Option("epsilon", Given("eps"), 1e-3),
            *self.keras_affine(affine=self.affine),
        )
        return (Call("layers.GroupNormalization", (Given("groups"),), options),)


class InstanceNorm(
    Layer,
    type="instancenorm",
    torch="InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    also="instance_norm",
):
    """Instance normalisation (Ulyanov et al., 2016): each channel of each sample on its own.

    Output: as the input.
    """

    counts_in = "normalisation"
    tells_channels = True
    equations = (
        "mean = sum(x) / n; over the n values of a channel of one sample",
        "variance = sum((x - mean)^2) / n",
    )

    centers_channels = True
    also_takes = (DEVICE,)
    counted = False
    formulas: ClassVar = {
        "params": "gamma?*channels + beta?*channels",
        "buffers": "statistics * channels",
    }

    affine: bool = arg(Flag(), "gamma and beta", default=False)
    eps: float = arg(Real(0), "added to the variance", default=1e-5, inert=True)
    momentum: float | None = arg(
        Nullable(Real()), "share of the new statistics", default=0.1, inert=True
    )
    bias: bool = arg(Flag(), "beta too", default=True)
    track_running_stats: bool = arg(Flag(), "keep running mean and variance", default=False)
    num_features: int | None = arg(POSITIVE, "declared channels of the input", declared=True)
    main = "num_features"
    example = "instancenorm"

    def declared(self, inputs: Inputs) -> dict[str, int]:
        # PyTorch only warns of a wrong count where nothing is kept for it.
        kept = self.affine or self.track_running_stats or self.dialect != "torch"
        return {"num_features": self.split(inputs)[0]} if kept else {}

    def output_shape(self, inputs: Inputs) -> Shape:
        _, sizes = self.split(inputs)
        if product(sizes) == 1 and not self.track_running_stats:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"one value per channel cannot be normalised: {show_shape(sizes)}",
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

    def equations_of(self, inputs: Inputs) -> Sequence[str]:
        names = [weight.name for weight in self.weights(inputs)]
        return (*self.equations, affine_equation(names))

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        rows = run.batch * self.split(inputs)[0]
        repeated = rows * run.width if self.affine else 0  # gamma and beta, once for each sample
        return Usage(
            saves=(0,),
            made=2 * STATISTIC * rows + repeated,
            scratch=repeated,
            backward_scratch=repeated,
        )

    def torch_code(self, inputs: Inputs) -> Code:
        shape = inputs.shapes[0]
        options = (
            Option("eps", Given("eps"), 1e-5),
            Option("momentum", Given("momentum"), 0.1),
            Option("affine", Given("affine"), default=False),
            Option("bias", Given("bias"), default=True),
            Option("track_running_stats", Given("track_running_stats"), default=False),
        )
        channels = Extent(channel_axis(inputs.layout, len(shape)))
        return (Call(f"nn.InstanceNorm{len(shape) - 1}d", (channels,), options),)

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.track_running_stats:
            return Missing("Keras keeps no statistics of an instance normalization")
        options = (
            Option("axis", Dim(channel_axis(inputs.layout, len(inputs.shapes[0]))), -1),
            Option("epsilon", Given("eps"), 1e-3),
            Option("center", value=self.affine and self.bias, default=True),
            Option("scale", Given("affine"), default=True),
        )
        return (Call("layers.GroupNormalization", (-1,), options),)
