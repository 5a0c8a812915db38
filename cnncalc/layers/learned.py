"""Small learned pieces: scales, tokens, tables, gates, and what a spec states itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.kinds import Integer, Kind, ListOf, Nullable, Real, Text
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import channels_of, feature_axis, names_of_axes
from cnncalc.layers.base.reach import GLOBAL, Reach, shifted
from cnncalc.layers.base.tensors import Inputs, Shape, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.formulas import Value
POSITIVE = Integer(1)


class LayerScale(Layer, type="layer_scale", keras="LayerScale", torch="LayerScale"):
    """A learned factor for each feature (Touvron et al., 2021; ConvNeXt).

    Output: as the input.
    Parameters:
        features: the channels of a map, the last axis of a sequence (length, features)

    Keras's name takes the last axis of a map, too.
    """

    counted = False
    elementwise = True
    linear = True
    formulas: ClassVar = {"params": "features"}
    equations = ("y = gamma * x",)

    init_values: Any = arg(Nullable(Real()), "the first value; no effect", default=None)
    projection_dim: int | None = arg(POSITIVE, "claimed channels of the input", claim=True)
    example = "layer_scale"

    def claims(self, inputs: Inputs) -> dict[str, int]:
        return {"projection_dim": self._features(inputs)}

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("gamma", (self._features(inputs),), "scale"),)

    def _features(self, inputs: Inputs) -> int:
        shape = inputs.shapes[0]
        last = self.dialect == "keras"
        return shape[-1 if last else feature_axis(inputs.layout, len(shape))]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"features": self._features(inputs)}


class Parameter(Layer, type="parameter"):
    """A bare learned tensor beside the way of the data, such as an auxiliary head's weights.

    Output: as the input.
    Parameters:
        the elements of `shape`
    """

    view = "identity"
    linear = True
    elementwise = True
    formulas: ClassVar = {"params": "product(shape)"}

    shape: Any = arg(ListOf(POSITIVE), "its shape")
    example = "parameter: [1, 64]"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - known without
        return (Weight("parameter", self.shape),)


class ClassToken(Layer, type="class_token"):
    """A learned token before a sequence (Dosovitskiy et al., ViT, 2020).

    Output: (length + count, features).
    Parameters:
        count * features
    """

    linear = True
    formulas: ClassVar = {"length": "in + count", "params": "count * features"}

    count: int = arg(POSITIVE, "number of tokens", default=1)
    example = "class_token"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) != 2:  # noqa: PLR2004 - length and features
            raise self.wrong_rank(shape, "length and features")
        return (shape[0] + self.count, shape[1])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
        return [[shifted(0, -self.count), Reach(1)]]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("token", (self.count, inputs.shapes[0][-1])),)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        length, features = inputs.shapes[0]
        return (Size("length", "length", {"in": length}), *kept((features,), ("features",)))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"features": inputs.shapes[0][-1]}


class PositionEmbedding(Layer, type="position_embedding"):
    """A learned table that is added to the input (Dosovitskiy et al., ViT, 2020).

    Output: as the input.
    Parameters:
        the elements of the input
    """

    counted = False
    elementwise = True
    linear = True
    formulas: ClassVar = {"params": "input_elements"}
    equations = ("y = x + table",)

    example = "position_embedding"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("table", inputs.shapes[0]),)


class SqueezeExcite(
    Layer,
    type="squeeze_excite",
    torch="SqueezeExcitation",
    also="se squeeze_excitation",
):
    """Squeeze-and-excite (Hu et al., 2017): global pooling, two 1x1 convolutions, a gate.

    Output: as the input.
    Parameters, with S squeezed channels:
        (channels + 1) * S + (S + 1) * channels
    MACs:
        2 * channels * S

    S is `squeeze_channels`, or channels // ratio.
    """

    formulas: ClassVar = {
        "params": "(channels + 1)*squeezed + (squeezed + 1)*channels",
        "macs": "2 * channels * squeezed",
    }
    equations = (
        "z = relu(squeeze_kernel*mean(channel) + squeeze_bias)",
        "y = x * sigmoid(excite_kernel*z + excite_bias)",
    )

    ratio: int = arg(POSITIVE, "channels are divided by it", default=16)
    squeeze_channels: int | None = arg(Nullable(POSITIVE), "S itself", default=None)
    input_channels: int | None = arg(POSITIVE, "claimed channels of the input", claim=True)
    activation: Any = arg(Kind(), "no effect on the shape", default=None)
    scale_activation: Any = arg(Kind(), "no effect on the shape", default=None)
    example = "squeeze_excite: 2"

    def claims(self, inputs: Inputs) -> dict[str, int]:
        return {"input_channels": _channels(inputs)}

    def _squeezed(self, inputs: Inputs) -> int:
        squeezed = self.squeeze_channels or _channels(inputs) // self.ratio
        if squeezed < 1:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"{_channels(inputs)} channels // {self.ratio} leaves no squeezed channel",
                argument="ratio",
            )
        return squeezed

    def output_shape(self, inputs: Inputs) -> Shape:
        self._squeezed(inputs)
        return inputs.shapes[0]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        channels, squeezed = _channels(inputs), self._squeezed(inputs)
        return (
            Weight("squeeze_kernel", (squeezed, channels), "kernel"),
            Weight("squeeze_bias", (squeezed,), "bias"),
            Weight("excite_kernel", (channels, squeezed), "kernel"),
            Weight("excite_bias", (channels,), "bias"),
        )

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002
        return [[GLOBAL] * len(inputs.shapes[0])]

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - known without
        return 2 * _channels(inputs) * self._squeezed(inputs)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"channels": _channels(inputs), "squeezed": self._squeezed(inputs)}


class Custom(Layer, type="custom"):
    """A layer that is missing here, with its figures as the spec states them.

    Output: `shape`, without the batch; else as the input.
    Parameters: `params`, of which none is named. Buffers: `buffers`. MACs: `macs`;
    without it the layer is named as not counted.
    """

    formulas: ClassVar = {
        "given axis": "size",
        "params": "params",
        "buffers": "buffers",
        "macs": "macs",
    }

    arity = (1, None)
    shape: Any = arg(Nullable(ListOf(POSITIVE)), "shape of the output", default=None)
    params: int = arg(Integer(0), "learned weights", default=0)
    buffers: int = arg(Integer(0), "elements kept but not learned", default=0)
    macs_: int | None = arg(
        Nullable(Integer(0)), "multiply-accumulates for one sample; else not counted", default=None,
        also=("macs",),
    )  # fmt: skip
    label: str = arg(Text(), "what it is", default="")
    example = "custom: {shape: [64], params: 4160, macs: 4096}"

    def validate(self) -> None:
        self.__dict__["counted"] = self.macs_ is not None

    def output_shape(self, inputs: Inputs) -> Shape:
        shape: Shape | None = self.shape
        return inputs.shapes[0] if shape is None else shape

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - known without
        weights = []
        if self.params:
            weights.append(Weight("params", (self.params,)))
        if self.buffers:
            weights.append(Weight("buffers", (self.buffers,), buffer=True))
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - stated by the spec
        return self.macs_ or 0

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        if self.shape is None:
            return super().output_sizes(inputs)
        names = names_of_axes(len(self.shape), inputs.layout)
        return [
            Size(name, "given axis", {"size": size})
            for name, size in zip(names, self.shape, strict=True)
        ]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:  # noqa: ARG002 - known without
        return {"macs": self.macs_ or 0}


def _channels(inputs: Inputs) -> int:
    return channels_of(inputs.shapes[0], inputs.layout)
