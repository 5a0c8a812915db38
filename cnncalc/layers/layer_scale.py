"""A learned factor for each feature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Dim, Extent, Given, Option
from cnncalc.layers.base.kinds import Integer, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import feature_axis
from cnncalc.layers.base.tensors import Inputs, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
POSITIVE = Integer(1)


class LayerScale(Layer, type="layer_scale", keras="LayerScale", torch="LayerScale"):
    """A learned factor for each feature (Touvron et al., 2021; ConvNeXt).

    Output: as the input.

    The features are the channels of a map, the last axis of a sequence (length,
    features); under Keras's name the last axis of a map, too.
    """

    tells_channels = True
    counted = False
    elementwise = True
    linear = True
    formulas: ClassVar = {"params": "features"}
    equations = ("y = gamma * x",)

    init_values: Any = arg(Nullable(Real()), "the first value; no effect", default=None)
    projection_dim: int | None = arg(POSITIVE, "declared channels of the input", declared=True)
    example = "layer_scale"

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"projection_dim": self._features(inputs)}

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("gamma", (self._features(inputs),), "scale"),)

    def channel_axis(self, inputs: Inputs) -> int:
        """The index of the features in the input's shape."""
        rank = len(inputs.shapes[0])
        return rank - 1 if self.dialect == "keras" else feature_axis(inputs.layout, rank)

    def _features(self, inputs: Inputs) -> int:
        shape = inputs.shapes[0]
        last = self.dialect == "keras"
        return shape[-1 if last else feature_axis(inputs.layout, len(shape))]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"features": self._features(inputs)}

    def torch_code(self, inputs: Inputs) -> Code:
        rank = len(inputs.shapes[0])
        axis = rank - 1 if self.dialect == "keras" else feature_axis(inputs.layout, rank)
        value = 1.0 if self.init_values is None else Given("init_values")
        return (Call("LayerScale", (Extent(axis), value), (Option("dim", Dim(axis), 1),)),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        value = 1.0 if self.init_values is None else Given("init_values")
        return (Call("LayerScale", (value,)),)
