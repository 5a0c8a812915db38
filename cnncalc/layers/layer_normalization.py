"""Normalisations of the features of each position: layer and root mean square."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Applied, Call, Dim, Extent, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import Flag, Integer, ListOf, Nullable
from cnncalc.layers.base.layout import channel_axis, feature_axis
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, show_shape
from cnncalc.layers.base.usage import STATISTIC, Usage
from cnncalc.layers.normalization import Normalization, affine_equation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.tensors import Order
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)

_RMS_SCALING = Missing("Keras divides by the deviation and keeps the mean, unlike an RMS norm")


class LayerNorm(
    Normalization,
    type="layernorm",
    torch="LayerNorm LayerNorm2d",
    keras="LayerNormalization",
    also="layer_norm",
    presets={"LayerNormalization": {"eps": 1e-3}},
):
    """Layer normalisation (Ba et al., 2016): each sample is normalised over some axes.

    Output: as the input.

    Without arguments `layernorm` normalises the features: the last axis of a
    sequence (length, features) or of a vector, the channels of a map. Keras's name
    takes the last axis. PyTorch's `normalized_shape`, which its `LayerNorm` needs,
    names the sizes of the last axes, which must be those that arrive;
    torchvision's `LayerNorm2d` names the channels of a map.
    """

    equations: ClassVar[Sequence[str]] = (
        "mean = sum(x) / n; over the n values of the normalized axes",
        "variance = sum((x - mean)^2) / n",
    )

    formulas: ClassVar = {"params": "gamma?*normalized_sizes + beta?*normalized_sizes"}

    normalized_shape: Any = arg(
        Nullable(ListOf(POSITIVE)), "sizes of the last axes, which are normalised", default=None
    )
    axis: Any = arg(Nullable(ListOf(Axis())), "the normalised axes", default=None)
    elementwise_affine: bool = arg(Flag(), "gamma and beta (PyTorch)", default=True)
    rms_scaling: bool = arg(Flag(), "no offset by the mean (Keras); no effect", default=False)
    #: Numbers that are kept of each normalised row.
    statistics: ClassVar[int] = 2
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
                    codes.DECLARED,
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
        if self.rank is not None:  # torchvision's LayerNorm2d
            return {channel_axis(inputs.layout, rank)}
        if self.normalized_shape is not None:
            return set(range(rank - len(self.normalized_shape), rank))
        if self.axis is not None:
            return {axis_of(self, axis, rank) for axis in self.axis}
        return {self.channel_axis(inputs)}

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        # The sizes of the axes are another way to name them.
        return {"axis": sorted(self.normalized_axes(inputs)), "normalized_shape": ()}

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        axes = self.normalized_axes(inputs)
        return [[GLOBAL if axis in axes else Reach(axis) for axis in range(len(output))]]

    def _channels(self, inputs: Inputs) -> Shape:
        channels = (self.split(inputs)[0],)
        if self.normalized_shape not in {None, channels}:
            raise LayerError(
                codes.DECLARED,
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

    def equations_of(self, inputs: Inputs) -> Sequence[str]:
        names = [weight.name for weight in self.weights(inputs)]
        return (*self.equations, affine_equation(names))

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        rows = run.batch * product(output) // product(self.normalized(inputs))
        return Usage(saves=(0,), made=self.statistics * STATISTIC * rows)

    #: What normalises the last axes, and what the channels of a map.
    torch_names: ClassVar[tuple[str, str]] = ("nn.LayerNorm", "ChannelNorm")

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0])
        axes = sorted(self.normalized_axes(inputs))
        last = axes == list(range(rank - len(axes), rank))
        if self.rms_scaling:
            return _RMS_SCALING
        if len(axes) != len(self.normalized(inputs)) or not (last or axes == [0]):
            return Missing("PyTorch normalizes the last axes, or the channels of a map")
        sizes = tuple(map(Extent, axes))
        size: CodeValue = sizes[0] if len(sizes) == 1 else Several(sizes)
        affine, after = self.torch_affine("elementwise_affine", size, -1 if last else 1)
        if after and len(axes) > 1:
            return Missing("PyTorch has no offset without a factor over several axes")
        call = Call(
            self.torch_names[not last], (size,), (Option("eps", Given("eps"), 1e-5), *affine)
        )
        return (call, *after)

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        return "written"

    def keras_code(self, inputs: Inputs) -> Steps:
        axes = sorted(self.normalized_axes(inputs)) if self.rank is None else [0]
        if self.rms_scaling:
            return _RMS_SCALING
        options = (
            Option("epsilon", Given("eps"), 1e-3),
            *self.keras_affine(affine=self.elementwise_affine),
        )
        return _along_last(axes, len(inputs.shapes[0]), "layers.LayerNormalization", options)

    def keras_order(self, inputs: Inputs, code: Steps) -> Order:
        """Keras's norms on PyTorch act on the last axes, whatever axes they are given."""
        rank, axes = len(inputs.shapes[0]), self.normalized_axes(inputs)
        if rank == 1 or len(axes) == rank or not isinstance(code, tuple):
            return super().keras_order(inputs, code)
        return "first_last" if axes == {0} or self.rank is not None else "written"


