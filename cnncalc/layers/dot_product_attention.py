"""Attention without projections: products of a query, a key and a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Applied, Call, Extent, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.inert import SEED
from cnncalc.layers.base.kinds import Choice, Flag, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import names_of_axes
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight, show_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value


class ProductAttention(Layer):
    """What both attentions share: the value's features, at each place of the query."""

    counts_in = "attention"
    arity = (1, 3)
    least_axes = 2
    also_takes = (SEED,)

    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0, also=("dropout_p",))

    def _triple(self, inputs: Inputs) -> tuple[Shape, Shape, Shape]:
        """Query, key and value; raises `LayerError` where they do not meet."""
        shapes = inputs.shapes
        query, second, third = shapes[0], shapes[1 % len(shapes)], shapes[-1]
        key, value = (third, second) if self.dialect == "keras" else (second, third)
        if len(shapes) == 2:  # noqa: PLR2004 - key and value are one
            key = value = second
        if query[-1] != key[-1] or key[:-1] != value[:-1] or query[:-2] != key[:-2]:
            raise LayerError(
                codes.MERGE,
                f"query {show_shape(query)}, key {show_shape(key)} and value {show_shape(value)} "
                "do not meet",
                help=("query and key have the same features, key and value the same length",),
            )
        return query, key, value

    def output_shape(self, inputs: Inputs) -> Shape:
        query, _, value = self._triple(inputs)
        return (*query[:-1], value[-1])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(shape) for shape in inputs.shapes]

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        query, _, value = self._triple(inputs)
        first = kept(query[:-1], names_of_axes(len(query), "channels_last")[:-1])
        return (*first, Size("features", "features", {"value_features": value[-1]}))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        query, key, value = self._triple(inputs)
        return {
            "queries": query[:-1],
            "keys": key[-2],
            "features": query[-1],
            "value_features": value[-1],
        }

    def torch_inputs(self, inputs: Inputs) -> tuple[int, ...]:
        """The order of query, key and value among the inputs."""
        turned = self.dialect == "keras" and len(inputs.shapes) == 3  # noqa: PLR2004 - all three
        return (0, 2, 1) if turned else ()

    def keras_attention(self, inputs: Inputs, name: str, options: tuple[Option, ...]) -> Steps:
        """A layer that takes query, value and key in a list."""
        turned = self.dialect != "keras" and len(inputs.shapes) == 3  # noqa: PLR2004 - all three
        order = (0, 2, 1) if turned else ()
        return (Call(f"layers.{name}", (), options, times=2, order=order, listed=True),)


class DotProductAttention(
    ProductAttention,
    type="dot_product_attention",
    keras="Attention",
    also="scaled_dot_product_attention sdpa",
):
    """Dot-product attention (Vaswani et al., 2017): softmax(query key^T) value.

    Takes query, key and value of (..., length, features); Keras's `Attention` takes
    query, value and key, in this order. One input serves as all, a second as key and
    value.

    Output: (..., length of the query, features of the value).

    With `score_mode: concat` only the second product is a matrix product.
    """

    formulas: ClassVar = {
        "features": "value_features",
        "params": "use_scale? + concat?",
        "macs": "(1 - concat)*queries*keys*features + queries*keys*value_features",
    }
    equations = ("y = softmax(query*transpose(key) / sqrt(features)) * value",)

    use_scale: bool = arg(Flag(), "a learned factor of the scores (Keras)", default=False)
    score_mode: str = arg(Choice("dot", "concat"), "how scores are found (Keras)", default="dot")
    is_causal: bool = arg(Flag(), "later places are masked; no effect", default=False)
    main = "use_scale"
    example = "dot_product_attention"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - known without
        weights = [Weight("scale", (), "scale")] if self.use_scale else []
        if self.score_mode == "concat":
            weights.append(Weight("concat_score_weight", (), "scale"))
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - that of the query
        query, key, value = self._triple(inputs)
        pairs = product(query[:-1]) * key[-2]
        scores = 0 if self.score_mode == "concat" else pairs * query[-1]
        return scores + pairs * value[-1]

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {**super().quantities(inputs), "concat": int(self.score_mode == "concat")}

    def torch_code(self, inputs: Inputs) -> Code:
        keras = self.dialect == "keras"  # which scales by nothing, or by what it learns
        if self.score_mode == "concat":
            return Missing("PyTorch has no score of query and key together")
        if self.use_scale and not keras:
            return Missing("there is no factor beside 1 / sqrt(features)")
        options = (
            Option("learned_scale", Given("use_scale"), default=False),
            Option("scale", 1.0 if keras and not self.use_scale else None, None),
            Option("dropout", Given("dropout"), 0),
            Option("is_causal", Given("is_causal"), default=False),
        )
        return (Call("DotProductAttention", (), options, order=self.torch_inputs(inputs)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        scale = Option("use_scale", Given("use_scale"), default=False)
        mode = Option("score_mode", Given("score_mode"), "dot")
        dropout = Option("dropout", Given("dropout"), 0)
        if self.dialect == "keras":
            if self.is_causal:
                return Missing("Attention takes a causal mask with each call, not as a layer")
            return self.keras_attention(inputs, "Attention", (scale, mode, dropout))
        if self.use_scale or self.score_mode == "concat":
            return Missing("Attention learns its scale in place of 1 / sqrt(features)")
        causal = Option("is_causal", Given("is_causal"), default=False)
        return (Applied("scaled_attention", (), (dropout, causal)),)


class AdditiveAttention(ProductAttention, type="additive_attention", keras="AdditiveAttention"):
    """Additive attention (Bahdanau et al., 2014): softmax(sum(scale * tanh(query + key))) value.

    Takes query, value and key, in Keras's order under `AdditiveAttention`.

    Output: (..., length of the query, features of the value).
    """

    formulas: ClassVar = {
        "features": "value_features",
        "params": "use_scale?*features",
        "macs": "queries*keys*value_features",
    }
    equations = ("y = softmax(sum(scale*tanh(query + key))) * value",)

    use_scale: bool = arg(Flag(), "a learned factor of each feature", default=True)
    main = "use_scale"
    example = "additive_attention"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("scale", inputs.shapes[0][-1:], "scale"),) if self.use_scale else ()

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - that of the query
        query, key, value = self._triple(inputs)
        return product(query[:-1]) * key[-2] * value[-1]

    def torch_code(self, inputs: Inputs) -> Code:
        features = (Extent(len(inputs.shapes[0]) - 1),) if self.use_scale else ()
        options = (Option("dropout", Given("dropout"), 0),)
        return (Call("AdditiveAttention", features, options, order=self.torch_inputs(inputs)),)

    def keras_code(self, inputs: Inputs) -> Steps:
        scale = Option("use_scale", Given("use_scale"), default=True)
        dropout = Option("dropout", Given("dropout"), 0)
        return self.keras_attention(inputs, "AdditiveAttention", (scale, dropout))
