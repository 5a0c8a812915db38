"""Layers that apply another: to every step, or in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Missing, Option, dims_in
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.inert import SEED
from cnncalc.layers.base.inlined import held
from cnncalc.layers.base.kinds import Choice, Nullable
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.wrapped import WrappedLayer
from cnncalc.layers.conv_lstm import ConvLSTM
from cnncalc.layers.recurrent import Recurrent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.tensors import Inputs, Order, Shape, Weight


class TimeDistributed(
    Layer, type="time_distributed", keras="TimeDistributed", also="timedistributed"
):
    """Applies a layer to every step by itself, with the same weights.

    Output: (steps, the output of the layer for one step).
    """

    tells_channels = True
    least_axes = 2
    formulas: ClassVar = {
        "size": "size",
        "params": "layer_params",
        "buffers": "layer_buffers",
        "macs": "steps * layer_macs",
    }
    equations = ("y[step] = layer(x[step])",)

    layer: Layer = arg(WrappedLayer(), "the layer that is applied")
    example = "time_distributed: {dense: 10}"

    def validate(self) -> None:
        self.__dict__.update(
            counted=self.layer.counted,
            counts_in=self.layer.counts_in,
            tells_channels=self.layer.tells_channels,
        )

    def _step(self, inputs: Inputs) -> Inputs:
        step = inputs._replace(shapes=(inputs.shapes[0][1:],))
        if len(step.shapes[0]) < self.layer.least_axes:
            raise self.wrong_rank(inputs.shapes[0], "steps, and what the layer takes")
        return step

    def output_shape(self, inputs: Inputs) -> Shape:
        return (inputs.shapes[0][0], *self.layer.output_shape(self._step(inputs)))

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return self.layer.weights(self._step(inputs))

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return inputs.shapes[0][0] * self.layer.macs(self._step(inputs), output[1:])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        (inner,) = self.layer.reach(self._step(inputs), output[1:])
        moved = (one if one.axis is None else one._replace(axis=one.axis + 1) for one in inner)
        return [[Reach(0), *moved]]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        inner = self.layer.output_shape(self._step(inputs))
        rest = (Size(f"axis {at}", "size", {"size": size}) for at, size in enumerate(inner, 1))
        return (*kept(inputs.shapes[0][:1], ("steps",)), *rest)

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {**_of_layer(self.layer, self._step(inputs)), "steps": inputs.shapes[0][0]}

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        return "written"

    def torch_code(self, inputs: Inputs) -> Code:
        step = self._step(inputs)
        inner = self.layer.torch_code(step)
        code = held(inner, "layer", axes=1)
        order = self.layer.torch_order(step, names_axes=bool(dims_in(inner)))
        moved = order == "channels_first" and inputs.layout == "channels_last"
        if isinstance(code, Missing):
            return code
        if not code or (moved and len(step.shapes[0]) > 1):
            return Missing("the channels of a step are not its second axis")
        one = code[0] if len(code) == 1 else Call("nn.Sequential", code)
        return (Call("TimeDistributed", (one,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        step = self._step(inputs)
        code = held(self.layer.keras_code(step), "layer", axes=1)
        maps = len(step.shapes[0]) > 1 and self.layer.tells_channels
        if isinstance(code, Missing):
            return code
        if len(code) != 1 or not isinstance(code[0], Call):
            return Missing("the layer inside is several layers or a function in Keras")
        if dims_in(code) or (maps and inputs.layout == "channels_first"):
            return Missing("the channels of a step do not come last")
        return (Call("layers.TimeDistributed", (code[0],)),)


class Bidirectional(Layer, type="bidirectional", keras="Bidirectional"):
    """Runs a recurrent layer over the steps and over the steps in reverse.

    Output: as the layer's, the features (channels) of both directions side by side;
        with another `merge_mode` than concat as the layer's.

    With `merge_mode: null` both outputs leave; the first counts.
    """

    tells_channels = True
    counts_in = "recurrent"
    formulas: ClassVar = {
        "size": "size",
        "both directions": "2 * size",
        "params": "2 * layer_params",
        "macs": "2 * layer_macs",
    }
    equations = ("y = merge(layer(x), layer(reverse(x)))",)

    layer: Layer = arg(WrappedLayer(), "the recurrent layer")
    merge_mode: str | None = arg(
        Nullable(Choice("concat", "sum", "mul", "ave")),
        "how the two outputs are merged",
        default="concat",
    )
    backward_layer: Layer | None = arg(
        Nullable(WrappedLayer()), "another layer for the reverse; of the same size", default=None
    )
    also_takes = (SEED,)
    example = "bidirectional: {LSTM: 64}"

    def validate(self) -> None:
        for layer, name in ((self.layer, "layer"), (self.backward_layer, "backward_layer")):
            if layer is not None and not isinstance(layer, (Recurrent, ConvLSTM)):
                raise LayerError(
                    codes.BAD_VALUE, f"`{self.called}` takes a recurrent layer, not {layer.type}",
                    argument=name,
                )  # fmt: skip
        self.__dict__["tells_channels"] = self.layer.tells_channels
        if self.backward_layer is not None and self.backward_layer != self.layer:
            raise LayerError(
                codes.BAD_VALUE, "only a `backward_layer` equal to `layer` is known here",
                argument="backward_layer",
            )  # fmt: skip

    def _joined(self, inputs: Inputs) -> int | None:
        """The axis of the output along which the directions stand side by side."""
        if self.merge_mode != "concat":
            return None
        first = isinstance(self.layer, ConvLSTM) and (
            self.layer.layout_of(inputs) == "channels_first"
        )
        rank = len(self.layer.output_shape(inputs))
        return int(self.layer.return_sequences) if first else rank - 1  # type: ignore[attr-defined]

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = self.layer.output_shape(inputs)
        joined = self._joined(inputs)
        return tuple(2 * size if axis == joined else size for axis, size in enumerate(shape))

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        own = self.layer.weights(inputs)
        return [
            weight._replace(name=f"{direction}_{weight.name}")
            for direction in ("forward", "backward")
            for weight in own
        ]

    def macs(self, inputs: Inputs, output: Shape) -> int:
        return 2 * self.layer.macs(inputs, output)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape, joined = self.layer.output_shape(inputs), self._joined(inputs)
        return [
            Size(f"axis {axis}", "both directions" if axis == joined else "size", {"size": size})
            for axis, size in enumerate(shape)
        ]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return _of_layer(self.layer, inputs)

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        return "written"

    def torch_code(self, inputs: Inputs) -> Code:
        ahead = held(self.layer.torch_code(inputs), "layer")
        if isinstance(ahead, Missing):
            return ahead
        if len(ahead) != 1:
            return Missing("the layer inside is several modules")
        other = self.backward_layer
        back = ahead if other is None else held(other.torch_code(inputs), "backward_layer")
        merge = Option("merge", Given("merge_mode"), "concat")
        return (Call("Bidirectional", (*ahead, *back), (merge,)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        code = held(self.layer.keras_code(inputs), "layer")
        if isinstance(code, Missing):
            return code
        if len(code) != 1:
            return Missing("the layer inside is several layers in Keras")
        if self.merge_mode is None:
            return Missing("Bidirectional gives two results without a merge")
        merge = Option("merge_mode", Given("merge_mode"), "concat")
        return (Call("layers.Bidirectional", (code[0],), (merge,)),)


def _of_layer(layer: Layer, inputs: Inputs) -> Mapping[str, Value]:
    weights = layer.weights(inputs)
    return {
        "layer_params": sum(weight.size for weight in weights if not weight.buffer),
        "layer_buffers": sum(weight.size for weight in weights if weight.buffer),
        "layer_macs": layer.macs(inputs, layer.output_shape(inputs)),
    }