class RMSNorm(
    LayerNorm,
    type="rmsnorm",
    torch="RMSNorm",
    keras="RMSNormalization",
    also="rms_norm",
    presets={"RMSNorm": {"eps": None}, "RMSNormalization": {"eps": 1e-6}},
):
    """Root-mean-square normalisation (Zhang and Sennrich, 2019): no mean, no offset.

    Output: as the input.

    The axes are named as for `layernorm`.
    """

    equations = ("variance = sum(x^2) / n; over the n values of the normalized axes",)

    formulas: ClassVar = {"params": "gamma?*normalized_sizes"}

    statistics = 1
    example = "rmsnorm"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        if not self.elementwise_affine:
            return ()
        return (Weight("gamma", self.normalized(inputs), "scale"),)

    def equations_of(self, inputs: Inputs) -> Sequence[str]:
        names = [weight.name for weight in self.weights(inputs)]
        return (*self.equations, affine_equation(names, "x"))

    def keras_code(self, inputs: Inputs) -> Steps:
        axes = sorted(self.normalized_axes(inputs))
        if self.rms_scaling:
            return _RMS_SCALING
        if len(axes) > 1:
            return Missing("RMSNormalization has one axis")
        eps = 2**-23 if self.eps is None else Given("eps")  # as PyTorch has it for floats
        if not self.elementwise_affine:
            return (Applied("rms_norm", (eps,), (Option("axis", Dim(axes[0]), -1),)),)
        options = (Option("epsilon", eps, 1e-6),)
        return _along_last(axes, len(inputs.shapes[0]), "layers.RMSNormalization", options)

    torch_names = ("nn.RMSNorm", "ChannelRMSNorm")

    def torch_affine(
        self, name: str, features: CodeValue, dim: int = 1
    ) -> tuple[tuple[Option, ...], tuple[Call, ...]]:
        del features, dim  # there is no offset
        return (Option(name, Given(name), default=True),), ()

    def torch_code(self, inputs: Inputs) -> Code:
        code = super().torch_code(inputs)
        if not isinstance(code, tuple):
            return code
        _, *others = code[0].options
        return (code[0]._replace(options=(Option("eps", Given("eps"), None), *others)),)


def _along_last(axes: Sequence[int], rank: int, name: str, options: Sequence[Option]) -> Steps:
    """A norm along some axes: the first where it comes last, or others, brought to the end."""
    if axes == [0]:
        return (Call(name, (), tuple(options)),)
    count = len(axes)
    last = list(range(rank - count, rank))
    along: CodeValue = Dim(rank - 1) if count == 1 else Several([Dim(axis) for axis in last])
    call = Call(name, (), (Option("axis", along, -1), *options))
    if axes == last:
        return (call,)
    order = [*(axis for axis in range(rank) if axis not in axes), *axes]
    back = [order.index(axis) for axis in range(rank)]
    there, again = (
        Call("layers.Permute", (Several([axis + 1 for axis in one]),)) for one in (order, back)
    )
    return (there, call, again)
