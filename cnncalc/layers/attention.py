"""Multi-head attention (Vaswani et al., 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.axes import Axis, axis_of
from cnncalc.layers.base.code import Call, Extent, Formula, Given, Missing, Option, Several
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.inert import DEVICE, SEED, FlagOrAuto, tensors
from cnncalc.layers.base.kinds import Flag, Integer, ListOf, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import names_of_axes
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import COPY, STATISTIC, Usage
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, CodeValue, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)


class Attended(NamedTuple):
    """What attention needs between its projections, in bytes.

    Attributes:
        made: tensors that the backward needs, the input of the last projection among them.
        scratch: what is alive beyond those while it runs in training.
        projected: in evaluation step by step, what is alive beyond the output while it projects.
        evaluation: the same after that.
        weighted: the map of attention.
    """

    made: int
    scratch: int
    projected: int
    evaluation: int
    weighted: int


def attended(  # noqa: PLR0913 - what decides the sizes
    run: Run, query: Shape, others: int, inputs: int, heads: int, *, dropout: bool
) -> Attended:
    """Attention step by step, as PyTorch's CUDA dispatch runs it without a fused kernel.

    Training keeps queries and keys scaled, values, the map, and what the last projection reads.
    In half precision the steps between the projections are in float32. Source:
    `multi_head_attention_forward` and `_scaled_dot_product_attention_math` of PyTorch 2.13.

    Args:
        run: the run.
        query: (length, features) of the query.
        others: the length of keys and values.
        inputs: 1, 2 (keys are the values) or 3; what comes from one is projected at once.
        heads: the heads.
        dropout: whether places of the map are dropped.
    """
    one, keys = run.bytes(query), run.bytes((others, query[-1]))
    wide = max(run.width, STATISTIC) // run.width  # how much wider the middle is
    places = run.batch * heads * query[0] * others
    weighted = places * run.width * wide
    packed = {1: one + 2 * keys, 2: 2 * keys, 3: keys}[inputs]
    dropped = weighted + places if dropout else 0  # the map once more, and a mask
    values = keys * wide if wide > 1 else packed
    made = values + (one + keys) * wide + weighted + dropped + one
    if wide > 1:  # the narrow tensors live until the last step
        scratch = max(8 * one + weighted // wide, 5 * one + weighted)
    else:
        scratch = max(0, weighted - 2 * one)
    steps = one + 2 * keys + one * wide
    evaluation = steps + max(2 * weighted, weighted + one * wide) - one
    return Attended(made, scratch, 2 * (one + 2 * keys) - one, evaluation, weighted)


class Attention(
    Layer, type="attention", torch="MultiheadAttention", also="multihead_attention self_attention"
):
    """Multi-head attention as PyTorch has it: query, key and value of (length, features).

    One input serves as all three; or `from: [query, key, value]`.

    Output: as the query.

    The heads must divide the embedding. Memory is that of the steps one by one, which keep the
    weights of every head, length x key_length; a fused kernel does not keep them.
    """

    counts_in = "attention"
    also_takes = (DEVICE,)
    formulas: ClassVar = {
        "params": (
            "embed_dim*embed_dim + embed_dim*key_features + embed_dim*value_features"
            " + embed_dim*embed_dim + bias?*(3*embed_dim + embed_dim)"
            " + add_bias_kv?*(embed_dim + embed_dim)"
        ),
        "macs": (
            "length*embed_dim*embed_dim + key_length*embed_dim*(key_features + value_features)"
            " + length*embed_dim*embed_dim"
            " + 2*length*(key_length + add_bias_kv? + add_zero_attn?)*embed_dim"
        ),
    }
    equations = (
        "q, k, v = query_kernel*query, key_kernel*key, value_kernel*value",
        "head = softmax(q*transpose(k) / sqrt(head_features)) * v",
        "y = output_kernel*concat(heads)",
    )

    arity = (1, 3)
    num_heads: int = arg(POSITIVE, "heads")
    embed_dim: int | None = arg(POSITIVE, "declared features of the query", declared=True)
    kdim: int | None = arg(Nullable(POSITIVE), "features of the key", default=None)
    vdim: int | None = arg(Nullable(POSITIVE), "features of the value", default=None)
    bias: bool = arg(Flag(), "biases of all projections", default=True)
    add_bias_kv: bool = arg(Flag(), "one more learned key and value", default=False)
    add_zero_attn: bool = arg(Flag(), "one more key and value of zeros; no effect", default=False)
    batch_first: bool = arg(Flag(), "order of batch and length; no effect", default=False)
    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    example = "attention: 8"

    def validate(self) -> None:
        if self.embed_dim is not None:
            self._check_heads(self.embed_dim)

    def _check_heads(self, features: int) -> None:
        if features % self.num_heads:
            raise LayerError(
                codes.NOT_DIVISIBLE, f"{self.num_heads} heads do not divide {features} features",
                argument="num_heads",
            )  # fmt: skip

    def declared(self, inputs: Inputs) -> dict[str, int]:
        shapes = inputs.shapes
        sizes = {"embed_dim": shapes[0][-1]}
        if len(shapes) == 3:  # noqa: PLR2004 - query, key, value
            sizes.update(kdim=shapes[1][-1], vdim=shapes[2][-1])
        return sizes

    def output_shape(self, inputs: Inputs) -> Shape:
        query = inputs.shapes[0]
        if len(query) != 2:  # noqa: PLR2004 - length and features
            raise self.wrong_rank(query, "length and features")
        self._check_heads(query[-1])
        key, value = self._others(inputs)
        if len(inputs.shapes) > 1 and inputs.shapes[1][:-1] != inputs.shapes[-1][:-1]:
            raise LayerError(codes.MERGE, "key and value must have the same length")
        for name, wanted, size in (("kdim", self.kdim, key), ("vdim", self.vdim, value)):
            if wanted is not None and wanted != size:
                raise LayerError(
                    codes.DECLARED, f"`{name}` says {wanted}, but it is {size}", argument=name
                )
        return query

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(shape) for shape in inputs.shapes]

    def _others(self, inputs: Inputs) -> tuple[int, int]:
        shapes = inputs.shapes
        return shapes[1 % len(shapes)][-1], shapes[-1][-1]

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        others = inputs.shapes[-1][0] + self.add_bias_kv + self.add_zero_attn
        count = len(inputs.shapes)
        steps = attended(run, output, others, count, self.num_heads, dropout=bool(self.dropout))
        turned = self._turned and run.batch > 1
        copies = sum(map(run.bytes, inputs.shapes)) if turned else 0  # until they are projected
        if not run.training:
            scratch = max(steps.evaluation, steps.projected + copies)
            return COPY if self._fused(count) else Usage(scratch=scratch)
        return Usage(
            saves=() if turned else tuple(range(count)),
            made=copies + steps.made,
            scratch=steps.scratch,
            backward_scratch=self._backward(inputs, run.bytes(output), steps.weighted, run),
        )

    def _fused(self, count: int) -> bool:
        """Whether PyTorch evaluates all of it in one kernel."""
        plain = not (self.add_bias_kv or self.add_zero_attn)
        return count == 1 and self.bias and plain and self._turned and self.num_heads % 2 == 0

    def _backward(self, inputs: Inputs, one: int, weighted: int, run: Run) -> int:
        """The largest moment inside the backward, less than all that it has and makes."""
        names = ("output_kernel", "output_bias")
        before = sum(weight.size for weight in self.weights(inputs) if weight.name not in names)
        unmade = before * run.width  # gradients that only its last step makes
        values = max(weighted - one, 2 * weighted - 5 * one, 0) - unmade
        return max(values, -4 * one - weighted)

    @property
    def _turned(self) -> bool:
        """Whether the batch comes first and has to be turned behind the length."""
        return self.batch_first or self.dialect == "own"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        features = inputs.shapes[0][-1]
        key, value = self._others(inputs)
        weights = [
            Weight("query_kernel", (features, features), "kernel"),
            Weight("key_kernel", (features, key), "kernel"),
            Weight("value_kernel", (features, value), "kernel"),
            Weight("output_kernel", (features, features), "kernel"),
        ]
        if self.bias:
            weights += [
                Weight("input_bias", (3, features), "bias"),
                Weight("output_bias", (features,), "bias"),
            ]
        if self.add_bias_kv:
            weights += [
                Weight("key_bias", (features,), "bias"),
                Weight("value_bias", (features,), "bias"),
            ]
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - that of the query
        length, features = inputs.shapes[0]
        others = inputs.shapes[-1][0]
        key, value = self._others(inputs)
        projections = 2 * length * features**2 + others * features * (key + value)
        attended = others + self.add_bias_kv + self.add_zero_attn
        return projections + 2 * length * attended * features

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        return kept(inputs.shapes[0], ("length", "features"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        key, value = self._others(inputs)
        return {
            "length": inputs.shapes[0][0],
            "key_length": inputs.shapes[-1][0],
            "embed_dim": inputs.shapes[0][-1],
            "key_features": key,
            "value_features": value,
        }

    def torch_code(self, inputs: Inputs) -> Code:
        features, (key, value) = inputs.shapes[0][-1], self._others(inputs)
        count = len(inputs.shapes)
        options = (
            Option("kdim", None if key == features else Extent(1, 1 % count), None),
            Option("vdim", None if value == features else Extent(1, count - 1), None),
            Option("dropout", Given("dropout"), 0),
            Option("bias", Given("bias"), default=True),
            Option("add_bias_kv", Given("add_bias_kv"), default=False),
            Option("add_zero_attn", Given("add_zero_attn"), default=False),
        )
        name = "SelfAttention" if count == 1 else "CrossAttention"
        return (Call(name, (Extent(1), Given("num_heads")), options),)

    def keras_code(self, inputs: Inputs) -> Steps:
        if self.add_bias_kv or self.add_zero_attn:
            return Missing("MultiHeadAttention has no keys beside those that arrive")
        size = Formula("in_features // num_heads", {"in_features": Extent(1)})
        options = (
            Option("dropout", Given("dropout"), 0),
            Option("use_bias", Given("bias"), default=True),
        )
        args = (Given("num_heads"), size)
        order = (0, 2, 1) if len(inputs.shapes) == 3 else ()  # noqa: PLR2004 - all three
        return (Call("layers.MultiHeadAttention", args, options, times=2, order=order),)


class KerasAttention(Layer, type="multi_head_attention", keras="MultiHeadAttention"):
    """Multi-head attention as Keras has it: each head has a size of its own.

    Takes query, value and key of (length, features), in Keras's order; one input
    serves as all.

    Output: as the query; with `output_size` that instead of the features.

    Key and value must have the same length. Without `attention_axes` every place
    attends to every other; with them only along these axes, which count as the
    name's framework counts (the batch is 0 under `MultiHeadAttention`).
    """

    counts_in = "attention"
    also_takes = (SEED, *tensors("kernel", "bias"))
    formulas: ClassVar = {
        "features": "output_size",
        "params": (
            "(query_features + bias?)*num_heads*key_dim + (key_features + bias?)*num_heads*key_dim"
            " + (value_features + bias?)*num_heads*value_dim"
            " + use_gate?*(query_features + bias?)*num_heads*value_dim"
            " + (num_heads*value_dim + bias?)*out_features"
        ),
        "macs": (
            "queries*query_features*num_heads*key_dim + keys*key_features*num_heads*key_dim"
            " + keys*value_features*num_heads*value_dim"
            " + use_gate?*queries*query_features*num_heads*value_dim"
            " + queries*num_heads*value_dim*out_features"
            " + queries*attended*num_heads*(key_dim + value_dim)"
        ),
    }
    equations = Attention.equations

    arity = (1, 3)
    num_heads: int = arg(POSITIVE, "heads")
    key_dim: int = arg(POSITIVE, "size of a head's query and key")
    value_dim: int | None = arg(Nullable(POSITIVE), "size of a head's value", default=None)
    bias: bool = arg(Flag(), "biases of all projections", default=True, keras="use_bias")
    use_gate: bool = arg(Flag(), "a gate on the heads' outputs", default=False)
    output_size: Any = arg(
        Nullable(ListOf(POSITIVE)), "other last axes of the output", default=None,
        keras="output_shape",
    )  # fmt: skip
    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    attention_axes: Any = arg(
        Nullable(ListOf(Axis())), "the axes along which places attend; else all", default=None
    )
    flash_attention: bool | None = arg(
        Nullable(FlagOrAuto()), "a faster way to compute it", default=None, inert=True, aside=True
    )
    sliding_window: int | None = arg(
        Nullable(POSITIVE),
        "places that are not masked",
        default=None,
        inert=True,
    )
    example = "multi_head_attention: {num_heads: 8, key_dim: 64}"

    def output_shape(self, inputs: Inputs) -> Shape:
        shapes = inputs.shapes
        if shapes[1 % len(shapes)][:-1] != shapes[-1][:-1]:
            raise LayerError(codes.MERGE, "key and value must have the same length")
        self._attended(shapes[0])
        return (*shapes[0][:-1], *(self.output_size or shapes[0][-1:]))

    def _attended(self, shape: Shape) -> int:
        """The places that one place of such a tensor attends to."""
        if self.attention_axes is None:
            return product(shape[:-1])
        rank = len(shape)
        indices = {axis_of(self, axis, rank, "attention_axes") for axis in self.attention_axes}
        return product(shape[index] for index in indices)

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - of the places
        shapes = inputs.shapes
        queries, keys = product(shapes[0][:-1]), product(shapes[-1][:-1])
        kernels = {w.name: w.size for w in self.weights(inputs) if w.role == "kernel"}
        of_keys = kernels["key_kernel"] + kernels["value_kernel"]
        projections = keys * of_keys + queries * (sum(kernels.values()) - of_keys)
        width = self.num_heads * (self.key_dim + (self.value_dim or self.key_dim))
        return projections + queries * self._attended(shapes[-1]) * width

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(shape) for shape in inputs.shapes]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        shapes = inputs.shapes
        features = shapes[0][-1]
        value, key = shapes[1 % len(shapes)][-1], shapes[-1][-1]
        inner = self.num_heads * self.key_dim
        outer = self.num_heads * (self.value_dim or self.key_dim)
        leaving = product(self.output_size or (features,))
        sizes = {"query": (features, inner), "key": (key, inner), "value": (value, outer),
                 "output": (outer, leaving)}  # fmt: skip
        if self.use_gate:
            sizes["gate"] = (features, outer)
        weights = [Weight(f"{name}_kernel", shape, "kernel") for name, shape in sizes.items()]
        if self.bias:
            weights += [Weight(f"{name}_bias", (s[1],), "bias") for name, s in sizes.items()]
        return weights

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        shape = inputs.shapes[0]
        first = kept(shape[:-1], names_of_axes(len(shape), "channels_last")[:-1])
        if not self.output_size:
            return (*first, *kept(shape[-1:], ("features",)))
        return (
            *first,
            *(Size("features", "features", {"output_size": s}) for s in self.output_size),
        )

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        shapes = inputs.shapes
        features = shapes[0][-1]
        return {
            "queries": shapes[0][:-1],
            "keys": shapes[-1][:-1],
            "attended": self._attended(shapes[-1]),
            "query_features": features,
            "value_features": shapes[1 % len(shapes)][-1],
            "key_features": shapes[-1][-1],
            "value_dim": self.value_dim or self.key_dim,
            "out_features": self.output_size or features,
        }

    def keras_code(self, inputs: Inputs) -> Steps:
        axes: CodeValue = Given("attention_axes")
        if self.attention_axes is not None and self.dialect != "keras":
            rank = len(inputs.shapes[0])
            found = (axis_of(self, axis, rank, "attention_axes") for axis in self.attention_axes)
            axes = Several(tuple(axis + 1 for axis in sorted(set(found))))  # after the batch
        options = (
            Option("value_dim", Given("value_dim"), None),
            Option("dropout", Given("dropout"), 0),
            Option("use_bias", Given("bias"), default=True),
            Option("output_shape", Given("output_size"), None),
            Option("attention_axes", axes, None),
            Option("sliding_window", Given("sliding_window"), None),
            Option("use_gate", Given("use_gate"), default=False),
        )
        args = (Given("num_heads"), Given("key_dim"))
        return (Call("layers.MultiHeadAttention", args, options, times=2),)

    def torch_code(self, inputs: Inputs) -> Code:
        shapes = inputs.shapes
        rank, count = len(shapes[0]), len(shapes)
        axes = range(rank - 1) if self.attention_axes is None else sorted(
            {axis_of(self, axis, rank, "attention_axes") for axis in self.attention_axes}
        )  # fmt: skip
        last = list(axes) == list(range(rank - 1 - len(axes), rank - 1))
        several = self.output_size is not None and len(self.output_size) > 1
        if not last:
            return Missing("the axes of attention are not the last before the features")
        if several:
            return Missing("the output has several axes of features")
        if self.use_gate:
            return Missing("PyTorch has no gate on the outputs of heads")
        if self.sliding_window is not None:
            return Missing("PyTorch has no sliding window of attention")
        features = shapes[0][-1]
        value, key = shapes[1 % count][-1], shapes[-1][-1]
        options = (
            Option("value_dim", Given("value_dim"), None),
            Option("value_features", None if value == features else Extent(rank - 1, 1), None),
            Option("key_features", None if key == features else Extent(rank - 1, count - 1), None),
            Option("out_features", Given("output_size"), None),
            Option("bias", Given("bias"), default=True),
            Option("dropout", Given("dropout"), 0),
            Option("axes", len(axes), 1),
        )
        args = (Extent(rank - 1), Given("num_heads"), Given("key_dim"))
        return (Call("MultiHeadAttention", args, options),)
