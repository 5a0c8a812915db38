"""Whole layers of a transformer (Vaswani et al., 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.attention import attended
from cnncalc.layers.base.activation_name import (
    ActivationName,
    keras_function,
    one_module,
    torch_activation,
)
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.inert import DEVICE
from cnncalc.layers.base.kinds import Flag, Integer, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import COPY, STATISTIC, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run

_SEQUENCE_AXES = 2


class TransformerLayer(Layer):
    """What encoder and decoder share: attentions, two dense layers, and a norm after each."""

    #: The attentions, by the names of their weights.
    attentions: ClassVar[tuple[str, ...]] = ()
    counts_in = "attention"
    also_takes = (DEVICE,)

    num_heads: int = arg(Integer(1), "heads", torch="nhead")
    d_model: int | None = arg(Integer(1), "declared features of the input", declared=True)
    dim_feedforward: int = arg(Integer(1), "features between the dense layers", default=2048)
    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0.1)
    activation: Any = arg(Nullable(ActivationName()), "between the dense layers", default="relu")
    layer_norm_eps: float = arg(Real(0), "added to the variance", default=1e-5, inert=True)
    batch_first: bool = arg(Flag(), "order of batch and length; no effect", default=False)
    norm_first: bool = arg(Flag(), "norms before, not after; no effect", default=False)
    bias: bool = arg(Flag(), "biases of all parts, the norms' too", default=True)

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"d_model": inputs.shapes[0][-1]}

    def output_shape(self, inputs: Inputs) -> Shape:
        for shape in inputs.shapes:
            if len(shape) != _SEQUENCE_AXES:
                raise self.wrong_rank(shape, "length and features")
        features = inputs.shapes[0][-1]
        if features % self.num_heads:
            raise LayerError(
                codes.NOT_DIVISIBLE, f"{self.num_heads} heads do not divide {features} features",
                argument="num_heads",
            )  # fmt: skip
        if inputs.shapes[-1][-1] != features:
            raise LayerError(
                codes.MERGE,
                f"the memory has {inputs.shapes[-1][-1]} features, the input {features}",
            )
        return inputs.shapes[0]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        features = inputs.shapes[0][-1]
        weights: list[Weight] = []
        for name in self.attentions:
            weights += [
                Weight(f"{name}_input_kernel", (3 * features, features), "kernel"),
                Weight(f"{name}_output_kernel", (features, features), "kernel"),
            ]
            if self.bias:
                weights += [
                    Weight(f"{name}_input_bias", (3 * features,), "bias"),
                    Weight(f"{name}_output_bias", (features,), "bias"),
                ]
        for name, shape in (
            ("dense_1", (self.dim_feedforward, features)),
            ("dense_2", (features, self.dim_feedforward)),
        ):
            weights.append(Weight(f"{name}_kernel", shape, "kernel"))
            if self.bias:
                weights.append(Weight(f"{name}_bias", shape[:1], "bias"))
        for number in range(1, len(self.attentions) + 2):
            weights.append(Weight(f"norm_{number}_gamma", (features,), "scale"))
            if self.bias:
                weights.append(Weight(f"norm_{number}_beta", (features,), "bias"))
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - that of the input
        length, features = inputs.shapes[0]
        own = 4 * length * features**2 + 2 * length**2 * features
        dense = 2 * length * features * self.dim_feedforward
        if len(self.attentions) == 1:
            return own + dense
        memory = inputs.shapes[-1][0]
        crossed = 2 * (length + memory) * features**2 + 2 * length * memory * features
        return own + crossed + dense

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(shape) for shape in inputs.shapes]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        """Training keeps what its parts keep; evaluation runs in one kernel."""
        if not run.training:
            return COPY
        one, dropout = run.bytes(output), bool(self.dropout)
        kept = 0
        for shape, count in zip(inputs.shapes, (1, 2), strict=False):
            kept += attended(run, output, shape[0], count, self.num_heads, dropout=dropout).made
        norms = len(self.attentions) + 1
        kept += (2 * norms - 1) * one  # the sums, and what the norms give on
        kept += norms * 2 * STATISTIC * run.batch * output[0]
        inner = (output[0], self.dim_feedforward)
        kept += run.bytes(inner) * (2 if dropout or self.activation != "relu" else 1)
        if dropout:
            kept += run.batch * (norms * product(output) + product(inner))  # masks
        turned = (self.batch_first or self.dialect == "own") and run.batch > 1
        if turned and len(inputs.shapes) > 1:
            kept += run.bytes(inputs.shapes[1])
        if turned and not self.norm_first:
            kept += one
        first = () if turned and not self.norm_first else (0,)
        rest = () if turned else tuple(range(1, len(inputs.shapes)))
        return Usage(saves=(*first, *rest), made=kept, scratch=one if self.norm_first else 0)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return kept(inputs.shapes[0], ("length", "features"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        length, features = inputs.shapes[0]
        return {
            "length": length,
            "features": features,
            "memory_length": inputs.shapes[-1][0],
            "attentions": len(self.attentions),
        }

    #: The layer in PyTorch.
    torch_name: ClassVar[str]

    def torch_code(self, inputs: Inputs) -> Code:
        activation: CodeValue = self.activation
        if activation not in {"relu", "gelu"}:
            code = torch_activation(self.activation, inputs)
            if isinstance(code, Missing):
                return code
            activation = one_module(code)
        options = (
            Option("dim_feedforward", Given("dim_feedforward"), 2048),
            Option("dropout", Given("dropout"), 0.1),
            Option("activation", activation, "relu"),
            Option("layer_norm_eps", Given("layer_norm_eps"), 1e-5),
            Option("batch_first", value=True),
            Option("norm_first", Given("norm_first"), default=False),
            Option("bias", Given("bias"), default=True),
        )
        return (Call(f"nn.{self.torch_name}", (Extent(1), Given("num_heads")), options),)

    def keras_code(self, inputs: Inputs) -> Steps:
        activation = keras_function(self.activation or "linear", inputs)
        if isinstance(activation, Missing):
            return activation
        options = (
            Option("dropout", Given("dropout"), 0.1),
            Option("activation", activation, "relu"),
            Option("epsilon", Given("layer_norm_eps"), 1e-5),
            Option("norm_first", Given("norm_first"), default=False),
            Option("use_bias", Given("bias"), default=True),
        )
        args = (Extent(1), Given("num_heads"), Given("dim_feedforward"))
        return (Call(self.torch_name, args, options),)


class TransformerEncoderLayer(
    TransformerLayer, type="transformer_encoder_layer", torch="TransformerEncoderLayer"
):
    """An encoder layer: self-attention and two dense layers, each with a skip and a norm.

    Output: as the input, (length, features).
    """

    torch_name = "TransformerEncoderLayer"
    attentions = ("attention",)
    formulas: ClassVar = {
        "params": (
            "4*features*features + bias?*4*features + 2*features*dim_feedforward"
            " + bias?*(dim_feedforward + features) + (1 + bias)*2*features"
        ),
        "macs": (
            "4*length*features*features + 2*length*length*features"
            " + 2*length*features*dim_feedforward"
        ),
    }
    equations = ("z = norm(x + attention(x, x, x))", "y = norm(z + dense_2*relu(dense_1*z))")
    main = "num_heads"
    example = "transformer_encoder_layer: 8"


class TransformerDecoderLayer(
    TransformerLayer, type="transformer_decoder_layer", torch="TransformerDecoderLayer"
):
    """A decoder layer: self-attention, attention to a memory, and two dense layers.

    Takes the sequence and the memory, of the same features.

    Output: as the sequence, (length, features).
    """

    arity = (2, 2)
    torch_name = "TransformerDecoderLayer"
    attentions = ("attention", "cross_attention")
    formulas: ClassVar = {
        "params": (
            "2*(4*features*features + bias?*4*features) + 2*features*dim_feedforward"
            " + bias?*(dim_feedforward + features) + (1 + bias)*3*features"
        ),
        "macs": (
            "4*length*features*features + 2*length*length*features"
            " + 2*(length + memory_length)*features*features + 2*length*memory_length*features"
            " + 2*length*features*dim_feedforward"
        ),
    }
    equations = (
        "z = norm(x + attention(x, x, x))",
        "w = norm(z + cross_attention(z, memory, memory))",
        "y = norm(w + dense_2*relu(dense_1*w))",
    )
    main = "num_heads"
    example = "transformer_decoder_layer: 8"
