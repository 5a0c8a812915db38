"""Embeddings: a learned vector for each of a number of symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.inert import DEVICE, LORA, QUANTIZATION, OnlyNull, tensors
from cnncalc.layers.base.kinds import Flag, Integer, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.layout import names_of_axes
from cnncalc.layers.base.tensors import Inputs, Shape, Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.code import Code, Steps


class Embedding(Layer, type="embedding", torch="Embedding", keras="Embedding"):
    """Embedding: each whole number of the input becomes a learned vector.

    Output: the input's shape and one axis more, of `size`.
    MACs: 0.
    """

    takes_indices = True
    equations = ("y = embedding[x]",)

    also_takes = (
        DEVICE, *LORA, QUANTIZATION, *tensors("embeddings"),
    )  # fmt: skip
    formulas: ClassVar = {"features": "size", "params": "symbols * size"}

    symbols: int = arg(
        Integer(1),
        "how many different numbers there are",
        torch="num_embeddings",
        keras="input_dim",
    )
    size: int = arg(Integer(1), "size of a vector", torch="embedding_dim", keras="output_dim")
    vectors: None = arg(
        OnlyNull(), "given vectors", default=None, torch="_weight", keras="weights", inert=True
    )
    padding_idx: int | None = arg(
        Nullable(Integer()), "the symbol whose vector stays zero", default=None, torch="padding_idx"
    )
    max_norm: float | None = arg(
        Nullable(Real()), "longer vectors are cut", default=None, torch="max_norm", inert=True
    )
    norm_type: float = arg(
        Real(), "of the norm for `max_norm`", default=2.0, torch="norm_type", inert=True
    )
    scale_grad_by_freq: bool = arg(Flag(), "gradients by frequency", default=False, inert=True)
    sparse: bool = arg(Flag(), "sparse gradients", default=False, inert=True)
    mask_zero: bool = arg(Flag(), "0 marks padding", default=False, keras="mask_zero", inert=True)
    input_length: int | None = arg(
        Nullable(Integer(1)), "declared length (Keras 2)", default=None, keras="input_length",
        inert=True, aside=True,
    )  # fmt: skip
    example = "embedding: {symbols: 1000, size: 64}"

    def validate(self) -> None:
        at = self.padding_idx
        if at is not None and not -self.symbols <= at < self.symbols:
            raise LayerError(
                codes.BAD_VALUE, f"`padding_idx` {at} is not one of {self.symbols} symbols",
                argument="padding_idx",
            )  # fmt: skip

    def output_shape(self, inputs: Inputs) -> Shape:
        return (*inputs.shapes[0], self.size)

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - known without
        return (Weight("embedding", (self.symbols, self.size)),)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        names = names_of_axes(len(inputs.shapes[0]) + 1, "channels_last")
        return (*kept(inputs.shapes[0], names[:-1]), Size("features", "features"))

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        if self.mask_zero:
            return Missing("PyTorch's layers pass no masks on")
        options = (
            Option("padding_idx", Given("padding_idx"), None),
            Option("max_norm", Given("max_norm"), None),
            Option("norm_type", Given("norm_type"), 2.0),
            Option("scale_grad_by_freq", Given("scale_grad_by_freq"), default=False),
            Option("sparse", Given("sparse"), default=False),
        )
        return (Call("nn.Embedding", (Given("symbols"), Given("size")), options),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        if self.padding_idx is not None:
            return Missing("no row of a Keras embedding is left out of training")
        if self.max_norm is not None:
            return Missing("a Keras embedding does not bound the length of its rows")
        if self.scale_grad_by_freq:
            return Missing("a Keras embedding does not scale gradients by frequency")
        mask = Option("mask_zero", Given("mask_zero"), default=False)
        return (Call("layers.Embedding", (Given("symbols"), Given("size")), (mask,)),)
